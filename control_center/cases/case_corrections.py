"""A police agent corrects the read of an open case: the passage is decided again, and the case
gets its next version. The raw read stays as it was."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from control_center.cases.infraction_reports import report_of
from control_center.models import PassageRecord, ReadCorrection
from control_center.passages.deciding import Cause, decide_passage, get_passage
from control_center.passages.passage_states import PassageStatus
from core.identity import Actor, Role
from core.plates import PlateNumber
from core.runtime import Runtime
from sanctions import service as sanctions_service
from sanctions.queries import get_case
from sanctions.review.corrections import asked_correction


def correct_read(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Do what an agent asked for on the review page; done already, it does nothing."""
    case = get_case(session, UUID(payload["case_id"]), lock=True)
    asked = asked_correction(case, int(payload["event"]))
    passage = get_passage(session, case.passage_id, lock=True)
    if asked is None or passage.status != PassageStatus.CASE_OPENED.value:
        return
    agent = Actor(
        id=asked.actor_id,
        name=asked.actor_name,
        roles=frozenset({Role.POLICE}),
        agent_number=asked.agent_number,
    )
    now = runtime.clock.now()
    passage.corrections.append(
        ReadCorrection(
            plate=PlateNumber(asked.note or "").text,
            by_account=agent.id,
            by_name=agent.name,
            made_at=now,
        )
    )
    session.flush()
    decide_passage(session, runtime, passage, Cause.CORRECTION, now=now)
    _renew(session, passage, agent, runtime)


def _renew(session: Session, passage: PassageRecord, agent: Actor, runtime: Runtime) -> None:
    pending = passage.pending
    if pending is None:
        return
    exit_id = pending.exit_passage_id
    leaving = None if exit_id is None else session.get_one(PassageRecord, exit_id)
    report = report_of(session, passage, pending, leaving)
    sanctions_service.renew_case(session, report, actor=agent, now=runtime.clock.now())
