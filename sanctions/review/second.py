"""The blinded second review: another agent sees a share of the decided cases without knowing how
they were decided, and the two verdicts are compared. Off unless a share is set.

A validated case waits meanwhile, so that nothing goes out that a colleague would have rejected.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import InvalidInput
from core.identity import Actor, Permission
from sanctions.errors import AlreadyDecided, NotViewed, SamePerson
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.reasons import Hold, RejectionReason, coded, needs_note
from sanctions.review.looks import has_seen
from sanctions.review.models import SecondReview
from sanctions.transitions import EventKind, write_event

VERDICTS = ("validated", "rejected")


@dataclass(frozen=True)
class Agreement:
    """How often two agents saw the same."""

    reviewed: int
    agreed: int
    waiting: int

    @property
    def percent(self) -> float | None:
        return 100 * self.agreed / self.reviewed if self.reviewed else None


def is_drawn(case_id: UUID, percent: int) -> bool:
    """Whether a case belongs to the share: always the same answer for the same case."""
    return int.from_bytes(hashlib.sha256(case_id.bytes).digest()[:4], "big") % 100 < percent


def draw(
    session: Session,
    case: InfractionCase,
    verdict: str,
    actor: Actor,
    *,
    now: datetime,
    percent: int,
) -> None:
    """Put a decided case aside for a second review when it belongs to the share."""
    if not is_drawn(case.id, percent):
        return
    session.add(
        SecondReview(case_id=case.id, drawn_at=now, first_by=actor.id, first_verdict=verdict)
    )
    if verdict == "validated" and case.hold is None:
        case.hold = Hold.SECOND_REVIEW
    session.flush()


def pending(session: Session, case_id: UUID) -> SecondReview | None:
    """The second review that `case_id` waits for, if any."""
    review = session.get(SecondReview, case_id)
    return review if review is not None and review.decided_at is None else None


def hidden_from(session: Session, actor: Actor) -> frozenset[UUID]:
    """Cases whose decision `actor` must not see yet, because a second review may be theirs."""
    if not actor.may(Permission.REVIEW_CASES):
        return frozenset()
    query = select(SecondReview.case_id).where(
        SecondReview.decided_at.is_(None), SecondReview.first_by != actor.id
    )
    return frozenset(session.scalars(query))


def waiting_for(session: Session, actor: Actor) -> int:
    """How many second reviews `actor` may give."""
    return len(hidden_from(session, actor))


def require_pending(session: Session, case_id: UUID, actor: Actor) -> SecondReview:
    """The second review that `actor` may give. Raises AlreadyDecided, SamePerson."""
    actor.check(Permission.REVIEW_CASES)
    review = pending(session, case_id)
    reference = get_case(session, case_id).reference
    if review is None:
        raise AlreadyDecided("Case %(case)s waits for no second review.", case=reference)
    if review.first_by == actor.id:
        raise SamePerson(
            "You decided case %(case)s yourself: the second review is another agent's.",
            case=reference,
        )
    return review


def next_second(session: Session, actor: Actor) -> UUID | None:
    """The oldest case whose second review `actor` may give."""
    actor.check(Permission.REVIEW_CASES)
    query = (
        select(SecondReview.case_id)
        .where(SecondReview.decided_at.is_(None), SecondReview.first_by != actor.id)
        .order_by(SecondReview.drawn_at)
        .limit(1)
    )
    return session.scalar(query)


def decide_second(
    session: Session,
    case_id: UUID,
    actor: Actor,
    *,
    verdict: str,
    reason: str = "",
    note: str = "",
    now: datetime,
) -> SecondReview:
    """The second agent's verdict. It changes no state: where the two differ, a validated case goes
    on waiting, and the instructor decides.

    Raises:
        SamePerson: the actor decided it the first time.
        AlreadyDecided: the second review was given, or was never asked for.
        InvalidInput, UnknownReason: no such verdict, or a rejection without a coded reason.
    """
    code = _checked(verdict, reason)
    words = needs_note(code, note) if code is not None else None
    case = get_case(session, case_id, lock=True)
    review = require_pending(session, case_id, actor)
    if not has_seen(case, actor, "plate") or not has_seen(case, actor, "context"):
        raise NotViewed(
            "The pictures of case %(case)s were not on your screen since its evidence last "
            "changed. Open the case and look at them first.",
            case=case.reference,
        )
    review.second_by, review.second_by_name = actor.id, actor.name
    review.second_verdict, review.second_reason, review.decided_at = verdict, code, now
    _settle_hold(case, review)
    write_event(case, EventKind.SECOND_REVIEW, actor, now=now, reason=code, note=words)
    audit.record(session, actor, "sanctions:case:reviewed_again", f"case:{case.id}")
    session.flush()
    return review


def _checked(verdict: str, reason: str) -> RejectionReason | None:
    if verdict not in VERDICTS:
        raise InvalidInput("Say whether you would validate or reject the case.")
    return coded(RejectionReason, reason) if verdict == "rejected" else None


def _settle_hold(case: InfractionCase, review: SecondReview) -> None:
    if case.hold != Hold.SECOND_REVIEW:
        return
    agreed = review.first_verdict == review.second_verdict
    case.hold = None if agreed else Hold.DISAGREEMENT


def agreement(session: Session) -> Agreement:
    """The figure over all second reviews."""
    done = SecondReview.decided_at.is_not(None)
    same = SecondReview.first_verdict == SecondReview.second_verdict
    count = select(func.count()).select_from(SecondReview)
    return Agreement(
        reviewed=session.scalar(count.where(done)) or 0,
        agreed=session.scalar(count.where(done, same)) or 0,
        waiting=session.scalar(count.where(SecondReview.decided_at.is_(None))) or 0,
    )
