"""P4: what systems outside told, and what was sent to them, goes with the term of cases.

Questions, notices and payment orders go with their case. What is left names cases by number only,
or was never of a case of ours; it goes when the longest term of a case has passed since.
"""

from datetime import datetime

from sqlalchemy import CursorResult, Delete, delete, exists, select
from sqlalchemy.orm import Session

from sanctions.integrations.delivery_models import DeliveryNews
from sanctions.integrations.handover.models import (
    BatchState,
    HandoverBatch,
    HandoverItem,
    HandoverReceipt,
)
from sanctions.integrations.models import IntegrationAlarm
from sanctions.integrations.payment.models import Payment, RefundOrder, RefundState


def forget(session: Session, before: datetime, *, limit: int) -> int:
    """Delete what is older than `before` and settled, up to `limit` rows of each kind."""
    batches = _old_batches(session, before, limit)
    statements: list[Delete] = [
        delete(HandoverItem).where(HandoverItem.batch_id.in_(batches)),
        delete(HandoverBatch).where(HandoverBatch.id.in_(batches)),
        *(
            delete(model).where(
                model.id.in_(select(model.id).where(model.received_at < before).limit(limit))
            )
            for model in (HandoverReceipt, DeliveryNews)
        ),
        _old_alarms(before, limit),
        _old_payments(before, limit),
    ]
    return sum(_count(session, statement) for statement in statements)


def _old_batches(session: Session, before: datetime, limit: int) -> list[object]:
    over = (BatchState.ANSWERED.value, BatchState.EMPTY.value)
    query = select(HandoverBatch.id).where(
        HandoverBatch.created_at < before, HandoverBatch.state.in_(over)
    )
    return list(session.scalars(query.limit(limit)))


def _old_alarms(before: datetime, limit: int) -> Delete:
    old = select(IntegrationAlarm.id).where(IntegrationAlarm.resolved_at < before).limit(limit)
    return delete(IntegrationAlarm).where(IntegrationAlarm.id.in_(old))


def _old_payments(before: datetime, limit: int) -> Delete:
    """Never one whose refund is still to come."""
    under_way = exists().where(
        RefundOrder.payment_id == Payment.id, RefundOrder.state != RefundState.DONE.value
    )
    old = select(Payment.id).where(Payment.received_at < before, ~under_way).limit(limit)
    return delete(Payment).where(Payment.id.in_(old))


def _count(session: Session, statement: Delete) -> int:
    result = session.execute(statement)
    return int(result.rowcount) if isinstance(result, CursorResult) else 0
