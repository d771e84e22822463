"""Skipping, second looks, stale claims, and two agents at the same moment."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core.database import transaction
from core.errors import SarbideError
from core.identity import Actor
from core.runtime import Runtime
from sanctions.errors import AlreadyDecided, CaseClaimed, NotClaimed, SamePerson
from sanctions.models import CLAIM_LENGTH, InfractionCase
from sanctions.queries import get_case
from sanctions.review import claims, service
from sanctions.states import CaseState
from tests.sanctions.conftest import add_case
from tests.sanctions.lives import look_at, validate
from tests.sanctions.reports import AFTER


class TestSkip:
    def test_a_skipped_case_is_left_to_others_for_an_hour(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        claims.claim(session, ready_case.id, agent, now=AFTER)
        claims.skip(session, ready_case.id, agent, now=AFTER)
        soon = AFTER + timedelta(minutes=59)
        assert claims.claim_next(session, agent, now=soon) is None
        assert claims.claim_next(session, agent, now=AFTER + timedelta(minutes=61)) is ready_case
        claims.release(session, ready_case.id, agent, now=soon)
        assert claims.claim_next(session, colleague, now=soon) is ready_case

    def test_only_by_whoever_has_it(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        with pytest.raises(NotClaimed):
            claims.skip(session, ready_case.id, agent, now=AFTER)
        claims.claim(session, ready_case.id, colleague, now=AFTER)
        with pytest.raises(CaseClaimed):
            claims.skip(session, ready_case.id, agent, now=AFTER)


class TestSecondLook:
    def test_another_agent_decides(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        claims.claim(session, ready_case.id, agent, now=AFTER)
        claims.ask_second_look(session, ready_case.id, agent, note="B or 8?", now=AFTER)
        assert ready_case.events[-1].note == "B or 8?"
        assert claims.claim_next(session, agent, now=AFTER) is None
        with pytest.raises(SamePerson, match="another agent"):
            claims.claim(session, ready_case.id, agent, now=AFTER)
        validate(session, ready_case, agent=colleague)
        assert ready_case.case_state is CaseState.AGENT_VALIDATED


class TestStaleClaims:
    def test_are_given_back_and_the_history_says_so(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        claims.claim(session, ready_case.id, agent, now=AFTER)
        session.flush()
        assert claims.release_stale(session, now=AFTER + CLAIM_LENGTH - timedelta(seconds=1)) == 0
        assert claims.release_stale(session, now=AFTER + CLAIM_LENGTH) == 1
        assert ready_case.claimed_by is None
        assert (ready_case.events[-1].kind, ready_case.events[-1].note) == ("released", "Miren")


class TestTwoAtOnce:
    def test_the_second_agent_is_told_who_was_first(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        validate(session, ready_case, agent=agent)
        look_at(ready_case, colleague)
        with pytest.raises(AlreadyDecided, match="Miren was first"):
            service.validate(session, ready_case.id, colleague, now=AFTER)

    def test_in_parallel_one_wins(self, runtime: Runtime, agent: Actor, colleague: Actor) -> None:
        """The claim has just gone stale in one agent's hands and the other takes it: both press
        the key at the same moment, each in a transaction of its own."""
        for _ in range(3):
            case_id = add_case(runtime)
            outcomes = _race(runtime, case_id, (agent, colleague))
            assert sorted(outcomes) == ["AlreadyDecided", "validated"]
            with runtime.reading() as session:
                case = get_case(session, case_id)
                moves = [event for event in case.events if event.to_state == "agent_validated"]
                assert len(moves) == 1
                assert case.validated_by == moves[0].actor_id


def _race(runtime: Runtime, case_id: UUID, agents: tuple[Actor, Actor]) -> list[str]:
    with transaction(runtime.writing) as session:
        for one in agents:
            look_at(get_case(session, case_id, lock=True), one)
    start, outcomes = threading.Barrier(len(agents)), []

    def press(agent: Actor) -> None:
        start.wait()
        try:
            with transaction(runtime.writing) as session:
                case = get_case(session, case_id, lock=True)
                if case.case_state is CaseState.READY:
                    claims.claim(session, case_id, agent, now=AFTER)
                service.validate(session, case_id, agent, now=AFTER)
            outcomes.append("validated")
        except SarbideError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=press, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
