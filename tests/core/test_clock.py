"""Real time and the city's time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import DomainClock, municipal, utc_now
from core.errors import Forbidden, InvalidInput

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)


class TestMunicipal:
    def test_keeps_the_offset_of_the_season(self) -> None:
        assert municipal(datetime(2026, 7, 1, tzinfo=UTC)).isoformat().endswith("+02:00")
        assert municipal(datetime(2026, 12, 1, tzinfo=UTC)).isoformat().endswith("+01:00")

    def test_refuses_a_time_without_offset(self) -> None:
        with pytest.raises(InvalidInput, match="no UTC offset"):
            municipal(datetime(2026, 7, 1))  # noqa: DTZ001


class TestDomainClock:
    def test_is_real_time_until_it_is_moved(self, tmp_path: Path) -> None:
        clock = DomainClock(tmp_path / "clock.json", movable=True)
        assert abs(clock.now() - utc_now()) < timedelta(seconds=1)

    def test_is_shared_by_whoever_reads_the_same_file(self, tmp_path: Path) -> None:
        DomainClock(tmp_path / "clock.json", movable=True).move_to(NOON)
        other = DomainClock(tmp_path / "clock.json", movable=True)
        assert NOON <= other.now() < NOON + timedelta(seconds=5)

    def test_advances_past_a_deadline(self, tmp_path: Path) -> None:
        clock = DomainClock(tmp_path / "clock.json", movable=True)
        clock.move_to(NOON)
        clock.advance(timedelta(hours=73))
        assert clock.now() >= NOON + timedelta(hours=73)

    def test_cannot_be_moved_in_production(self, tmp_path: Path) -> None:
        clock = DomainClock(tmp_path / "clock.json", movable=False)
        with pytest.raises(Forbidden):
            clock.move_to(NOON)

    def test_ignores_a_left_over_shift_in_production(self, tmp_path: Path) -> None:
        DomainClock(tmp_path / "clock.json", movable=True).move_to(NOON)
        production = DomainClock(tmp_path / "clock.json", movable=False)
        assert abs(production.now() - utc_now()) < timedelta(seconds=1)
