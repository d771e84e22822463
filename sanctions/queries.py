"""Reading cases."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.web.pagination import Page, paginate
from sanctions.errors import CaseNotFound
from sanctions.models import CLAIM_LENGTH, CaseEvent, InfractionCase
from sanctions.reasons import Hold
from sanctions.states import AWAITING_REVIEW, UNSERVED, CaseState


def get_case(session: Session, case_id: UUID, *, lock: bool = False) -> InfractionCase:
    """The case; with `lock`, others wait until this transaction ends. Raises CaseNotFound."""
    query = select(InfractionCase).where(InfractionCase.id == case_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    case = session.scalar(query)
    if case is None:
        raise CaseNotFound("There is no case %(case)s.", case=str(case_id))
    return case


def case_by_reference(session: Session, reference: str) -> InfractionCase:
    """The case that people call ``2026/000123``. Raises CaseNotFound."""
    query = select(InfractionCase).where(InfractionCase.reference == reference.strip())
    case = session.scalar(query)
    if case is None:
        raise CaseNotFound("There is no case %(case)s.", case=reference[:20])
    return case


def case_of_passage(session: Session, passage_id: UUID) -> InfractionCase | None:
    """The latest case about a passage, whatever its state."""
    query = select(InfractionCase).where(InfractionCase.passage_id == passage_id)
    return session.scalar(query.order_by(InfractionCase.id.desc()).limit(1))


def first_of_repeats(session: Session, case: InfractionCase) -> InfractionCase | None:
    """The vehicle's earliest case of the same kind and zone that is on its way to notification.

    None when there is none, or when `case` itself is the earliest.
    """
    if case.plate_hash is None:
        return None
    query = (
        select(InfractionCase)
        .where(
            InfractionCase.plate_hash == case.plate_hash,
            InfractionCase.offence == case.offence,
            InfractionCase.zone == case.zone,
            InfractionCase.passage_id != case.passage_id,
            InfractionCase.seen_at <= case.seen_at,
            InfractionCase.state.in_(UNSERVED),
            or_(InfractionCase.hold.is_(None), InfractionCase.hold != Hold.REPEAT),
        )
        .order_by(InfractionCase.seen_at)
        .limit(1)
    )
    return session.scalar(query)


def of_vehicle(session: Session, case: InfractionCase, limit: int = 20) -> Sequence[InfractionCase]:
    """Other cases of the same vehicle, the latest passage first."""
    if case.plate_hash is None:
        return ()
    query = (
        select(InfractionCase)
        .where(InfractionCase.plate_hash == case.plate_hash, InfractionCase.id != case.id)
        .order_by(InfractionCase.seen_at.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def review_queue(
    session: Session, *, cursor: str | None = None, size: int = 50
) -> Page[InfractionCase]:
    """Cases that wait for an agent, the one to be barred first at the top."""
    query = select(InfractionCase).where(InfractionCase.state.in_(AWAITING_REVIEW))
    keys = (InfractionCase.limitation_at, InfractionCase.id)
    return paginate(session, query, keys, cursor=cursor, size=size)


def next_to_review(
    session: Session, now: datetime, agent: UUID | None, *, skipped_since: datetime
) -> InfractionCase | None:
    """The most urgent complete case that nobody has taken and `agent` may decide.

    Left out is what `agent` skipped since `skipped_since` or asked a second look at, and what is
    time-barred.
    """
    free = or_(InfractionCase.claimed_at.is_(None), InfractionCase.claimed_at <= now - CLAIM_LENGTH)
    skipped = select(CaseEvent.case_id).where(
        CaseEvent.kind == "skipped", CaseEvent.actor_id == agent, CaseEvent.at > skipped_since
    )
    query = (
        select(InfractionCase)
        .where(
            InfractionCase.state == CaseState.READY,
            InfractionCase.barred_at > now,
            free,
            InfractionCase.second_look_by.is_distinct_from(agent),
            InfractionCase.id.not_in(skipped),
        )
        .order_by(InfractionCase.limitation_at, InfractionCase.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


def decided_cases(
    session: Session, *, cursor: str | None = None, size: int = 50
) -> Page[InfractionCase]:
    """Cases past the review, the latest passage first."""
    query = select(InfractionCase).where(InfractionCase.state.not_in(AWAITING_REVIEW))
    keys = (InfractionCase.seen_at, InfractionCase.id)
    return paginate(session, query, keys, cursor=cursor, size=size, descending=True)


def count_by_state(session: Session) -> dict[CaseState, int]:
    """How many cases are in each state; states without cases are left out."""
    rows = session.execute(
        select(InfractionCase.state, func.count()).group_by(InfractionCase.state)
    )
    return {CaseState(state): count for state, count in rows}
