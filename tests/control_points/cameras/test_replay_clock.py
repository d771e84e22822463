"""The city's clock follows the footage, forward only, and leaps only when the centre is ready."""

from datetime import timedelta
from pathlib import Path

import pytest

from control_points.cameras.replay_clock import ReplayClock
from core.clock import DomainClock
from tests.control_points.builders import MORNING

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(tmp_path: Path) -> DomainClock:
    return DomainClock(tmp_path / "clock.json", movable=True)


def near(clock: DomainClock, moment: object) -> bool:
    return abs(clock.now() - moment) < 5 * SECOND  # type: ignore[operator, no-any-return]


class TestReplayClock:
    def test_a_fresh_replay_sets_the_clock_back_to_the_footage(self, clock: DomainClock) -> None:
        ReplayClock(clock, lambda: None, is_fresh=True).reached(MORNING)
        assert near(clock, MORNING)

    def test_a_resumed_replay_never_sets_it_back(self, clock: DomainClock) -> None:
        clock.move_to(MORNING + HOUR)
        ReplayClock(clock, lambda: None, is_fresh=False).reached(MORNING)
        assert near(clock, MORNING + HOUR)

    def test_a_passage_is_never_ahead_of_the_clock(self, clock: DomainClock) -> None:
        replay = ReplayClock(clock, lambda: None, is_fresh=True)
        replay.reached(MORNING)
        replay.at_least(MORNING + 20 * SECOND)
        assert clock.now() >= MORNING + 20 * SECOND

    def test_moves_within_a_stretch_are_throttled(self, clock: DomainClock) -> None:
        replay = ReplayClock(clock, lambda: None, is_fresh=True)
        replay.reached(MORNING)
        replay.reached(MORNING + 50 * SECOND)
        assert near(clock, MORNING)

    def test_before_a_leap_the_centre_hears_what_happened(self, clock: DomainClock) -> None:
        heard: list[bool] = []
        replay = ReplayClock(clock, lambda: heard.append(near(clock, MORNING)), is_fresh=True)
        replay.reached(MORNING)
        replay.reached(MORNING + HOUR)
        assert heard == [True]
        assert near(clock, MORNING + HOUR)
