"""Evidence pictures of a case, shown to those who may see it and to nobody else."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.encryption import Undecryptable
from core.errors import NotFound
from core.evidence_store import EvidenceStore
from core.identity import SYSTEM, Actor, Permission
from sanctions.errors import EvidenceAltered
from sanctions.models import CasePicture, InfractionCase
from sanctions.queries import get_case
from sanctions.review.looks import has_seen
from sanctions.states import CaseState, Trigger
from sanctions.transitions import EventKind, apply, write_event


@dataclass(frozen=True)
class Integrity:
    """What the store holds of one picture now."""

    kind: str
    sha256: str
    is_intact: bool


def open_picture(
    session: Session,
    store: EvidenceStore,
    case_id: UUID,
    kind: str,
    actor: Actor,
    *,
    now: datetime,
) -> bytes:
    """The JPEG, checked against the hash it was taken in with; the look is on record, so that a
    validation can rest on it.

    Raises:
        NotFound: no such case or picture, or it was erased.
        EvidenceAltered: the stored picture is not the one that was taken in.
    """
    actor.check(Permission.VIEW_CASES)
    case = get_case(session, case_id, lock=True)
    picture = next((one for one in case.pictures if one.kind == kind), None)
    if picture is None:
        raise NotFound(
            "Case %(case)s has no picture '%(kind)s'.", case=case.reference, kind=kind[:40]
        )
    content = _intact(store, picture)
    if content is None:
        store.get(picture.evidence_key)  # a picture that is gone says so itself
        raise _altered(case, kind)
    _note_look(case, kind, actor, now)
    audit.record(session, actor, "sanctions:picture:viewed", f"case:{case.id}", kind=kind)
    session.flush()
    return content


def _note_look(case: InfractionCase, kind: str, actor: Actor, now: datetime) -> None:
    # One line for each version of the evidence is enough.
    if not has_seen(case, actor, kind):
        write_event(case, EventKind.VIEWED, actor, now=now, reason=kind)


def integrity(store: EvidenceStore, case: InfractionCase) -> list[Integrity]:
    """Every picture of `case`, checked in the store now."""
    return [
        Integrity(one.kind, one.sha256, _intact(store, one) is not None) for one in case.pictures
    ]


def require_intact(store: EvidenceStore, case: InfractionCase) -> None:
    """Raise EvidenceAltered, naming the picture, unless all are as they were taken in."""
    for one in integrity(store, case):
        if not one.is_intact:
            raise _altered(case, one.kind)


def mark_altered(session: Session, store: EvidenceStore, case_id: UUID, *, now: datetime) -> None:
    """Put on record which pictures don't hold; a case that waited for review can't be validated
    any more and shows what it lacks."""
    case = get_case(session, case_id, lock=True)
    fresh = [one for one in case.pictures if one.altered_at is None and _intact(store, one) is None]
    for picture in fresh:
        picture.altered_at = now
        audit.record(
            session, SYSTEM, "sanctions:picture:altered", f"case:{case.id}", kind=picture.kind
        )
    if fresh and case.case_state is CaseState.READY:
        apply(session, case, Trigger.SPOIL, actor=SYSTEM, now=now, reason=fresh[0].kind)
    session.flush()


def _intact(store: EvidenceStore, picture: CasePicture) -> bytes | None:
    try:
        content = store.get(picture.evidence_key)
    except (NotFound, Undecryptable):
        return None
    return content if hashlib.sha256(content).hexdigest() == picture.sha256 else None


def _altered(case: InfractionCase, kind: str) -> EvidenceAltered:
    return EvidenceAltered(
        "The picture '%(kind)s' of case %(case)s is not the one that was taken in. Do not use "
        "it; tell the data-protection officer.",
        kind=kind,
        case=case.reference,
    )
