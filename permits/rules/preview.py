"""Who would have been affected: what a change of rules would have meant for what was counted.

Pure. It works on what retention leaves, counts by gate, profile and quarter of an hour, and says
what these can't tell.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.words import N_, Word
from permits.access import Outcome, PointMode, Reason, Window
from permits.deciding.windows import LocalMoment, is_any_open, local_moment
from permits.rules.book import PointRules, ProfileRules, ZoneRules
from permits.rules.contents import RuleContent
from permits.rules.counting import QUARTER, Cell, Count

Holidays = Callable[[datetime], frozenset[date]]


class Effect(StrEnum):
    """What would have become of an entry."""

    REFUSED = "refused"
    """It was allowed and would not have been."""
    ADMITTED = "admitted"
    """It was refused, or asked about, and would not have been."""
    UNSURE = "unsure"
    """The counts can't tell: a window ends inside the quarter, or something else decides too."""


FEW = 5
"""Numbers below it are not shown as such: they might lead to somebody."""


@dataclass(frozen=True)
class Preview:
    """The effect of a change on the entries of a period."""

    considered: int
    """Entries that the changed rule has to do with."""
    effects: dict[Effect, int] = field(default_factory=dict)
    by_gate: tuple[tuple[str, dict[Effect, int]], ...] = ()
    by_hour: tuple[tuple[int, dict[Effect, int]], ...] = ()
    """Hour of the municipal day."""
    cannot: tuple[Word, ...] = ()
    """What the counts say nothing about, as message ids."""


_STAYS = N_("How long vehicles stayed is not counted: a new maximum stay.")
_ENTRIES = N_("Entries are not counted by permit: new limits of entries.")
_KINDS = N_("Kinds of vehicle are not counted: new limits of class, mass or height.")
_LATER = N_("It changes later applications only.")
_SILENT: dict[str, Word] = {
    "max_stay_minutes": _STAYS,
    "loading_max_stay_minutes": _STAYS,
    "entries_per_day": _ENTRIES,
    "entries_per_month": _ENTRIES,
    "entries_per_year": _ENTRIES,
    "loading_entries_per_day": _ENTRIES,
    "vehicle_classes": _KINDS,
    "max_mass_kg": _KINDS,
    "max_height_cm": _KINDS,
    "loading_classes": _KINDS,
    "loading_max_mass_kg": _KINDS,
    "loading_max_height_cm": _KINDS,
    "only_in_service": N_("Who was on duty is not counted."),
    "tier": N_("Which right comes first when a vehicle has several is not counted."),
    "zones": N_("Entries under the old zones say nothing about the new ones."),
    "direction": N_("Entries are counted, exits are not."),
    "max_vehicles": N_("What applicants would have done is not known: new limits of vehicles."),
    "plate_changes_per_day": N_("Plate changes are not counted."),
    "validity_days": _LATER,
    "lead_time_hours": _LATER,
    "retroactive_hours": _LATER,
    "evidence_required": _LATER,
    "hosts": _LATER,
    "warning_until": N_("A warning period changes no entry, only what follows from it."),
}


def silent_about(old: RuleContent, new: RuleContent) -> tuple[Word, ...]:
    """What has changed of which the counts say nothing."""
    changed = [name for name, value in new if getattr(old, name) != value]
    return tuple(dict.fromkeys(_SILENT[name] for name in changed if name in _SILENT))


def preview_profile(
    counts: Iterable[Count], old: ProfileRules, new: ProfileRules, holidays: Holidays
) -> Preview:
    """Entries of the profile, whichever way they were decided."""

    def judge(cell: Cell, moments: tuple[LocalMoment, LocalMoment]) -> Effect | None:
        gate = not new.control_points or cell.control_point in new.control_points
        opened = _opened(new.windows, moments) if gate else False
        if cell.outcome == Outcome.AUTHORISED.value:
            return {True: None, False: Effect.REFUSED, None: Effect.UNSURE}[opened]
        if cell.reason == Reason.OUTSIDE_WINDOW.value and new.windows != old.windows:
            return {True: Effect.ADMITTED, False: None, None: Effect.UNSURE}[opened]
        if cell.reason == Reason.WRONG_GATE.value and new.control_points != old.control_points:
            return None if opened is False else Effect.UNSURE
        return None

    return _summed((c for c in counts if c.cell.profile == new.code), judge, holidays)


def preview_zone(
    counts: Iterable[Count],
    gates: frozenset[str],
    old: ZoneRules,
    new: ZoneRules,
    holidays: Holidays,
) -> Preview:
    """Entries at the gates of the zone, whoever's."""

    def judge(cell: Cell, moments: tuple[LocalMoment, LocalMoment]) -> Effect | None:
        free = _opened(new.open_windows, moments) if new.active and new.open_windows else False
        free = True if not new.active else free
        if cell.reason == Reason.ZONE_OPEN.value:
            return None if free else Effect.UNSURE
        if cell.outcome != Outcome.AUTHORISED.value and free is not False:
            return Effect.ADMITTED if free else Effect.UNSURE
        return None if free else _loading_effect(cell, moments, old, new)

    return _summed((c for c in counts if c.cell.control_point in gates), judge, holidays)


def _loading_effect(
    cell: Cell, moments: tuple[LocalMoment, LocalMoment], old: ZoneRules, new: ZoneRules
) -> Effect | None:
    if new.loading_windows == old.loading_windows:
        return None
    opened = _opened(new.loading_windows, moments) if new.loading_windows else False
    if cell.reason == Reason.LOADING_WINDOW.value and not cell.profile:
        return {True: None, False: Effect.REFUSED, None: Effect.UNSURE}[opened]
    if cell.reason == Reason.VEHICLE_CLASS_UNKNOWN.value:
        return None if opened else Effect.UNSURE
    if cell.reason == Reason.NO_PERMIT.value and opened is not False:
        return Effect.UNSURE  # it would have been asked about: nobody knows which were vans
    return None


def preview_point(
    counts: Iterable[Count], old: PointRules, new: PointRules, holidays: Holidays
) -> Preview:
    """Entries at the gate, if it had been in its new mode."""
    enforcing = (PointMode.ENFORCING, PointMode.WARNING)

    def judge(cell: Cell, _: tuple[LocalMoment, LocalMoment]) -> Effect | None:
        if new.mode not in enforcing:
            authorised = cell.outcome in (Outcome.AUTHORISED.value, Outcome.COUNT_ONLY.value)
            return None if authorised else Effect.ADMITTED
        if old.mode not in enforcing and cell.reason == Reason.POINT_NOT_ENFORCING.value:
            return Effect.UNSURE
        return None

    return _summed((c for c in counts if c.cell.control_point == new.code), judge, holidays)


def _opened(windows: tuple[Window, ...], moments: tuple[LocalMoment, LocalMoment]) -> bool | None:
    """Whether the windows are open in the whole quarter; None: in a part of it."""
    if not windows:
        return True
    begin, end = (is_any_open(windows, moment) for moment in moments)
    return begin if begin == end else None


_Judge = Callable[[Cell, tuple[LocalMoment, LocalMoment]], Effect | None]


def _summed(counts: Iterable[Count], judge: _Judge, holidays: Holidays) -> Preview:
    considered = 0
    total: Counter[Effect] = Counter()
    gates: dict[str, Counter[Effect]] = {}
    hours: dict[int, Counter[Effect]] = {}
    for count in counts:
        considered += count.entries
        cell, free = count.cell, holidays(count.cell.quarter)
        last = cell.quarter + QUARTER - timedelta(minutes=1)
        moments = (local_moment(cell.quarter, free), local_moment(last, free))
        effect = judge(cell, moments)
        if effect is None:
            continue
        total[effect] += count.entries
        gates.setdefault(cell.control_point, Counter())[effect] += count.entries
        hours.setdefault(moments[0].at.hour, Counter())[effect] += count.entries
    return Preview(
        considered=considered,
        effects=dict(total),
        by_gate=tuple((gate, dict(found)) for gate, found in sorted(gates.items())),
        by_hour=tuple((hour, dict(found)) for hour, found in sorted(hours.items())),
    )
