"""Cases open once, and end when a permit covers the passage after all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from core import audit
from core.database import transaction, uuid7
from core.errors import InvalidInput
from core.identity import SYSTEM, Actor
from core.runtime import Runtime
from sanctions.errors import UnknownReason
from sanctions.models import CaseEvent, CasePicture, InfractionCase
from sanctions.reports import InfractionReport
from sanctions.service import add_pictures, mark_regularised, open_case
from sanctions.states import CaseState, Trigger
from sanctions.transitions import apply
from tests.sanctions.lives import AGENT
from tests.sanctions.reports import AFTER, DEADLINE, report


def _history(case: InfractionCase) -> list[tuple[str, str | None]]:
    return [(event.kind, event.to_state) for event in case.events]


class TestOpenCase:
    def test_with_all_evidence_it_is_ready_for_review(self, ready_case: InfractionCase) -> None:
        assert ready_case.case_state is CaseState.READY
        assert _history(ready_case) == [("opened", "candidate"), ("state_changed", "ready")]
        assert ready_case.report["votes"] == {"1234BBC": 12, "1234B8C": 2}

    @pytest.mark.parametrize(
        "lacking",
        [
            {"pictures": {}},
            {"pictures": {"plate": report().pictures["plate"]}},
            {"clock_offset_ms": None},
            {"clock_offset_ms": -1000.5},
            {"direction": "unknown"},
        ],
        ids=["no pictures", "no context", "clock unknown", "clock wrong", "no direction"],
    )
    def test_with_incomplete_evidence_it_stays_a_candidate(
        self, session: Session, lacking: dict[str, Any]
    ) -> None:
        assert open_case(session, report(**lacking), now=AFTER).case_state is CaseState.CANDIDATE

    def test_a_clock_one_second_off_is_good_enough(self, session: Session) -> None:
        made = report(clock_offset_ms=1000.0)
        assert open_case(session, made, now=AFTER).case_state is CaseState.READY

    def test_a_retry_finds_the_same_case(self, session: Session) -> None:
        made = report()
        first = open_case(session, made, now=AFTER)
        assert open_case(session, made, now=AFTER + timedelta(days=1)) is first
        assert len(first.events) == 2

    def test_a_retry_does_not_revive_a_case_that_ended(self, session: Session) -> None:
        made = report()
        open_case(session, made, now=AFTER)
        mark_regularised(session, made.passage_id, why="R-104", now=AFTER)
        assert open_case(session, made, now=AFTER).case_state is CaseState.REGULARISED

    def test_not_before_the_regularisation_period_has_ended(self, session: Session) -> None:
        with pytest.raises(InvalidInput, match=r"until 2026-10-23T14:41\+02:00"):
            open_case(session, report(), now=DEADLINE - timedelta(seconds=1))
        assert open_case(session, report(), now=DEADLINE)

    def test_an_unknown_offence_is_refused_by_name(self, session: Session) -> None:
        with pytest.raises(UnknownReason, match="speeding"):
            open_case(session, report(offence="speeding"), now=AFTER)

    def test_references_count_up_within_the_year(self, session: Session) -> None:
        references = [open_case(session, report(), now=AFTER).reference for _ in range(3)]
        assert references == ["2026/000001", "2026/000002", "2026/000003"]

    def test_plates_and_reads_are_not_readable_in_the_database(
        self, session: Session, ready_case: InfractionCase
    ) -> None:
        session.flush()
        row = session.execute(text("SELECT plate, snapshot FROM infraction_case")).one()
        assert all(b"1234B" not in bytes(value) for value in row)

    def test_opening_is_on_record(self, session: Session, ready_case: InfractionCase) -> None:
        rows = audit.events(session, subject=f"case:{ready_case.id}")
        assert [row.action for row in rows] == ["sanctions:case:opened", "sanctions:case:ready"]

    def test_many_workers_at_once_open_one_case(self, runtime: Runtime) -> None:
        made = report()

        def work(_: int) -> None:
            with transaction(runtime.writing) as session:
                open_case(session, made, now=AFTER)

        with ThreadPoolExecutor(4) as workers:
            outcomes = list(workers.map(lambda index: _attempt(work, index), range(8)))
        # On PostgreSQL two may get as far as the database, which then lets one of them through.
        assert all(outcome is None or "passage_id" in outcome for outcome in outcomes)
        with runtime.reading() as session:
            assert session.scalar(select(func.count()).select_from(InfractionCase)) == 1


def _attempt(work: Any, index: int) -> str | None:
    try:
        work(index)
    except IntegrityError as error:
        return str(error)
    return None


class TestDatabaseInvariants:
    def test_one_open_case_per_passage(self, session: Session, ready_case: InfractionCase) -> None:
        copy = _copy_of(ready_case)
        session.add(copy)
        with pytest.raises(IntegrityError, match="passage_id"):
            session.flush()

    def test_a_second_case_may_follow_an_ended_one(
        self, session: Session, ready_case: InfractionCase
    ) -> None:
        mark_regularised(session, ready_case.passage_id, why="R-104", now=AFTER)
        session.add(_copy_of(ready_case))
        session.flush()

    def test_no_validation_without_an_agent_number(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        with pytest.raises(IntegrityError, match="validated_by_a_numbered_agent"):
            apply(session, ready_case, Trigger.VALIDATE, actor=agent, now=AFTER)

    @pytest.mark.parametrize(
        "statement", ["UPDATE case_event SET at = at", "DELETE FROM case_event"]
    )
    def test_history_is_append_only(
        self, session: Session, ready_case: InfractionCase, statement: str
    ) -> None:
        session.flush()
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))

    def test_a_whole_case_can_be_deleted_with_its_history(
        self, session: Session, ready_case: InfractionCase
    ) -> None:
        session.flush()
        session.execute(text("DELETE FROM infraction_case"))
        assert session.scalar(select(func.count()).select_from(CaseEvent)) == 0
        assert session.scalar(select(func.count()).select_from(CasePicture)) == 0


def _copy_of(case: InfractionCase) -> InfractionCase:
    columns = {column.key: getattr(case, column.key) for column in InfractionCase.__table__.columns}
    return InfractionCase(
        **{
            **columns,
            "id": uuid7(),
            "reference": "2026/999999",
            "state": "ready",
            "closed_at": None,
        }
    )


class TestAddPictures:
    def test_the_last_missing_picture_makes_it_ready(self, session: Session) -> None:
        made = report()
        case = open_case(session, _without_pictures(made), now=AFTER)
        add_pictures(session, made.passage_id, {"plate": made.pictures["plate"]}, now=AFTER)
        assert case.case_state is CaseState.CANDIDATE
        add_pictures(session, made.passage_id, made.pictures, now=AFTER)
        assert case.case_state is CaseState.READY
        assert [event.kind for event in case.events].count("picture_added") == 2

    def test_a_case_under_review_keeps_the_pictures_it_has(
        self, session: Session, ready_case: InfractionCase
    ) -> None:
        other = report(passage_id=ready_case.passage_id).pictures["plate"]
        add_pictures(session, ready_case.passage_id, {"exit-plate": other}, now=AFTER)
        assert {picture.kind for picture in ready_case.pictures} == {"plate", "context"}

    def test_a_passage_without_a_case_is_left_alone(self, session: Session) -> None:
        add_pictures(session, uuid7(), report().pictures, now=AFTER)


def _without_pictures(made: InfractionReport) -> InfractionReport:
    return report(passage_id=made.passage_id, pictures={})


class TestMarkRegularised:
    def test_it_ends_the_case_and_says_why(
        self, session: Session, ready_case: InfractionCase
    ) -> None:
        mark_regularised(session, ready_case.passage_id, why="Covered by R-104", now=AFTER)
        last = ready_case.events[-1]
        assert ready_case.case_state is CaseState.REGULARISED
        assert (last.note, last.actor_name) == ("Covered by R-104", "Sarbide")

    def test_even_when_validated_but_not_sent(
        self, session: Session, ready_case: InfractionCase
    ) -> None:
        ready_case.agent_number = "48-1207"
        apply(session, ready_case, Trigger.VALIDATE, actor=AGENT, now=AFTER)
        mark_regularised(session, ready_case.passage_id, why="R-104", now=AFTER)
        assert ready_case.case_state is CaseState.REGULARISED

    def test_twice_is_once(self, session: Session, ready_case: InfractionCase) -> None:
        for _ in range(2):
            mark_regularised(session, ready_case.passage_id, why="R-104", now=AFTER)
        assert len(ready_case.events) == 3

    def test_what_ended_otherwise_stays_so(
        self, session: Session, incomplete_case: InfractionCase
    ) -> None:
        apply(session, incomplete_case, Trigger.DISCARD, actor=SYSTEM, now=AFTER)
        mark_regularised(session, incomplete_case.passage_id, why="R-104", now=AFTER)
        assert incomplete_case.case_state is CaseState.DISCARDED

    def test_a_passage_without_a_case_is_left_alone(self, session: Session) -> None:
        mark_regularised(session, uuid7(), why="R-104", now=AFTER)
