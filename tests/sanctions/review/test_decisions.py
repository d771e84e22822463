"""What an agent may do with a case, and what stands in the way."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.database import transaction, uuid7
from core.errors import Forbidden, InvalidInput, InvalidTransition
from core.identity import Actor, Role
from core.runtime import Runtime
from sanctions.errors import (
    CaseClaimed,
    CaseNotFound,
    NoAgentNumber,
    NotClaimed,
    NotViewed,
    UnknownReason,
)
from sanctions.models import CLAIM_LENGTH, InfractionCase
from sanctions.review.claims import claim, claim_next, release
from sanctions.review.service import discard, reject, validate, view
from sanctions.service import add_pictures, mark_regularised, open_case
from sanctions.states import CaseState
from tests.sanctions.conftest import police
from tests.sanctions.lives import look_at
from tests.sanctions.reports import AFTER, SEEN_AT, report

A_MOMENT = timedelta(minutes=1)


def _take_and_look(session: Session, case: InfractionCase, agent: Actor) -> None:
    claim(session, case.id, agent, now=AFTER)
    view(session, case.id, agent, now=AFTER)
    look_at(case, agent)


class TestView:
    def test_it_is_written_into_the_history(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        view(session, ready_case.id, agent, now=AFTER)
        last = ready_case.events[-1]
        assert (last.kind, last.actor_id, last.agent_number) == ("viewed", agent.id, "48-1207")

    def test_reloading_the_page_writes_nothing_new(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        for _ in range(3):
            view(session, ready_case.id, agent, now=AFTER)
        assert [event.kind for event in ready_case.events].count("viewed") == 1

    def test_without_the_permission_nothing_is_shown(
        self, session: Session, ready_case: InfractionCase
    ) -> None:
        operator = Actor(id=uuid7(), name="Olatz", roles=frozenset({Role.OPERATOR}))
        with pytest.raises(Forbidden, match="view_cases"):
            view(session, ready_case.id, operator, now=AFTER)

    def test_a_case_that_does_not_exist(self, session: Session, agent: Actor) -> None:
        with pytest.raises(CaseNotFound):
            view(session, uuid7(), agent, now=AFTER)


class TestClaim:
    def test_it_keeps_colleagues_away(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        claim(session, ready_case.id, agent, now=AFTER)
        with pytest.raises(CaseClaimed, match="Miren has had case 2026/000001 since 14:42"):
            claim(session, ready_case.id, colleague, now=AFTER + A_MOMENT)

    def test_a_stale_claim_gives_way(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        claim(session, ready_case.id, agent, now=AFTER)
        later = AFTER + CLAIM_LENGTH
        claim(session, ready_case.id, colleague, now=later)
        assert ready_case.holder_of_claim(later) == colleague.id

    def test_taking_it_again_takes_it_for_longer(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        claim(session, ready_case.id, agent, now=AFTER)
        claim(session, ready_case.id, agent, now=AFTER + A_MOMENT)
        assert ready_case.claimed_at == AFTER + A_MOMENT
        assert [event.kind for event in ready_case.events].count("claimed") == 1

    def test_a_case_that_ended_cannot_be_taken(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        mark_regularised(session, ready_case.passage_id, why="R-104", now=AFTER)
        with pytest.raises(InvalidTransition, match="Regularised"):
            claim(session, ready_case.id, agent, now=AFTER)

    def test_giving_it_back_frees_it(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        claim(session, ready_case.id, agent, now=AFTER)
        release(session, ready_case.id, colleague, now=AFTER)
        assert ready_case.holder_of_claim(AFTER) == agent.id
        release(session, ready_case.id, agent, now=AFTER)
        assert claim(session, ready_case.id, colleague, now=AFTER)


class TestClaimNext:
    def test_the_most_urgent_free_and_complete_case(self, session: Session, agent: Actor) -> None:
        late = open_case(session, report(), now=AFTER)
        urgent = open_case(session, report(seen_at=SEEN_AT - timedelta(days=9)), now=AFTER)
        open_case(session, report(seen_at=SEEN_AT - timedelta(days=30), pictures={}), now=AFTER)
        assert claim_next(session, agent, now=AFTER) is urgent
        assert claim_next(session, police("Ander"), now=AFTER) is late
        assert claim_next(session, police("Nerea"), now=AFTER) is None

    def test_two_agents_at_once_get_different_cases(self, runtime: Runtime) -> None:
        with transaction(runtime.writing) as session:
            for _ in range(2):
                open_case(session, report(), now=AFTER)
        taken = []
        for name in ("Miren", "Ander"):
            with transaction(runtime.writing) as session:
                case = claim_next(session, police(name), now=AFTER)
                assert case is not None
                taken.append(case.id)
        assert len(set(taken)) == 2


class TestValidate:
    def test_the_agents_number_stays_with_the_case(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        _take_and_look(session, ready_case, agent)
        validate(session, ready_case.id, agent, now=AFTER)
        last = ready_case.events[-1]
        assert ready_case.case_state is CaseState.AGENT_VALIDATED
        assert (ready_case.agent_number, last.agent_number) == ("48-1207", "48-1207")
        assert ready_case.holder_of_claim(AFTER) is None

    def test_not_without_having_looked(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        view(session, ready_case.id, colleague, now=AFTER)
        claim(session, ready_case.id, agent, now=AFTER)
        with pytest.raises(NotViewed, match="Open it first"):
            validate(session, ready_case.id, agent, now=AFTER)

    def test_not_without_having_looked_at_the_evidence_that_came_later(
        self, session: Session, agent: Actor
    ) -> None:
        made = report()
        case = open_case(session, report(passage_id=made.passage_id, pictures={}), now=AFTER)
        _take_and_look(session, case, agent)
        add_pictures(session, made.passage_id, made.pictures, now=AFTER)
        claim(session, case.id, agent, now=AFTER)
        with pytest.raises(NotViewed):
            validate(session, case.id, agent, now=AFTER)

    def test_not_without_an_agent_number(
        self, session: Session, ready_case: InfractionCase
    ) -> None:
        nameless = police("Jon", None)
        _take_and_look(session, ready_case, nameless)
        with pytest.raises(NoAgentNumber, match="Jon has no agent number"):
            validate(session, ready_case.id, nameless, now=AFTER)

    def test_not_without_having_taken_it(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        view(session, ready_case.id, agent, now=AFTER)
        with pytest.raises(NotClaimed):
            validate(session, ready_case.id, agent, now=AFTER)

    def test_not_on_a_stale_claim(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        _take_and_look(session, ready_case, agent)
        with pytest.raises(NotClaimed, match="30 minutes"):
            validate(session, ready_case.id, agent, now=AFTER + CLAIM_LENGTH)

    def test_not_while_a_colleague_has_it(
        self, session: Session, ready_case: InfractionCase, agent: Actor, colleague: Actor
    ) -> None:
        _take_and_look(session, ready_case, agent)
        claim(session, ready_case.id, colleague, now=AFTER + CLAIM_LENGTH)
        with pytest.raises(CaseClaimed, match="Ander"):
            validate(session, ready_case.id, agent, now=AFTER + CLAIM_LENGTH)

    def test_not_twice(self, session: Session, ready_case: InfractionCase, agent: Actor) -> None:
        _take_and_look(session, ready_case, agent)
        validate(session, ready_case.id, agent, now=AFTER)
        with pytest.raises(InvalidTransition, match="Validated by an agent"):
            validate(session, ready_case.id, agent, now=AFTER)

    def test_not_with_incomplete_evidence(
        self, session: Session, incomplete_case: InfractionCase, agent: Actor
    ) -> None:
        _take_and_look(session, incomplete_case, agent)
        with pytest.raises(InvalidTransition, match="Evidence incomplete"):
            validate(session, incomplete_case.id, agent, now=AFTER)

    @pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.RESOLVER, Role.SYSTEM, Role.OPERATOR])
    def test_only_by_the_police(
        self, session: Session, ready_case: InfractionCase, role: Role
    ) -> None:
        other = Actor(id=uuid7(), name="Itziar", roles=frozenset({role}), agent_number="1")
        with pytest.raises(Forbidden, match="review_cases"):
            validate(session, ready_case.id, other, now=AFTER)


class TestReject:
    def test_with_a_coded_reason(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        _take_and_look(session, ready_case, agent)
        reject(session, ready_case.id, agent, reason="plate_misread", note=" 8, not B ", now=AFTER)
        last = ready_case.events[-1]
        assert ready_case.case_state is CaseState.AGENT_REJECTED
        assert (last.reason, last.note) == ("plate_misread", "8, not B")

    @pytest.mark.parametrize("reason", ["", "because", "PLATE_MISREAD", "duplicate"])
    def test_another_reason_code_is_refused(
        self, session: Session, ready_case: InfractionCase, agent: Actor, reason: str
    ) -> None:
        _take_and_look(session, ready_case, agent)
        with pytest.raises(UnknownReason, match="plate_misread"):
            reject(session, ready_case.id, agent, reason=reason, now=AFTER)
        assert ready_case.case_state is CaseState.READY

    def test_another_reason_needs_a_note(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        _take_and_look(session, ready_case, agent)
        with pytest.raises(InvalidInput, match="note"):
            reject(session, ready_case.id, agent, reason="other", note="  ", now=AFTER)

    def test_needs_a_look_as_well(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        claim(session, ready_case.id, agent, now=AFTER)
        with pytest.raises(NotViewed):
            reject(session, ready_case.id, agent, reason="emergency", now=AFTER)


class TestDiscard:
    def test_a_case_whose_evidence_never_comes(
        self, session: Session, incomplete_case: InfractionCase, agent: Actor
    ) -> None:
        _take_and_look(session, incomplete_case, agent)
        discard(session, incomplete_case.id, agent, reason="evidence_incomplete", now=AFTER)
        assert incomplete_case.case_state is CaseState.DISCARDED
        assert incomplete_case.events[-1].reason == "evidence_incomplete"

    def test_a_complete_case_is_reviewed_instead(
        self, session: Session, ready_case: InfractionCase, agent: Actor
    ) -> None:
        _take_and_look(session, ready_case, agent)
        with pytest.raises(InvalidTransition, match="Ready for review"):
            discard(session, ready_case.id, agent, reason="duplicate", now=AFTER)
