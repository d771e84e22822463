"""Documents that people get, and how often somebody tried a verification code."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7
from core.encryption import EncryptedText


class DocumentState(StrEnum):
    REQUESTED = "requested"
    FINISHED = "finished"


class CaseDocument(Base):
    """A document of a case. A job sets and signs it; from then on it never changes."""

    __tablename__ = "case_document"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint(
            "(state = 'finished') = (store_key IS NOT NULL)", name="finished_has_its_file"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    """A value of `kinds.DocumentKind`."""
    number: Mapped[int]
    """Counts up within the case."""
    state: Mapped[str]
    content: Mapped[str] = mapped_column(EncryptedText("case_document.content"))
    """JSON: what only the asker knew; once finished, everything it says."""
    code: Mapped[str] = mapped_column(EncryptedText("case_document.code"))
    """Verification code (CSV), as printed."""
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Hash of the code, to find the document by it."""
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None]
    issued_by_name: Mapped[str]
    store_key: Mapped[str | None]
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    problem: Mapped[str | None]
    """Why it is not finished yet."""


class CodeAttempt(Base):
    """Somebody asked for a code that does not exist, or asked often. Kept for an hour."""

    __tablename__ = "code_attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    scope: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    """Keyed hash of the address."""
    at: Mapped[datetime] = mapped_column(index=True)
