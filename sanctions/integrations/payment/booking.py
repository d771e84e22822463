"""What the gateway told: booked on the case, kept aside, or known already.

A payment is never lost and never counted twice: each of the gateway's transactions is one row,
whatever becomes of it. What does not fit (another amount, nothing owed, paid already, an order
nobody here made) is kept aside with an alarm, and the case stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.clock import utc_now
from core.database import transaction
from core.errors import SarbideError
from core.identity import SYSTEM
from core.runtime import Runtime
from sanctions import procedure
from sanctions.errors import WrongAmount
from sanctions.integrations import alarms, health
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.city_time import on_city_clock
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.payment.adapter import Callback
from sanctions.integrations.payment.models import Payment, PaymentOrder, PaymentOutcome
from sanctions.integrations.services import payment_gateway
from sanctions.integrations.systems import System
from sanctions.queries import get_case
from sanctions.sentences import kept
from sanctions.states import PAID

ASK_AFTER = timedelta(minutes=15)
"""An order without a callback for this long is asked about."""
ASK_FOR = timedelta(days=3)
ASK_EVERY = timedelta(minutes=30)


@dataclass(frozen=True)
class _Trouble:
    kind: AlarmKind
    details: str


def book(session: Session, told: Callback, *, paid_at: datetime, now: datetime) -> Payment:
    """Take in one piece of news of the gateway; the same again changes nothing but a count."""
    # The order first: its lock keeps two workers from booking the same news at the same moment.
    order = session.get(PaymentOrder, told.Pedido, with_for_update=True)
    known = session.scalar(
        select(Payment).where(Payment.transaction == told.Transaccion).with_for_update()
    )
    if known is not None:
        known.times_told += 1
        return known
    payment = Payment(
        transaction=told.Transaccion,
        order_id=order.id if order is not None else None,
        case_id=order.case_id if order is not None else None,
        amount_cents=told.Importe,
        paid_at=paid_at,
        received_at=now,
        outcome=PaymentOutcome.FAILED.value,
        times_told=1,
        raw=told.model_dump_json(),
    )
    session.add(payment)
    session.flush()
    if told.Resultado == "pagado":
        _settle(session, payment, order, now)
    return payment


def _settle(session: Session, payment: Payment, order: PaymentOrder | None, now: datetime) -> None:
    trouble = _trouble(session, payment, order, now)
    outcome = PaymentOutcome.BOOKED if trouble is None else PaymentOutcome.ASIDE
    payment.outcome = outcome.value
    audit.record(
        session,
        SYSTEM,
        "sanctions:payment:received",
        f"payment:{payment.id}",
        outcome=outcome.value,
        cents=payment.amount_cents,
    )
    if trouble is not None:
        alarms.raise_alarm(
            session,
            System.PAYMENT,
            trouble.kind,
            f"payment:{payment.id}",
            reference=order.reference if order is not None else payment.transaction[:60],
            case_id=payment.case_id,
            details=trouble.details,
            now=now,
        )


def _trouble(
    session: Session, payment: Payment, order: PaymentOrder | None, now: datetime
) -> _Trouble | None:
    """Book on the case; None when it worked, else why the money is kept aside."""
    amount = f"{payment.amount_cents / 100:.2f} EUR"
    if order is None:
        return _Trouble(AlarmKind.UNKNOWN_PAYMENT, amount)
    case = get_case(session, order.case_id, lock=True)
    if case.case_state in PAID:
        return _Trouble(AlarmKind.PAID_TWICE, amount)
    if payment.amount_cents != order.amount_cents:
        return _Trouble(AlarmKind.WRONG_AMOUNT, f"{amount}, {order.amount_cents / 100:.2f} EUR")
    try:
        with session.begin_nested():
            procedure.pay(
                session,
                case.id,
                cents=payment.amount_cents,
                paid_at=payment.paid_at,
                payment=payment.transaction,
                now=now,
            )
    except WrongAmount as error:
        return _Trouble(AlarmKind.WRONG_AMOUNT, kept(error))
    except SarbideError as error:
        return _Trouble(AlarmKind.UNEXPECTED_PAYMENT, f"{amount}. {error}")
    order.settled_at = now
    return None


def orders_to_ask(session: Session, now: datetime, real_now: datetime) -> list[PaymentOrder]:
    """Orders of which nothing was heard."""
    query = select(PaymentOrder).where(
        PaymentOrder.settled_at.is_(None),
        PaymentOrder.created_at <= now - ASK_AFTER,
        PaymentOrder.created_at >= now - ASK_FOR,
    )
    found = session.scalars(query.order_by(PaymentOrder.created_at).limit(100)).all()
    return [
        order for order in found if order.asked_at is None or real_now - order.asked_at >= ASK_EVERY
    ]


def ask_about(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The outbox job: ask the gateway about an order, for a callback that never came."""
    order_id = UUID(payload["order_id"])
    real_now = utc_now()
    with transaction(runtime.writing) as before:
        order = before.get(PaymentOrder, order_id, with_for_update=True)
        if order is None or health.is_resting(before, System.PAYMENT, real_now):
            return
        order.asked_at = real_now
    try:
        with payment_gateway(runtime.settings) as gateway, health.calling(runtime, System.PAYMENT):
            told = gateway.transactions(order_id)
    except (ServiceDown, AnswerNotUnderstood, RequestRefused):
        return
    for one in told:
        paid_at = on_city_clock(runtime.clock, one.Fecha)
        book(session, one, paid_at=paid_at, now=runtime.clock.now())
