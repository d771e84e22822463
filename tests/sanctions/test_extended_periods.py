"""The time to put an entry right is extended when its case has opened already."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from sanctions.errors import OnHold, UnknownReason
from sanctions.extended_periods import Extended, extend_period, waiting_of, was_taken_back
from sanctions.integrations.leaving import may_leave
from sanctions.review.service import discard
from sanctions.service import open_case
from sanctions.states import CaseState, Trigger
from sanctions.transitions import EventKind, apply
from tests.sanctions.lives import (
    AGENT,
    INSTRUCTOR,
    enter_prices,
    holder_found,
    in_state,
    notifying,
    ready,
    validated,
)
from tests.sanctions.reports import AFTER, DEADLINE, report

LATER = DEADLINE + timedelta(hours=30)


@pytest.fixture(autouse=True)
def prices(session: Session) -> None:
    enter_prices(session)


@pytest.mark.parametrize("state", [CaseState.CANDIDATE, CaseState.READY])
def test_before_the_review_the_case_is_taken_back_with_a_coded_reason(
    session: Session, state: CaseState
) -> None:
    case = in_state(session, state)
    done = extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    assert (done, case.case_state) == (Extended.TAKEN_BACK, CaseState.DISCARDED)
    assert was_taken_back(case)
    assert case.events[-1].reason == "opened_too_early"


def test_at_the_new_deadline_the_passage_gets_another_case(session: Session) -> None:
    case = ready(session)
    extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    renewed = report(passage_id=case.passage_id, regularisation_deadline=LATER)
    again = open_case(session, renewed, now=LATER)
    assert (again.case_state, again.id != case.id) == (CaseState.READY, True)
    assert open_case(session, renewed, now=LATER).id == again.id


def test_one_that_was_discarded_for_another_reason_gets_no_other(session: Session) -> None:
    case = in_state(session, CaseState.DISCARDED)
    known = report(passage_id=case.passage_id)
    assert open_case(session, known, now=AFTER).id == case.id


def test_a_validated_case_stays_and_nothing_of_it_goes_out_before(session: Session) -> None:
    case = validated(session)
    done = extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    assert (done, case.case_state) == (Extended.WAITS, CaseState.AGENT_VALIDATED)
    for trigger in (Trigger.FIND_HOLDER, Trigger.HAND_OVER):
        with pytest.raises(OnHold, match="may still be put right"):
            apply(session, case, trigger, actor=INSTRUCTOR, now=LATER - timedelta(minutes=1))
    assert not may_leave(case, CaseState.AGENT_VALIDATED, AFTER)
    assert may_leave(case, CaseState.AGENT_VALIDATED, LATER)
    apply(session, case, Trigger.FIND_HOLDER, actor=INSTRUCTOR, now=LATER)


def test_a_letter_of_one_with_a_known_holder_waits_too(session: Session) -> None:
    case = holder_found(session)
    extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    with pytest.raises(OnHold):
        apply(session, case, Trigger.SEND, actor=INSTRUCTOR, now=AFTER)


def test_whoever_validated_it_is_told_until_then(session: Session) -> None:
    case = validated(session)
    assert not waiting_of(session, AGENT.id, AFTER)
    extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    assert [one.id for one in waiting_of(session, AGENT.id, AFTER)] == [case.id]
    assert not waiting_of(session, INSTRUCTOR.id, AFTER)
    assert not waiting_of(session, AGENT.id, LATER)


def test_one_that_is_being_notified_is_left_to_the_instructor(session: Session) -> None:
    case = notifying(session)
    done = extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    assert (done, case.case_state) == (Extended.TOO_LATE, CaseState.NOTIFYING)
    assert case.events[-1].kind == EventKind.PERIOD_EXTENDED


def test_a_second_time_changes_nothing(session: Session) -> None:
    case = validated(session)
    extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    events = len(case.events)
    again = extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    assert (again, len(case.events)) == (Extended.UNCHANGED, events)


@pytest.mark.parametrize("state", [CaseState.REGULARISED, CaseState.AGENT_REJECTED])
def test_what_has_ended_stays_so(session: Session, state: CaseState) -> None:
    case = in_state(session, state)
    done = extend_period(session, case.passage_id, deadline=LATER, now=AFTER)
    assert (done, case.case_state) == (Extended.UNCHANGED, state)


def test_the_time_bar_goes_before(session: Session) -> None:
    case = ready(session)
    now = case.barred_at + timedelta(minutes=1)
    done = extend_period(session, case.passage_id, deadline=now + timedelta(days=1), now=now)
    assert (done, case.case_state) == (Extended.UNCHANGED, CaseState.READY)


def test_no_agent_takes_a_case_back(session: Session) -> None:
    case = in_state(session, CaseState.CANDIDATE)
    with pytest.raises(UnknownReason, match="for this reason"):
        discard(session, case.id, AGENT, reason="opened_too_early", now=AFTER)
