"""Documents are asked for here, in the transaction that makes them necessary; a job makes them.

`details` name what a document is about beside the case: ``resolution`` (``allegations`` or
``reconsideration``), ``state`` of a payment, or ``submission`` (its id); see `particulars`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.identity import SYSTEM, Actor
from core.outbox import enqueue
from sanctions.documents.codes import code_hash, new_code
from sanctions.documents.contents import refuse_if_void
from sanctions.documents.kinds import DocumentKind
from sanctions.documents.models import CaseDocument, DocumentState
from sanctions.models import InfractionCase

RENDER = "render-document"
"""Outbox job: set, sign and store a document."""


def request_document(
    session: Session,
    case: InfractionCase,
    kind: DocumentKind,
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    actor: Actor = SYSTEM,
) -> CaseDocument:
    """Have a document made. Lock the case first.

    Without `details`, one that was asked for already stands in for it: a retry makes no second.

    Raises DocumentVoid: the case lacks what such a document is void without.
    """
    refuse_if_void(case, kind)
    documents = documents_of(session, case.id)
    same = [one for one in documents if one.kind == kind.value]
    if details is None and same:
        return same[-1]
    code = new_code()
    document = CaseDocument(
        case_id=case.id,
        kind=kind.value,
        number=documents[-1].number + 1 if documents else 1,
        state=DocumentState.REQUESTED.value,
        content=json.dumps({"details": dict(details or {})}),
        code=code,
        code_hash=code_hash(code),
        issued_at=now,
        issued_by=actor.id,
        issued_by_name=actor.name,
    )
    session.add(document)
    session.flush()
    audit.record(session, actor, "sanctions:document:requested", f"case:{case.id}", kind=kind.value)
    enqueue_rendering(session, document.id, due_at=now)
    return document


def enqueue_rendering(session: Session, document_id: UUID, *, due_at: datetime) -> None:
    payload = {"document_id": str(document_id)}
    enqueue(session, RENDER, payload, due_at=due_at, key=f"{RENDER}:{document_id}")


def latest(session: Session, case_id: UUID, kind: DocumentKind) -> CaseDocument | None:
    """The last one asked for, finished or not."""
    query = select(CaseDocument).where(
        CaseDocument.case_id == case_id, CaseDocument.kind == kind.value
    )
    return session.scalar(query.order_by(CaseDocument.number.desc()).limit(1))


def documents_of(session: Session, case_id: UUID) -> list[CaseDocument]:
    """All of a case, in the order they were asked for."""
    query = select(CaseDocument).where(CaseDocument.case_id == case_id)
    return list(session.scalars(query.order_by(CaseDocument.number)))
