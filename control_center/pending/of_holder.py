"""What a holder may know of entries that wait to be put right.

They see those of vehicles that were on an authorisation of theirs when they entered: putting a
plate on afterwards shows nothing of what it did before. Of a guest (a permit that hosts ask for,
or a vehicle that the holder put on by themselves in the app, which nobody has looked at) they see
that there is something to put right and until which day, never when or where (P9). So that
watching the page does not tell either, these appear on the day after the entry and go before the
day on which their time runs out.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from control_center.models import PassageRecord, PendingRegularisation
from control_center.passages.passage_states import PassageStatus
from control_center.pending.freezes import Cause, Freeze, Period, period
from control_center.pending.outages import freezes_by_outages
from control_center.pending.regularisation import hours_in
from core.clock import MUNICIPAL_ZONE, municipal
from core.encryption import KeyRing
from core.settings import Settings
from permits.applications.models import Application
from permits.models import Authorisation, PlateAssignment, Vehicle
from sanctions.deadlines import infraction_bar

_BY_THEMSELVES = "app"
"""Channel of the vehicles that a holder put on without anybody looking."""


@dataclass(frozen=True)
class OwnEntry:
    """An entry that can still be put right; of a guest's, None where it is not told."""

    code: str
    """Stands for it in forms. Not the passage's id, which tells its time."""
    plate: str | None
    reference: str
    """Of the authorisation that the vehicle was on."""
    control_point: str | None
    seen_at: datetime | None
    offence: str | None
    """A `permits.access.Reason` value."""
    deadline: datetime | None
    """While it is frozen, when it would end. Of a guest's the beginning of its last day, and None
    while it is frozen: the day would change at the hour of the entry."""
    frozen_by: str | None
    """A `control_center.pending.freezes.Cause` while the period stands still."""
    frozen_since: datetime | None
    barred_from: datetime | None
    """When the law's own clock, which nothing stops, ends the matter at the earliest."""
    covered_from: datetime
    """From when a permit has to hold to cover it. Not for showing."""

    @property
    def is_of_guest(self) -> bool:
        return self.seen_at is None


def entries_of_holder(
    session: Session, keys: KeyRing, holder_id: UUID, now: datetime
) -> Sequence[OwnEntry]:
    """The holder's entries whose regularisation period runs, the most urgent first."""
    query = (
        select(PassageRecord, PendingRegularisation, PlateAssignment, Authorisation)
        .join(PassageRecord.pending)
        .join(Vehicle, Vehicle.plate_hash == PassageRecord.plate_hash)
        .join(PlateAssignment, PlateAssignment.vehicle_id == Vehicle.id)
        .join(PlateAssignment.authorisation)
        .where(
            Authorisation.holder_id == holder_id,
            PassageRecord.status == PassageStatus.PENDING.value,
            PendingRegularisation.closed_at.is_(None),
            PlateAssignment.assigned_from <= PassageRecord.seen_at,
            or_(
                PlateAssignment.assigned_until.is_(None),
                PlateAssignment.assigned_until > PassageRecord.seen_at,
            ),
        )
        .order_by(PendingRegularisation.deadline, Authorisation.reference)
    )
    found: dict[UUID, OwnEntry] = {}
    for passage, pending, assignment, authorisation in session.execute(query):
        code = _code(keys, passage.id, holder_id)
        if not is_of_guest(authorisation, assignment):
            found[passage.id] = _own(code, passage, pending, authorisation)
        elif passage.id not in found and _can_be_told(passage, pending, now):
            found[passage.id] = _of_guest(code, passage, pending, authorisation)
    return sorted(found.values(), key=lambda one: (one.deadline is None, one.deadline or now))


def _code(keys: KeyRing, passage_id: UUID, holder_id: UUID) -> str:
    key = keys.derive("entries of holders")
    return hmac.new(key, passage_id.bytes + holder_id.bytes, hashlib.sha256).hexdigest()[:32]


def is_of_guest(authorisation: Authorisation, assignment: PlateAssignment) -> bool:
    """Whether the vehicle may be somebody else's, whose comings are not the holder's business."""
    return bool(authorisation.profile.hosts) or assignment.channel == _BY_THEMSELVES


def _own(
    code: str,
    passage: PassageRecord,
    pending: PendingRegularisation,
    authorisation: Authorisation,
) -> OwnEntry:
    return OwnEntry(
        code=code,
        plate=passage.plate,
        reference=authorisation.reference,
        control_point=passage.control_point,
        seen_at=passage.seen_at,
        offence=pending.offence,
        deadline=pending.deadline,
        frozen_by=pending.frozen_by,
        frozen_since=pending.frozen_since,
        barred_from=_barred_from(passage.seen_at),
        covered_from=passage.seen_at.replace(second=0, microsecond=0),
    )


def _can_be_told(passage: PassageRecord, pending: PendingRegularisation, now: datetime) -> bool:
    today = municipal(now).date()
    is_in_time = pending.frozen_by is not None or today < municipal(pending.deadline).date()
    return municipal(passage.seen_at).date() < today and is_in_time


def _of_guest(
    code: str,
    passage: PassageRecord,
    pending: PendingRegularisation,
    authorisation: Authorisation,
) -> OwnEntry:
    return OwnEntry(
        code=code,
        plate=passage.plate,
        reference=authorisation.reference,
        control_point=None,
        seen_at=None,
        offence=None,
        deadline=None if pending.frozen_by else _midnight(municipal(pending.deadline).date()),
        frozen_by=pending.frozen_by,
        frozen_since=None,
        barred_from=_barred_from(passage.seen_at),
        covered_from=_midnight(municipal(passage.seen_at).date()),
    )


def _barred_from(seen_at: datetime) -> datetime | None:
    return infraction_bar(municipal(seen_at).date()).safe_until


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), MUNICIPAL_ZONE)


@dataclass(frozen=True)
class ClaimedPeriod:
    """Both clocks for an entry as somebody tells it, whether it was seen or not."""

    period: Period
    barred_from: datetime | None


def claimed_period(
    session: Session, settings: Settings, application: Application, now: datetime
) -> ClaimedPeriod:
    """Where the period of an entry at the beginning of what was asked for would stand.

    It follows from the application and from outages alone: nobody learns from it whether a
    vehicle passed, or who else has asked for it.
    """
    row = application.authorisation
    freezes = freezes_by_outages(session, row.valid_from)
    if application.submitted_at is not None:
        waiting = Freeze(application.submitted_at, application.answered_at, Cause.APPLICATION)
        freezes.append(waiting)
    length = timedelta(hours=hours_in(session, settings, row.zones))
    found = period(row.valid_from, length, freezes, now)
    return ClaimedPeriod(found, _barred_from(row.valid_from))


def is_too_late(
    session: Session, settings: Settings, zones: Sequence[str], entered: datetime, now: datetime
) -> bool:
    """Whether the time to put right an entry at `entered` has passed, outages counted."""
    length = timedelta(hours=hours_in(session, settings, zones))
    found = period(entered, length, freezes_by_outages(session, entered), now)
    return not found.is_frozen and found.deadline <= now
