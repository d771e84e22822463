"""Money that goes back: a case annulled after it had been paid."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import NotFound
from core.identity import Actor, Permission
from sanctions.instruction.models import Refund
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.states import PAID
from sanctions.transitions import EventKind, write_event


def open_refund(session: Session, case: InfractionCase, actor: Actor, *, now: datetime) -> Refund:
    """What `case` was paid with is to be given back."""
    paying = (event for event in case.events if event.to_state in PAID)
    refund = Refund(
        case_id=case.id,
        amount_cents=case.paid_cents or 0,
        payment=next((event.reason for event in paying), None),
        opened_at=now,
        opened_by=actor.id,
        opened_by_name=actor.name,
    )
    session.add(refund)
    write_event(case, EventKind.REFUND_OPENED, actor, now=now, note=str(refund.amount_cents))
    audit.record(session, actor, "sanctions:refund:opened", f"case:{case.id}")
    session.flush()
    return refund


def settle_refund(
    session: Session, case_id: UUID, *, settlement: str, actor: Actor, now: datetime
) -> Refund:
    """The money went back; `settlement` is the transfer's reference. Twice is once.

    Raises:
        Forbidden: the actor does not instruct cases.
        NotFound: nothing is to be given back in this case.
    """
    actor.check(Permission.INSTRUCT_CASES)
    case = get_case(session, case_id, lock=True)
    refund = session.get(Refund, case_id)
    if refund is None:
        raise NotFound("Case %(case)s has no refund.", case=case.reference)
    if refund.settled_at is None:
        refund.settled_at, refund.settlement = now, settlement
        write_event(case, EventKind.REFUND_PAID, actor, now=now, reason=settlement)
        audit.record(session, actor, "sanctions:refund:settled", f"case:{case.id}")
        session.flush()
    return refund


def open_refunds(session: Session) -> list[Refund]:
    """Those that wait, the oldest first."""
    waiting = select(Refund).where(Refund.settled_at.is_(None)).order_by(Refund.opened_at)
    return list(session.scalars(waiting))


def has_open_refund() -> ColumnElement[bool]:
    """For queries of cases: money of theirs is still to be given back."""
    waiting = select(Refund.case_id).where(
        Refund.case_id == InfractionCase.id, Refund.settled_at.is_(None)
    )
    return waiting.exists()
