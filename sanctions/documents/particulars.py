"""What a kind of document says beside the facts of the case, gathered when it is made."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import municipal
from core.errors import NotFound
from core.web.translations import translate
from core.words import Word
from sanctions import deadlines
from sanctions.documents.kinds import LANGUAGES, DocumentKind
from sanctions.instruction.kinds import SUBMISSION_LABELS, SubmissionKind
from sanctions.instruction.models import Resolution, Submission
from sanctions.models import InfractionCase
from sanctions.states import LABELS, CaseState

Details = Mapping[str, Any]


def particulars(
    session: Session, case: InfractionCase, kind: DocumentKind, details: Details
) -> dict[str, Any]:
    """The values that the kind's template needs under ``document.details``.

    Raises NotFound: what it is about was not written, or is gone.
    """
    maker = _MAKERS.get(kind)
    return maker(session, case, details) if maker else {}


def _resolution(session: Session, case: InfractionCase, details: Details) -> dict[str, Any]:
    query = select(Resolution).where(
        Resolution.case_id == case.id, Resolution.kind == details["resolution"]
    )
    written = session.scalar(query.order_by(Resolution.id.desc()).limit(1))
    if written is None:
        raise NotFound("Case %(case)s has no resolution to set.", case=case.reference)
    return {
        "outcome": written.outcome,
        "text": written.text,
        "language": written.language,
        "amount_cents": written.amount_cents,
        "history": _steps(case),
    }


def _steps(case: InfractionCase) -> list[dict[str, Any]]:
    """How the case moved, in words; what staff did around it stays inside."""
    return [
        {
            "at": municipal(event.at).isoformat(),
            "what": _both(LABELS[CaseState(event.to_state)]),
        }
        for event in case.events
        if event.to_state is not None and event.from_state is not None
    ]


def _both(words: Word) -> dict[str, str]:
    return {language: translate(words, language) for language in LANGUAGES}


def _payment(session: Session, case: InfractionCase, details: Details) -> dict[str, Any]:
    paying = [event for event in case.events if event.to_state == details["state"]]
    if not paying:
        raise NotFound("Case %(case)s has no payment.", case=case.reference)
    return {
        "paid_cents": case.paid_cents,
        "paid_at": municipal(paying[-1].at).isoformat(),
        "payment": paying[-1].reason or "—",
        "is_reduced": details["state"] == CaseState.PAID_REDUCED,
    }


def _submission(session: Session, case: InfractionCase, details: Details) -> dict[str, Any]:
    lodged = session.get(Submission, UUID(details["submission"]))
    if lodged is None or lodged.case_id != case.id:
        raise NotFound("Case %(case)s has no such submission.", case=case.reference)
    return {
        "what": _both(SUBMISSION_LABELS[SubmissionKind(lodged.kind)]),
        "lodged_on": lodged.lodged_on.isoformat(),
        "registry": lodged.registry_reference,
        "receipt": str(lodged.id),
        "text": lodged.text,
        "sha256": hashlib.sha256(lodged.text.encode()).hexdigest(),
    }


def _silence(session: Session, case: InfractionCase, details: Details) -> dict[str, Any]:
    if case.appealed_on is None:
        raise NotFound("In case %(case)s nobody asked for reconsideration.", case=case.reference)
    dismissed = deadlines.appeal_dismissed_from(case.appealed_on)
    return {"lodged_on": case.appealed_on.isoformat(), "dismissed_on": dismissed.isoformat()}


_MAKERS: dict[DocumentKind, Callable[[Session, InfractionCase, Details], dict[str, Any]]] = {
    DocumentKind.RESOLUTION: _resolution,
    DocumentKind.SILENCE_CERTIFICATE: _silence,
    DocumentKind.PAYMENT_RECEIPT: _payment,
    DocumentKind.SUBMISSION_RECEIPT: _submission,
}
