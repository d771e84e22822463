"""Evidence packages and court files of cases, and where the pictures as filmed are."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7


class PackageKind(StrEnum):
    EVIDENCE = "evidence"
    """What proves the infraction; sealed when an agent has validated the case."""
    COURT_FILE = "court_file"
    """The whole case, indexed, with its evidence package inside."""


class PackageState(StrEnum):
    REQUESTED = "requested"
    SEALED = "sealed"
    """Under the centre's seal; waits for its timestamp."""
    FINISHED = "finished"


class EvidencePackage(Base):
    """A package on its way and in the store. Once finished it never changes; a later one of the
    same case has the next number."""

    __tablename__ = "evidence_package"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "number"),
        CheckConstraint(
            "(state = 'finished') = (store_key IS NOT NULL)", name="finished_has_its_file"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    number: Mapped[int]
    """Counts up within case and kind."""
    state: Mapped[str]
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID | None]
    requested_by_name: Mapped[str]
    sealed_at: Mapped[datetime | None]
    """Real time."""
    draft_key: Mapped[str | None]
    """Where the sealed files wait for their timestamp."""
    store_key: Mapped[str | None]
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    stamped_at: Mapped[datetime | None]
    """By the timestamp authority's clock."""
    attempts: Mapped[int] = mapped_column(default=0)
    """To get a timestamp."""
    problem: Mapped[str | None]
    """Why there is no timestamp yet."""


class CaseOriginal(Base):
    """A context picture as filmed. Beside the case's pictures, so that no page shows it by
    chance: only `unmasking` reads this."""

    __tablename__ = "case_original"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    """Of the masked picture made from it: ``context`` or ``exit-context``."""
    evidence_key: Mapped[str]
    sha256: Mapped[str]
