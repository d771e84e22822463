"""Access queries of every kind, for property tests, and a builder for single ones."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from core.plates import PlateNumber
from permits.access import (
    AccessQuery,
    CandidateRead,
    ControlPointRules,
    Grant,
    Movement,
    PointHealth,
    PointMode,
    Tier,
    Window,
)

ZONE = "old-quarter"
ALL_DAYS = frozenset(range(8))
MORNING = Window(ALL_DAYS, 8 * 60, 11 * 60)
NIGHT = Window(ALL_DAYS, 22 * 60, 2 * 60)
TUESDAY_0930 = datetime(2026, 10, 20, 7, 30, tzinfo=UTC)
"""09:30 in Bilbao."""


def grant(**changes: Any) -> Grant:
    """A resident's right as in the ordinance: 8 to 11, 4 a month, 48 a year, 30 minutes."""
    base = Grant(
        reference="R-0104",
        profile="resident",
        tier=Tier.QUOTA,
        zones=(ZONE,),
        control_points=(),
        windows=(MORNING,),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=None,
        max_stay_minutes=30,
        entries_per_month=4,
        entries_per_year=48,
        used_this_month=0,
        used_this_year=0,
    )
    return replace(base, **changes)


def unlimited(**changes: Any) -> Grant:
    """A right without window, quota or stay limit."""
    plain: dict[str, Any] = {
        "reference": "G-0001",
        "profile": "garage",
        "tier": Tier.UNLIMITED,
        "windows": (),
        "max_stay_minutes": None,
        "entries_per_month": None,
        "entries_per_year": None,
        "used_this_month": None,
        "used_this_year": None,
    }
    return grant(**(plain | changes))


def point(**changes: Any) -> ControlPointRules:
    base = ControlPointRules("CP-01", (ZONE,), Movement.ENTRY, PointMode.ENFORCING, PointHealth.OK)
    return replace(base, **changes)


def query(*grants: Grant, **changes: Any) -> AccessQuery:
    """An entry at an enforcing point on Tuesday at 09:30, read without doubt."""
    base = AccessQuery(
        plate=PlateNumber("1234BBC"),
        confidence=0.97,
        syntax_valid=True,
        movement=Movement.ENTRY,
        seen_at=TUESDAY_0930,
        point=point(),
        grants=grants,
    )
    return replace(base, **changes)


days = st.frozensets(st.integers(0, 7), min_size=1)
windows = st.builds(Window, days, st.integers(0, 1439), st.integers(0, 1440))
moments = st.datetimes(
    datetime(2026, 3, 25),  # noqa: DTZ001
    datetime(2026, 11, 2),  # noqa: DTZ001
    timezones=st.just(UTC),
)
counts = st.none() | st.integers(0, 5)
classes = st.sampled_from(["car", "van", "lorry"])
masses = st.sampled_from([3500, 5500])
heights = st.sampled_from([250, 290])


@st.composite
def grants(draw: st.DrawFn, reference: str) -> Grant:
    begin = draw(moments) - timedelta(days=draw(st.integers(0, 200)))
    length = draw(st.none() | st.integers(1, 400))
    return Grant(
        reference=reference,
        profile=draw(st.sampled_from(["resident", "hotel_guest", "anything"])),
        tier=draw(st.sampled_from(Tier)),
        zones=(draw(st.sampled_from([ZONE, ZONE, "other-zone"])),),
        control_points=draw(st.sampled_from([(), (), ("CP-01",), ("CP-02",)])),
        windows=tuple(draw(st.lists(windows, max_size=2))),
        valid_from=begin,
        valid_until=None if length is None else begin + timedelta(days=length),
        vehicle_classes=draw(st.frozensets(classes, max_size=2)),
        max_mass_kg=draw(st.none() | masses),
        max_height_cm=draw(st.none() | heights),
        off_duty=draw(st.sampled_from([False, False, False, True])),
        max_stay_minutes=draw(st.none() | st.integers(5, 60)),
        entries_per_day=draw(counts),
        entries_per_month=draw(counts),
        entries_per_year=draw(counts),
        used_today=draw(counts),
        used_this_month=draw(counts),
        used_this_year=draw(counts),
    )


@st.composite
def grant_tuples(draw: st.DrawFn, prefix: str = "A") -> tuple[Grant, ...]:
    number = draw(st.integers(0, 4))
    return tuple(draw(grants(f"{prefix}-{index}")) for index in range(number))


@st.composite
def queries(draw: st.DrawFn) -> AccessQuery:
    seen_at = draw(moments)
    near = [date(2026, 10, 12), seen_at.date(), seen_at.date() - timedelta(days=1)]
    return AccessQuery(
        plate=draw(st.sampled_from([PlateNumber("1234BBC"), PlateNumber("BI1234X"), None])),
        confidence=draw(st.sampled_from([0.3, 0.8, 1.0])),
        syntax_valid=draw(st.sampled_from([True, True, False])),
        movement=draw(st.sampled_from([Movement.ENTRY, Movement.ENTRY, *Movement])),
        seen_at=seen_at,
        point=point(
            direction=draw(st.sampled_from([Movement.ENTRY, Movement.EXIT])),
            mode=draw(st.sampled_from([PointMode.ENFORCING, PointMode.ENFORCING, *PointMode])),
            health=draw(st.sampled_from([PointHealth.OK, PointHealth.OK, PointHealth.FAULT])),
            warning_until=draw(st.none() | moments),
        ),
        grants=draw(grant_tuples()),
        other_candidates=draw(
            st.just(())
            | st.builds(
                lambda g: (CandidateRead(PlateNumber("1234BBG"), 0.2, g),), grant_tuples("C")
            )
        ),
        loading_windows=tuple(draw(st.lists(windows, max_size=1))),
        loading_classes=frozenset({"van"}),
        loading_max_mass_kg=draw(st.none() | masses),
        loading_max_height_cm=draw(st.none() | heights),
        loading_max_stay_minutes=draw(st.none() | st.just(30)),
        loading_entries_per_day=draw(st.none() | st.just(1)),
        loading_used_today=draw(counts),
        open_windows=tuple(draw(st.lists(windows, max_size=1))),
        other_open_windows=draw(st.sampled_from([(), (), ((NIGHT,),), ((),)])),
        known_vehicle_class=draw(st.none() | classes),
        class_proven=draw(st.booleans()),
        known_mass_kg=draw(st.none() | masses),
        known_height_cm=draw(st.none() | heights),
        holidays=draw(st.frozensets(st.sampled_from(near))),
        read_confirmed=draw(st.booleans()),
        confirmed_class=draw(st.sampled_from([None, None, "loading", "oversize", "other"])),
        stay_minutes=draw(st.none() | st.integers(0, 90)),
    )
