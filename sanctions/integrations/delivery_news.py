"""What providers tell of notices, and what time alone does to them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import municipal, utc_now
from core.database import transaction
from core.runtime import Runtime
from sanctions import deadlines
from sanctions.calendar import holidays_near
from sanctions.integrations import deliveries, health
from sanctions.integrations.city_time import on_city_clock, on_real_clock
from sanctions.integrations.delivery_models import Channel, Delivery, DeliveryState, Outcome
from sanctions.integrations.electronic_notification.adapter import NoticeState
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.post.adapter import LetterEvent
from sanctions.integrations.services import electronic_notifications, post_provider
from sanctions.integrations.systems import System

_OVERLAP = timedelta(days=1)
"""Asked for again each time: clocks differ, and the same news twice is harmless."""
_UNDER_WAY = (DeliveryState.UNDER_WAY.value, DeliveryState.FIRST_FAILED.value)


def poll_electronic(session: Session, runtime: Runtime, _: Mapping[str, Any]) -> None:
    """The outbox job: what became of electronic notices; then serve those unopened too long.

    In this order, and only after an answer: a notice opened on its last day was opened.
    """
    since = _since(runtime, Channel.ELECTRONIC, System.ELECTRONIC_NOTIFICATION)
    if since is None:
        return
    try:
        with (
            electronic_notifications(runtime.settings) as electronic,
            health.calling(runtime, System.ELECTRONIC_NOTIFICATION),
        ):
            states = electronic.states(since)
    except (ServiceDown, AnswerNotUnderstood, RequestRefused):
        return
    now = runtime.clock.now()
    for state in states:
        take_in_state(session, state, on_city_clock(runtime.clock, state.Fecha), now)
    serve_unopened(session, municipal(now).date(), now)


def _since(runtime: Runtime, channel: Channel, system: System) -> datetime | None:
    """From when on news matter, as the provider's clock has it; None when there is nothing."""
    with transaction(runtime.reading) as session:
        if health.is_resting(session, system, utc_now()):
            return None
        query = select(func.min(Delivery.handed_at)).where(
            Delivery.channel == channel.value, Delivery.state.in_(_UNDER_WAY)
        )
        oldest = session.scalar(query)
    return None if oldest is None else on_real_clock(runtime.clock, oldest) - _OVERLAP


def take_in_state(session: Session, state: NoticeState, at: datetime, now: datetime) -> None:
    """One piece of news of the electronic road address; twice is once."""
    channel = Channel.ELECTRONIC
    delivery = deliveries.by_external_id(session, channel, state.Identificador)
    if delivery is None:
        content = state.model_dump_json()
        deliveries.keep_strange_news(session, channel, state.Identificador, content, now)
        return
    if not deliveries.note(delivery, state.Fecha, state.Estado):
        return
    if delivery.state != DeliveryState.UNDER_WAY or delivery.put_on is None:
        return
    latest = deadlines.electronic_service(delivery.put_on)
    day = min(municipal(at).date(), latest)
    if state.Estado == "abierta":
        deliveries.serve(session, delivery, day, Outcome.OPENED, now)
    elif state.Estado == "rechazada":
        deliveries.serve(session, delivery, day, Outcome.REJECTED, now)
    # "expirada" is theirs to say and ours to compute: `serve_unopened` does.


def serve_unopened(session: Session, today: date, now: datetime) -> int:
    """Ten natural days without being opened serve a notice (RDL 6/2015, article 90.2)."""
    query = select(Delivery).where(
        Delivery.channel == Channel.ELECTRONIC.value,
        Delivery.state == DeliveryState.UNDER_WAY.value,
    )
    served = 0
    for delivery in session.scalars(query.with_for_update(skip_locked=True)):
        if delivery.put_on is None:
            continue
        day = deadlines.electronic_service(delivery.put_on)
        if day <= today:
            deliveries.serve(session, delivery, day, Outcome.EXPIRED, now)
            served += 1
    return served


def poll_post(session: Session, runtime: Runtime, _: Mapping[str, Any]) -> None:
    """The outbox job: what became of letters; then look for second attempts that never came."""
    since = _since(runtime, Channel.POST, System.POST)
    if since is None:
        return
    try:
        with post_provider(runtime.settings) as post, health.calling(runtime, System.POST):
            events = post.events(since)
    except (ServiceDown, AnswerNotUnderstood, RequestRefused):
        return
    now = runtime.clock.now()
    for event in sorted(events, key=lambda one: (one.Fecha, one.Intento)):
        take_in_event(session, event, on_city_clock(runtime.clock, event.Fecha), now)
    look_for_second_attempts(session, municipal(now).date(), now)


def take_in_event(session: Session, event: LetterEvent, at: datetime, now: datetime) -> None:
    """One piece of news of the post; twice is once."""
    delivery = deliveries.by_external_id(session, Channel.POST, event.Identificador)
    if delivery is None:
        content = event.model_dump_json()
        deliveries.keep_strange_news(session, Channel.POST, event.Identificador, content, now)
        return
    what = f"{event.Suceso} {event.Intento}"
    if deliveries.note(delivery, event.Fecha, what) and delivery.state in _UNDER_WAY:
        _follow(session, delivery, event, municipal(at).date(), now)


def _follow(
    session: Session, delivery: Delivery, event: LetterEvent, day: date, now: datetime
) -> None:
    if event.Suceso == "entregada":
        deliveries.serve(session, delivery, day, Outcome.HANDED_OVER, now)
    elif event.Suceso == "rehusada":
        deliveries.serve(session, delivery, day, Outcome.REJECTED, now)
    elif event.Suceso == "ausente" and delivery.state == DeliveryState.UNDER_WAY:
        delivery.state, delivery.put_on = DeliveryState.FIRST_FAILED.value, day
        within = deadlines.second_attempt(day, holidays_near(session, day))
        delivery.second_due_on = within.last_possible
    elif event.Suceso == "ausente":
        _second_failed(session, delivery, day, now)
    else:
        deliveries.to_the_gazette(session, delivery, now)


def _second_failed(session: Session, delivery: Delivery, day: date, now: datetime) -> None:
    if delivery.second_due_on is not None and day > delivery.second_due_on:
        deliveries.second_attempt_late(session, delivery, now)
    else:
        deliveries.to_the_gazette(session, delivery, now)


def look_for_second_attempts(session: Session, today: date, now: datetime) -> int:
    """Letters whose second attempt should have been made by now; returns how many."""
    query = select(Delivery).where(
        Delivery.channel == Channel.POST.value,
        Delivery.state == DeliveryState.FIRST_FAILED.value,
        Delivery.second_due_on < today - timedelta(days=1),
    )
    late = session.scalars(query.with_for_update(skip_locked=True)).all()
    for delivery in late:
        deliveries.second_attempt_late(session, delivery, now)
    return len(late)
