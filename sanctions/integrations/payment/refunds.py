"""Money that goes back: a person approves, the gateway pays, once.

Two things open a refund here: a case annulled after it was paid (`sanctions.refunds`), and a
payment that was kept aside, when a person decides to give it back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.clock import utc_now
from core.database import transaction
from core.errors import Conflict, NotFound, SarbideError
from core.identity import Actor, Permission, Role
from core.runtime import Runtime
from sanctions.integrations import alarms, health
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.payment.adapter import RefundDone
from sanctions.integrations.payment.models import (
    Payment,
    PaymentOutcome,
    RefundOrder,
    RefundState,
)
from sanctions.integrations.services import payment_gateway
from sanctions.integrations.systems import System
from sanctions.refunds import open_refunds, settle_refund
from sanctions.sentences import kept

ANNULLED, KEPT_ASIDE = "annulled", "kept_aside"
_ASIDE_ALARMS = (
    AlarmKind.WRONG_AMOUNT,
    AlarmKind.PAID_TWICE,
    AlarmKind.UNEXPECTED_PAYMENT,
    AlarmKind.UNKNOWN_PAYMENT,
)


def make_refunds(session: Session, now: datetime) -> list[RefundOrder]:
    """One for every case that was annulled after it had been paid through the gateway."""
    made = []
    for due in open_refunds(session):
        paid = select(Payment).where(
            Payment.case_id == due.case_id, Payment.outcome == PaymentOutcome.BOOKED.value
        )
        payment = session.scalar(paid)
        if payment is None or _order_of(session, payment.id) is not None:
            continue
        made.append(_open(session, payment, due.amount_cents, ANNULLED, now))
    return made


def give_back(session: Session, payment_id: UUID, actor: Actor, *, now: datetime) -> RefundOrder:
    """A person decides that a payment kept aside goes back.

    Raises:
        Forbidden: without the permission.
        NotFound: there is no such payment.
        Conflict: it was booked, or goes back already.
    """
    actor.check(Permission.MANAGE_INTEGRATIONS)
    payment = session.get(Payment, payment_id, with_for_update=True)
    if payment is None:
        raise NotFound("There is no payment %(payment)s.", payment=str(payment_id))
    if payment.outcome != PaymentOutcome.ASIDE or _order_of(session, payment.id) is not None:
        raise Conflict(
            "Payment %(payment)s is not kept aside any more.", payment=payment.transaction
        )
    refund = _open(session, payment, payment.amount_cents, KEPT_ASIDE, now)
    approve(session, refund.id, actor, now=now)
    for kind in _ASIDE_ALARMS:
        words = f"given back by {actor.name}"
        alarms.settle(session, kind, f"payment:{payment.id}", note=words, now=now)
    return refund


def approve(session: Session, refund_id: UUID, actor: Actor, *, now: datetime) -> RefundOrder:
    """The money may go; approving twice is approving once. Raises Forbidden or NotFound."""
    actor.check(Permission.MANAGE_INTEGRATIONS)
    refund = session.get(RefundOrder, refund_id, with_for_update=True)
    if refund is None:
        raise NotFound("There is no refund %(refund)s.", refund=str(refund_id))
    if refund.state in {RefundState.REQUESTED, RefundState.REFUSED}:
        refund.state = RefundState.APPROVED.value
        refund.approved_at = now
        refund.approved_by, refund.approved_by_name = actor.id, actor.name
        audit.record(session, actor, "sanctions:refund:approved", f"refund:{refund.id}")
        for kind in (AlarmKind.REFUND_DUE, AlarmKind.REFUND_REFUSED):
            words = f"approved by {actor.name}"
            alarms.settle(session, kind, f"refund:{refund.id}", note=words, now=now)
    return refund


def send(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The outbox job of one refund. Quiet when done, not approved, or the gateway rests."""
    refund_id = UUID(payload["refund_id"])
    taken = _take(runtime, refund_id)
    if taken is None:
        return
    transaction_number, cents = taken
    now = runtime.clock.now()
    try:
        with payment_gateway(runtime.settings) as gateway, health.calling(runtime, System.PAYMENT):
            done = gateway.refund(refund_id, transaction_number, cents)
    except (ServiceDown, AnswerNotUnderstood):
        _locked(session, refund_id).give_back()
        return
    except RequestRefused as error:
        refund = _locked(session, refund_id)
        refund.give_back()
        refund.state = RefundState.REFUSED.value
        _alarm(session, refund, AlarmKind.REFUND_REFUSED, now, kept(error))
        return
    _settle(session, _locked(session, refund_id), done, now)


def _take(runtime: Runtime, refund_id: UUID) -> tuple[str, int] | None:
    real_now = utc_now()
    with transaction(runtime.writing) as session:
        if health.is_resting(session, System.PAYMENT, real_now):
            return None
        refund = session.get(RefundOrder, refund_id, with_for_update=True)
        if refund is None or refund.state != RefundState.APPROVED or not refund.take(real_now):
            return None
        payment = session.get_one(Payment, refund.payment_id)
        return payment.transaction, refund.amount_cents


def _settle(session: Session, refund: RefundOrder, done: RefundDone, now: datetime) -> None:
    refund.give_back()
    refund.state, refund.done_at = RefundState.DONE.value, now
    refund.external_id = done.Identificador
    if refund.reason != ANNULLED or refund.case_id is None:
        return
    # In the name of whoever approved it: paying back is a person's decision.
    approver = Actor(
        id=refund.approved_by,
        name=refund.approved_by_name or "",
        roles=frozenset({Role.INSTRUCTOR}),
    )
    try:
        with session.begin_nested():
            settle_refund(
                session, refund.case_id, settlement=done.Identificador, actor=approver, now=now
            )
    except SarbideError as error:
        _alarm(session, refund, AlarmKind.REFUND_REFUSED, now, kept(error))


def _open(
    session: Session, payment: Payment, cents: int, reason: str, now: datetime
) -> RefundOrder:
    refund = RefundOrder(
        payment_id=payment.id,
        case_id=payment.case_id,
        reference=payment.transaction,
        amount_cents=cents,
        reason=reason,
        state=RefundState.REQUESTED.value,
        requested_at=now,
        attempts=0,
    )
    session.add(refund)
    session.flush()
    if reason == ANNULLED:
        _alarm(session, refund, AlarmKind.REFUND_DUE, now, f"{cents / 100:.2f} EUR")
    return refund


def _alarm(
    session: Session, refund: RefundOrder, kind: AlarmKind, now: datetime, details: str
) -> None:
    alarms.raise_alarm(
        session,
        System.PAYMENT,
        kind,
        f"refund:{refund.id}",
        reference=refund.reference,
        case_id=refund.case_id,
        details=details,
        now=now,
    )


def _order_of(session: Session, payment_id: UUID) -> RefundOrder | None:
    return session.scalar(select(RefundOrder).where(RefundOrder.payment_id == payment_id))


def _locked(session: Session, refund_id: UUID) -> RefundOrder:
    return session.get_one(RefundOrder, refund_id, with_for_update=True)
