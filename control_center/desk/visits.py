"""Serving a citizen at the desk: who they are, how that was established, and who acts for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from control_center.desk.models import DeskVisit
from control_center.errors import UnknownVisit
from control_center.labels import N_
from core import audit
from core.errors import Conflict, InvalidInput
from core.identity import Actor
from core.settings import Settings
from permits.queries import get_holder

WAYS = {"in_person": N_("in person"), "phone": N_("by phone")}
IDENTIFICATIONS = {
    "identity_card": N_("identity card or residence permit shown"),
    "passport": N_("passport shown"),
    "company_papers": N_("company papers shown"),
    "questions": N_("questions answered that only the holder can answer"),
}
LONGEST = timedelta(hours=12)
"""A visit nobody ended is over the next day."""


def begin_visit(
    session: Session,
    actor: Actor,
    holder_id: UUID,
    *,
    way: str,
    identified_by: str,
    now: datetime,
    proxy_name: str = "",
    proxy_document: str = "",
) -> DeskVisit:
    """Begin to serve a holder who has been identified, or a proxy with proof.

    Raises:
        UnknownHolder: there is none.
        InvalidInput: it isn't said how they were identified, or only half of who the proxy is.
    """
    holder = get_holder(session, holder_id)
    if way not in WAYS or identified_by not in IDENTIFICATIONS:
        raise InvalidInput("Say how the person came and how you identified them.")
    name, document = proxy_name.strip(), proxy_document.strip()
    if bool(name) != bool(document):
        raise InvalidInput("Of a proxy, write the name and the identity number.")
    if actor.id is None:
        raise InvalidInput("Only a person can serve at the desk.")
    visit = DeskVisit(
        holder=holder,
        agent_id=actor.id,
        agent_name=actor.name,
        way=way,
        identified_by=identified_by,
        proxy_name=name or None,
        proxy_document=document or None,
        began_at=now,
    )
    session.add(visit)
    session.flush()
    audit.record(
        session,
        replace(actor, on_behalf_of=holder.id),
        "control_center:visit:begun",
        f"visit:{visit.id}",
        way=way,
        identified_by=identified_by,
        proxy=bool(name),
    )
    return visit


def get_visit(session: Session, actor: Actor, visit_id: UUID, now: datetime) -> DeskVisit:
    """The agent's own open visit.

    Raises:
        UnknownVisit: there is none, or it is another agent's.
        Conflict: it has ended.
    """
    visit = session.get(DeskVisit, visit_id)
    if visit is None or visit.agent_id != actor.id:
        raise UnknownVisit(N_("There is no such visit of yours: begin one at the service desk."))
    if visit.ended_at is not None or now - visit.began_at > LONGEST:
        raise Conflict(N_("This visit has ended: begin a new one at the service desk."))
    return visit


def acting(actor: Actor, visit: DeskVisit) -> Actor:
    """The agent, on record as acting for the visit's holder."""
    return replace(actor, on_behalf_of=visit.holder_id)


def end_visit(session: Session, actor: Actor, visit: DeskVisit, now: datetime) -> None:
    """The citizen has been served."""
    visit.ended_at = now
    audit.record(session, acting(actor, visit), "control_center:visit:ended", f"visit:{visit.id}")


def open_visits(session: Session, actor: Actor, now: datetime) -> Sequence[DeskVisit]:
    """The agent's visits that have not ended, newest first."""
    query = select(DeskVisit).where(
        DeskVisit.agent_id == actor.id,
        DeskVisit.ended_at.is_(None),
        DeskVisit.began_at > now - LONGEST,
    )
    return session.scalars(query.order_by(DeskVisit.id.desc())).all()


def forget(session: Session, settings: Settings, now: datetime, *, limit: int) -> int:
    """Delete up to `limit` visits whose term is over; returns how many.

    Their acts stay in the audit trail, with the agent and without the proxy's name.
    """
    cutoff = now - timedelta(days=settings.visit_retention_days)
    old = select(DeskVisit.id).where(DeskVisit.began_at <= cutoff).limit(limit)
    done = session.execute(delete(DeskVisit).where(DeskVisit.id.in_(old)))
    return int(getattr(done, "rowcount", 0))
