"""Notices on their way: which channel, what went out, and when a notice counts as served.

The order of channels is the law's (RDL 6/2015, articles 90 and 91): the electronic road address
where the person has one, else the post with two attempts, else the gazette.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Conflict, NotFound, SarbideError
from core.identity import SYSTEM, Actor, Permission
from sanctions import deadlines, procedure
from sanctions.documents.kinds import DocumentKind
from sanctions.instruction.service import serve_resolution
from sanctions.integrations import alarms
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.delivery_models import (
    Channel,
    Delivery,
    DeliveryNews,
    DeliveryState,
    Outcome,
)
from sanctions.integrations.leaving import may_leave
from sanctions.integrations.systems import System
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.sentences import kept
from sanctions.states import CaseState

AT_ONCE = 200
SYSTEMS = {
    Channel.ELECTRONIC: System.ELECTRONIC_NOTIFICATION,
    Channel.POST: System.POST,
    Channel.GAZETTE: System.POST,
}
_OF_THE_OFFENCE = frozenset({DocumentKind.NOTIFICATION, DocumentKind.INFORMATION})
_NOT_AGAIN = tuple(state.value for state in DeliveryState if state is not DeliveryState.WITHDRAWN)


def make_deliveries(session: Session, channels: Sequence[Channel], now: datetime) -> list[Delivery]:
    """A notice for every case whose holder is known, and for every resolution, none twice.

    `channels` are those that are configured, the first one is tried first.
    """
    if not channels:
        return []
    made = []
    for case in _without(session, CaseState.HOLDER_FOUND, _OF_THE_OFFENCE):
        if may_leave(case, CaseState.HOLDER_FOUND, now):
            kind = DocumentKind.INFORMATION if case.is_warning else DocumentKind.NOTIFICATION
            # An information letter is no notification: it goes by ordinary post where there is one.
            first = Channel.POST if case.is_warning and Channel.POST in channels else channels[0]
            made.append(add(session, case, kind, first, now))
    for case in _without(session, CaseState.RESOLVED, frozenset({DocumentKind.RESOLUTION})):
        if case.resolution_served_on is None and may_leave(case, CaseState.RESOLVED, now):
            made.append(add(session, case, DocumentKind.RESOLUTION, channels[0], now))
    session.flush()
    return made


def _without(
    session: Session, state: CaseState, kinds: frozenset[DocumentKind]
) -> Sequence[InfractionCase]:
    """Cases in `state`, not on hold, of which no such notice was sent; the most urgent first."""
    sent = exists().where(
        Delivery.case_id == InfractionCase.id,
        Delivery.notice.in_(sorted(kinds)),
        Delivery.state.in_(_NOT_AGAIN),
    )
    query = (
        select(InfractionCase)
        .where(InfractionCase.state == state.value, InfractionCase.hold.is_(None), ~sent)
        .order_by(InfractionCase.limitation_at, InfractionCase.id)
        .limit(AT_ONCE)
    )
    return session.scalars(query).all()


def add(
    session: Session, case: InfractionCase, kind: DocumentKind, channel: Channel, now: datetime
) -> Delivery:
    """A notice to be sent through `channel`."""
    delivery = Delivery(
        case_id=case.id,
        reference=case.reference,
        notice=kind.value,
        channel=channel.value,
        state=DeliveryState.WAITING.value,
        created_at=now,
        history=[],
        attempts=0,
    )
    session.add(delivery)
    session.flush()
    return delivery


def next_channel(session: Session, delivery: Delivery, channel: Channel, now: datetime) -> Delivery:
    """The notice goes on by another channel."""
    case = get_case(session, delivery.case_id)
    return add(session, case, DocumentKind(delivery.notice), channel, now)


def to_the_gazette(session: Session, delivery: Delivery, now: datetime) -> None:
    """Nothing else is left: a person publishes, and enters the day."""
    delivery.state = DeliveryState.RETURNED.value
    session.flush()
    follower = next_channel(session, delivery, Channel.GAZETTE, now)
    follower.state = DeliveryState.UNDER_WAY.value
    _raise(session, follower, AlarmKind.TO_THE_GAZETTE, now)


def enter_publication(
    session: Session, case_id: UUID, published_on: date, actor: Actor, *, now: datetime
) -> Delivery:
    """A person published the notice; it counts as served twenty natural days later (article 91).

    Raises:
        Forbidden: without the permission.
        NotFound: nothing of this case waits for the gazette.
        Conflict: the day is ahead.
    """
    actor.check(Permission.MANAGE_INTEGRATIONS)
    query = select(Delivery).where(
        Delivery.case_id == case_id,
        Delivery.channel == Channel.GAZETTE.value,
        Delivery.state == DeliveryState.UNDER_WAY.value,
    )
    delivery = session.scalar(query.with_for_update())
    if delivery is None:
        raise NotFound("Nothing of case %(case)s waits for the gazette.", case=str(case_id))
    if deadlines.start_of_day(published_on) > now:
        raise Conflict("The day of publication is ahead. Enter it when it has come.")
    delivery.put_on = published_on
    note(delivery, now, f"published on {published_on.isoformat()}")
    subject = f"delivery:{delivery.id}"
    words = f"published on {published_on.isoformat()}, entered by {actor.name}"
    alarms.settle(session, AlarmKind.TO_THE_GAZETTE, subject, note=words, now=now)
    audit.record(session, actor, "sanctions:gazette:entered", f"case:{case_id}")
    return delivery


def serve_published(session: Session, today: date, now: datetime) -> int:
    """Serve what was published long enough ago; returns how many."""
    query = select(Delivery).where(
        Delivery.channel == Channel.GAZETTE.value,
        Delivery.state == DeliveryState.UNDER_WAY.value,
        Delivery.put_on.is_not(None),
    )
    served = 0
    for delivery in session.scalars(query.with_for_update(skip_locked=True)):
        assert delivery.put_on is not None  # noqa: S101 -- the query says so
        day = deadlines.gazette_service(delivery.put_on)
        if day <= today:
            serve(session, delivery, day, Outcome.PUBLISHED, now)
            served += 1
    return served


def serve(
    session: Session, delivery: Delivery, served_on: date, outcome: Outcome, now: datetime
) -> None:
    """The notice counts as served. On a day about which the law is argued, a person decides."""
    delivery.state, delivery.outcome = DeliveryState.SERVED.value, outcome.value
    delivery.served_on = served_on
    if delivery.notice == DocumentKind.INFORMATION:
        return
    try:
        with session.begin_nested():
            _serve_case(session, delivery, served_on, outcome, now)
    except SarbideError as error:
        case = get_case(session, delivery.case_id)
        session.refresh(case)
        if case.case_state is CaseState.NOTIFYING:
            _raise(session, delivery, AlarmKind.DOUBTFUL_SERVICE, now, kept(error))


def _serve_case(
    session: Session, delivery: Delivery, served_on: date, outcome: Outcome, now: datetime
) -> None:
    if delivery.notice == DocumentKind.RESOLUTION:
        serve_resolution(session, delivery.case_id, served_on=served_on, actor=SYSTEM, now=now)
    else:
        procedure.serve(session, delivery.case_id, served_on=served_on, how=outcome.value, now=now)


def refuse(session: Session, delivery: Delivery, why: str, now: datetime) -> None:
    """The provider would not take it, or there is nothing to send it with: a person must look."""
    delivery.give_back()
    delivery.state = DeliveryState.REFUSED.value
    _raise(session, delivery, AlarmKind.SEND_REFUSED, now, why)


def sent_too_late(session: Session, delivery: Delivery, now: datetime) -> None:
    """The case ended while the provider was taking the notice: a person must write to them."""
    _raise(session, delivery, AlarmKind.SENT_TOO_LATE, now)


def second_attempt_late(session: Session, delivery: Delivery, now: datetime) -> None:
    """No valid second attempt was made (article 90.3): nothing follows by itself."""
    delivery.state = DeliveryState.REFUSED.value
    _raise(session, delivery, AlarmKind.SECOND_ATTEMPT_LATE, now)


def send_again(session: Session, delivery_id: UUID, actor: Actor, *, now: datetime) -> Delivery:
    """A person has a refused notice sent anew.

    Raises:
        Forbidden: without the permission.
        NotFound: there is none.
        Conflict: it was not refused.
    """
    actor.check(Permission.MANAGE_INTEGRATIONS)
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise NotFound("There is no delivery %(delivery)s.", delivery=str(delivery_id))
    if delivery.state != DeliveryState.REFUSED:
        raise Conflict("The notice of case %(case)s was not refused.", case=delivery.reference)
    delivery.state = DeliveryState.WITHDRAWN.value
    for kind in (AlarmKind.SEND_REFUSED, AlarmKind.SECOND_ATTEMPT_LATE):
        subject, words = f"delivery:{delivery.id}", f"sent again by {actor.name}"
        alarms.settle(session, kind, subject, note=words, now=now)
    audit.record(session, actor, "sanctions:delivery:sent_again", f"case:{delivery.case_id}")
    session.flush()
    return next_channel(session, delivery, Channel(delivery.channel), now)


def by_external_id(session: Session, channel: Channel, external_id: str) -> Delivery | None:
    query = select(Delivery).where(
        Delivery.channel == channel.value, Delivery.external_id == external_id
    )
    return session.scalar(query.with_for_update())


def keep_strange_news(
    session: Session, channel: Channel, external_id: str, content: str, now: datetime
) -> None:
    """News of a delivery that nobody here sent: kept once, alarmed once."""
    known = select(DeliveryNews.id).where(
        DeliveryNews.channel == channel.value, DeliveryNews.external_id == external_id[:100]
    )
    if session.scalar(known.limit(1)) is not None:
        return
    session.add(
        DeliveryNews(
            channel=channel.value,
            external_id=external_id[:100],
            received_at=now,
            content=content,
        )
    )
    alarms.raise_alarm(
        session,
        SYSTEMS[channel],
        AlarmKind.UNKNOWN_DELIVERY,
        f"letter:{external_id[:60]}",
        reference=external_id[:60],
        now=now,
    )


def note(delivery: Delivery, at: datetime, what: str) -> bool:
    """Add to the delivery's history; False when that very news is there already."""
    line = {"at": at.isoformat(), "what": what}
    if line in delivery.history:
        return False
    delivery.history = [*delivery.history, line]
    return True


def _raise(
    session: Session,
    delivery: Delivery,
    kind: AlarmKind,
    now: datetime,
    details: str | None = None,
) -> None:
    alarms.raise_alarm(
        session,
        SYSTEMS[Channel(delivery.channel)],
        kind,
        f"delivery:{delivery.id}",
        reference=delivery.reference,
        case_id=delivery.case_id,
        details=details,
        now=now,
    )
