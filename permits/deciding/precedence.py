"""How far each grant gets, and which one counts.

A grant is measured against the query step by step; the step that stops it is its obstacle. The
one that got furthest is the closest, and is named when nothing allows the entry. No profile has a
name here: what differs between them is data of the grant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from permits.deciding.values import AccessQuery, Grant, Reason, Tier, Window
from permits.deciding.windows import LocalMoment, is_any_open

LOADING_CLASS = "loading"
"""The answer of a vehicle-type check that admits to loading windows."""

_TIER_ORDER = {tier: place for place, tier in enumerate(Tier)}
_NO_LIMIT = 10**9


class Step(IntEnum):
    """What a grant is measured by, from the most general to the most particular."""

    ZONE = 0
    VALIDITY = 1
    SERVICE = 2
    GATE = 3
    VEHICLE = 4
    WINDOW = 5
    QUOTA = 6
    STAY = 7
    PASSED = 8
    """Nothing stops it: it allows the passage."""


OBSTACLES = {
    Step.ZONE: Reason.NO_PERMIT,
    Step.VALIDITY: Reason.NO_PERMIT,
    Step.SERVICE: Reason.NO_PERMIT,
    Step.GATE: Reason.WRONG_GATE,
    Step.VEHICLE: Reason.VEHICLE_CLASS,
    Step.WINDOW: Reason.OUTSIDE_WINDOW,
    Step.QUOTA: Reason.QUOTA_EXCEEDED,
    Step.STAY: Reason.OVERSTAY,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """All grants of a query measured."""

    better: Grant | None
    """The preferred grant that allows the passage without being a quota right."""
    right: Grant | None
    """The preferred quota right that allows it."""
    refused: tuple[tuple[Step, Grant], ...]
    """What stopped the others; incomplete once `better` is found, when nobody asks for it."""


def judge_all(query: AccessQuery, moment: LocalMoment) -> Judgement:
    """Measure every grant that can still matter; their order doesn't."""
    better: Grant | None = None
    rights: list[Grant] = []
    refused: list[tuple[Step, Grant]] = []
    opened: dict[int, bool] = {}
    for grant in query.grants:
        if better is not None and _TIER_ORDER[grant.tier] > _TIER_ORDER[better.tier]:
            continue
        step = measure(query, grant, moment, opened)
        if step is not Step.PASSED:
            refused.append((step, grant))
        elif grant.tier is Tier.QUOTA:
            rights.append(grant)
        else:
            better = grant if better is None else min(better, grant, key=preference)
    return Judgement(better, min(rights, key=preference, default=None), tuple(refused))


def preference(grant: Grant) -> tuple[int, bool, int, str]:
    """Tier first, then rights that consume nothing, then longer stays, then the reference."""
    stay = _NO_LIMIT if grant.max_stay_minutes is None else grant.max_stay_minutes
    return (_TIER_ORDER[grant.tier], grant.is_limited, -stay, grant.reference)


# One function on purpose: every grant of every passage goes through it, and calls cost more here
# than comparisons.
def measure(  # noqa: PLR0911
    query: AccessQuery, grant: Grant, moment: LocalMoment, opened: dict[int, bool]
) -> Step:
    """The step that stops `grant`, or `PASSED`. `opened` remembers windows looked at before."""
    point = query.point
    if grant.zones != point.zones and not _shares(grant.zones, point.zones):
        return Step.ZONE
    if query.seen_at < grant.valid_from or (
        grant.valid_until is not None and query.seen_at >= grant.valid_until
    ):
        return Step.VALIDITY
    if grant.off_duty:
        return Step.SERVICE
    if grant.control_points and point.control_point not in grant.control_points:
        return Step.GATE
    if not _admits_vehicle(query, grant):
        return Step.VEHICLE
    if grant.windows and not _is_open(grant.windows, moment, opened):
        return Step.WINDOW
    if _used_up(grant):
        return Step.QUOTA
    if query.stay_minutes is not None and overstays(query.stay_minutes, grant.max_stay_minutes):
        return Step.STAY
    return Step.PASSED


def _shares(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(one in others for one in some)


def _is_open(windows: tuple[Window, ...], moment: LocalMoment, opened: dict[int, bool]) -> bool:
    """Grants of a profile share their windows, which need to be looked at once only."""
    known = opened.get(id(windows))
    if known is None:
        known = opened[id(windows)] = is_any_open(windows, moment)
    return known


def _admits_vehicle(query: AccessQuery, grant: Grant) -> bool:
    """A person's look at the vehicle counts more than the register."""
    if grant.tier is Tier.LOADING and query.confirmed_class is not None:
        return query.confirmed_class == LOADING_CLASS
    known = query.known_vehicle_class
    if grant.vehicle_classes and known is not None and known not in grant.vehicle_classes:
        return False
    if grant.max_mass_kg is None and grant.max_height_cm is None:
        return True
    too_heavy = exceeds(query.known_mass_kg, grant.max_mass_kg)
    return not too_heavy and not exceeds(query.known_height_cm, grant.max_height_cm)


def exceeds(value: int | None, limit: int | None) -> bool:
    """Whether a known value is above a limit that there is."""
    return limit is not None and value is not None and value > limit


def overstays(stay_minutes: int | None, limit: int | None) -> bool:
    return exceeds(stay_minutes, limit)


def _used_up(grant: Grant) -> bool:
    """Whether `exceeded_quota` would find one, without building anything."""
    day, month, year = grant.entries_per_day, grant.entries_per_month, grant.entries_per_year
    return (
        (day is not None and grant.used_today is not None and grant.used_today >= day)
        or (
            month is not None
            and grant.used_this_month is not None
            and grant.used_this_month >= month
        )
        or (year is not None and grant.used_this_year is not None and grant.used_this_year >= year)
    )


def exceeded_quota(grant: Grant) -> tuple[str, int, int] | None:
    """(period, used, limit) of the first exhausted quota.

    A count that is unknown, as at the edge, exhausts nothing: the centre knows and decides again.
    """
    for period, used, limit in quotas(grant):
        if used is not None and limit is not None and used >= limit:
            return period, used, limit
    return None


def quotas(grant: Grant) -> tuple[tuple[str, int | None, int | None], ...]:
    """(period, used, limit) of day, month and year."""
    return (
        ("day", grant.used_today, grant.entries_per_day),
        ("month", grant.used_this_month, grant.entries_per_month),
        ("year", grant.used_this_year, grant.entries_per_year),
    )


def closest(refused: Sequence[tuple[Step, Grant]], number: int) -> list[tuple[Step, Grant]]:
    """The `number` refused grants that got furthest; among equals the preferred ones first."""
    by_step = sorted(refused, key=lambda one: -one[0])
    far_enough = by_step[number - 1][0] if len(by_step) >= number else Step.ZONE
    near = [one for one in by_step if one[0] >= far_enough]
    return sorted(near, key=lambda one: (-one[0], preference(one[1])))[:number]
