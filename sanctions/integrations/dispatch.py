"""Sending a notice: taken in one transaction, called in none, written down in another."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal, utc_now
from core.database import transaction
from core.errors import SarbideError
from core.identity import SYSTEM
from core.runtime import Runtime
from sanctions import procedure
from sanctions.documents.kinds import DocumentKind
from sanctions.integrations import deliveries, health
from sanctions.integrations.city_time import on_city_clock
from sanctions.integrations.delivery_models import Channel, Delivery, DeliveryState
from sanctions.integrations.documents import OutgoingDocument
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.leaving import may_leave
from sanctions.integrations.paper_source import papers
from sanctions.integrations.post.adapter import Recipient
from sanctions.integrations.services import electronic_notifications, post_provider
from sanctions.integrations.systems import System, address_of
from sanctions.models import InfractionCase, LiablePerson
from sanctions.queries import get_case
from sanctions.sentences import kept
from sanctions.states import CaseState
from sanctions.transitions import EventKind, write_event

_ENDED = frozenset(
    {CaseState.REGULARISED, CaseState.ANNULLED, CaseState.TIME_BARRED, CaseState.LAPSED}
)


@dataclass(frozen=True)
class Parcel:
    """All that a provider is told."""

    delivery_id: UUID
    reference: str
    channel: Channel
    kind: DocumentKind
    name: str
    identity_number: str
    address: tuple[str, ...]
    document: OutgoingDocument


@dataclass(frozen=True)
class _Sent:
    external_id: str | None
    """None: the person has no electronic road address."""
    at: datetime | None = None


def send(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The outbox job of one notice. Quiet when sent, not finished yet, or the system rests."""
    delivery_id = UUID(payload["delivery_id"])
    parcel = _take(runtime, delivery_id)
    if parcel is None:
        return
    now = runtime.clock.now()
    try:
        sent = _hand_over(runtime, parcel)
    except (ServiceDown, AnswerNotUnderstood):
        _locked(session, delivery_id).give_back()
        return
    except RequestRefused as error:
        deliveries.refuse(session, _locked(session, delivery_id), kept(error), now)
        return
    _note_sent(session, runtime, parcel, sent, now)


def _take(runtime: Runtime, delivery_id: UUID) -> Parcel | None:
    now, real_now = runtime.clock.now(), utc_now()
    with transaction(runtime.writing) as session:
        delivery = session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is None or delivery.state != DeliveryState.WAITING:
            return None
        channel = Channel(delivery.channel)
        if health.is_resting(session, deliveries.SYSTEMS[channel], real_now):
            return None
        case = get_case(session, delivery.case_id, lock=True)
        if not _may_go(case, delivery, now):
            # A held case goes out later; all others never again.
            if case.hold is None:
                delivery.state = DeliveryState.WITHDRAWN.value
            return None
        parcel = _parcel(session, runtime, case, delivery, now)
        return parcel if parcel is not None and delivery.take(real_now) else None


def _may_go(case: InfractionCase, delivery: Delivery, now: datetime) -> bool:
    if delivery.notice == DocumentKind.RESOLUTION:
        return case.case_state is CaseState.RESOLVED and case.hold is None
    expected = (CaseState.HOLDER_FOUND, CaseState.NOTIFYING)
    return any(may_leave(case, state, now) for state in expected)


def _parcel(
    session: Session, runtime: Runtime, case: InfractionCase, delivery: Delivery, now: datetime
) -> Parcel | None:
    kind, channel = DocumentKind(delivery.notice), Channel(delivery.channel)
    person = case.person
    if person is None or (channel is Channel.POST and not _address(person)):
        why = "The register gave no address. Find it out, then send again."
        deliveries.refuse(session, delivery, why, now)
        return None
    try:
        document = papers().finished(session, runtime, case, kind)
        if document is None:
            # A resolution's paper is asked for by whoever resolves, who knows what it says.
            if kind is not DocumentKind.RESOLUTION:
                papers().request(session, case, kind, now)
            return None
    except SarbideError as error:
        deliveries.refuse(session, delivery, kept(error), now)
        return None
    return Parcel(
        delivery.id,
        case.reference,
        channel,
        kind,
        person.name,
        person.identity_number,
        _address(person),
        document,
    )


def _address(person: LiablePerson) -> tuple[str, ...]:
    return tuple(json.loads(person.address))


def _hand_over(runtime: Runtime, parcel: Parcel) -> _Sent:
    if parcel.channel is Channel.ELECTRONIC:
        return _put_at_disposal(runtime, parcel)
    recipient = Recipient(Nombre=parcel.name, Direccion=parcel.address)
    with post_provider(runtime.settings) as post, health.calling(runtime, System.POST):
        accepted = post.hand_over(
            parcel.delivery_id,
            parcel.reference,
            recipient,
            parcel.document,
            with_proof=parcel.kind is not DocumentKind.INFORMATION,
        )
    return _Sent(accepted.Identificador)


def _put_at_disposal(runtime: Runtime, parcel: Parcel) -> _Sent:
    with (
        electronic_notifications(runtime.settings) as electronic,
        health.calling(runtime, System.ELECTRONIC_NOTIFICATION),
    ):
        if not electronic.is_enrolled(parcel.identity_number):
            return _Sent(None)
        disposal = electronic.put_at_disposal(
            parcel.delivery_id, parcel.reference, parcel.identity_number, parcel.document
        )
    return _Sent(disposal.Identificador, disposal.PuestaADisposicion)


def _note_sent(
    session: Session, runtime: Runtime, parcel: Parcel, sent: _Sent, now: datetime
) -> None:
    delivery = _locked(session, parcel.delivery_id)
    delivery.give_back()
    if sent.external_id is None:
        delivery.state = DeliveryState.NOT_ENROLLED.value
        session.flush()
        _by_post(session, runtime, delivery, now)
        return
    at = on_city_clock(runtime.clock, sent.at) if sent.at is not None else now
    delivery.state, delivery.external_id = DeliveryState.UNDER_WAY.value, sent.external_id
    delivery.document, delivery.handed_at = parcel.document.code, at
    if parcel.channel is Channel.ELECTRONIC:
        delivery.put_on = municipal(at).date()
    _move_case(session, delivery, now)


def _by_post(session: Session, runtime: Runtime, delivery: Delivery, now: datetime) -> None:
    follower = deliveries.next_channel(session, delivery, Channel.POST, now)
    if address_of(runtime.settings, System.POST) is None:
        why = "The person has no electronic road address, and no post provider is configured."
        deliveries.refuse(session, follower, why, now)


def _move_case(session: Session, delivery: Delivery, now: datetime) -> None:
    """The case is being notified, or ends with its information letter."""
    case = get_case(session, delivery.case_id, lock=True)
    audit.record(
        session, SYSTEM, "sanctions:notice:sent", f"case:{case.id}", channel=delivery.channel
    )
    reason, note = delivery.notice, delivery.external_id
    write_event(case, EventKind.NOTE, SYSTEM, now=now, reason=reason, note=note)
    if case.case_state in _ENDED:
        deliveries.sent_too_late(session, delivery, now)
    if case.case_state is not CaseState.HOLDER_FOUND:
        return
    try:
        with session.begin_nested():
            if delivery.notice == DocumentKind.INFORMATION:
                procedure.inform(session, case.id, now=now)
                delivery.state = DeliveryState.SERVED.value
            else:
                procedure.start_notifying(session, case.id, channel=delivery.channel, now=now)
    except SarbideError as error:
        session.refresh(case)
        deliveries.refuse(session, delivery, kept(error), now)


def _locked(session: Session, delivery_id: UUID) -> Delivery:
    return session.get_one(Delivery, delivery_id, with_for_update=True)
