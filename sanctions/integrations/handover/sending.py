"""Sending a batch: taken in one transaction, called in none, written down in another.

What was sent before is asked for first (`receipt`), so that an answer that got lost on its way is
found instead of sent twice; the batch's id does the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal, utc_now
from core.database import transaction
from core.errors import SarbideError
from core.identity import SYSTEM
from core.runtime import Runtime
from sanctions.integrations import alarms, health
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.handover import receipts, tickets
from sanctions.integrations.handover.models import (
    BatchState,
    HandoverBatch,
    HandoverItem,
    ItemState,
)
from sanctions.integrations.handover.tickets import TicketImage, image_of
from sanctions.integrations.handover.wire import NEW, Receipt, Remittance, Ticket
from sanctions.integrations.leaving import may_leave
from sanctions.integrations.services import sanction_system
from sanctions.integrations.systems import System
from sanctions.queries import get_case
from sanctions.sentences import kept
from sanctions.states import CaseState


@dataclass(frozen=True)
class _Parcel:
    batch_id: UUID
    was_sent: bool


def send_batch(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The outbox job. Quiet when it was answered, another worker has it, or the system rests."""
    batch_id = UUID(payload["batch_id"])
    parcel = _take(runtime, batch_id)
    if parcel is None:
        return
    try:
        receipt = _exchange(runtime, parcel)
    except (ServiceDown, AnswerNotUnderstood):
        _give_back(session, batch_id)
        return
    except RequestRefused as error:
        _refused(session, batch_id, kept(error), runtime.clock.now())
        return
    batch = _locked(session, batch_id)
    batch.give_back()
    if receipt is not None:
        receipts.take_in(session, batch, receipt, now=runtime.clock.now())


def _exchange(runtime: Runtime, parcel: _Parcel) -> Receipt | None:
    """The receipt; None when nothing was left to send."""
    with sanction_system(runtime.settings) as system:
        if parcel.was_sent:
            with health.calling(runtime, System.HANDOVER):
                known = system.receipt(parcel.batch_id)
            if known is not None and known.codiResultat == "0":
                return known
        body = _pack(runtime, parcel.batch_id)
        if body is None:
            return None
        with health.calling(runtime, System.HANDOVER):
            return system.send(body)


def _take(runtime: Runtime, batch_id: UUID) -> _Parcel | None:
    real_now = utc_now()
    with transaction(runtime.writing) as session:
        if health.is_resting(session, System.HANDOVER, real_now):
            return None
        batch = session.get(HandoverBatch, batch_id, with_for_update=True)
        if batch is None or batch.state != BatchState.WAITING or not batch.take(real_now):
            return None
        return _Parcel(batch.id, batch.first_sent_at is not None)


def _images(runtime: Runtime, batch_id: UUID) -> dict[UUID, TicketImage | SarbideError]:
    """The pictures of what is to be sent, or why there is none, by item."""
    made: dict[UUID, TicketImage | SarbideError] = {}
    with transaction(runtime.reading) as session:
        for item in session.get_one(HandoverBatch, batch_id).items:
            if item.state != ItemState.WAITING or item.action != NEW:
                continue
            try:
                made[item.id] = image_of(get_case(session, item.case_id), runtime.store)
            except SarbideError as error:
                made[item.id] = error
    return made


def _pack(runtime: Runtime, batch_id: UUID) -> Remittance | None:
    """The body, of whatever may still leave; None, and the batch closed, when nothing may.

    What has to be taken out goes now, at the last moment, and before the first sending is noted: a
    crash between here and the call means asking for the receipt first.
    """
    images = _images(runtime, batch_id)
    now = runtime.clock.now()
    with transaction(runtime.writing) as session:
        batch = _locked(session, batch_id)
        waiting = [item for item in batch.items if item.state == ItemState.WAITING]
        packed = [
            ticket
            for item in waiting
            if (ticket := _ticket(session, runtime, item, images.get(item.id), now))
        ]
        if not packed:
            batch.state = BatchState.EMPTY.value
            return None
        if batch.first_sent_at is None:
            batch.first_sent_at = now
            subject = f"batch:{batch.id}"
            audit.record(session, SYSTEM, "sanctions:handover:sent", subject, cases=len(packed))
        return tickets.remittance(batch, packed)


def _ticket(
    session: Session,
    runtime: Runtime,
    item: HandoverItem,
    image: TicketImage | SarbideError | None,
    now: datetime,
) -> Ticket | None:
    """The item as it is sent; None, with the reason written down, when it stays here."""
    case = get_case(session, item.case_id, lock=True)
    if item.action == NEW and not may_leave(case, CaseState.AGENT_VALIDATED, now):
        item.state, item.sent_on = ItemState.WITHDRAWN.value, None
        return None
    try:
        if isinstance(image, SarbideError):
            raise image
        made = tickets.ticket(session, runtime.settings, item, image, now)
    except SarbideError as error:
        _unfit(session, item, kept(error), now)
        return None
    item.sent_on = _day_of(item.batch)
    return made


def _unfit(session: Session, item: HandoverItem, why: str, now: datetime) -> None:
    item.state, item.codes, item.sent_on = ItemState.REJECTED.value, ["EVIDENCE"], None
    alarms.raise_alarm(
        session,
        System.HANDOVER,
        AlarmKind.EVIDENCE_UNFIT,
        f"case:{item.case_id}",
        reference=item.reference,
        case_id=item.case_id,
        details=why,
        now=now,
    )


def _day_of(batch: HandoverBatch) -> date:
    return municipal(batch.created_at).date()


def _locked(session: Session, batch_id: UUID) -> HandoverBatch:
    return session.get_one(HandoverBatch, batch_id, with_for_update=True)


def _give_back(session: Session, batch_id: UUID) -> None:
    _locked(session, batch_id).give_back()


def _refused(session: Session, batch_id: UUID, why: str, now: datetime) -> None:
    batch = _locked(session, batch_id)
    batch.give_back()
    batch.state = BatchState.REFUSED.value
    alarms.raise_alarm(
        session,
        System.HANDOVER,
        AlarmKind.BATCH_REFUSED,
        f"batch:{batch.id}",
        reference=batch.name,
        details=why,
        now=now,
    )
