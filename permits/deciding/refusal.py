"""What to answer when nothing allows the passage."""

from collections.abc import Sequence

from permits.deciding import trace
from permits.deciding.answers import decision
from permits.deciding.loading_rule import LoadingRule
from permits.deciding.precedence import OBSTACLES, Step, closest
from permits.deciding.values import (
    AccessDecision,
    AccessQuery,
    Grant,
    Movement,
    Outcome,
    Reason,
    TraceLine,
)
from permits.deciding.windows import LocalMoment

_NAMED_REFUSALS = 3
"""How many of the refused grants the trace explains; the closest comes first."""


def refuse(
    query: AccessQuery,
    refused: Sequence[tuple[Step, Grant]],
    loading: LoadingRule,
    moment: LocalMoment,
    seen: TraceLine,
) -> AccessDecision:
    """A person's question where one is open, else `NOT_AUTHORISED` with the closest reason."""
    near = closest(refused, _NAMED_REFUSALS)
    lines = tuple(trace.refused(query, step, grant, moment) for step, grant in near)
    lines = (seen, *(lines or (trace.NO_GRANT,)))
    grant = near[0][1].reference if near else None
    question = _open_question(query, loading)
    if question is not None:
        outcome, reason, line = question
        return decision(query, outcome, reason, *lines, line, grant=grant)
    by_rule = _by_loading_rule(query, loading, near[0][0] if near else None)
    if by_rule is not None:
        reason, line = by_rule
        return decision(query, Outcome.NOT_AUTHORISED, reason, *lines, line, grant=grant)
    reason = OBSTACLES[near[0][0]] if near else Reason.NO_PERMIT
    return decision(query, Outcome.NOT_AUTHORISED, reason, *lines, grant=grant)


def _open_question(
    query: AccessQuery, loading: LoadingRule
) -> tuple[Outcome, Reason, TraceLine] | None:
    """What a person must settle before anybody may speak of an infraction."""
    if not query.read_confirmed and any(other.grants for other in query.other_candidates):
        return Outcome.READ_REVIEW, Reason.SECOND_CANDIDATE, trace.SECOND_CANDIDATE
    if loading is LoadingRule.CLASS_UNKNOWN:
        return Outcome.VEHICLE_CHECK, Reason.VEHICLE_CLASS_UNKNOWN, trace.UNKNOWN_CLASS
    if query.movement is Movement.UNKNOWN and not query.read_confirmed:
        return Outcome.READ_REVIEW, Reason.MOVEMENT_UNKNOWN, trace.MOVEMENT_UNKNOWN
    return None


def _by_loading_rule(
    query: AccessQuery, loading: LoadingRule, nearest: Step | None
) -> tuple[Reason, TraceLine] | None:
    """The loading rule's reason, where it got further than every grant."""
    step = -1 if nearest is None else nearest
    if loading is LoadingRule.OVERSTAYED and step < Step.STAY:
        return Reason.OVERSTAY, trace.loading_overstayed(query)
    if loading is LoadingRule.USED_UP and step < Step.QUOTA:
        return Reason.QUOTA_EXCEEDED, trace.loading_used_up(query)
    if loading is LoadingRule.OVERSIZE and step < Step.VEHICLE:
        return Reason.VEHICLE_CLASS, trace.OVERSIZE_LOADING_VEHICLE
    if loading is LoadingRule.OTHER_VEHICLE and query.confirmed_class is not None and step < 0:
        return Reason.VEHICLE_CLASS, trace.NOT_A_LOADING_VEHICLE
    return None
