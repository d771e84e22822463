"""What papers each step of a case brings: asked for in the step's own transaction, made by jobs.

A paper that can't be made must not keep the step from happening: what it lacks is written into
the case's history, and a person has it made later.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from core.identity import SYSTEM, Actor
from sanctions.documents.errors import DocumentVoid
from sanctions.documents.kinds import DocumentKind
from sanctions.documents.service import request_document
from sanctions.evidence.models import PackageKind
from sanctions.evidence.packages import request_package
from sanctions.instruction.models import Submission
from sanctions.models import InfractionCase
from sanctions.sentences import kept
from sanctions.states import PAID, CaseState
from sanctions.transitions import EventKind, write_event


def follow(
    session: Session, case: InfractionCase, state: CaseState, actor: Actor, *, now: datetime
) -> None:
    """Ask for the papers of a case that has just come to `state`."""
    if state is CaseState.AGENT_VALIDATED:
        request_package(session, case, PackageKind.EVIDENCE, now=now)
        if not case.is_warning:
            _ask(session, case, DocumentKind.DENUNCIA, now)
    elif state is CaseState.RESOLVED:
        _ask(session, case, DocumentKind.RESOLUTION, now, resolution="allegations")
    elif state in PAID:
        _ask(session, case, DocumentKind.PAYMENT_RECEIPT, now, state=state.value)
    elif _answers_an_appeal(case, actor):
        _ask(session, case, DocumentKind.RESOLUTION, now, resolution="reconsideration")


def acknowledge(
    session: Session, case: InfractionCase, submission: Submission, *, now: datetime
) -> None:
    """Ask for the receipt of what a person lodged (Ley 39/2015, article 16.3)."""
    kind = DocumentKind.SUBMISSION_RECEIPT
    _ask(session, case, kind, now, submission=str(submission.id))


def _answers_an_appeal(case: InfractionCase, actor: Actor) -> bool:
    """Silence answers too, but it writes nothing (RDL 6/2015, article 96.5)."""
    came_from = case.events[-1].from_state
    return came_from == CaseState.RECONSIDERATION and actor.id is not None


def _ask(
    session: Session, case: InfractionCase, kind: DocumentKind, now: datetime, **details: str
) -> None:
    try:
        request_document(session, case, kind, now=now, details=details or None)
    except DocumentVoid as error:
        write_event(case, EventKind.NOTE, SYSTEM, now=now, reason=kind.value, note=kept(error))
