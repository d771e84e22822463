"""Every day: what was sent is what was accepted plus what was rejected, on both sides.

A day that does not balance raises an alarm that names the numbers, and is looked at again every
hour for a week: a receipt may still come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal, utc_now
from core.database import transaction
from core.identity import SYSTEM
from core.runtime import Runtime
from sanctions.integrations import alarms, health
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.handover import receipts
from sanctions.integrations.handover.models import (
    ACCEPTED,
    BatchState,
    HandoverBatch,
    HandoverDay,
    HandoverItem,
    ItemState,
)
from sanctions.integrations.handover.wire import ANNULMENT, DayReport, Receipt
from sanctions.integrations.services import sanction_system
from sanctions.integrations.systems import System

LOOKED_AT_FOR = timedelta(days=7)
LOOKED_AT_EVERY = timedelta(hours=1)
_REJECTED = frozenset({ItemState.REJECTED, ItemState.REPLACED})


@dataclass(frozen=True)
class Balance:
    """Both sides of one day, by case number (annulments with a ``B`` before them)."""

    sent: frozenset[str]
    accepted: frozenset[str]
    rejected: frozenset[str]
    differences: Mapping[str, Sequence[str]]

    @property
    def is_balanced(self) -> bool:
        return not self.differences


def balance(
    sent: frozenset[str],
    accepted: frozenset[str],
    rejected: frozenset[str],
    theirs_accepted: frozenset[str],
    theirs_rejected: frozenset[str],
) -> Balance:
    """Compare. Balanced only when every number sent has one verdict, the same on both sides. Pure.

    A number rejected and then accepted under another batch of the same day counts as accepted.
    """
    theirs_rejected -= theirs_accepted
    rejected -= accepted
    found = {
        "without_receipt": sent - accepted - rejected,
        "accepted_only_here": accepted - theirs_accepted,
        "accepted_only_there": theirs_accepted - accepted,
        "rejected_only_here": rejected - theirs_rejected,
        "rejected_only_there": theirs_rejected - rejected,
    }
    differences = {kind: sorted(numbers) for kind, numbers in found.items() if numbers}
    return Balance(sent, accepted, rejected, differences)


def days_due(session: Session, now: datetime) -> list[date]:
    """Past days on which something was sent, or asked to be, and that do not balance yet."""
    today = municipal(now).date()
    sent = select(HandoverItem.sent_on).where(
        HandoverItem.sent_on < today, HandoverItem.sent_on >= today - LOOKED_AT_FOR
    )
    days = {day for day in session.scalars(sent.distinct()) if day is not None}
    known = {day: session.get(HandoverDay, day) for day in days}
    return sorted(day for day in days if _is_due(known[day], now))


def _is_due(known: HandoverDay | None, now: datetime) -> bool:
    if known is None:
        return True
    return not known.is_balanced and now - known.checked_at >= LOOKED_AT_EVERY


def reconcile(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The outbox job for one day: take in what receipts are missing, then compare."""
    day = date.fromisoformat(payload["day"])
    with transaction(runtime.reading) as reading:
        if health.is_resting(reading, System.HANDOVER, utc_now()):
            return
    try:
        with sanction_system(runtime.settings) as system, health.calling(runtime, System.HANDOVER):
            late, report = system.receipts(day), system.day(day)
    except (ServiceDown, AnswerNotUnderstood, RequestRefused):
        return  # shown as failing; the day stays due
    now = runtime.clock.now()
    take_in_late(session, late, now=now)
    settle_day(session, day, report, now=now)


def take_in_late(session: Session, late: Sequence[Receipt], *, now: datetime) -> None:
    """Receipts that came by themselves: of waiting batches, of answered ones, and of strangers."""
    for receipt in late:
        query = select(HandoverBatch).where(HandoverBatch.name == receipt.CAPCALERA.FITXER_PDA)
        batch = session.scalar(query.with_for_update())
        if batch is None or str(batch.id) != receipt.ID_REMESA:
            receipts.take_in_unknown(session, receipt, now=now)
        elif batch.state == BatchState.WAITING:
            receipts.take_in(session, batch, receipt, now=now)


def settle_day(session: Session, day: date, report: DayReport, *, now: datetime) -> Balance:
    """Store how the day stands; an alarm when it does not balance, none any more when it does."""
    items = session.scalars(select(HandoverItem).where(HandoverItem.sent_on == day)).all()
    result = balance(
        _numbers(items),
        _numbers([item for item in items if item.state in ACCEPTED]),
        _numbers([item for item in items if item.state in _REJECTED]),
        frozenset(report.ACCEPTADES),
        frozenset(report.REBUTJADES),
    )
    row = session.get(HandoverDay, day) or HandoverDay(day=day)
    row.checked_at, row.is_balanced = now, result.is_balanced
    row.sent, row.accepted = len(result.sent), len(result.accepted)
    row.rejected = len(result.rejected)
    row.differences = {kind: list(numbers) for kind, numbers in result.differences.items()}
    session.add(row)
    _tell(session, day, result, now)
    session.flush()
    return result


def _numbers(items: Sequence[HandoverItem]) -> frozenset[str]:
    return frozenset(("B" if item.action == ANNULMENT else "") + str(item.number) for item in items)


def _tell(session: Session, day: date, result: Balance, now: datetime) -> None:
    subject = f"day:{day.isoformat()}"
    if result.is_balanced:
        alarms.settle(session, AlarmKind.NOT_BALANCED, subject, note="balanced", now=now)
    else:
        lines = [f"{kind}: {', '.join(some)}" for kind, some in result.differences.items()]
        alarms.raise_alarm(
            session,
            System.HANDOVER,
            AlarmKind.NOT_BALANCED,
            subject,
            reference=day.isoformat(),
            details="; ".join(lines)[:1000],
            now=now,
        )
    audit.record(
        session,
        SYSTEM,
        "sanctions:handover:reconciled",
        subject,
        balanced=result.is_balanced,
        sent=len(result.sent),
    )
