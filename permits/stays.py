"""Stays: an entry matched with its exit, and the quota that one stay debits once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from permits.access import AccessDecision, Movement, Outcome, Reason
from permits.models import Authorisation, QuotaEntry, Stay
from permits.states import Incomplete, StayState

_NOT_STAYING = frozenset({Outcome.READ_REVIEW, Outcome.COUNT_ONLY})


@dataclass(frozen=True)
class CompletedStay:
    """A stay whose entry and exit are known: ask about its entry again, with the minutes."""

    stay_id: UUID
    entry_passage_id: UUID
    exit_passage_id: UUID
    minutes: int
    """Whole minutes, begun ones left out."""


@dataclass(frozen=True)
class StayChange:
    """What a passage did to the stays of its vehicle in one zone."""

    opened: UUID | None = None
    """Id of the stay that began."""
    completed: CompletedStay | None = None
    incomplete: tuple[UUID, ...] = ()
    """Entry passages whose stays ended without proving anything; never an offence."""
    disproved: tuple[UUID, ...] = ()
    """Entry passages whose length was held to be known, and no longer is: decide them again."""


class Witness(Protocol):
    """What else is known of the time of a stay."""

    def objection(self, stay: Stay, left_at: datetime) -> Incomplete | None:
        """Why the vehicle may have been outside meanwhile; None when nothing speaks for it."""
        ...


@dataclass(frozen=True)
class Sighting:
    """A decided passage, as far as stays are concerned."""

    passage_id: UUID
    plate_hash: bytes
    movement: Movement
    seen_at: datetime
    zones: tuple[str, ...]
    """Of the control point; never empty."""
    confident: bool
    """Whether the read is good enough to accuse anybody of an overstay."""


def record_stay(
    session: Session, seen: Sighting, decision: AccessDecision, witness: Witness
) -> StayChange:
    """Note what a decided passage means for the stays of its vehicle.

    An entry opens a stay and debits the quota if the decision says so; recorded again after a new
    decision, it only moves the debit. An exit completes the stay, once, if both reads are
    confident and `witness` has no objection; else the stay is incomplete. A doubtful passage, or
    one at a point that enforces nothing, changes nothing: a decision's reason is `EXIT` only for
    an exit read without doubt. Passages may arrive in any order.
    """
    if seen.movement is Movement.EXIT:
        if decision.reason is not Reason.EXIT:
            return StayChange()
        return _record_exit(session, seen, witness)
    known = _stay_of_entry(session, seen.passage_id)
    if known is not None:
        known.entry_confident = seen.confident
        _debit(session, known, decision)
        return StayChange()
    if decision.outcome in _NOT_STAYING or seen.movement is Movement.REVERSED_OUT:
        return StayChange()
    return _record_entry(session, seen, decision, witness)


def _record_entry(
    session: Session, seen: Sighting, decision: AccessDecision, witness: Witness
) -> StayChange:
    interrupted = _end_open_stays_before(session, seen)
    disproved = _take_exits_from_stays_around(session, seen)
    stay = Stay(
        zone=seen.zones[0],
        plate_hash=seen.plate_hash,
        state=StayState.OPEN.value,
        entry_passage_id=seen.passage_id,
        entered_at=seen.seen_at,
        entry_confident=seen.confident,
    )
    session.add(stay)
    session.flush()
    _debit(session, stay, decision)
    waiting = _exit_waiting_for(session, seen)
    if waiting is None:
        ended = interrupted
        if _has_later_entry(session, seen):
            _give_up(stay, Incomplete.SECOND_ENTRY)
            ended = (*interrupted, seen.passage_id)
        return StayChange(opened=stay.id, incomplete=ended, disproved=disproved)
    exit_id, left_at, confident = waiting.exit_passage_id, waiting.left_at, waiting.entry_confident
    session.delete(waiting)
    session.flush()
    change = _end(stay, exit_id, left_at, confident=confident, witness=witness)
    return replace(
        change,
        opened=stay.id,
        incomplete=(*interrupted, *change.incomplete),
        disproved=disproved,
    )


def _record_exit(session: Session, seen: Sighting, witness: Witness) -> StayChange:
    known = session.scalar(select(Stay).where(Stay.exit_passage_id == seen.passage_id))
    if known is not None:
        return StayChange()
    stay = _latest_before(session, seen, seen.seen_at)
    if stay is not None and stay.state == StayState.OPEN.value:
        return _end(stay, seen.passage_id, seen.seen_at, confident=seen.confident, witness=witness)
    session.add(
        Stay(
            zone=seen.zones[0],
            plate_hash=seen.plate_hash,
            state=StayState.EXIT_ONLY.value,
            exit_passage_id=seen.passage_id,
            left_at=seen.seen_at,
            # Of an exit whose entry is not known yet, this says how good its own read is.
            entry_confident=seen.confident,
        )
    )
    session.flush()
    return StayChange()


def _end(
    stay: Stay,
    exit_id: UUID | None,
    left_at: datetime | None,
    *,
    confident: bool,
    witness: Witness,
) -> StayChange:
    """Close the stay with its exit; whether its length counts is another question."""
    if stay.entered_at is None or stay.entry_passage_id is None or exit_id is None or not left_at:
        return StayChange()
    stay.exit_passage_id, stay.left_at = exit_id, left_at
    doubt = _doubt(stay, left_at, confident=confident, witness=witness)
    if doubt is not None:
        _give_up(stay, doubt)
        return StayChange(incomplete=(stay.entry_passage_id,))
    stay.state = StayState.COMPLETED.value
    stay.minutes = int((left_at - stay.entered_at).total_seconds() // 60)
    return StayChange(
        completed=CompletedStay(stay.id, stay.entry_passage_id, exit_id, stay.minutes)
    )


def _doubt(
    stay: Stay, left_at: datetime, *, confident: bool, witness: Witness
) -> Incomplete | None:
    if not stay.entry_confident:
        return Incomplete.ENTRY_IN_DOUBT
    if not confident:
        return Incomplete.EXIT_IN_DOUBT
    return witness.objection(stay, left_at)


def _give_up(stay: Stay, why: Incomplete) -> None:
    stay.state, stay.minutes = StayState.INCOMPLETE.value, None
    stay.incomplete_because = why.value


def proven_minutes(session: Session, entry_id: UUID, witness: Witness) -> int | None:
    """How long the stay lasted that this entry began; None while nobody can be sure.

    Asked anew each time: a gate's silence may be reported long after the exit.
    """
    stay = _stay_of_entry(session, entry_id)
    if stay is None or stay.minutes is None or stay.left_at is None:
        return None
    objection = witness.objection(stay, stay.left_at)
    if objection is not None:
        _give_up(stay, objection)
        session.flush()
    return stay.minutes


def _stay_of_entry(session: Session, passage_id: UUID) -> Stay | None:
    return session.scalar(select(Stay).where(Stay.entry_passage_id == passage_id))


def _of_vehicle(seen: Sighting) -> ColumnElement[bool]:
    return and_(Stay.plate_hash == seen.plate_hash, Stay.zone.in_(seen.zones))


def _latest_before(session: Session, seen: Sighting, moment: datetime) -> Stay | None:
    """The vehicle's last entry at or before `moment`."""
    return session.scalar(
        select(Stay)
        .where(_of_vehicle(seen), Stay.entered_at <= moment)
        .order_by(Stay.entered_at.desc())
        .limit(1)
    )


def _end_open_stays_before(session: Session, seen: Sighting) -> tuple[UUID, ...]:
    """A vehicle that enters again must have left unseen: its open stays are incomplete."""
    stays = session.scalars(
        select(Stay).where(
            _of_vehicle(seen), Stay.state == StayState.OPEN.value, Stay.entered_at < seen.seen_at
        )
    ).all()
    for stay in stays:
        _give_up(stay, Incomplete.SECOND_ENTRY)
    return tuple(stay.entry_passage_id for stay in stays if stay.entry_passage_id is not None)


def _take_exits_from_stays_around(session: Session, seen: Sighting) -> tuple[UUID, ...]:
    """An entry reported late, inside what was held to be one stay: the exit was this one's."""
    around = session.scalars(
        select(Stay).where(
            _of_vehicle(seen),
            Stay.entry_passage_id.is_not(None),
            Stay.exit_passage_id.is_not(None),
            Stay.entered_at < seen.seen_at,
            Stay.left_at > seen.seen_at,
        )
    ).all()
    for stay in around:
        exit_id, left_at = stay.exit_passage_id, stay.left_at
        was_confident = stay.incomplete_because != Incomplete.EXIT_IN_DOUBT.value
        stay.exit_passage_id = stay.left_at = None
        _give_up(stay, Incomplete.SECOND_ENTRY)
        session.flush()
        session.add(
            Stay(
                zone=stay.zone,
                plate_hash=stay.plate_hash,
                state=StayState.EXIT_ONLY.value,
                exit_passage_id=exit_id,
                left_at=left_at,
                entry_confident=was_confident,
            )
        )
        session.flush()
    return tuple(stay.entry_passage_id for stay in around if stay.entry_passage_id is not None)


def _exit_waiting_for(session: Session, seen: Sighting) -> Stay | None:
    """An exit reported before its entry: the first one after it, with no other entry between."""
    found = session.scalar(
        select(Stay)
        .where(
            _of_vehicle(seen),
            Stay.state == StayState.EXIT_ONLY.value,
            Stay.left_at > seen.seen_at,
        )
        .order_by(Stay.left_at)
        .limit(1)
    )
    if found is None or found.left_at is None:
        return None
    latest = _latest_before(session, seen, found.left_at)
    is_ours = latest is not None and latest.entered_at == seen.seen_at
    return found if is_ours else None


def _has_later_entry(session: Session, seen: Sighting) -> bool:
    later = select(Stay.id).where(
        _of_vehicle(seen),
        Stay.entered_at > seen.seen_at,
        Stay.entry_passage_id != seen.passage_id,
    )
    return session.scalar(later.limit(1)) is not None


def _debit(session: Session, stay: Stay, decision: AccessDecision) -> None:
    """Let `stay` debit what `decision` says and nothing else; saying it twice changes nothing.

    An overstay takes no entry back: it was used.
    """
    if decision.reason is Reason.OVERSTAY:
        return
    authorised = decision.outcome is Outcome.AUTHORISED
    stay.by_loading_rule = authorised and decision.grant is None
    wanted = _authorisation_id(session, decision.grant) if authorised else None
    stay.authorisation_id = wanted
    entry = session.scalar(select(QuotaEntry).where(QuotaEntry.stay_id == stay.id))
    debited = wanted if decision.debits_quota else None
    if entry is not None and entry.authorisation_id != debited:
        session.delete(entry)
        session.flush()
        entry = None
    if entry is None and debited is not None and stay.entered_at is not None:
        session.add(
            QuotaEntry(authorisation_id=debited, stay_id=stay.id, entered_at=stay.entered_at)
        )
    session.flush()


def _authorisation_id(session: Session, reference: str | None) -> UUID | None:
    if reference is None:
        return None
    return session.scalar(select(Authorisation.id).where(Authorisation.reference == reference))
