"""The reasoning in words: message ids (English) with values, translated where they are shown.

Values that are codes (profile, zone, control point, class) are put into words by
`permits.words.sentences`; times are municipal, as ``11:07``, dates as ``2026-10-20``.
"""

from datetime import datetime

from core.clock import municipal
from permits.deciding.precedence import Step, exceeded_quota, exceeds, quotas
from permits.deciding.values import AccessQuery, Grant, Movement, TraceLine
from permits.deciding.windows import LocalMoment, clock_text, hours_today, open_window

NO_GRANT = TraceLine("No permit is registered for this vehicle.")
UNREAD = TraceLine("The plate could not be read: a person looks at the pictures.")
BAD_SYNTAX = TraceLine("The read fits no known plate format: a person looks at the pictures.")
SECOND_CANDIDATE = TraceLine(
    "The best read may not enter, but another likely read is registered: a person compares them."
)
MOVEMENT_UNKNOWN = TraceLine(
    "It could not be seen whether the vehicle drove in: a person looks at the pictures."
)
UNREADABLE = TraceLine("A person confirmed that the plate cannot be read: counted only.")
REVERSED_OUT = TraceLine("The vehicle stopped and reversed out: it did not enter.")
EXIT_ONLY = TraceLine("Leaving the zone is never an infraction.")
OPEN_ZONE = TraceLine("The zone is open to all traffic at this time.")
FAULT = TraceLine("The control point has a fault: counted only.")
WARNING = TraceLine("Warning period: the holder is only informed, nothing is sanctioned.")
UNKNOWN_CLASS = TraceLine(
    "Loading is allowed now and the kind of vehicle is not known: a person checks it."
)
OVERSIZE_LOADING_VEHICLE = TraceLine(
    "Loading is allowed now, but this vehicle is heavier or higher than the limits."
)
NOT_A_LOADING_VEHICLE = TraceLine("Loading is allowed now, but this is not a loading vehicle.")

_MOVEMENTS = {
    Movement.ENTRY: "Entry at %(point)s, %(date)s at %(time)s.",
    Movement.EXIT: "Exit at %(point)s, %(date)s at %(time)s.",
    Movement.UNKNOWN: "Seen at %(point)s, %(date)s at %(time)s, direction unknown.",
    Movement.REVERSED_OUT: "Turned back at %(point)s, %(date)s at %(time)s.",
}
_QUOTA_EXCEEDED = {
    "day": "%(profile)s permit %(grant)s: %(used)s of %(limit)s entries of the day are used.",
    "month": "%(profile)s permit %(grant)s: %(used)s of %(limit)s entries of the month are used.",
    "year": "%(profile)s permit %(grant)s: %(used)s of %(limit)s entries of the year are used.",
}
_QUOTA_COUNT = {
    "day": "This is entry %(entry)s of %(limit)s in the day.",
    "month": "This is entry %(entry)s of %(limit)s in the month.",
    "year": "This is entry %(entry)s of %(limit)s in the year.",
}


def happening(query: AccessQuery, moment: LocalMoment) -> TraceLine:
    """What was seen, where and when."""
    return TraceLine(
        _MOVEMENTS[query.movement],
        {
            "point": query.point.control_point,
            "date": moment.at.date().isoformat(),
            "time": _clock(moment),
        },
    )


def doubtful(confidence: float, needed: float) -> TraceLine:
    return TraceLine(
        "The plate was read with confidence %(confidence)s, below %(needed)s: a person looks at "
        "the pictures.",
        {"confidence": f"{confidence:.2f}", "needed": f"{needed:.2f}"},
    )


def not_enforcing(query: AccessQuery) -> TraceLine:
    return TraceLine(
        "The control point is in mode '%(mode)s': counted only.", {"mode": query.point.mode.value}
    )


def allowed(query: AccessQuery, grant: Grant, moment: LocalMoment) -> tuple[TraceLine, ...]:
    """Why `grant` allows the passage, what it debits and how long the vehicle may stay."""
    values = _named(query, grant) | {"entry": _clock(moment)}
    window = open_window(grant.windows, moment)
    if window is None:
        message = "%(profile)s permit %(grant)s allows %(zone)s at any time; entry at %(entry)s."
    else:
        values["until"] = clock_text(window.end_minute)
        message = (
            "%(profile)s permit %(grant)s allows %(zone)s until %(until)s; entry at %(entry)s."
        )
    return (TraceLine(message, values), *_counts(grant), *stay_limit(grant.max_stay_minutes))


def _counts(grant: Grant) -> tuple[TraceLine, ...]:
    lines = tuple(
        TraceLine(_QUOTA_COUNT[period], {"entry": str(used + 1), "limit": str(limit)})
        for period, used, limit in quotas(grant)
        if used is not None and limit is not None
    )
    if lines or not grant.is_limited:
        return lines
    return (TraceLine("Its entries are counted by the control centre."),)


def stay_limit(minutes: int | None) -> tuple[TraceLine, ...]:
    if minutes is None:
        return ()
    return (TraceLine("The vehicle may stay %(minutes)s minutes.", {"minutes": str(minutes)}),)


def loading_allowed(query: AccessQuery, moment: LocalMoment) -> tuple[TraceLine, ...]:
    """Why a loading vehicle may enter without a permit of its own."""
    window = open_window(query.loading_windows, moment)
    line = TraceLine(
        "Loading vehicles may enter until %(until)s; entry at %(entry)s.",
        {"until": clock_text(window.end_minute) if window else "", "entry": _clock(moment)},
    )
    return (line, *stay_limit(query.loading_max_stay_minutes))


def loading_used_up(query: AccessQuery) -> TraceLine:
    return TraceLine(
        "This vehicle has used %(used)s of %(limit)s loading entries of the day.",
        {"used": str(query.loading_used_today), "limit": str(query.loading_entries_per_day)},
    )


def loading_overstayed(query: AccessQuery) -> TraceLine:
    return TraceLine(
        "Loading vehicles may stay %(limit)s minutes; this stay took %(minutes)s.",
        {"limit": str(query.loading_max_stay_minutes), "minutes": str(query.stay_minutes)},
    )


def refused(query: AccessQuery, step: Step, grant: Grant, moment: LocalMoment) -> TraceLine:
    """Why `grant`, stopped at `step`, does not allow the passage."""
    return _REFUSALS[step](query, grant, moment)


def _wrong_zone(query: AccessQuery, grant: Grant, _: LocalMoment) -> TraceLine:
    return TraceLine(
        "%(profile)s permit %(grant)s is for %(zones)s, not for %(zone)s.",
        _named(query, grant) | {"zones": ", ".join(grant.zones)},
    )


def _not_valid(query: AccessQuery, grant: Grant, _: LocalMoment) -> TraceLine:
    if grant.valid_until is not None and query.seen_at >= grant.valid_until:
        message = "%(profile)s permit %(grant)s ended on %(moment)s."
        return TraceLine(message, _named(query, grant) | {"moment": _stamp(grant.valid_until)})
    message = "%(profile)s permit %(grant)s begins on %(moment)s."
    return TraceLine(message, _named(query, grant) | {"moment": _stamp(grant.valid_from)})


def _wrong_gate(query: AccessQuery, grant: Grant, _: LocalMoment) -> TraceLine:
    return TraceLine(
        "%(profile)s permit %(grant)s is for the control points %(points)s, not for %(point)s.",
        _named(query, grant)
        | {"points": ", ".join(grant.control_points), "point": query.point.control_point},
    )


def _off_duty(query: AccessQuery, grant: Grant, _: LocalMoment) -> TraceLine:
    return TraceLine(
        "%(profile)s permit %(grant)s counts in service only: the vehicle was off duty.",
        _named(query, grant),
    )


def _wrong_vehicle(query: AccessQuery, grant: Grant, _: LocalMoment) -> TraceLine:
    named = _named(query, grant)
    if exceeds(query.known_mass_kg, grant.max_mass_kg):
        return TraceLine(
            "%(profile)s permit %(grant)s is for vehicles up to %(limit)s kg; this one has "
            "%(mass)s kg.",
            named | {"limit": str(grant.max_mass_kg), "mass": str(query.known_mass_kg)},
        )
    if exceeds(query.known_height_cm, grant.max_height_cm):
        return TraceLine(
            "%(profile)s permit %(grant)s is for vehicles up to %(limit)s cm high; this one has "
            "%(height)s cm.",
            named | {"limit": str(grant.max_height_cm), "height": str(query.known_height_cm)},
        )
    return TraceLine(
        "%(profile)s permit %(grant)s is for other vehicles: this one is of class %(class)s.",
        named | {"class": query.confirmed_class or query.known_vehicle_class or "?"},
    )


def _outside(query: AccessQuery, grant: Grant, moment: LocalMoment) -> TraceLine:
    hours = hours_today(grant.windows, moment)
    values = _named(query, grant) | {"entry": _clock(moment)}
    if not hours:
        message = "%(profile)s permit %(grant)s allows no entry on this day; entry at %(entry)s."
        return TraceLine(message, values)
    return TraceLine(
        "%(profile)s permit %(grant)s allows %(zone)s today at %(hours)s; entry at %(entry)s.",
        values | {"hours": hours},
    )


def _used_up(query: AccessQuery, grant: Grant, _: LocalMoment) -> TraceLine:
    period, used, limit = exceeded_quota(grant) or ("year", 0, 0)
    values = _named(query, grant) | {"used": str(used), "limit": str(limit)}
    return TraceLine(_QUOTA_EXCEEDED[period], values)


def _overstayed(query: AccessQuery, grant: Grant, _: LocalMoment) -> TraceLine:
    return TraceLine(
        "%(profile)s permit %(grant)s allows a stay of %(limit)s minutes; this one took "
        "%(minutes)s.",
        _named(query, grant)
        | {"limit": str(grant.max_stay_minutes), "minutes": str(query.stay_minutes)},
    )


_REFUSALS = {
    Step.ZONE: _wrong_zone,
    Step.VALIDITY: _not_valid,
    Step.SERVICE: _off_duty,
    Step.GATE: _wrong_gate,
    Step.VEHICLE: _wrong_vehicle,
    Step.WINDOW: _outside,
    Step.QUOTA: _used_up,
    Step.STAY: _overstayed,
}


def _named(query: AccessQuery, grant: Grant) -> dict[str, str]:
    zones = [zone for zone in query.point.zones if zone in grant.zones] or query.point.zones
    return {"profile": grant.profile, "grant": grant.reference, "zone": ", ".join(zones)}


def _clock(moment: LocalMoment) -> str:
    return clock_text(moment.minute)


def _stamp(moment: datetime) -> str:
    return municipal(moment).strftime("%Y-%m-%d %H:%M")
