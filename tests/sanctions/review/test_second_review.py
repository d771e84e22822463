"""The blinded second review: drawn by share, blind, compared."""

from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from core.database import uuid7
from core.errors import InvalidInput
from core.identity import Actor, Role
from core.runtime import Runtime
from sanctions import procedure
from sanctions.errors import AlreadyDecided, NotViewed, OnHold, SamePerson
from sanctions.instruction.service import decide_repeat
from sanctions.models import InfractionCase
from sanctions.review import claims, second, service
from tests.clients import WebClient, logged_in_client
from tests.sanctions.lives import HOLDER, INSTRUCTOR, look_at
from tests.sanctions.reports import AFTER


@pytest.fixture
def drawn(session: Session, ready_case: InfractionCase, agent: Actor) -> InfractionCase:
    """Validated by `agent` and drawn."""
    claims.claim(session, ready_case.id, agent, now=AFTER)
    look_at(ready_case, agent)
    service.validate(session, ready_case.id, agent, now=AFTER, second_review_percent=100)
    return ready_case


def _second(
    session: Session, case: InfractionCase, actor: Actor, verdict: str, **more: str
) -> None:
    look_at(case, actor)
    second.decide_second(session, case.id, actor, verdict=verdict, now=AFTER, **more)


class TestDraw:
    def test_is_off_by_default(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        claims.claim(session, ready_case.id, agent, now=AFTER)
        look_at(ready_case, agent)
        service.validate(session, ready_case.id, agent, now=AFTER)
        assert second.pending(session, ready_case.id) is None
        assert ready_case.hold is None

    def test_takes_about_its_share_and_always_the_same_cases(self) -> None:
        ids = [uuid7() for _ in range(4000)]
        drawn = [one for one in ids if second.is_drawn(one, 20)]
        assert 0.17 < len(drawn) / len(ids) < 0.23
        assert drawn == [one for one in ids if second.is_drawn(one, 20)]
        assert not any(second.is_drawn(one, 0) for one in ids)


class TestVerdicts:
    def test_while_it_waits_nothing_goes_out(self, session: Session, drawn: InfractionCase) -> None:
        with pytest.raises(OnHold, match="second review"):
            procedure.find_holder(session, drawn.id, HOLDER, enquired_at=AFTER, now=AFTER)

    def test_agreement_lets_the_case_go_on(
        self, session: Session, drawn: InfractionCase, colleague: Actor
    ) -> None:
        _second(session, drawn, colleague, "validated")
        procedure.find_holder(session, drawn.id, HOLDER, enquired_at=AFTER, now=AFTER)
        assert second.agreement(session).percent == 100.0

    def test_disagreement_is_the_instructors_to_decide(
        self, session: Session, drawn: InfractionCase, colleague: Actor
    ) -> None:
        _second(session, drawn, colleague, "rejected", reason="plate_misread")
        with pytest.raises(OnHold, match="disagree"):
            procedure.find_holder(session, drawn.id, HOLDER, enquired_at=AFTER, now=AFTER)
        decide_repeat(
            session, drawn.id, goes_on=False, note="It is an 8.", actor=INSTRUCTOR, now=AFTER
        )
        assert drawn.state == "annulled"
        assert second.agreement(session).percent == 0.0

    def test_not_by_the_same_agent(
        self, session: Session, drawn: InfractionCase, agent: Actor
    ) -> None:
        with pytest.raises(SamePerson):
            _second(session, drawn, agent, "validated")
        assert second.next_second(session, agent) is None

    def test_not_without_the_pictures(
        self, session: Session, drawn: InfractionCase, colleague: Actor
    ) -> None:
        with pytest.raises(NotViewed):
            second.decide_second(session, drawn.id, colleague, verdict="validated", now=AFTER)

    def test_once(self, session: Session, drawn: InfractionCase, colleague: Actor) -> None:
        _second(session, drawn, colleague, "validated")
        with pytest.raises(AlreadyDecided):
            _second(session, drawn, colleague, "validated")

    def test_a_verdict_is_one_of_two(
        self, session: Session, drawn: InfractionCase, colleague: Actor
    ) -> None:
        with pytest.raises(InvalidInput):
            _second(session, drawn, colleague, "perhaps")


class TestBlindness:
    def test_neither_page_nor_list_tells_how_it_was_decided(
        self, app: FastAPI, runtime: Runtime, stored_case: UUID
    ) -> None:
        first = logged_in_client(app, Role.POLICE, agent_number="48-1207", display_name="Miren")
        _validate(first, runtime, stored_case)
        other = logged_in_client(app, Role.POLICE, login="ander", agent_number="48-0815")
        assert "2026/000001" not in other.get("/cases?decided=true").text
        answer = other.get(f"/cases/{stored_case}")
        assert answer.headers["Location"] == f"/cases/second/{stored_case}"
        page = other.get(f"/cases/second/{stored_case}").text
        for told in ("Miren", "Validated", "48-1207", "History", "Waits"):
            assert told not in page
        assert "7001" not in page and "1234 BBC" in page

    def test_the_first_agent_still_sees_the_case(
        self, app: FastAPI, runtime: Runtime, stored_case: UUID
    ) -> None:
        first = logged_in_client(app, Role.POLICE, agent_number="48-1207", display_name="Miren")
        _validate(first, runtime, stored_case)
        assert "Validated by an agent" in first.get(f"/cases/{stored_case}").text
        assert first.get(f"/cases/second/{stored_case}").status_code == 403


def _validate(client: WebClient, runtime: Runtime, case_id: UUID) -> None:
    client.submit(f"/cases/{case_id}/claim")
    for path in ("", "/pictures/plate", "/pictures/context"):
        client.get(f"/cases/{case_id}{path}")
    client.submit(f"/cases/{case_id}/validate")
    with runtime.writing() as session, session.begin():
        case = session.get_one(InfractionCase, case_id)
        assert client.account is not None
        agent = Actor(client.account.id, "Miren", frozenset({Role.POLICE}))
        second.draw(session, case, "validated", agent, now=AFTER, percent=100)
