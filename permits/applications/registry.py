"""The general register: a number for everything that comes in, as on any counter's receipt."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.clock import municipal
from core.identity import Actor
from permits.access_list_changes import next_number
from permits.applications.models import RegistryEntry
from permits.errors import UnknownReceipt
from permits.models import Holder


class Act(StrEnum):
    ENROLLED = "enrolled"
    APPLIED = "applied"
    INFORMED = "informed"
    """Gave what had been asked for."""
    APPEALED = "appealed"
    WITHDREW = "withdrew"
    CHANGED_PLATE = "changed_plate"
    ADDED_VEHICLE = "added_vehicle"
    CHANGED_DETAILS = "changed_details"
    REGISTERED_FLEET = "registered_fleet"
    PUT_RIGHT = "put_right"
    """Asked to have an entry regularised."""


def register(
    session: Session,
    actor: Actor,
    act: Act,
    holder: Holder,
    *,
    channel: str,
    now: datetime,
    reference: str | None = None,
    detail: str | None = None,
    represented_by: str | None = None,
) -> RegistryEntry:
    """Enter what was done and return the entry with its number."""
    year = municipal(now).year
    entry = RegistryEntry(
        number=f"SB-{year}-{next_number(session, f'registry-{year}'):06d}",
        at=now,
        kind=act.value,
        holder_id=holder.id,
        reference=reference,
        detail=detail,
        channel=channel,
        by_account=actor.id,
        by_name=actor.name,
        represented_by=represented_by,
    )
    session.add(entry)
    session.flush()
    return entry


def get_entry(session: Session, number: str) -> RegistryEntry:
    """Raises UnknownReceipt."""
    entry = session.get(RegistryEntry, number.strip().upper())
    if entry is None:
        raise UnknownReceipt("There is no receipt %(receipt)s.", receipt=number[:40])
    return entry


def entries_of(session: Session, holder: Holder, limit: int = 50) -> list[RegistryEntry]:
    """What was registered for a holder, newest first."""
    query = select(RegistryEntry).where(RegistryEntry.holder_id == holder.id)
    return list(session.scalars(query.order_by(RegistryEntry.number.desc()).limit(limit)))


def forget_particulars(session: Session, before: datetime, *, limit: int) -> int:
    """Empty plates and proxies of up to `limit` older entries; number, day and act stay."""
    old = session.scalars(
        select(RegistryEntry)
        .where(
            RegistryEntry.at <= before,
            or_(RegistryEntry.detail.is_not(None), RegistryEntry.represented_by.is_not(None)),
        )
        .limit(limit)
    ).all()
    for entry in old:
        entry.detail = entry.represented_by = None
    return len(old)
