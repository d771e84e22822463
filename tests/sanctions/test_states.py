"""The transition table, whole: every state and every trigger, allowed or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.errors import InvalidTransition
from sanctions.states import (
    BEFORE_NOTIFICATION,
    CLOSED,
    LABELS,
    OPEN,
    TERMINAL,
    TRANSITIONS,
    TRIGGER_LABELS,
    UNSERVED,
    VALIDATED,
    CaseState,
    Trigger,
    state_after,
)
from sanctions.transitions import apply
from tests.sanctions.lives import actor_for, enter_prices, in_state
from tests.sanctions.reports import AFTER

TRIGGERS = st.lists(st.sampled_from(Trigger), max_size=30)

MATRIX: dict[str, dict[str, str]] = {
    "candidate": {
        "complete": "ready",
        "regularise": "regularised",
        "discard": "discarded",
        "take_back": "discarded",
        "join": "discarded",
        "bar": "time_barred",
    },
    "ready": {
        "take_back": "discarded",
        "join": "discarded",
        "spoil": "candidate",
        "validate": "agent_validated",
        "reject": "agent_rejected",
        "regularise": "regularised",
        "bar": "time_barred",
    },
    "agent_validated": {
        "hand_over": "handed_over",
        "find_holder": "holder_found",
        "regularise": "regularised",
        "annul": "annulled",
        "bar": "time_barred",
        "lapse": "lapsed",
    },
    "holder_found": {
        "send": "notifying",
        "inform": "informed",
        "regularise": "regularised",
        "annul": "annulled",
        "bar": "time_barred",
        "lapse": "lapsed",
    },
    "notifying": {
        "serve": "notified",
        "annul": "annulled",
        "bar": "time_barred",
        "lapse": "lapsed",
    },
    "notified": {
        "pay_reduced": "paid_reduced",
        "identify_driver": "driver_identified",
        "allege": "allegations",
        "fall_silent": "final",
        "annul": "annulled",
        "lapse": "lapsed",
    },
    "allegations": {
        "resolve": "resolved",
        "annul": "annulled",
        "bar": "time_barred",
        "lapse": "lapsed",
    },
    "resolved": {
        "appeal": "reconsideration",
        "become_firm": "firm",
        "pay": "voluntarily_paid",
        "annul": "annulled",
    },
    "final": {
        "appeal": "reconsideration",
        "become_firm": "firm",
        "pay": "voluntarily_paid",
        "annul": "annulled",
    },
    "reconsideration": {"dismiss_appeal": "firm", "annul": "annulled"},
    "firm": {
        "pay": "voluntarily_paid",
        "collect": "enforced_collection",
        "annul": "annulled",
        "bar": "time_barred",
    },
    "handed_over": {"annul": "annulled"},
    "paid_reduced": {"annul": "annulled"},
    "voluntarily_paid": {"annul": "annulled"},
    "enforced_collection": {"annul": "annulled"},
    "regularised": {},
    "discarded": {},
    "agent_rejected": {},
    "informed": {},
    "driver_identified": {},
    "annulled": {},
    "time_barred": {},
    "lapsed": {},
}
"""Written out once more, by hand, from the procedure: the code's table must say the same."""


class TestMatrix:
    def test_every_state_and_trigger_has_its_word(self) -> None:
        assert set(TRANSITIONS) == set(CaseState) == set(LABELS)
        assert set(TRIGGER_LABELS) == set(Trigger)

    @pytest.mark.parametrize("trigger", Trigger)
    @pytest.mark.parametrize("state", CaseState)
    def test_what_is_allowed_leads_where_the_procedure_says_and_the_rest_is_refused(
        self, state: CaseState, trigger: Trigger
    ) -> None:
        expected = MATRIX[state.value].get(trigger.value)
        if expected is not None:
            assert state_after("2026/000001", state, trigger) == expected
            return
        with pytest.raises(InvalidTransition, match="2026/000001") as refused:
            state_after("2026/000001", state, trigger)
        assert LABELS[state] in str(refused.value)
        assert TRIGGER_LABELS[trigger] in str(refused.value)

    @pytest.mark.parametrize("state", CaseState)
    def test_a_refused_trigger_changes_nothing_in_the_case(
        self, session: Session, state: CaseState
    ) -> None:
        """On real cases: no trigger that the table lacks moves one, whoever tries."""
        enter_prices(session)
        case = in_state(session, state)
        events = len(case.events)
        for trigger in set(Trigger) - set(TRANSITIONS[state]):
            with pytest.raises(InvalidTransition):
                apply(session, case, trigger, actor=actor_for(trigger), now=AFTER)
        assert case.case_state is state
        assert len(case.events) == events


class TestShape:
    def test_where_it_ends(self) -> None:
        paid = {"paid_reduced", "voluntarily_paid", "enforced_collection"}
        assert paid | {"handed_over"} | TERMINAL == CLOSED
        assert {state for state, arrows in MATRIX.items() if not arrows} == TERMINAL

    @given(TRIGGERS)
    def test_no_path_leaves_a_terminal_state(self, attempts: list[Trigger]) -> None:
        present = CaseState.CANDIDATE
        for trigger in attempts:
            following = TRANSITIONS[present].get(trigger, present)
            assert present not in TERMINAL or following is present
            present = following

    @given(TRIGGERS)
    def test_nothing_is_notified_that_no_agent_validated(self, attempts: list[Trigger]) -> None:
        present, was_validated = CaseState.CANDIDATE, False
        for trigger in attempts:
            following = TRANSITIONS[present].get(trigger)
            if following is not None:
                was_validated = was_validated or trigger is Trigger.VALIDATE
                present = following
            assert was_validated or present not in VALIDATED

    def test_every_state_can_be_reached_and_every_open_one_can_end(self) -> None:
        assert _reachable_from(CaseState.CANDIDATE) == set(CaseState)
        for state in OPEN:
            assert _reachable_from(state) & TERMINAL, state

    def test_a_grant_ends_a_case_until_the_notification(self) -> None:
        assert {"candidate", "ready", "agent_validated", "holder_found"} == BEFORE_NOTIFICATION

    def test_the_infraction_grows_old_until_it_is_served(self) -> None:
        barred = {state for state, arrows in MATRIX.items() if "bar" in arrows}
        standing_still = {"allegations"}
        assert barred - {"firm"} - standing_still == UNSERVED


def _reachable_from(state: CaseState) -> set[CaseState]:
    found: set[CaseState] = set()
    waiting = [state]
    while waiting:
        for following in set(TRANSITIONS[waiting.pop()].values()) - found:
            found.add(following)
            waiting.append(following)
    return found
