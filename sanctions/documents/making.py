"""The job that sets, signs and stores a document. Slow work happens outside the transaction."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.database import transaction
from core.errors import SarbideError
from core.identity import SYSTEM
from core.runtime import Runtime
from core.settings import Settings
from sanctions.documents.certificates import signing_identity
from sanctions.documents.contents import content_of
from sanctions.documents.kinds import DocumentKind
from sanctions.documents.legal import texts_on
from sanctions.documents.models import CaseDocument, DocumentState
from sanctions.documents.service import enqueue_rendering
from sanctions.evidence.timestamps import TimestampUnavailable
from sanctions.integrations.payment.orders import payment_code
from sanctions.queries import get_case
from sanctions.sentences import kept
from sanctions.transitions import EventKind, write_event

ASK_AGAIN = timedelta(minutes=2)
"""After a timestamp authority that did not answer."""
AFTER_A_FAULT = timedelta(minutes=10)
"""Legal texts or a certificate that are missing."""
VERIFY_PATH, PAYMENT_PATH = "/verify", "/payments"


def verification_address(settings: Settings) -> str:
    """Where people check a document, as it is printed."""
    return _public(settings) + VERIFY_PATH


def payment_address(settings: Settings) -> str:
    """Where people pay."""
    return _public(settings) + PAYMENT_PATH


def _public(settings: Settings) -> str:
    base = settings.public_url or f"http://{settings.app_host}:{settings.app_port}"
    return base.rstrip("/")


def render_document(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Make a requested document; one that is finished, or gone, stays so."""
    document_id = UUID(payload["document_id"])
    try:
        with transaction(runtime.reading) as reading:
            prepared = _prepare(reading, runtime, document_id)
        if prepared is None:
            return
        content, code = prepared
        pdf = _signed_pdf(runtime, content, code)
    except TimestampUnavailable as error:
        _wait(session, runtime, document_id, kept(error), ASK_AGAIN)
        return
    except SarbideError as error:
        # Shown with the document and tried again until a person has seen to it.
        _wait(session, runtime, document_id, kept(error), AFTER_A_FAULT)
        return
    _finish(session, runtime, document_id, content, pdf)


def _prepare(
    session: Session, runtime: Runtime, document_id: UUID
) -> tuple[dict[str, Any], str] | None:
    document = session.get(CaseDocument, document_id)
    if document is None or document.state == DocumentState.FINISHED:
        return None
    case = get_case(session, document.case_id)
    day = municipal(case.seen_at).date()
    content = content_of(
        session,
        case,
        DocumentKind(document.kind),
        texts_on(runtime.settings.legal_texts, case.zone, day),
        details=json.loads(document.content)["details"],
        issued_at=document.issued_at,
        is_valid=runtime.settings.is_production,
    )
    if document.kind == DocumentKind.NOTIFICATION:
        content["payment"] = {
            "address": payment_address(runtime.settings),
            "code": payment_code(runtime.keys, case),
        }
    return content, document.code


def _signed_pdf(runtime: Runtime, content: Mapping[str, Any], code: str) -> bytes:
    from sanctions.documents.rendering import document_pdf  # noqa: PLC0415 -- slow to import
    from sanctions.documents.signing import sign_pdf  # noqa: PLC0415

    identity = signing_identity(runtime.settings, runtime.keys)
    pdf = document_pdf(content, code, verification_address(runtime.settings))
    url = runtime.settings.timestamp_url
    return sign_pdf(pdf, identity, reason=content["reference"], timestamp_url=url)


def _wait(
    session: Session, runtime: Runtime, document_id: UUID, problem: str, wait: timedelta
) -> None:
    document = session.get_one(CaseDocument, document_id, with_for_update=True)
    document.problem = problem
    enqueue_rendering(session, document_id, due_at=runtime.clock.now() + wait)


def _finish(
    session: Session, runtime: Runtime, document_id: UUID, content: Mapping[str, Any], pdf: bytes
) -> None:
    document = session.get(CaseDocument, document_id)
    if document is None:
        return
    case = get_case(session, document.case_id, lock=True)
    session.refresh(document, with_for_update=True)
    if document.state == DocumentState.FINISHED:
        return
    digest = hashlib.sha256(pdf).hexdigest()
    key = f"cases/{case.id}/documents/{document.id}-{digest[:16]}.pdf"
    runtime.store.put(key, pdf)
    document.state = DocumentState.FINISHED.value
    document.content = json.dumps(content, ensure_ascii=False)
    document.store_key, document.sha256, document.size = key, digest, len(pdf)
    document.problem = None
    write_event(
        case,
        EventKind.NOTE,
        SYSTEM,
        now=runtime.clock.now(),
        note=f"{document.kind}.pdf, SHA-256 {digest}",
    )
    audit.record(session, SYSTEM, "sanctions:document:made", f"case:{case.id}", kind=document.kind)
