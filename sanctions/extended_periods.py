"""The time to put an entry right turned out longer after its case had opened.

It happens when an outage of the app or of the desk is written down afterwards. A case that nobody
has validated was opened too early and is taken back: the passage waits again. A validated one
stays, and nothing of it goes out before the new deadline; who validated it is told.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.identity import SYSTEM
from sanctions.models import InfractionCase
from sanctions.queries import case_of_passage, get_case
from sanctions.reasons import DiscardReason
from sanctions.states import (
    AWAITING_REVIEW,
    BEFORE_NOTIFICATION,
    CLOSED,
    CaseState,
    Trigger,
)
from sanctions.transitions import EventKind, apply, time_trigger, write_event


class Extended(StrEnum):
    """What became of the case."""

    UNCHANGED = "unchanged"
    """There is none, it has ended, or this deadline is known."""
    TAKEN_BACK = "taken_back"
    WAITS = "waits"
    """Validated, not notified: nothing goes out before the deadline."""
    TOO_LATE = "too_late"
    """On its way to the person, or with the city's sanction system: the instructor decides."""


def extend_period(
    session: Session, passage_id: UUID, *, deadline: datetime, now: datetime
) -> Extended:
    """Let the passage of a case be put right until `deadline`. A second time changes nothing."""
    known = case_of_passage(session, passage_id)
    if known is None or known.case_state in CLOSED - {CaseState.HANDED_OVER}:
        return Extended.UNCHANGED
    case = get_case(session, known.id, lock=True)
    if deadline <= case.regularisation_deadline or time_trigger(case, now) is not None:
        return Extended.UNCHANGED
    case.regularisation_deadline = deadline
    until = municipal(deadline).isoformat(timespec="minutes")
    write_event(case, EventKind.PERIOD_EXTENDED, SYSTEM, now=now, note=until)
    audit.record(session, SYSTEM, "sanctions:case:period_extended", f"case:{case.id}", until=until)
    session.flush()
    if case.case_state in AWAITING_REVIEW and now < deadline:
        reason = DiscardReason.OPENED_TOO_EARLY
        apply(session, case, Trigger.TAKE_BACK, actor=SYSTEM, now=now, reason=reason)
        return Extended.TAKEN_BACK
    if now >= deadline:
        return Extended.UNCHANGED
    return Extended.WAITS if case.case_state in BEFORE_NOTIFICATION else Extended.TOO_LATE


def was_taken_back(case: InfractionCase) -> bool:
    """Whether `case` ended because it had opened too early: its passage may get another one."""
    return (
        case.case_state is CaseState.DISCARDED
        and case.events[-1].reason == DiscardReason.OPENED_TOO_EARLY
    )


def waiting_of(session: Session, agent: UUID | None, now: datetime) -> Sequence[InfractionCase]:
    """Cases that `agent` validated and whose passage may be put right again for a while."""
    query = select(InfractionCase).where(
        InfractionCase.validated_by == agent,
        InfractionCase.regularisation_deadline > now,
        InfractionCase.state.not_in(CLOSED - {CaseState.HANDED_OVER}),
    )
    return session.scalars(query.order_by(InfractionCase.reference)).all()
