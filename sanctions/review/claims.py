"""Who has a case: it stays with the agent who took it for a while, then anybody may."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import municipal
from core.identity import SYSTEM, Actor, Permission
from sanctions.errors import CaseClaimed, NotClaimed, SamePerson
from sanctions.models import CLAIM_LENGTH, InfractionCase
from sanctions.queries import get_case, next_to_review
from sanctions.states import AWAITING_REVIEW, Trigger, state_after
from sanctions.transitions import EventKind, write_event

SKIPPED_FOR = timedelta(hours=1)
"""A skipped case is not offered to the same agent again for so long."""


def claim(session: Session, case_id: UUID, actor: Actor, *, now: datetime) -> InfractionCase:
    """Take the case for `CLAIM_LENGTH`; taking it again takes it for longer.

    Raises:
        CaseClaimed: another agent has it.
        SamePerson: the actor asked for another pair of eyes on it.
        InvalidTransition: it does not wait for a review (any more).
    """
    actor.check(Permission.REVIEW_CASES)
    case = get_case(session, case_id, lock=True)
    if case.case_state not in AWAITING_REVIEW:
        state_after(case.reference, case.case_state, Trigger.VALIDATE)
    refuse_if_with_another(case, actor, now)
    if case.second_look_by is not None and case.second_look_by == actor.id:
        raise SamePerson(
            "You asked for a second look at case %(case)s: another agent decides it.",
            case=case.reference,
        )
    _give(case, actor, now)
    session.flush()
    return case


def claim_next(session: Session, actor: Actor, *, now: datetime) -> InfractionCase | None:
    """Take the most urgent complete case that is free; None when there is none."""
    actor.check(Permission.REVIEW_CASES)
    case = next_to_review(session, now, actor.id, skipped_since=now - SKIPPED_FOR)
    if case is not None:
        _give(case, actor, now)
        session.flush()
    return case


def release(session: Session, case_id: UUID, actor: Actor, *, now: datetime) -> None:
    """Give the case back. Nothing happens when another has it, or nobody."""
    actor.check(Permission.REVIEW_CASES)
    case = get_case(session, case_id, lock=True)
    if case.claimed_by == actor.id:
        _take_back(case, EventKind.RELEASED, actor, now)
        session.flush()


def skip(session: Session, case_id: UUID, actor: Actor, *, now: datetime) -> None:
    """Give the case back and don't be offered it for an hour. Raises CaseClaimed, NotClaimed."""
    actor.check(Permission.REVIEW_CASES)
    case = get_case(session, case_id, lock=True)
    require_claim(case, actor, now)
    _take_back(case, EventKind.SKIPPED, actor, now)
    session.flush()


def ask_second_look(
    session: Session, case_id: UUID, actor: Actor, *, note: str = "", now: datetime
) -> InfractionCase:
    """The agent is not sure: another agent decides. Raises CaseClaimed, NotClaimed."""
    actor.check(Permission.REVIEW_CASES)
    case = get_case(session, case_id, lock=True)
    require_claim(case, actor, now)
    case.second_look_by = actor.id
    case.claimed_by = case.claimed_by_name = case.claimed_at = None
    words = note.strip()[:1000] or None
    write_event(case, EventKind.SECOND_LOOK_ASKED, actor, now=now, note=words)
    session.flush()
    return case


def release_stale(session: Session, *, now: datetime) -> int:
    """Give back what agents took and left; returns how many cases."""
    query = (
        select(InfractionCase)
        .where(InfractionCase.claimed_at <= now - CLAIM_LENGTH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    cases = session.scalars(query).all()
    for case in cases:
        note = case.claimed_by_name
        case.claimed_by = case.claimed_by_name = case.claimed_at = None
        write_event(case, EventKind.RELEASED, SYSTEM, now=now, note=note)
    session.flush()
    return len(cases)


def require_claim(case: InfractionCase, actor: Actor, now: datetime) -> None:
    """Raise CaseClaimed or NotClaimed unless `actor` has the case now."""
    refuse_if_with_another(case, actor, now)
    if case.holder_of_claim(now) != actor.id:
        raise NotClaimed(
            "Case %(case)s is not yours now: a case stays with an agent for %(minutes)s minutes. "
            "Take it again and look at it once more.",
            case=case.reference,
            minutes=int(CLAIM_LENGTH.total_seconds() // 60),
        )


def refuse_if_with_another(case: InfractionCase, actor: Actor, now: datetime) -> None:
    """Raise CaseClaimed, naming the other and since when."""
    holder = case.holder_of_claim(now)
    if holder is not None and holder != actor.id and case.claimed_at is not None:
        raise CaseClaimed(
            "%(name)s has had case %(case)s since %(time)s. Take another one.",
            name=case.claimed_by_name,
            case=case.reference,
            time=municipal(case.claimed_at).strftime("%H:%M"),
        )


def _give(case: InfractionCase, actor: Actor, now: datetime) -> None:
    is_new = case.holder_of_claim(now) != actor.id
    case.claimed_by, case.claimed_by_name, case.claimed_at = actor.id, actor.name, now
    if is_new:
        write_event(case, EventKind.CLAIMED, actor, now=now)


def _take_back(case: InfractionCase, kind: EventKind, actor: Actor, now: datetime) -> None:
    case.claimed_by = case.claimed_by_name = case.claimed_at = None
    write_event(case, kind, actor, now=now)
