"""Showing a context picture as filmed: for a role, a reason, and on record twice (P5)."""

import hashlib
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.errors import InvalidInput, NotFound
from core.evidence_store import EvidenceStore
from core.identity import Actor, Permission
from core.words import N_, Word
from sanctions.errors import EvidenceAltered
from sanctions.evidence.models import CaseOriginal
from sanctions.evidence.originals import originals_behind
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.reasons import coded
from sanctions.transitions import EventKind, write_event


class UnmaskingReason(StrEnum):
    """Why somebody must see what is masked."""

    COURT = "court"
    ALLEGATION = "allegation"
    """The person says that another vehicle, or another place, is in the picture."""
    INTEGRITY = "integrity"
    """To compare the masked picture with the one it was made from."""
    DATA_SUBJECT = "data_subject"
    """Somebody in the picture asks for it (GDPR, article 15)."""


UNMASKING_LABELS: dict[UnmaskingReason, Word] = {
    UnmaskingReason.COURT: N_("A court or an authority asks for it"),
    UnmaskingReason.ALLEGATION: N_("Allegations dispute what the picture shows"),
    UnmaskingReason.INTEGRITY: N_("To compare it with the masked picture"),
    UnmaskingReason.DATA_SUBJECT: N_("Somebody in the picture asks to see it"),
}
SHORTEST_NOTE = 10
"""Characters: a reference or a sentence, not a dash."""


def unmask(
    session: Session,
    store: EvidenceStore,
    case_id: UUID,
    kind: str,
    actor: Actor,
    *,
    reason: str,
    note: str,
    now: datetime,
) -> bytes:
    """The JPEG as filmed. The look is in the case's history and in the audit trail.

    Raises:
        Forbidden: without the permission to unmask.
        UnknownReason, InvalidInput: no coded reason, or nothing written to go with it.
        NotFound: no such picture, or it was erased.
        EvidenceAltered: the stored picture is not the one that was taken in.
    """
    actor.check(Permission.UNMASK_PICTURES)
    code = coded(UnmaskingReason, reason)
    words = note.strip()[:1000]
    if len(words) < SHORTEST_NOTE:
        raise InvalidInput("Write down who asks for the picture and why, or the file's number.")
    case = get_case(session, case_id, lock=True)
    original = _original(session, case, kind)
    content = store.get(original.evidence_key)
    if hashlib.sha256(content).hexdigest() != original.sha256:
        raise EvidenceAltered(
            "The picture '%(kind)s' of case %(case)s is not the one that was taken in. Do not use "
            "it; tell the data-protection officer.",
            kind=kind,
            case=case.reference,
        )
    write_event(
        case, EventKind.NOTE, actor, now=now, reason=f"unmasked:{code}", note=f"{kind}: {words}"
    )
    audit.record(
        session,
        actor,
        "sanctions:picture:unmasked",
        f"case:{case.id}",
        kind=kind,
        reason=code.value,
    )
    session.flush()
    return content


def can_be_unmasked(session: Session, case: InfractionCase) -> list[str]:
    """Kinds of the masked pictures whose originals are kept."""
    return [one.kind for one in originals_behind(session, case)]


def _original(session: Session, case: InfractionCase, kind: str) -> CaseOriginal:
    found = next((one for one in originals_behind(session, case) if one.kind == kind), None)
    if found is None:
        raise NotFound(
            "Case %(case)s has no original of the picture '%(kind)s'.",
            case=case.reference,
            kind=kind[:40],
        )
    return found
