"""The figures count what happened, and say nothing from too few cases."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from core import audit
from core.identity import Role
from core.runtime import Runtime
from sanctions import procedure
from sanctions.figures.queries import Figures, PointReads, figures
from sanctions.queries import get_case
from sanctions.review import claims, service
from tests.clients import logged_in_client
from tests.sanctions.conftest import add_case
from tests.sanctions.lives import AGENT, INSTRUCTOR, enter_prices, look_at, ready, validated
from tests.sanctions.reports import AFTER

NOW = AFTER + timedelta(days=10)


@pytest.fixture(autouse=True)
def prices(session: Session) -> None:
    enter_prices(session)


def count(session: Session, days: int = 30) -> Figures:
    return figures(session, since=NOW - timedelta(days=days), now=NOW)


def rejected(session: Session, reason: str, point: str) -> None:
    case = ready(session, control_point=point)
    at = AFTER + timedelta(hours=6)
    claims.claim(session, case.id, AGENT, now=at)
    look_at(case, AGENT, at)
    service.reject(session, case.id, AGENT, reason=reason, now=at)


class TestFigures:
    def test_of_an_empty_house_are_none_and_not_nought(self, session: Session) -> None:
        empty = count(session)
        assert empty.hours_to_decision is None and empty.agreement.percent is None
        assert empty.queue.waiting == 0 and empty.queue.oldest is None

    def test_false_reads_by_control_point_from_five_cases_on(self, session: Session) -> None:
        for _ in range(3):
            rejected(session, "plate_misread", "CP-01")
        for _ in range(3):
            rejected(session, "exempt_vehicle", "CP-01")
        rejected(session, "plate_misread", "CP-02")
        counted = count(session)
        shares = {one.control_point: one.percent for one in counted.points}
        assert shares == {"CP-01": 50.0, "CP-02": None}
        assert counted.rejected == 7
        assert dict(counted.reasons)["The plate was misread"] == 4  # type: ignore[index]
        assert counted.hours_to_decision == pytest.approx(6.0)

    def test_p9_a_share_of_fewer_than_five_is_not_told(self) -> None:
        shares = [PointReads("CP-01", reviewed, 2).percent for reviewed in (4, 5)]
        assert shares == [None, 40.0]

    def test_the_queues_age(self, session: Session) -> None:
        ready(session)
        ready(session, NOW - timedelta(hours=2))
        queue = count(session).queue
        assert (queue.waiting, queue.oldest) == (2, AFTER)
        assert dict(queue.by_age) == {1: 1, 3: 0, 7: 0, 15: 1, 30: 0, None: 0}

    def test_annulments_and_lookups(self, session: Session) -> None:
        case = validated(session)
        procedure.annul(session, case.id, reason="wrong_person", actor=INSTRUCTOR, now=NOW)
        for purpose in ("complaint 12", "complaint 12", "road safety"):
            audit.record(
                session, AGENT, "permits:holder:searched", "holder:search", purpose=purpose
            )
        session.commit()
        far_back = figures(session, since=AFTER - timedelta(days=400), now=NOW)
        assert [(str(label), number) for label, number in far_back.annulled] == [
            ("Addressed to the wrong person", 1)
        ]
        assert [(one.purpose, one.count) for one in far_back.lookups] == [
            ("complaint 12", 2),
            ("road safety", 1),
        ]

    def test_what_lies_before_the_period_is_not_in_it(self, session: Session) -> None:
        validated(session)
        assert count(session, days=30).validated == 1
        assert count(session, days=7).validated == 0


class TestPage:
    def test_is_for_the_chief_and_the_data_protection_officer(
        self, app: FastAPI, session: Session
    ) -> None:
        session.rollback()
        for role, status in (
            (Role.POLICE_CHIEF, 200),
            (Role.DATA_PROTECTION, 200),
            (Role.POLICE, 403),
            (Role.ADMINISTRATOR, 403),
        ):
            assert logged_in_client(app, role).get("/figures").status_code == status

    def test_a_case_is_held_by_its_reference_and_only_by_the_officer(
        self, app: FastAPI, runtime: Runtime, session: Session
    ) -> None:
        session.rollback()
        case_id = add_case(runtime)
        form = {"reference": "2026/000001", "reason": "Court 3", "keep": "true"}
        chief = logged_in_client(app, Role.POLICE_CHIEF)
        assert chief.submit("/figures/holds", form).status_code == 403
        officer = logged_in_client(app, Role.DATA_PROTECTION)
        assert officer.submit("/figures/holds", form).status_code == 303
        assert "2026/000001" in officer.get("/figures").text
        with runtime.reading() as other:
            assert get_case(other, case_id).legal_hold
        wrong = {**form, "reference": "2026/999999"}
        assert officer.submit("/figures/holds", wrong).status_code == 404
