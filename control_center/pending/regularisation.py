"""The time in which an entry can be put right, and the case that opens when it has passed.

While the period runs there is no case: the holder's app and the operators show the countdown.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.background.jobs import enqueue_deadline, has_open_deadline
from control_center.cases.infraction_reports import report_of
from control_center.models import PassageRecord, PendingRegularisation
from control_center.passages.passage_states import PassageStatus
from control_center.passages.pictures import has_all_pictures
from control_center.passages.settling import settle_quietly
from control_center.pending.freezes import Cause, Freeze, Period, period
from control_center.pending.outages import freezes_by_outages
from control_points.protocol import Instruction
from core.runtime import Runtime
from core.settings import Settings
from permits.access import AccessDecision
from permits.applications.queries import applications_for_plate
from permits.queries import get_control_point, get_zone, holder_of_grant
from sanctions import service as sanctions_service

PICTURES_LATE = timedelta(hours=48)
"""How long after the deadline a case waits for pictures that an edge box still holds."""
ASK_AGAIN = timedelta(hours=1)


def open_or_update(
    session: Session,
    runtime: Runtime,
    passage: PassageRecord,
    decision: AccessDecision,
    *,
    now: datetime,
    exit_passage: PassageRecord | None = None,
) -> None:
    """Start the period of `passage`, or note that the offence is now another one.

    An overstay begins to count at the exit, whose pictures are kept with the entry's.
    """
    holder = holder_of_grant(session, decision.grant) if decision.grant else None
    pending = passage.pending
    if pending is None:
        began = passage.seen_at if exit_passage is None else exit_passage.seen_at
        zones = get_control_point(session, passage.control_point).zones
        hours = hours_in(session, runtime.settings, zones)
        deadline = began + timedelta(hours=hours)
        pending = PendingRegularisation(
            offence=decision.reason.value,
            opened_at=now,
            began_at=began,
            hours=hours,
            deadline=deadline,
        )
        passage.pending = pending
    pending.offence = decision.reason.value
    pending.holder_id = holder
    pending.closed_at = None
    follow_freezes(session, passage, pending, now=now)
    if exit_passage is not None:
        pending.exit_passage_id = exit_passage.id
        exit_passage.pictures_wanted = Instruction.SEND.value
        exit_passage.settled_at = None


def follow_freezes(
    session: Session, passage: PassageRecord, pending: PendingRegularisation, *, now: datetime
) -> None:
    """Bring the deadline up to date with applications and outages; the law's clock runs on."""
    if pending.closed_at is not None:
        return
    found = period_of(session, passage, pending, now=now)
    pending.deadline = found.deadline
    pending.frozen_since = found.frozen_since
    pending.frozen_by = found.frozen_by.value if found.frozen_by else None
    if not found.is_frozen:
        enqueue_deadline(session, passage.id, due_at=found.deadline)


def period_of(
    session: Session, passage: PassageRecord, pending: PendingRegularisation, *, now: datetime
) -> Period:
    """Where the period stands with all that is known now of applications and outages."""
    freezes = [
        *_waiting_for_answers(session, passage),
        *freezes_by_outages(session, pending.began_at),
    ]
    return period(pending.began_at, timedelta(hours=pending.hours), freezes, now)


def _waiting_for_answers(session: Session, passage: PassageRecord) -> list[Freeze]:
    if passage.plate_hash is None:
        return []
    return [
        Freeze(begin, end, Cause.APPLICATION)
        for begin, end in applications_for_plate(session, passage.plate_hash)
    ]


def follow_all_freezes(
    session: Session, now: datetime, *, plate_hash: bytes | None = None, only_frozen: bool = False
) -> int:
    """`follow_freezes` for every open period, or those of one vehicle, or the frozen ones.

    Returns how many were looked at.
    """
    query = (
        select(PassageRecord)
        .join(PassageRecord.pending)
        .where(
            PendingRegularisation.closed_at.is_(None),
            PassageRecord.status == PassageStatus.PENDING.value,
        )
        .with_for_update(of=PassageRecord)
    )
    if plate_hash is not None:
        query = query.where(PassageRecord.plate_hash == plate_hash)
    if only_frozen:
        query = query.where(PendingRegularisation.frozen_since.is_not(None))
    passages = session.scalars(query).all()
    for passage in passages:
        if passage.pending is not None:
            follow_freezes(session, passage, passage.pending, now=now)
    return len(passages)


def hours_in(session: Session, settings: Settings, zones: Iterable[str]) -> int:
    """The longest period among `zones`, which never is to the driver's harm."""
    asked = [get_zone(session, code).regularisation_hours for code in zones]
    return max((hours for hours in asked if hours), default=settings.regularisation_hours)


def close(session: Session, passage: PassageRecord, *, now: datetime) -> None:
    """The period is over without a case, or was never begun."""
    pending = passage.pending
    if pending is None or pending.closed_at is not None:
        return
    pending.closed_at = now
    if pending.exit_passage_id is not None:
        leaving = session.get_one(PassageRecord, pending.exit_passage_id)
        pending.exit_passage_id = None
        settle_quietly(session, leaving, now=now)


def is_over(passage: PassageRecord, now: datetime) -> bool:
    """Whether `passage` is pending and its time is up."""
    return (
        passage.status == PassageStatus.PENDING.value
        and passage.pending is not None
        and passage.pending.frozen_since is None
        and passage.pending.deadline <= now
    )


def waits_for_pictures(
    session: Session, passage: PassageRecord, pending: PendingRegularisation, now: datetime
) -> bool:
    """Whether the edge still holds pictures of `passage` that may yet come."""
    leaving = _exit_of(session, pending)
    complete = has_all_pictures(passage) and (leaving is None or has_all_pictures(leaving))
    return not complete and now < pending.deadline + PICTURES_LATE


def open_case(
    session: Session, passage: PassageRecord, pending: PendingRegularisation, *, now: datetime
) -> None:
    """Hand the passage to sanctions as a candidate."""
    report = report_of(session, passage, pending, _exit_of(session, pending))
    sanctions_service.open_case(session, report, now=now)
    pending.closed_at = now
    passage.become(PassageStatus.CASE_OPENED)


def _exit_of(session: Session, pending: PendingRegularisation) -> PassageRecord | None:
    if pending.exit_passage_id is None:
        return None
    return session.get_one(PassageRecord, pending.exit_passage_id)


def withdraw_case(session: Session, passage: PassageRecord, *, now: datetime) -> None:
    """A grant covers the entry after all: its case is extinguished (E12).

    The case keeps its pictures until the passage is anonymised a day later.
    """
    grant = json.loads(passage.decisions[-1].answer)["grant"]
    sanctions_service.mark_regularised(session, passage.id, why=f"Covered by {grant}", now=now)
    passage.settled_at = now
    passage.pictures_wanted = Instruction.DISCARD.value


def enqueue_overdue(session: Session, now: datetime) -> int:
    """Jobs for pending passages whose time is up and whose job was lost; returns how many."""
    query = select(PendingRegularisation.passage_id).where(
        PendingRegularisation.closed_at.is_(None),
        PendingRegularisation.frozen_since.is_(None),
        PendingRegularisation.deadline <= now,
    )
    overdue = session.scalars(query.limit(1_000)).all()
    lost = [one for one in overdue if not has_open_deadline(session, one)]
    for passage_id in lost:
        enqueue_deadline(session, passage_id, due_at=now)
    return len(lost)
