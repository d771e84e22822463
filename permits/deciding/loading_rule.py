"""The zone's rule for loading vehicles, which need no permit of their own in its windows."""

from enum import StrEnum

from permits.deciding.precedence import LOADING_CLASS, exceeds, overstays
from permits.deciding.values import AccessQuery
from permits.deciding.windows import LocalMoment, is_any_open


class LoadingRule(StrEnum):
    """What the rule says of one passage."""

    CLOSED = "closed"
    """No loading window is open."""
    ALLOWS = "allows"
    CLASS_UNKNOWN = "class_unknown"
    """Nobody knows the vehicle's class, or nobody has seen proof of it."""
    OTHER_VEHICLE = "other_vehicle"
    OVERSIZE = "oversize"
    """A loading vehicle, but too heavy or too high."""
    USED_UP = "used_up"
    OVERSTAYED = "overstayed"


def loading_rule(query: AccessQuery, moment: LocalMoment) -> LoadingRule:
    """Apply the rule; a person's look at the vehicle counts more than the register."""
    if not is_any_open(query.loading_windows, moment):
        return LoadingRule.CLOSED
    wrong = _wrong_vehicle(query)
    if wrong is not None:
        return wrong
    limit, used = query.loading_entries_per_day, query.loading_used_today
    if limit is not None and used is not None and used >= limit:
        return LoadingRule.USED_UP
    if overstays(query.stay_minutes, query.loading_max_stay_minutes):
        return LoadingRule.OVERSTAYED
    return LoadingRule.ALLOWS


def _wrong_vehicle(query: AccessQuery) -> LoadingRule | None:
    if query.confirmed_class is not None:
        return _ANSWERS.get(query.confirmed_class, LoadingRule.OTHER_VEHICLE)
    if query.known_vehicle_class is None:
        return LoadingRule.CLASS_UNKNOWN
    if query.known_vehicle_class not in query.loading_classes:
        return LoadingRule.OTHER_VEHICLE
    too_heavy = exceeds(query.known_mass_kg, query.loading_max_mass_kg)
    if too_heavy or exceeds(query.known_height_cm, query.loading_max_height_cm):
        return LoadingRule.OVERSIZE
    return None if query.class_proven else LoadingRule.CLASS_UNKNOWN


_ANSWERS: dict[str, LoadingRule | None] = {
    LOADING_CLASS: None,
    "oversize": LoadingRule.OVERSIZE,
}
