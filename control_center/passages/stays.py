"""What stays mean for passages: which pictures wait, when an entry is settled, who overstayed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from control_center.models import PassageRecord
from control_center.passages.passage_states import PassageStatus
from control_center.passages.watching import GateWitness
from core.clock import municipal
from permits.access import AccessDecision, Movement
from permits.models import QuotaEntry, Stay
from permits.rules.current import rule_book
from permits.states import StayState
from permits.stays import Sighting, StayChange, proven_minutes, record_stay

CONFIDENT = 0.90
"""Both ends of an overstay are read at least this well, or by a person; well above what suffices
to let a vehicle in."""
_QUIET = (PassageStatus.AUTHORISED.value, PassageStatus.COUNTED.value)


def record(session: Session, passage: PassageRecord, decision: AccessDecision) -> StayChange:
    """Note `passage` in its vehicle's stays; nothing changes for an unread plate."""
    place = rule_book(session).place(passage.control_point, passage.seen_at)
    if passage.plate_hash is None or place is None or not place.zones:
        return StayChange()
    seen = Sighting(
        passage_id=passage.id,
        plate_hash=passage.plate_hash,
        movement=Movement(passage.direction),
        seen_at=passage.seen_at,
        zones=place.zones,
        confident=_is_confident(passage),
    )
    return record_stay(session, seen, decision, GateWitness(session))


def _is_confident(passage: PassageRecord) -> bool:
    """A person read the plate too, or the reader was all but certain."""
    confirmed = any(one.plate is not None for one in passage.corrections)
    return confirmed or passage.confidence >= CONFIDENT


def _of(session: Session, passage_id: UUID) -> Stay | None:
    mine = or_(Stay.entry_passage_id == passage_id, Stay.exit_passage_id == passage_id)
    return session.scalar(select(Stay).where(mine))


def minutes_after(session: Session, passage_id: UUID) -> int | None:
    """How long the stay lasted that this entry began; None while nobody can be sure."""
    return proven_minutes(session, passage_id, GateWitness(session))


def entries_sharing_quota(passage_id: UUID) -> Select[UUID | None]:
    """Entry passages of stays under the authorisation that the stay of `passage_id` debits."""
    debited = (
        select(QuotaEntry.authorisation_id)
        .join(Stay, Stay.id == QuotaEntry.stay_id)
        .where(Stay.entry_passage_id == passage_id)
    )
    return (
        select(Stay.entry_passage_id)
        .join(QuotaEntry, QuotaEntry.stay_id == Stay.id)
        .where(QuotaEntry.authorisation_id.in_(debited), Stay.entry_passage_id.is_not(None))
    )


def may_still_matter(session: Session, passage: PassageRecord, decision: AccessDecision) -> bool:
    """Whether a picture may yet be needed: a limited stay is open, or an exit has no entry yet."""
    stay = _of(session, passage.id)
    if stay is None:
        return False
    if stay.exit_passage_id == passage.id:
        return stay.state == StayState.EXIT_ONLY.value
    limited = decision.max_stay_minutes is not None or decision.debits_quota
    return limited and stay.state == StayState.OPEN.value


def unmatched_before(session: Session, moment: datetime, limit: int) -> list[PassageRecord]:
    """Passages that still wait for the other end of a stay begun before `moment`."""
    query = (
        select(PassageRecord)
        .where(
            PassageRecord.status.in_(_QUIET),
            PassageRecord.pictures_wanted == "wait",
            PassageRecord.settled_at.is_(None),
            PassageRecord.seen_at <= moment,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def close_as_unknown(session: Session, passage: PassageRecord) -> None:
    """Nobody saw the exit: how long the stay was is unknown, and never an overstay."""
    stay = _of(session, passage.id)
    if stay is not None and stay.state == StayState.OPEN.value:
        stay.state = StayState.UNKNOWN.value


def forget(session: Session, passage_id: UUID) -> None:
    """P1: the stay keeps its times, not whose it was; a quota entry keeps its day.

    To the minute, the entry would still lead from the passage to the holder.
    """
    stay = _of(session, passage_id)
    if stay is None:
        return
    if stay.state == StayState.OPEN.value:
        stay.state = StayState.UNKNOWN.value
    stay.plate_hash = None
    stay.authorisation_id = None
    if stay.entered_at is not None:
        day = municipal(stay.entered_at).replace(hour=0, minute=0, second=0, microsecond=0)
        session.execute(
            update(QuotaEntry)
            .where(QuotaEntry.stay_id == stay.id)
            .values(stay_id=None, entered_at=day)
        )
    session.flush()
