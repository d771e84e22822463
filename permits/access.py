"""May this vehicle be here? Pure: values in, a value out; no clock, no database.

The order of questions (decision precedence) is in `decide`. The same function runs at the edge on
the synced access list, at the centre on the full register, and years later on a stored decision's
inputs, where it must give the same answer.
"""

from permits.deciding import trace
from permits.deciding.answers import authorised, decision, loading_authorised
from permits.deciding.loading_rule import LoadingRule, loading_rule
from permits.deciding.precedence import judge_all
from permits.deciding.refusal import refuse
from permits.deciding.values import (
    OFFENCES,
    RULE_VERSION,
    AccessDecision,
    AccessQuery,
    CandidateRead,
    ControlPointRules,
    Grant,
    Movement,
    Outcome,
    PointHealth,
    PointMode,
    Reason,
    Tier,
    TraceLine,
    Window,
)
from permits.deciding.windows import LocalMoment, is_any_open, local_moment

__all__ = [
    "MINIMUM_CONFIDENCE",
    "OFFENCES",
    "RULE_VERSION",
    "AccessDecision",
    "AccessQuery",
    "CandidateRead",
    "ControlPointRules",
    "Grant",
    "Movement",
    "Outcome",
    "PointHealth",
    "PointMode",
    "Reason",
    "Tier",
    "TraceLine",
    "Window",
    "decide",
]

MINIMUM_CONFIDENCE = 0.60
"""Below it a read is doubtful: a person looks before anything is decided."""


def decide(query: AccessQuery) -> AccessDecision:
    """Answer `query`. The first of these that applies decides:

    1. The vehicle backed out, left, or the place enforces nothing now: `COUNT_ONLY`. An exit
       keeps its doubt as its reason (`PLATE_UNREAD`, `PLATE_DOUBTFUL`, `PLATE_SYNTAX`), so that
       only an `EXIT` closes a stay.
    2. The read is missing, doubtful or no plate: `READ_REVIEW`, unless a person confirmed it.
    3. A grant other than a quota right allows it, highest tier first: `AUTHORISED`.
    4. The zone admits loading vehicles now and this is one: `AUTHORISED`.
    5. A quota right allows it; it is consumed last, and unknown counts are left to the centre.
    6. Another candidate of the read is registered: `READ_REVIEW`.
    7. Loading is allowed now and the vehicle's class is unknown: `VEHICLE_CHECK`.
    8. Nobody saw which way it drove: `READ_REVIEW`.
    9. `NOT_AUTHORISED`, with the reason of the grant that came closest.

    For a completed stay, ask again about its entry with `stay_minutes` set: a longer stay than
    the grant allows is `OVERSTAY`.

    Raises:
        InvalidInput: `seen_at` has no offset.
    """
    moment = local_moment(query.seen_at, query.holidays)
    seen = trace.happening(query, moment)
    return (
        _not_enforced(query, moment, seen)
        or _read_in_doubt(query, seen)
        or _answer(query, moment, seen)
    )


def _not_enforced(
    query: AccessQuery, moment: LocalMoment, seen: TraceLine
) -> AccessDecision | None:
    point = query.point
    if query.movement is Movement.REVERSED_OUT:
        return decision(query, Outcome.COUNT_ONLY, Reason.DID_NOT_PASS, seen, trace.REVERSED_OUT)
    if point.mode in (PointMode.PLANNED, PointMode.TEST):
        line = trace.not_enforcing(query)
        return decision(query, Outcome.COUNT_ONLY, Reason.POINT_NOT_ENFORCING, seen, line)
    if point.health is PointHealth.FAULT:
        return decision(query, Outcome.COUNT_ONLY, Reason.POINT_FAULT, seen, trace.FAULT)
    if _is_exit(query):
        reason = _doubt(query) or Reason.EXIT
        return decision(query, Outcome.COUNT_ONLY, reason, seen, trace.EXIT_ONLY)
    if _is_open_to_all(query, moment):
        return decision(query, Outcome.COUNT_ONLY, Reason.ZONE_OPEN, seen, trace.OPEN_ZONE)
    return None


def _is_open_to_all(query: AccessQuery, moment: LocalMoment) -> bool:
    """A place of several zones is open when all of them are."""
    calendars = (query.open_windows, *query.other_open_windows)
    return not query.point.zones or all(is_any_open(windows, moment) for windows in calendars)


def _is_exit(query: AccessQuery) -> bool:
    if query.movement is Movement.UNKNOWN:
        return query.point.direction is Movement.EXIT
    return query.movement is Movement.EXIT


def _doubt(query: AccessQuery) -> Reason | None:
    """What is wrong with the read; a person's confirmation settles all but a missing plate."""
    if query.plate is None:
        return Reason.PLATE_UNREAD
    if query.read_confirmed:
        return None
    if query.confidence < MINIMUM_CONFIDENCE:
        return Reason.PLATE_DOUBTFUL
    return None if query.syntax_valid else Reason.PLATE_SYNTAX


def _read_in_doubt(query: AccessQuery, seen: TraceLine) -> AccessDecision | None:
    doubt = _doubt(query)
    if doubt is None:
        return None
    if doubt is Reason.PLATE_UNREAD and query.read_confirmed:
        return decision(query, Outcome.COUNT_ONLY, doubt, seen, trace.UNREADABLE)
    line = {
        Reason.PLATE_UNREAD: trace.UNREAD,
        Reason.PLATE_DOUBTFUL: trace.doubtful(query.confidence, MINIMUM_CONFIDENCE),
        Reason.PLATE_SYNTAX: trace.BAD_SYNTAX,
    }[doubt]
    return decision(query, Outcome.READ_REVIEW, doubt, seen, line)


def _answer(query: AccessQuery, moment: LocalMoment, seen: TraceLine) -> AccessDecision:
    judged = judge_all(query, moment)
    if judged.better is not None:
        return authorised(query, judged.better, moment, seen)
    loading = loading_rule(query, moment)
    if loading is LoadingRule.ALLOWS:
        return loading_authorised(query, moment, seen)
    if judged.right is not None:
        return authorised(query, judged.right, moment, seen)
    return refuse(query, judged.refused, loading, moment, seen)
