"""Finding an issued document: by staff who may, and by anybody who holds its code."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core import audit
from core.clock import utc_now
from core.encryption import KeyRing
from core.errors import Conflict, NotFound
from core.evidence_store import EvidenceStore
from core.identity import SYSTEM, Actor, Permission
from sanctions.documents.codes import code_hash, normal_code, scope_hash
from sanctions.documents.errors import TooManyCodes, UnknownCode
from sanctions.documents.models import CaseDocument, CodeAttempt, DocumentState
from sanctions.errors import EvidenceAltered

WINDOW = timedelta(hours=1)
FAILURES_ALLOWED = 10
"""From one address within `WINDOW`; a person who mistypes needs fewer."""
LOOKS_ALLOWED = 60


@dataclass(frozen=True)
class Authentic:
    """A document as it was issued."""

    document: CaseDocument
    pdf: bytes


def open_document(
    session: Session, store: EvidenceStore, document_id: UUID, actor: Actor
) -> Authentic:
    """A finished document for staff; the look is on record.

    Raises:
        Forbidden: without the permission.
        NotFound, Conflict: there is none, or it is not finished.
        EvidenceAltered: the stored file is not the one that was signed.
    """
    actor.check(Permission.VIEW_CASES)
    document = session.get(CaseDocument, document_id)
    if document is None:
        raise NotFound("There is no document %(document)s.", document=str(document_id))
    pdf = _content(store, document)
    audit.record(
        session,
        actor,
        "sanctions:document:viewed",
        f"case:{document.case_id}",
        kind=document.kind,
        number=document.number,
    )
    return Authentic(document, pdf)


def verify_code(
    session: Session, store: EvidenceStore, keys: KeyRing, typed: str, *, address: str
) -> Authentic:
    """The document with the code that somebody typed. The caller commits even when this raises:
    attempts have to be counted.

    Raises:
        TooManyCodes: too many attempts from `address` lately, right or wrong.
        UnknownCode: no document has it; which part is wrong stays unsaid.
    """
    wrong, any_kind = _scopes(keys, address)
    _refuse_too_many(session, {wrong: FAILURES_ALLOWED, any_kind: LOOKS_ALLOWED})
    session.add(CodeAttempt(scope=any_kind, at=utc_now()))
    document = _by_code(session, typed)
    if document is None:
        session.add(CodeAttempt(scope=wrong, at=utc_now()))
        session.flush()
        raise UnknownCode("No document has this code. Check it against the foot of the page.")
    pdf = _content(store, document)
    subject = f"case:{document.case_id}"
    audit.record(session, SYSTEM, "sanctions:document:verified", subject, kind=document.kind)
    return Authentic(document, pdf)


def _by_code(session: Session, typed: str) -> CaseDocument | None:
    if normal_code(typed) is None:
        return None
    query = select(CaseDocument).where(
        CaseDocument.code_hash == code_hash(typed),
        CaseDocument.state == DocumentState.FINISHED.value,
    )
    return session.scalar(query)


def _content(store: EvidenceStore, document: CaseDocument) -> bytes:
    if document.store_key is None:
        raise Conflict(
            "The document is still being made. The papers of the case say what it waits for."
        )
    content = store.get(document.store_key)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise EvidenceAltered(
            "The stored document is not the one that was signed. Do not use it; tell the "
            "data-protection officer."
        )
    return content


def _scopes(keys: KeyRing, address: str) -> tuple[bytes, bytes]:
    return scope_hash(keys, f"wrong {address}"), scope_hash(keys, f"any {address}")


def _refuse_too_many(session: Session, scopes: dict[bytes, int]) -> None:
    since = utc_now() - WINDOW
    for scope, allowed in scopes.items():
        query = select(func.count()).where(CodeAttempt.scope == scope, CodeAttempt.at > since)
        if (session.scalar(query) or 0) >= allowed:
            raise TooManyCodes("Too many codes were tried from here. Try again in an hour.")


def forget_attempts(session: Session, now: datetime) -> int:
    """Drop attempts that no longer count; `now` is real time. Returns how many."""
    done = session.execute(delete(CodeAttempt).where(CodeAttempt.at <= now - WINDOW))
    return int(getattr(done, "rowcount", 0))
