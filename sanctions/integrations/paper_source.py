"""The documents of `sanctions.documents`, as deliveries need them."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from core.runtime import Runtime
from core.web.translations import translate
from sanctions.documents.kinds import DOCUMENT_LABELS, DocumentKind
from sanctions.documents.models import DocumentState
from sanctions.documents.service import latest, request_document
from sanctions.errors import EvidenceAltered
from sanctions.integrations.documents import OutgoingDocument
from sanctions.integrations.papers import Papers
from sanctions.models import InfractionCase


class CasePapers:
    """Documents of the case, made by a job of their own."""

    def request(
        self, session: Session, case: InfractionCase, kind: DocumentKind, now: datetime
    ) -> None:
        """Raises DocumentVoid: the case lacks what such a document is void without."""
        request_document(session, case, kind, now=now)

    def finished(
        self, session: Session, runtime: Runtime, case: InfractionCase, kind: DocumentKind
    ) -> OutgoingDocument | None:
        """Raises EvidenceAltered when the stored file is not the one that was signed."""
        document = latest(session, case.id, kind)
        if document is None or document.state != DocumentState.FINISHED:
            return None
        content = runtime.store.get(document.store_key or "")
        if hashlib.sha256(content).hexdigest() != document.sha256:
            raise EvidenceAltered(
                "A document of case %(case)s is not the one that was signed.", case=case.reference
            )
        language = case.person.language if case.person is not None else "es"
        title = translate(DOCUMENT_LABELS[kind], language)
        return OutgoingDocument(document.code, content, language, title)


_used: list[Papers] = [CasePapers()]


def papers() -> Papers:
    """Whoever makes documents in this process."""
    return _used[-1]


def use(other: Papers) -> None:
    """Have `other` make the documents from now on."""
    _used[:] = [other]
