"""Who would have been affected, from counts alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from permits.access import PointMode, Tier, Window
from permits.rules.book import PointRules, ProfileRules, ZoneRules
from permits.rules.counting import Cell, Count, counts_between, move_count, quarter_of
from permits.rules.models import PassageCount
from permits.rules.preview import Effect, preview_point, preview_profile, preview_zone

TEN = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
"""Tuesday, 10:00 in Bilbao."""
ALWAYS = frozenset(range(8))
MORNING = Window(ALWAYS, 480, 660)
RESIDENT = ProfileRules(
    code="resident",
    tier=Tier.QUOTA,
    zones=(),
    control_points=(),
    windows=(MORNING,),
    vehicle_classes=frozenset(),
    max_mass_kg=None,
    max_height_cm=None,
    only_in_service=False,
    max_stay_minutes=30,
    entries_per_day=None,
    entries_per_month=4,
    entries_per_year=48,
)
ZONE = ZoneRules(
    code="old-quarter",
    open_windows=(),
    loading_windows=(MORNING,),
    loading_classes=frozenset({"van"}),
    loading_max_mass_kg=None,
    loading_max_height_cm=None,
    loading_max_stay_minutes=30,
    loading_entries_per_day=1,
    warning_until=None,
    price_table={},
    active=True,
)


def count(number: int = 7, at: datetime = TEN, **cell: str) -> Count:
    values = {
        "control_point": "CP-01",
        "profile": "resident",
        "outcome": "authorised",
        "reason": "quota_right",
        **cell,
    }
    return Count(Cell(quarter=at, **values), number)


def no_holidays(_: datetime) -> frozenset[date]:
    return frozenset()


def refused(reason: str, **more: Any) -> Count:
    return count(outcome="not_authorised", reason=reason, **more)


TESTED = count(outcome="count_only", reason="point_not_enforcing")


class TestProfile:
    def effects(self, *counts: Count, **new: Any) -> dict[Effect, int]:
        changed = replace(RESIDENT, **new)
        return preview_profile(counts, RESIDENT, changed, no_holidays).effects

    def test_a_shorter_window_refuses_those_after_it(self) -> None:
        nine = Window(ALWAYS, 480, 540)
        early = count(3, at=TEN - timedelta(hours=2))
        assert self.effects(count(), early, windows=(nine,)) == {Effect.REFUSED: 7}

    def test_a_window_that_ends_inside_a_quarter_leaves_it_open(self) -> None:
        assert self.effects(count(), windows=(Window(ALWAYS, 480, 607),)) == {Effect.UNSURE: 7}

    def test_a_longer_window_lets_in_who_came_outside_it(self) -> None:
        late = refused("outside_window", at=TEN + timedelta(hours=2))
        assert self.effects(late, windows=(Window(ALWAYS, 480, 780),)) == {Effect.ADMITTED: 7}

    def test_another_gate_refuses_those_at_this_one(self) -> None:
        assert self.effects(count(), control_points=("CP-02",)) == {Effect.REFUSED: 7}

    def test_other_profiles_and_other_reasons_are_not_touched(self) -> None:
        others = (count(profile="shop"), refused("quota_exceeded"))
        assert self.effects(*others, windows=(Window(ALWAYS, 480, 540),)) == {}


class TestZone:
    def effects(self, *counts: Count, **new: Any) -> dict[Effect, int]:
        gates = frozenset({"CP-01"})
        changed = replace(ZONE, **new)
        return preview_zone(counts, gates, ZONE, changed, no_holidays).effects

    def test_opening_it_lets_everybody_in(self) -> None:
        entries = (refused("no_permit", profile=""), count())
        assert self.effects(*entries, open_windows=(MORNING,)) == {Effect.ADMITTED: 7}
        assert self.effects(*entries, active=False) == {Effect.ADMITTED: 7}

    def test_ending_loading_refuses_those_who_came_under_its_rule(self) -> None:
        vans = count(reason="loading_window", profile="")
        assert self.effects(vans, loading_windows=()) == {Effect.REFUSED: 7}

    def test_who_would_have_been_asked_about_is_not_certain(self) -> None:
        noon = refused("no_permit", profile="", at=TEN + timedelta(hours=2))
        wider = (Window(ALWAYS, 480, 840),)
        assert self.effects(noon, loading_windows=wider) == {Effect.UNSURE: 7}

    def test_entries_at_other_gates_are_not_its_own(self) -> None:
        elsewhere = refused("no_permit", control_point="CP-09")
        assert self.effects(elsewhere, active=False) == {}


@pytest.mark.parametrize(
    ("old", "new", "entry", "effect"),
    [
        ("enforcing", "test", refused("no_permit"), Effect.ADMITTED),
        ("enforcing", "warning", refused("no_permit"), None),
        ("test", "enforcing", TESTED, Effect.UNSURE),
        ("enforcing", "test", count(), None),
    ],
)
def test_another_mode_of_a_gate(old: str, new: str, entry: Count, effect: Effect | None) -> None:
    from permits.access import Movement

    rules = [PointRules("CP-01", ("z",), Movement.ENTRY, PointMode(mode)) for mode in (old, new)]
    found = preview_point([entry], rules[0], rules[1], no_holidays)
    assert found.effects == ({effect: 7} if effect else {})


class TestCounting:
    def test_a_passage_decided_anew_moves_to_another_cell(self, session: Session) -> None:
        first, second = count().cell, refused("quota_exceeded").cell
        for _ in range(3):
            move_count(session, None, first)
        move_count(session, first, second)
        found = {
            one.cell.reason: one.entries
            for one in counts_between(session, TEN, TEN + timedelta(hours=1))
        }
        assert found == {"quota_right": 2, "quota_exceeded": 1}

    def test_the_same_cell_again_changes_nothing(self, session: Session) -> None:
        move_count(session, count().cell, count().cell)
        assert session.scalars(select(PassageCount)).all() == []

    @pytest.mark.parametrize(("minute", "quarter"), [(0, 0), (14, 0), (15, 15), (59, 45)])
    def test_quarters_begin_on_the_clock(self, minute: int, quarter: int) -> None:
        moment = TEN.replace(minute=minute, second=59, microsecond=999)
        assert quarter_of(moment) == TEN.replace(minute=quarter)
