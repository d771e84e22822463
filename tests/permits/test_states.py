"""The transition table of authorisations, checked arrow by arrow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.errors import NoSuchTransition
from permits.labels import STATES
from permits.models import Authorisation
from permits.states import DECIDABLE, TRANSITIONS, AuthorisationState

S = AuthorisationState
LIFE = """
draft -> submitted withdrawn
submitted -> under_review withdrawn
under_review -> information_requested granted refused withdrawn
information_requested -> under_review withdrawn
granted -> active expired revoked withdrawn
active -> suspended expired revoked withdrawn
suspended -> active expired revoked withdrawn
refused -> appealed
appealed -> granted refused
"""


def arrows() -> set[tuple[S, S]]:
    lines = [line.split(" -> ") for line in LIFE.strip().splitlines()]
    return {(S(start), S(end)) for start, ends in lines for end in ends.split()}


def in_state(state: S) -> Authorisation:
    return Authorisation(reference="R-0001", state=state.value)


@pytest.mark.parametrize("start", S)
@pytest.mark.parametrize("end", S)
def test_only_the_arrows_of_the_ordinance_exist(start: S, end: S) -> None:
    authorisation = in_state(start)
    if (start, end) in arrows():
        authorisation.become(end)
        assert authorisation.state == end.value
    else:
        with pytest.raises(NoSuchTransition, match=f"R-0001 is {STATES[start]}"):
            authorisation.become(end)
        assert authorisation.state == start.value


@given(st.lists(st.sampled_from(S), max_size=20))
def test_nothing_leads_back_from_the_end(path: list[S]) -> None:
    authorisation = in_state(S.REVOKED)
    for state in path:
        with pytest.raises(NoSuchTransition):
            authorisation.become(state)


def test_a_suspended_authorisation_counts_as_absent() -> None:
    assert S.SUSPENDED not in DECIDABLE
    assert set(TRANSITIONS) == set(S)
