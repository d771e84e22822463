"""What holds for every decision, whatever the grants, the place and the moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from permits.access import (
    OFFENCES,
    AccessQuery,
    Grant,
    Movement,
    Outcome,
    PointMode,
    Window,
    decide,
)
from permits.deciding.windows import is_open, local_moment
from permits.replay import (
    decision_from_json,
    decision_to_json,
    query_from_json,
    query_to_json,
    replay,
    without_identity,
)
from tests.permits.strategies import grants, moments, queries, query, unlimited, windows

GATE_OPEN = {Outcome.AUTHORISED, Outcome.COUNT_ONLY}


@given(queries(), st.randoms(use_true_random=False))
def test_the_order_of_grants_never_matters(asked: AccessQuery, random: object) -> None:
    shuffled = list(asked.grants)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(replace(asked, grants=tuple(shuffled))) == decide(asked)


@given(queries(), grants("Z-9"))
def test_one_more_grant_never_closes_a_gate(asked: AccessQuery, extra: Grant) -> None:
    before, after = decide(asked), decide(replace(asked, grants=(*asked.grants, extra)))
    if before.outcome in GATE_OPEN:
        assert after.outcome is before.outcome
    if before.outcome is not Outcome.NOT_AUTHORISED:
        assert after.outcome is not Outcome.NOT_AUTHORISED


@given(queries())
def test_removing_a_grant_never_opens_a_gate(asked: AccessQuery) -> None:
    before = decide(asked).outcome
    for left_out in asked.grants:
        rest = tuple(grant for grant in asked.grants if grant is not left_out)
        if before not in GATE_OPEN:
            assert decide(replace(asked, grants=rest)).outcome not in GATE_OPEN


@given(queries())
def test_only_offences_are_refused_and_only_refusals_are_offences(asked: AccessQuery) -> None:
    decision = decide(asked)
    assert (decision.outcome is Outcome.NOT_AUTHORISED) == (decision.reason in OFFENCES)


@given(queries())
def test_leaving_or_backing_out_is_never_an_offence(asked: AccessQuery) -> None:
    for movement in (Movement.EXIT, Movement.REVERSED_OUT):
        assert decide(replace(asked, movement=movement)).outcome is Outcome.COUNT_ONLY


@given(queries())
def test_a_read_in_doubt_is_never_refused_before_a_person_looked(asked: AccessQuery) -> None:
    for doubt in ({"plate": None}, {"confidence": 0.59}, {"syntax_valid": False}):
        unread = replace(asked, read_confirmed=False, **doubt)  # type: ignore[arg-type]
        assert decide(unread).outcome in {Outcome.READ_REVIEW, Outcome.COUNT_ONLY}


@given(queries())
def test_a_point_in_test_or_planned_only_counts(asked: AccessQuery) -> None:
    for mode in (PointMode.TEST, PointMode.PLANNED):
        there = replace(asked, point=replace(asked.point, mode=mode))
        assert decide(there).outcome is Outcome.COUNT_ONLY


@given(queries())
def test_quota_is_debited_only_by_an_authorised_entry(asked: AccessQuery) -> None:
    decision = decide(asked)
    if decision.debits_quota:
        chosen = next(g for g in asked.grants if g.reference == decision.grant)
        assert decision.outcome is Outcome.AUTHORISED and chosen.is_limited


@given(queries())
def test_a_stored_query_and_decision_come_back_equal_and_replay_alike(asked: AccessQuery) -> None:
    decision = decide(asked)
    document = query_to_json(asked)
    assert query_from_json(document) == asked
    assert decision_from_json(decision_to_json(decision)) == decision
    assert replay(document) == decision


@given(queries())
def test_without_plate_and_references_the_decision_is_the_same(asked: AccessQuery) -> None:
    kept, decision = decide(without_identity(asked)), decide(asked)
    same = replace(kept, grant=decision.grant, trace=decision.trace)
    assert same == decision
    assert "1234BBC" not in str(query_to_json(without_identity(asked)))


@given(windows, moments)
def test_a_midnight_window_is_its_two_halves(window: Window, moment: datetime) -> None:
    local = local_moment(moment, frozenset())
    if window.end_minute > window.start_minute or window.end_minute == 0:
        return
    evening = Window(window.days, window.start_minute, 1440)
    next_days = frozenset((day + 1) % 7 for day in window.days if day < 7)
    morning = Window(next_days, 0, window.end_minute) if next_days else None
    halves = is_open(evening, local) or (morning is not None and is_open(morning, local))
    assert is_open(window, local) == halves


@given(st.integers(0, 47), st.sampled_from([(2026, 3, 29), (2026, 10, 25)]))
def test_windows_follow_the_wall_clock_through_both_clock_changes(
    half_hours: int, day: tuple[int, int, int]
) -> None:
    start = datetime(*day, tzinfo=UTC) - timedelta(hours=2)
    moment = start + timedelta(minutes=30 * half_hours)
    window = Window(frozenset(range(8)), 120, 180)
    local = local_moment(moment, frozenset())
    asked = query(unlimited(windows=(window,)), seen_at=moment)
    assert (decide(asked).outcome is Outcome.AUTHORISED) == (local.at.hour == 2)


@settings(max_examples=30)
@given(st.integers(0, 59))
def test_the_hour_that_comes_twice_in_autumn_is_allowed_twice(minute: int) -> None:
    asked = query(unlimited(windows=(Window(frozenset({6}), 120, 180),)))
    for hour in (0, 1):
        moment = datetime(2026, 10, 25, hour, minute, tzinfo=UTC)
        assert decide(replace(asked, seen_at=moment)).outcome is Outcome.AUTHORISED
