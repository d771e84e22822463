"""When the time to put an entry right stands still."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_center.pending.freezes import Cause, Freeze, Period, period

BEGAN = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)
"""The day before the autumn clock change: hours are hours all the same."""
THREE_DAYS = timedelta(hours=72)


def at(hours: float) -> datetime:
    return BEGAN + timedelta(hours=hours)


def frozen(begin: float, end: float | None, cause: Cause = Cause.APPLICATION) -> Freeze:
    return Freeze(at(begin), None if end is None else at(end), cause)


def stands(now: float, *freezes: Freeze) -> Period:
    return period(BEGAN, THREE_DAYS, freezes, at(now))


class TestPeriod:
    def test_it_ends_after_its_length(self) -> None:
        assert stands(10) == Period(at(72))

    def test_while_an_application_waits_it_stands_still(self) -> None:
        for now in (20, 72, 500):
            found = stands(now, frozen(20, None))
            assert found == Period(at(now + 52), at(20), Cause.APPLICATION)

    def test_once_it_is_answered_what_was_left_goes_on(self) -> None:
        assert stands(200, frozen(20, 100)) == Period(at(152))

    def test_one_lodged_too_late_changes_nothing(self) -> None:
        assert stands(500, frozen(72, None)) == Period(at(72))
        assert stands(500, frozen(71.99, None)).is_frozen

    def test_an_outage_before_the_entry_counts_from_the_entry(self) -> None:
        assert stands(1, frozen(-5, 10, Cause.OUTAGE)) == Period(at(82), at(0), Cause.OUTAGE)
        assert stands(11, frozen(-5, 10, Cause.OUTAGE)) == Period(at(82))

    def test_one_that_ended_before_the_entry_counts_for_nothing(self) -> None:
        assert stands(1, frozen(-50, -10)) == Period(at(72))

    def test_overlapping_freezes_count_once(self) -> None:
        both = (frozen(10, 30), frozen(20, 40, Cause.OUTAGE))
        assert stands(100, *both) == Period(at(102))
        assert stands(35, *both) == Period(at(102), at(30), Cause.OUTAGE)

    def test_a_second_one_is_in_time_only_because_of_the_first(self) -> None:
        assert stands(300, frozen(60, 160)) == Period(at(172))
        assert stands(300, frozen(60, 160), frozen(165, 265)) == Period(at(272))

    @pytest.mark.parametrize("now", [0, 30, 71])
    def test_what_has_not_begun_yet_is_not_known(self, now: float) -> None:
        assert stands(now, frozen(now + 0.5, None)) == Period(at(72))


moments = st.integers(-50, 300)
freezes = st.lists(
    st.builds(
        lambda begin, length, cause: frozen(
            begin, None if length is None else begin + length, cause
        ),
        moments,
        st.none() | st.integers(0, 100),
        st.sampled_from(Cause),
    ),
    max_size=5,
)


class TestProperties:
    @given(some=freezes, now=moments)
    def test_a_freeze_never_brings_the_end_nearer(self, some: list[Freeze], now: int) -> None:
        assert stands(now, *some).deadline >= at(72)

    @given(some=freezes, now=moments)
    def test_their_order_never_matters(self, some: list[Freeze], now: int) -> None:
        assert stands(now, *some) == stands(now, *reversed(some))

    @given(some=freezes, now=moments, later=st.integers(0, 100))
    def test_time_never_runs_faster_than_the_clock(
        self, some: list[Freeze], now: int, later: int
    ) -> None:
        first, second = stands(now, *some), stands(now + later, *some)
        assert second.deadline >= min(first.deadline, at(now + later))
