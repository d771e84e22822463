"""Outages of the app and of the service desk: written down by staff, and what they stop."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.errors import UnknownOutage
from control_center.pending.freezes import AFTER_OUTAGE, Cause, Freeze
from control_center.pending.outage_models import ServiceOutage
from core import audit
from core.errors import Conflict, InvalidInput
from core.identity import Actor


class Service(StrEnum):
    APP = "app"
    DESK = "desk"


def record_outage(
    session: Session,
    actor: Actor,
    service: Service,
    *,
    reason: str,
    now: datetime,
    began_at: datetime | None = None,
    restored_at: datetime | None = None,
) -> ServiceOutage:
    """Write down that `service` is out of order, since now or since `began_at`.

    With `restored_at` it is over already and only written down now.

    Raises:
        InvalidInput: it would begin or end in the future, or end before it began, or nobody says
            why.
        Conflict: an outage of this service is open already.
    """
    begin = began_at or now
    if begin > now or (restored_at is not None and restored_at > now):
        raise InvalidInput("An outage begins now or in the past.")
    if restored_at is not None and restored_at <= begin:
        raise InvalidInput("An outage ends after it began.")
    if len(reason.strip()) < 3:
        raise InvalidInput("Say in a few words what is out of order.")
    is_open = any(one.service == service.value for one in open_outages(session))
    if is_open and restored_at is None:
        raise Conflict("An outage of this service is written down already: end it first.")
    outage = ServiceOutage(
        service=service.value,
        began_at=begin,
        restored_at=restored_at,
        reason=reason.strip()[:300],
        by_name=actor.name,
        restored_by=None if restored_at is None else actor.name,
    )
    session.add(outage)
    session.flush()
    audit.record(session, actor, "control_center:outage:recorded", f"outage:{outage.id}")
    return outage


def end_outage(session: Session, actor: Actor, outage_id: UUID, *, now: datetime) -> ServiceOutage:
    """The service works again. Raises UnknownOutage, Conflict when it had ended."""
    outage = session.get(ServiceOutage, outage_id, with_for_update=True)
    if outage is None:
        raise UnknownOutage("There is no such outage.")
    if outage.restored_at is not None:
        raise Conflict("This outage has ended already.")
    outage.restored_at, outage.restored_by = now, actor.name
    audit.record(session, actor, "control_center:outage:ended", f"outage:{outage.id}")
    return outage


def open_outages(session: Session) -> Sequence[ServiceOutage]:
    return session.scalars(select(ServiceOutage).where(ServiceOutage.restored_at.is_(None))).all()


def latest_outages(session: Session, limit: int = 50) -> Sequence[ServiceOutage]:
    """The last ones, newest first."""
    query = select(ServiceOutage).order_by(ServiceOutage.began_at.desc())
    return session.scalars(query.limit(limit)).all()


def freezes_by_outages(session: Session, since: datetime) -> list[Freeze]:
    """What stands still because of outages that matter to a period begun at `since`."""
    return [
        freeze_of(one)
        for one in session.scalars(select(ServiceOutage))
        if one.restored_at is None or one.restored_at + AFTER_OUTAGE > since
    ]


def freeze_of(outage: ServiceOutage) -> Freeze:
    """The time that `outage` stops: a day longer than it lasted."""
    end = None if outage.restored_at is None else outage.restored_at + AFTER_OUTAGE
    return Freeze(outage.began_at, end, Cause.OUTAGE)
