"""The rules of all times as values: what held in a zone, at a gate, for a profile at a moment."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from permits.access import ControlPointRules, Movement, PointHealth, PointMode, Tier, Window

Rules = TypeVar("Rules")


@dataclass(frozen=True, slots=True)
class ZoneRules:
    code: str
    open_windows: tuple[Window, ...]
    loading_windows: tuple[Window, ...]
    loading_classes: frozenset[str]
    loading_max_mass_kg: int | None
    loading_max_height_cm: int | None
    loading_max_stay_minutes: int | None
    loading_entries_per_day: int | None
    warning_until: datetime | None
    price_table: Mapping[str, int]
    active: bool


@dataclass(frozen=True, slots=True)
class ProfileRules:
    code: str
    tier: Tier
    zones: tuple[str, ...]
    control_points: tuple[str, ...]
    windows: tuple[Window, ...]
    vehicle_classes: frozenset[str]
    max_mass_kg: int | None
    max_height_cm: int | None
    only_in_service: bool
    max_stay_minutes: int | None
    entries_per_day: int | None
    entries_per_month: int | None
    entries_per_year: int | None

    @property
    def is_limited(self) -> bool:
        """Whether entries are counted."""
        return not (self.entries_per_day is self.entries_per_month is self.entries_per_year is None)


@dataclass(frozen=True, slots=True)
class PointRules:
    code: str
    zones: tuple[str, ...]
    direction: Movement
    mode: PointMode


@dataclass(frozen=True, slots=True)
class Fault:
    """A time in which a control point was out of order; `ended_at` None: it still is."""

    began_at: datetime
    ended_at: datetime | None

    def covers(self, moment: datetime) -> bool:
        return self.began_at <= moment and (self.ended_at is None or moment < self.ended_at)

    def touches(self, begin: datetime, end: datetime) -> bool:
        return self.began_at < end and (self.ended_at is None or self.ended_at > begin)


@dataclass(frozen=True, slots=True)
class Dated(Generic[Rules]):
    """The versions of one thing. `begins` ascend; where two are equal, the later version counts."""

    begins: tuple[datetime, ...]
    versions: tuple[Rules, ...]

    def at(self, moment: datetime) -> Rules | None:
        """What is in force at `moment`; None before the first version begins."""
        place = bisect_right(self.begins, moment)
        return self.versions[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Everything that a decision takes from the register beside the vehicle's own rights."""

    zones: Mapping[str, Dated[ZoneRules]]
    profiles: Mapping[str, Dated[ProfileRules]]
    points: Mapping[str, Dated[PointRules]]
    faults: Mapping[str, tuple[Fault, ...]]
    unhealthy: frozenset[str]
    """Points that are marked as out of order now, whether or not it is known since when."""
    local_holidays: frozenset[date]
    own_years: frozenset[int] = frozenset()
    """Years whose national and Basque holidays are in the city's own table."""

    def zones_at(self, codes: Iterable[str], moment: datetime) -> list[ZoneRules]:
        """Those of the zones that restrict somebody at `moment`."""
        known = (self.zones[code].at(moment) for code in codes if code in self.zones)
        return [zone for zone in known if zone is not None and zone.active]

    def profile(self, code: str, moment: datetime) -> ProfileRules | None:
        dated = self.profiles.get(code)
        return dated.at(moment) if dated else None

    def place(self, code: str, moment: datetime) -> ControlPointRules | None:
        """The gate as a decision sees it: the stricter restraint of gate and zones wins.

        None where there is no such gate, or not yet.
        """
        dated = self.points.get(code)
        point = dated.at(moment) if dated else None
        if point is None:
            return None
        zones = self.zones_at(point.zones, moment)
        warnings = [zone.warning_until for zone in zones if zone.warning_until is not None]
        return ControlPointRules(
            control_point=point.code,
            zones=tuple(zone.code for zone in zones),
            direction=point.direction,
            mode=point.mode,
            health=self.health(code, moment),
            warning_until=max(warnings, default=None),
        )

    def health(self, code: str, moment: datetime) -> PointHealth:
        """`FAULT` inside a recorded fault, and while a point is marked without one."""
        faults = self.faults.get(code, ())
        marked = code in self.unhealthy and all(fault.ended_at is not None for fault in faults)
        broken = marked or any(fault.covers(moment) for fault in faults)
        return PointHealth.FAULT if broken else PointHealth.OK

    def gates_of(self, zone: str) -> frozenset[str]:
        """Gates that guard `zone`, or ever did."""
        return frozenset(
            code
            for code, dated in self.points.items()
            if any(zone in version.zones for version in dated.versions)
        )

    def exits(self, zone: str, moment: datetime) -> list[str]:
        """Gates through which a vehicle may leave `zone`, those not yet built left out."""
        known = [dated.at(moment) for dated in self.points.values()]
        return sorted(
            point.code
            for point in known
            if point is not None
            and point.direction is Movement.EXIT
            and point.mode is not PointMode.PLANNED
            and zone in point.zones
        )
