"""Outbox jobs of the integrations, and the sweeps that find what is to be done.

The rows of what is to be sent are the truth; a job only says "look at this one now". So a job may
be lost, come twice or find its system resting without harm: the next sweep asks again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import municipal, utc_now
from core.database import transaction
from core.outbox import Job, enqueue
from core.runtime import Runtime
from core.settings import Settings
from sanctions.integrations import deliveries, delivery_news, dispatch, health
from sanctions.integrations.delivery_models import Channel, Delivery, DeliveryState
from sanctions.integrations.errors import OutsideForbidden
from sanctions.integrations.guard import check_destination
from sanctions.integrations.handover import batches, catalogue, reconciliation
from sanctions.integrations.handover import sending as handover_sending
from sanctions.integrations.handover.catalogue_job import refresh
from sanctions.integrations.handover.models import BatchState, HandoverBatch
from sanctions.integrations.holders import lookup
from sanctions.integrations.holders.models import HolderLookup, LookupState
from sanctions.integrations.payment import booking, refunds
from sanctions.integrations.payment.models import RefundOrder, RefundState
from sanctions.integrations.systems import System, address_of

SEND_BATCH = "handover-send"
REFRESH_CATALOGUE = "handover-catalogue"
RECONCILE = "handover-reconcile"
ASK_HOLDER = "holder-ask"
SEND_NOTICE = "notice-send"
POLL_ELECTRONIC = "notices-poll-electronic"
POLL_POST = "notices-poll-post"
ASK_PAYMENT = "payment-ask"
SEND_REFUND = "refund-send"
AT_ONCE = 200

Handler = Callable[[Session, Runtime, Mapping[str, Any]], None]
HANDLERS: dict[str, Handler] = {
    SEND_BATCH: handover_sending.send_batch,
    REFRESH_CATALOGUE: refresh,
    RECONCILE: reconciliation.reconcile,
    ASK_HOLDER: lookup.ask,
    SEND_NOTICE: dispatch.send,
    POLL_ELECTRONIC: delivery_news.poll_electronic,
    POLL_POST: delivery_news.poll_post,
    ASK_PAYMENT: booking.ask_about,
    SEND_REFUND: refunds.send,
}


def sweep(runtime: Runtime) -> int:
    """Find what is to be sent and ask for it; returns how many jobs were enqueued."""
    now, real_now = runtime.clock.now(), utc_now()
    with transaction(runtime.writing) as session:
        awake = _awake(session, runtime.settings, real_now)
        found = 0
        if runtime.settings.sanction_procedure == "handed_over":
            found += _handover(session, runtime.settings, System.HANDOVER in awake, now, real_now)
        else:
            found += _own_procedure(session, runtime.settings, awake, now, real_now)
        found += _money(session, System.PAYMENT in awake, now, real_now)
        return found


def _awake(session: Session, settings: Settings, real_now: datetime) -> frozenset[System]:
    """Systems that are configured, may be talked to from here, and are not left alone for now."""
    return frozenset(
        system
        for system in System
        if _may_be_talked_to(settings, system) and not health.is_resting(session, system, real_now)
    )


def _may_be_talked_to(settings: Settings, system: System) -> bool:
    address = address_of(settings, system)
    if address is None:
        return False
    try:
        check_destination(settings.environment, address.url)
    except OutsideForbidden:
        return False
    return True


def _handover(
    session: Session, settings: Settings, is_awake: bool, now: datetime, real_now: datetime
) -> int:
    if not is_awake:
        return 0
    if catalogue.is_empty(session):
        _ask(session, REFRESH_CATALOGUE, {}, "first", now)
        return 1
    batches.make_batches(session, settings, now)
    query = select(HandoverBatch.id).where(
        HandoverBatch.state == BatchState.WAITING.value, HandoverBatch.is_free(real_now)
    )
    waiting = session.scalars(query.order_by(HandoverBatch.id).limit(AT_ONCE)).all()
    for batch_id in waiting:
        _ask(session, SEND_BATCH, {"batch_id": str(batch_id)}, str(batch_id), now)
    return len(waiting)


def _own_procedure(
    session: Session,
    settings: Settings,
    awake: frozenset[System],
    now: datetime,
    real_now: datetime,
) -> int:
    found = 0
    if System.HOLDERS in awake:
        lookup.make_lookups(session, now)
        asking = select(HolderLookup.id).where(
            HolderLookup.state == LookupState.WAITING.value, HolderLookup.is_free(real_now)
        )
        for lookup_id in session.scalars(asking.order_by(HolderLookup.id).limit(AT_ONCE)).all():
            _ask(session, ASK_HOLDER, {"lookup_id": str(lookup_id)}, str(lookup_id), now)
            found += 1
    deliveries.make_deliveries(session, _channels(settings), now)
    channels = [channel.value for channel, system in deliveries.SYSTEMS.items() if system in awake]
    sending = select(Delivery.id).where(
        Delivery.state == DeliveryState.WAITING.value,
        Delivery.channel.in_(channels),
        Delivery.is_free(real_now),
    )
    for delivery_id in session.scalars(sending.order_by(Delivery.id).limit(AT_ONCE)).all():
        _ask(session, SEND_NOTICE, {"delivery_id": str(delivery_id)}, str(delivery_id), now)
        found += 1
    return found


def _channels(settings: Settings) -> list[Channel]:
    """Those that are configured, in the order of the law."""
    order = (Channel.ELECTRONIC, Channel.POST)
    return [one for one in order if _may_be_talked_to(settings, deliveries.SYSTEMS[one])]


def _money(session: Session, is_awake: bool, now: datetime, real_now: datetime) -> int:
    refunds.make_refunds(session, now)
    if not is_awake:
        return 0
    found = 0
    for order in booking.orders_to_ask(session, now, real_now):
        _ask(session, ASK_PAYMENT, {"order_id": str(order.id)}, str(order.id), now)
        found += 1
    approved = select(RefundOrder.id).where(
        RefundOrder.state == RefundState.APPROVED.value, RefundOrder.is_free(real_now)
    )
    for refund_id in session.scalars(approved.limit(AT_ONCE)).all():
        _ask(session, SEND_REFUND, {"refund_id": str(refund_id)}, str(refund_id), now)
        found += 1
    return found


def poll(runtime: Runtime) -> None:
    """Ask for news of what is under way; serve what was published long enough ago."""
    now, real_now = runtime.clock.now(), utc_now()
    with transaction(runtime.writing) as session:
        awake = _awake(session, runtime.settings, real_now)
        if System.ELECTRONIC_NOTIFICATION in awake:
            _ask(session, POLL_ELECTRONIC, {}, "poll", now)
        if System.POST in awake:
            _ask(session, POLL_POST, {}, "poll", now)
        deliveries.serve_published(session, municipal(now).date(), now)


def reconcile(runtime: Runtime) -> int:
    """Ask for the reconciliation of every day that is due, and for the catalogue of today."""
    now, real_now = runtime.clock.now(), utc_now()
    with transaction(runtime.writing) as session:
        if System.HANDOVER not in _awake(session, runtime.settings, real_now):
            return 0
        days = reconciliation.days_due(session, now)
        for day in days:
            _ask(session, RECONCILE, {"day": day.isoformat()}, day.isoformat(), now)
        if runtime.settings.sanction_procedure == "handed_over":
            today = municipal(now).date().isoformat()
            if not _has_job(session, REFRESH_CATALOGUE, today):
                _ask(session, REFRESH_CATALOGUE, {}, today, now)
        return len(days)


def _ask(session: Session, kind: str, payload: dict[str, Any], key: str, now: datetime) -> None:
    """Enqueue unless a job for the same is waiting or running."""
    if not _has_job(session, kind, key, only_open=True):
        enqueue(session, kind, payload, due_at=now, key=key)


def _has_job(session: Session, kind: str, key: str, *, only_open: bool = False) -> bool:
    query = select(Job.id).where(Job.kind == kind, Job.dedup_key == key)
    if only_open:
        query = query.where(Job.is_open())
    return session.scalar(query.limit(1)) is not None
