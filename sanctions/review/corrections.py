"""An agent corrects what the camera read. Sanctions only asks: the control centre decides the
passage again and hands over the case's next version (`service.renew_case`)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.outbox import enqueue
from core.plates import PlateNumber
from sanctions.models import CaseEvent, InfractionCase
from sanctions.queries import get_case
from sanctions.review.claims import require_claim
from sanctions.states import Trigger, state_after
from sanctions.transitions import EventKind, write_event

CORRECT_READ = "correct-read"
"""Outbox job; its payload names the case and the event that holds the plate, encrypted there."""


def ask_correction(
    session: Session, case_id: UUID, actor: Actor, *, plate: str, now: datetime
) -> InfractionCase:
    """Have the passage decided again with the plate that the agent reads in the picture.

    Raises:
        InvalidInput: not a plate, or the one that stands there already.
        CaseClaimed, NotClaimed: the actor does not have the case.
        InvalidTransition: it does not wait for a review.
    """
    actor.check(Permission.REVIEW_CASES)
    typed = PlateNumber(plate)
    case = get_case(session, case_id, lock=True)
    state_after(case.reference, case.case_state, Trigger.REGULARISE)
    require_claim(case, actor, now)
    if typed.text == case.plate:
        raise InvalidInput(
            "The case says %(plate)s already. Type what the picture shows, if it is another plate.",
            plate=typed.text,
        )
    event = write_event(case, EventKind.READ_CORRECTED, actor, now=now, note=typed.text)
    audit.record(session, actor, "sanctions:read:corrected", f"case:{case.id}")
    session.flush()
    payload = {"case_id": str(case.id), "event": event.number}
    enqueue(session, CORRECT_READ, payload, due_at=now)
    return case


def is_being_corrected(case: InfractionCase) -> bool:
    """Whether a correction was asked for and the new decision has not come yet."""
    kinds = (EventKind.READ_CORRECTED, EventKind.DECIDED_AGAIN)
    last = next((event for event in reversed(case.events) if event.kind in kinds), None)
    return last is not None and last.kind == EventKind.READ_CORRECTED


def asked_correction(case: InfractionCase, number: int) -> CaseEvent | None:
    """The correction to be made; None when it was made, or another one came after it."""
    asked = next((event for event in case.events if event.number == number), None)
    if asked is None or asked.kind != EventKind.READ_CORRECTED or not is_being_corrected(case):
        return None
    later = (event for event in case.events if event.number > number)
    return None if any(event.kind == EventKind.READ_CORRECTED for event in later) else asked
