"""Decisions put together: the outcome with its reason, trace and consequences."""

from permits.deciding import trace
from permits.deciding.values import (
    AccessDecision,
    AccessQuery,
    Grant,
    Outcome,
    PointMode,
    Reason,
    Tier,
    TraceLine,
)
from permits.deciding.windows import LocalMoment

_REASONS = {
    Tier.EXEMPT: Reason.EXEMPT,
    Tier.UNLIMITED: Reason.UNLIMITED,
    Tier.SPECIFIC: Reason.SPECIFIC_PERMIT,
    Tier.LOADING: Reason.LOADING_WINDOW,
    Tier.QUOTA: Reason.QUOTA_RIGHT,
}


def decision(
    query: AccessQuery,
    outcome: Outcome,
    reason: Reason,
    *lines: TraceLine,
    grant: str | None = None,
    debits_quota: bool = False,
    max_stay_minutes: int | None = None,
) -> AccessDecision:
    """An `AccessDecision` with the warning period filled in."""
    warning = is_warning(query)
    informed = warning and outcome is Outcome.NOT_AUTHORISED
    return AccessDecision(
        outcome=outcome,
        reason=reason,
        trace=(*lines, trace.WARNING) if informed else lines,
        grant=grant,
        debits_quota=debits_quota,
        max_stay_minutes=max_stay_minutes,
        warning_only=warning,
    )


def is_warning(query: AccessQuery) -> bool:
    """Point or zone, whichever is the more restrained."""
    until = query.point.warning_until
    return query.point.mode is PointMode.WARNING or (until is not None and query.seen_at < until)


def authorised(
    query: AccessQuery, grant: Grant, moment: LocalMoment, seen: TraceLine
) -> AccessDecision:
    """The answer when `grant` allows the passage."""
    return decision(
        query,
        Outcome.AUTHORISED,
        _REASONS[grant.tier],
        seen,
        *trace.allowed(query, grant, moment),
        grant=grant.reference,
        debits_quota=grant.is_limited,
        max_stay_minutes=grant.max_stay_minutes,
    )


def loading_authorised(query: AccessQuery, moment: LocalMoment, seen: TraceLine) -> AccessDecision:
    """The answer when the zone's loading rule allows the passage; no grant is debited."""
    return decision(
        query,
        Outcome.AUTHORISED,
        Reason.LOADING_WINDOW,
        seen,
        *trace.loading_allowed(query, moment),
        max_stay_minutes=query.loading_max_stay_minutes,
    )
