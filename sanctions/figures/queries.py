"""Figures over cases and their history: counted, never about one person.

A share by control point is told only from `SMALLEST` cases on: fewer say nothing, and a single case
at a gate may point to somebody.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session, aliased

from core.audit import AuditEvent
from core.words import Word
from sanctions.models import CaseEvent, InfractionCase
from sanctions.reasons import (
    ANNULMENT_LABELS,
    REJECTION_LABELS,
    AnnulmentReason,
    RejectionReason,
)
from sanctions.review.second import Agreement, agreement
from sanctions.states import AWAITING_REVIEW, CaseState
from sanctions.transitions import EventKind

SMALLEST = 5
FALSE_READS = frozenset({RejectionReason.PLATE_MISREAD, RejectionReason.PLATE_UNREADABLE})
AGES = (1, 3, 7, 15, 30)
"""Upper ends, in days, of the queue's age classes."""


@dataclass(frozen=True)
class QueueAge:
    waiting: int
    oldest: datetime | None
    by_age: Sequence[tuple[int | None, int]]
    """(days at most, cases); None: older than the last class."""
    doubtful: int
    """Past their last safe day."""


@dataclass(frozen=True)
class PointReads:
    """How a control point's reads fared before the agents."""

    control_point: str
    reviewed: int
    false_reads: int

    @property
    def percent(self) -> float | None:
        """None while too few were reviewed to say anything."""
        return None if self.reviewed < SMALLEST else 100 * self.false_reads / self.reviewed


@dataclass(frozen=True)
class _Decision:
    to_state: str | None
    reason: str | None
    at: datetime
    opened_at: datetime
    control_point: str


@dataclass(frozen=True)
class Lookup:
    """Searches of plates, or looks at registers, by purpose."""

    action: str
    purpose: str
    count: int


@dataclass(frozen=True)
class Figures:
    since: datetime
    queue: QueueAge
    validated: int
    rejected: int
    reasons: Sequence[tuple[Word, int]]
    points: Sequence[PointReads]
    hours_to_decision: float | None
    """Median from the opening of a case to the agent's decision."""
    agreement: Agreement
    annulled: Sequence[tuple[Word, int]]
    lookups: Sequence[Lookup]


def figures(session: Session, *, since: datetime, now: datetime) -> Figures:
    """Everything on the page, over what happened from `since` on."""
    decided = _decisions(session, since)
    rejected = (row.reason for row in decided if row.to_state == CaseState.AGENT_REJECTED)
    reasons = Counter(reason for reason in rejected if reason is not None)
    return Figures(
        since=since,
        queue=_queue(session, now),
        validated=sum(row.to_state == CaseState.AGENT_VALIDATED for row in decided),
        rejected=sum(reasons.values()),
        reasons=[(REJECTION_LABELS[RejectionReason(one)], n) for one, n in reasons.most_common()],
        points=_points(decided),
        hours_to_decision=_hours(decided),
        agreement=agreement(session),
        annulled=_annulled(session, since),
        lookups=_lookups(session, since),
    )


def _queue(session: Session, now: datetime) -> QueueAge:
    query = select(InfractionCase.opened_at, InfractionCase.limitation_at)
    rows = session.execute(query.where(InfractionCase.state.in_(AWAITING_REVIEW))).all()
    ages = Counter(_age_class(now - row.opened_at) for row in rows)
    classes = [*AGES, None]
    return QueueAge(
        waiting=len(rows),
        oldest=min((row.opened_at for row in rows), default=None),
        by_age=[(days, ages[days]) for days in classes],
        doubtful=sum(row.limitation_at <= now for row in rows),
    )


def _age_class(age: timedelta) -> int | None:
    return next((days for days in AGES if age <= timedelta(days=days)), None)


def _decisions(session: Session, since: datetime) -> Sequence[_Decision]:
    opened = aliased(InfractionCase)
    query = (
        select(
            CaseEvent.to_state,
            CaseEvent.reason,
            CaseEvent.at,
            opened.opened_at,
            opened.control_point,
        )
        .join(opened, opened.id == CaseEvent.case_id)
        .where(
            CaseEvent.kind == EventKind.STATE_CHANGED,
            CaseEvent.to_state.in_([CaseState.AGENT_VALIDATED, CaseState.AGENT_REJECTED]),
            CaseEvent.at >= since,
        )
    )
    return [_Decision(*row) for row in session.execute(query)]


def _points(decided: Sequence[_Decision]) -> list[PointReads]:
    reviewed = Counter(row.control_point for row in decided)
    false = Counter(row.control_point for row in decided if row.reason in FALSE_READS)
    points = [PointReads(code, count, false[code]) for code, count in reviewed.items()]
    return sorted(points, key=lambda one: (-(one.percent or -1.0), one.control_point))


def _hours(decided: Sequence[_Decision]) -> float | None:
    lengths = [(row.at - row.opened_at).total_seconds() / 3600 for row in decided]
    return median(lengths) if lengths else None


def _annulled(session: Session, since: datetime) -> list[tuple[Word, int]]:
    query = (
        select(CaseEvent.reason, func.count())
        .where(
            CaseEvent.kind == EventKind.STATE_CHANGED,
            CaseEvent.to_state == CaseState.ANNULLED,
            CaseEvent.at >= since,
        )
        .group_by(CaseEvent.reason)
        .order_by(func.count().desc())
    )
    rows = session.execute(query)
    return [(ANNULMENT_LABELS[AnnulmentReason(reason)], count) for reason, count in rows if reason]


def _lookups(session: Session, since: datetime) -> list[Lookup]:
    """Plates and holders that were looked up, by what for (P7, P10): every look-up's audit row
    carries its purpose."""
    query = select(AuditEvent.action, AuditEvent.details).where(
        AuditEvent.at >= since, cast(AuditEvent.details, String).like('%"purpose"%')
    )
    found = Counter(
        (row.action, str(row.details.get("purpose", ""))) for row in session.execute(query)
    )
    return [Lookup(action, purpose, count) for (action, purpose), count in found.most_common()]
