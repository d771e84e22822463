"""Where a delivery gets its document from: asked for once, sent when it is finished."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from core.runtime import Runtime
from sanctions.documents.kinds import DocumentKind
from sanctions.integrations.documents import OutgoingDocument
from sanctions.models import InfractionCase


class Papers(Protocol):
    """Makes documents of cases."""

    def request(
        self, session: Session, case: InfractionCase, kind: DocumentKind, now: datetime
    ) -> None:
        """Have the document made; nothing happens when it was asked for already."""
        ...

    def finished(
        self, session: Session, runtime: Runtime, case: InfractionCase, kind: DocumentKind
    ) -> OutgoingDocument | None:
        """The latest one; None while it is not finished."""
        ...
