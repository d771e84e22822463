"""What each outbox job does. A job that finds its work done already returns quietly."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.background import jobs
from control_center.background.outbox_worker import Handler
from control_center.background.people_jobs import HANDLERS as PEOPLE_HANDLERS
from control_center.cases.case_corrections import correct_read
from control_center.models import PassageRecord
from control_center.passages.deciding import Cause, decide_passage, get_passage
from control_center.passages.passage_states import PassageStatus
from control_center.pending import regularisation
from core.runtime import Runtime
from permits.rules.service import RULES_BEGIN, publish_due
from sanctions.integrations.jobs import HANDLERS as INTEGRATION_HANDLERS
from sanctions.paper_jobs import HANDLERS as PAPER_HANDLERS
from sanctions.review.corrections import CORRECT_READ

_REDECIDED = frozenset(
    {
        PassageStatus.READ_REVIEW,
        PassageStatus.VEHICLE_CHECK,
        PassageStatus.PENDING,
        PassageStatus.CASE_OPENED,
    }
)
"""What a change of the register may still turn: nothing that was authorised becomes worse."""


def decide_new(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The first decision of a passage."""
    passage = get_passage(session, UUID(payload["passage_id"]), lock=True)
    if passage.status == PassageStatus.RECEIVED.value:
        decide_passage(session, runtime, passage, Cause.ARRIVAL, now=runtime.clock.now())


def redecide(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The register changed for a plate: its open passages are decided anew, in their order."""
    query = (
        select(PassageRecord)
        .where(
            PassageRecord.plate_hash == bytes.fromhex(payload["plate_hash"]),
            PassageRecord.status.in_([status.value for status in _REDECIDED]),
        )
        .order_by(PassageRecord.seen_at)
        .with_for_update()
    )
    for passage in session.scalars(query).all():
        decide_passage(session, runtime, passage, Cause.REGISTER, now=runtime.clock.now())


def end_regularisation(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The deadline of a pending passage: decide once more, then open a case if need be."""
    passage = get_passage(session, UUID(payload["passage_id"]), lock=True)
    now = runtime.clock.now()
    pending = passage.pending
    if pending is None or passage.status != PassageStatus.PENDING.value:
        return
    # An application or an outage may have moved the deadline since this job was written.
    regularisation.follow_freezes(session, passage, pending, now=now)
    if not regularisation.is_over(passage, now):
        return
    if regularisation.waits_for_pictures(session, passage, pending, now):
        jobs.enqueue_deadline(session, passage.id, due_at=now + regularisation.ASK_AGAIN)
        return
    decide_passage(session, runtime, passage, Cause.DEADLINE, now=now)
    if passage.status == PassageStatus.PENDING.value:
        regularisation.open_case(session, passage, pending, now=now)


def erase_picture(_: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The row let go of it; now the file goes."""
    runtime.store.erase(payload["key"])


def begin_rules(session: Session, runtime: Runtime, _: Mapping[str, Any]) -> None:
    """A version of a rule takes effect: rows, screens and gates follow."""
    publish_due(session, runtime.clock.now())


HANDLERS: dict[str, Handler] = {
    jobs.DECIDE: decide_new,
    jobs.REDECIDE: redecide,
    jobs.REGULARISATION_ENDS: end_regularisation,
    jobs.ERASE_PICTURE: erase_picture,
    **PEOPLE_HANDLERS,
    RULES_BEGIN: begin_rules,
    CORRECT_READ: correct_read,
    **INTEGRATION_HANDLERS,
    **PAPER_HANDLERS,
}
