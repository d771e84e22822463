"""What people answer: what the plate says, and what kind of vehicle it is.

The raw read stays as it was; an answer is a row of its own, and the passage is decided again.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from control_center.errors import NothingToReview
from control_center.labels import N_
from control_center.models import PassageRecord, ReadCorrection
from control_center.passages.deciding import Cause, decide_passage, get_passage
from control_center.passages.passage_states import PassageStatus
from core.audit import record
from core.clock import utc_now
from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.plates import PlateNumber
from core.runtime import Runtime
from permits.access import AccessDecision

LOADING = "loading"
OVERSIZE = "oversize"
"""A loading vehicle, but heavier or higher than the zone takes."""
OTHER = "other"
CLASSES = (LOADING, OVERSIZE, OTHER)


def answer_read(
    session: Session, runtime: Runtime, actor: Actor, passage_id: UUID, plate: PlateNumber | None
) -> AccessDecision:
    """Confirm or correct the plate; None: a person can't read it either. Decides again.

    Raises:
        Forbidden: `actor` may not review reads.
        UnknownPassage, NothingToReview: it waits for nobody (any more).
    """
    passage = _waiting(session, actor, passage_id, PassageStatus.READ_REVIEW)
    verb = "unreadable" if plate is None else "corrected"
    if plate is not None and plate.text == passage.plate:
        verb = "confirmed"
    correction = ReadCorrection(plate=plate.text if plate else None)
    return _answer(session, runtime, actor, passage, correction, f"control_center:read:{verb}")


def answer_class(
    session: Session, runtime: Runtime, actor: Actor, passage_id: UUID, vehicle_class: str
) -> AccessDecision:
    """Say whether it is a loading vehicle. Decides again.

    Raises:
        Forbidden, UnknownPassage, NothingToReview: as `answer_read`.
        InvalidInput: another class than ``loading``, ``oversize`` or ``other``.
    """
    if vehicle_class not in CLASSES:
        raise InvalidInput(N_("Choose whether this is a loading vehicle or another one."))
    passage = _waiting(session, actor, passage_id, PassageStatus.VEHICLE_CHECK)
    correction = ReadCorrection(vehicle_class=vehicle_class)
    return _answer(session, runtime, actor, passage, correction, "control_center:vehicle:checked")


def _waiting(
    session: Session, actor: Actor, passage_id: UUID, status: PassageStatus
) -> PassageRecord:
    actor.check(Permission.REVIEW_READS)
    passage = get_passage(session, passage_id, lock=True)
    if passage.status != status.value:
        raise NothingToReview(
            N_("This passage was answered already, or it moved on. Go back to the list.")
        )
    return passage


def _answer(
    session: Session,
    runtime: Runtime,
    actor: Actor,
    passage: PassageRecord,
    correction: ReadCorrection,
    action: str,
) -> AccessDecision:
    correction.by_account = actor.id
    correction.by_name = actor.name
    correction.made_at = utc_now()
    passage.corrections.append(correction)
    session.flush()
    record(session, actor, action, f"passage:{passage.id}", vehicle_class=correction.vehicle_class)
    return decide_passage(session, runtime, passage, Cause.CORRECTION, now=runtime.clock.now())
