"""The centre decides: with the full register and the quotas, and its word counts.

Every decision is stored with its inputs and answer. The same path serves the first decision and
every later one: a corrected read, a change of the register, a completed stay, a deadline.
"""

import json
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from control_center.errors import UnknownPassage
from control_center.labels import N_
from control_center.models import DecisionRecord, PassageRecord, ReadCorrection
from control_center.passages import settling, stays
from control_center.passages.live import announce
from control_center.passages.locks import lock_plate
from control_center.passages.passage_states import PassageStatus
from control_center.passages.reads import candidates_of, usable_plate
from control_center.pending import regularisation
from control_points.protocol import Instruction
from core.keyed_hash import plate_hash
from core.runtime import Runtime
from permits.access import AccessDecision, AccessQuery, Movement, Outcome, decide
from permits.grants import lock_quotas
from permits.queries import build_query
from permits.replay import (
    decision_from_json,
    decision_to_json,
    query_from_json,
    query_to_json,
)
from permits.rules.counting import Cell, cell_of, move_count
from permits.stays import CompletedStay


class Cause(StrEnum):
    """Why a passage is decided."""

    ARRIVAL = "arrival"
    CORRECTION = "correction"
    """A person confirmed or corrected the read, or named the vehicle's class."""
    REGISTER = "register"
    """A grant, plate change or revocation."""
    STAY = "stay"
    """The stay that this entry began is complete."""
    DEADLINE = "deadline"
    """The regularisation period ended."""
    ORDER = "order"
    """An earlier entry was reported later and takes its place in the quota."""


_STATUS = {
    Outcome.AUTHORISED: PassageStatus.AUTHORISED,
    Outcome.COUNT_ONLY: PassageStatus.COUNTED,
    Outcome.READ_REVIEW: PassageStatus.READ_REVIEW,
    Outcome.VEHICLE_CHECK: PassageStatus.VEHICLE_CHECK,
    Outcome.NOT_AUTHORISED: PassageStatus.PENDING,
}
_ACCUSED = frozenset({PassageStatus.PENDING, PassageStatus.CASE_OPENED})


def get_passage(session: Session, passage_id: UUID, *, lock: bool = False) -> PassageRecord:
    """Raises UnknownPassage."""
    query = select(PassageRecord).where(PassageRecord.id == passage_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    passage = session.scalar(query)
    if passage is None:
        raise UnknownPassage(N_("There is no passage %(passage)s."), passage=str(passage_id))
    return passage


def decide_passage(
    session: Session, runtime: Runtime, passage: PassageRecord, cause: Cause, *, now: datetime
) -> AccessDecision:
    """Decide `passage`, store the decision, and do what follows from it."""
    _believe_read(session, runtime, passage)
    query = _query(session, runtime, passage)
    decision = decide(query)
    _store(session, passage, cause, query, decision, now)
    change = stays.record(session, passage, decision)
    _follow(session, runtime, passage, decision, now)
    for entry_id in change.incomplete:
        settling.settle_quietly(session, get_passage(session, entry_id), now=now)
    for entry_id in change.disproved:
        _decide_without_length(session, runtime, entry_id, now)
    if change.completed is not None:
        _decide_completed_stay(session, runtime, change.completed, now)
    if decision.outcome is Outcome.AUTHORISED:
        _recount_later_entries(session, runtime, passage, now)
    return decision


def _believe_read(session: Session, runtime: Runtime, passage: PassageRecord) -> None:
    """The plate that counts: a person's, else the edge's. One vehicle is decided at a time."""
    answer = _latest_read_answer(passage)
    if answer is not None:
        passage.plate = answer.plate
    plate = usable_plate(passage.plate)
    passage.plate_hash = plate_hash(runtime.keys.plate_hash_key, plate) if plate else None
    if passage.plate_hash is not None:
        lock_plate(session, passage.plate_hash)
        lock_quotas(session, passage.plate_hash, passage.seen_at)


def _latest_read_answer(passage: PassageRecord) -> ReadCorrection | None:
    """The last word of a person on the plate; None while nobody has looked."""
    reads = [one for one in passage.corrections if one.vehicle_class is None]
    return reads[-1] if reads else None


def _latest_class(passage: PassageRecord) -> str | None:
    answers = [one.vehicle_class for one in passage.corrections if one.vehicle_class is not None]
    return answers[-1] if answers else None


def _query(session: Session, runtime: Runtime, passage: PassageRecord) -> AccessQuery:
    fresh = _fresh_query(session, runtime, passage)
    if not passage.decisions:
        return fresh
    # The place counts as it was when the vehicle passed, however late it is decided again.
    first = query_from_json(json.loads(passage.decisions[0].inputs))
    return replace(fresh, point=first.point)


def _fresh_query(session: Session, runtime: Runtime, passage: PassageRecord) -> AccessQuery:
    return build_query(
        session,
        runtime.keys,
        plate=usable_plate(passage.plate),
        confidence=passage.confidence,
        country=passage.country,
        movement=Movement(passage.direction),
        seen_at=passage.seen_at,
        control_point=passage.control_point,
        candidates=candidates_of(passage),
        read_confirmed=_latest_read_answer(passage) is not None,
        confirmed_class=_latest_class(passage),
        stay_minutes=stays.minutes_after(session, passage.id),
        passage_id=passage.id,
    )


def _store(
    session: Session,
    passage: PassageRecord,
    cause: Cause,
    query: AccessQuery,
    decision: AccessDecision,
    now: datetime,
) -> None:
    move_count(session, _counted_cell(passage), cell_of(query, decision))
    record = DecisionRecord(
        decided_at=now,
        cause=cause.value,
        outcome=decision.outcome.value,
        reason=decision.reason.value,
        rule_version=decision.rule_version,
        inputs=json.dumps(query_to_json(query)),
        answer=json.dumps(decision_to_json(decision)),
    )
    passage.decisions.append(record)


def _counted_cell(passage: PassageRecord) -> Cell | None:
    """Where the passage is counted now; None before its first decision."""
    if not passage.decisions:
        return None
    last = passage.decisions[-1]
    return cell_of(
        query_from_json(json.loads(last.inputs)), decision_from_json(json.loads(last.answer))
    )


def _follow(
    session: Session,
    runtime: Runtime,
    passage: PassageRecord,
    decision: AccessDecision,
    now: datetime,
    *,
    exit_passage: PassageRecord | None = None,
) -> None:
    """Give the passage the state that `decision` means, and its pictures their instruction."""
    status, was = _status_after(passage, decision), passage.status
    passage.become(status)
    if status in (PassageStatus.PENDING, PassageStatus.READ_REVIEW, PassageStatus.VEHICLE_CHECK):
        passage.settled_at = None
        passage.pictures_wanted = Instruction.SEND.value
    if status is PassageStatus.PENDING:
        regularisation.open_or_update(
            session, runtime, passage, decision, now=now, exit_passage=exit_passage
        )
    elif status is not PassageStatus.CASE_OPENED:
        regularisation.close(session, passage, now=now)
    if was == PassageStatus.CASE_OPENED.value and status is PassageStatus.REGULARISED:
        regularisation.withdraw_case(session, passage, now=now)
    session.flush()
    if status in settling.QUIET:
        settling.settle(session, passage, decision, now=now)
    announce(session, passage, "decision", now)


def _status_after(passage: PassageRecord, decision: AccessDecision) -> PassageStatus:
    status, was = _STATUS[decision.outcome], PassageStatus(passage.status)
    if status is PassageStatus.AUTHORISED and was in _ACCUSED:
        return PassageStatus.REGULARISED
    if was is PassageStatus.CASE_OPENED:
        return was  # only a grant takes a case back; doubts are for the police to weigh
    return status


def _decide_completed_stay(
    session: Session, runtime: Runtime, stay: CompletedStay, now: datetime
) -> None:
    """Ask again about the entry, with the minutes, on what was known when it was decided.

    A permit revoked while the vehicle was inside does not make its entry an infraction.
    """
    entry = get_passage(session, stay.entry_passage_id, lock=True)
    leaving = get_passage(session, stay.exit_passage_id, lock=True)
    if entry.status == PassageStatus.AUTHORISED.value:
        inputs = query_from_json(json.loads(entry.decisions[-1].inputs))
        query = replace(inputs, stay_minutes=stay.minutes)
        decision = decide(query)
        _store(session, entry, Cause.STAY, query, decision, now)
        _follow(session, runtime, entry, decision, now, exit_passage=leaving)
    if entry.pending is None or entry.pending.exit_passage_id != leaving.id:
        settling.settle_quietly(session, leaving, now=now)


def _decide_without_length(
    session: Session, runtime: Runtime, entry_id: UUID, now: datetime
) -> None:
    """Its overstay, if it was one, is disproved: a second entry lay in between."""
    entry = get_passage(session, entry_id, lock=True)
    if entry.status == PassageStatus.RECEIVED.value or entry.anonymised_at is not None:
        return
    query = replace(query_from_json(json.loads(entry.decisions[-1].inputs)), stay_minutes=None)
    decision = decide(query)
    _store(session, entry, Cause.STAY, query, decision, now)
    _follow(session, runtime, entry, decision, now)


def _recount_later_entries(
    session: Session, runtime: Runtime, passage: PassageRecord, now: datetime
) -> None:
    """Entries that were reported first were counted without this one.

    They are the same vehicle's, and those of the others that share its authorisation.
    """
    query = (
        select(PassageRecord)
        .where(
            or_(
                PassageRecord.plate_hash == passage.plate_hash,
                PassageRecord.id.in_(stays.entries_sharing_quota(passage.id)),
            ),
            PassageRecord.seen_at > passage.seen_at,
            PassageRecord.status == PassageStatus.AUTHORISED.value,
        )
        .order_by(PassageRecord.seen_at)
        .with_for_update()
    )
    for later in session.scalars(query).all():
        stored = query_from_json(json.loads(later.decisions[-1].inputs))
        recounted = with_counts_of(stored, _fresh_query(session, runtime, later))
        decision = decide(recounted)
        if decision.outcome is not Outcome.AUTHORISED:
            _store(session, later, Cause.ORDER, recounted, decision, now)
            stays.record(session, later, decision)
            _follow(session, runtime, later, decision, now)


def with_counts_of(stored: AccessQuery, fresh: AccessQuery) -> AccessQuery:
    """`stored` with the entries counted anew, and nothing else of what was known then changed."""
    counted = {grant.reference: grant for grant in fresh.grants}
    return replace(
        stored,
        loading_used_today=fresh.loading_used_today,
        grants=tuple(
            replace(
                grant,
                used_today=counted[grant.reference].used_today,
                used_this_month=counted[grant.reference].used_this_month,
                used_this_year=counted[grant.reference].used_this_year,
            )
            if grant.reference in counted
            else grant
            for grant in stored.grants
        ),
    )


def expire_review(session: Session, passage: PassageRecord, *, now: datetime) -> None:
    """P3: nobody looked in time; the passage is counted and forgotten."""
    passage.become(PassageStatus.COUNTED)
    settling.settle_quietly(session, passage, now=now)
    announce(session, passage, "decision", now)
