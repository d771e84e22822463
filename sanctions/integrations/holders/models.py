"""Questions to the vehicle register, and whom it named."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7
from core.encryption import EncryptedText
from sanctions.integrations.sending import Outgoing


class LookupState(StrEnum):
    WAITING = "waiting"
    FOUND = "found"
    NO_RECORD = "no_record"
    """Code 1: the register does not know the plate."""
    REFUSED = "refused"
    OTHER_PLATE = "other_plate"
    """It answered for another plate: thrown away."""
    FOREIGN = "foreign"
    """Not asked: the register knows no foreign vehicles; a person asks EUCARIS."""
    WITHDRAWN = "withdrawn"
    """Not to be asked any more, or to be asked anew."""


class HolderLookup(Outgoing, Base):
    """One question, always about one case."""

    __tablename__ = "holder_lookup"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), index=True
    )
    reference: Mapped[str]
    state: Mapped[str] = mapped_column(default=LookupState.WAITING)
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    """When the question first left the house: it interrupts the time-bar (RDL 6/2015, 112.2)."""
    answered_at: Mapped[datetime | None]
    code: Mapped[str | None]
    """The register's result code."""
    answer: Mapped[str | None] = mapped_column(EncryptedText("holder_lookup.answer"))
    """Whom it named, sealed: `responsibility.Party` values as JSON. Nothing else of it is kept."""


Index(
    "uq_holder_lookup_waiting_case",
    HolderLookup.case_id,
    unique=True,
    sqlite_where=HolderLookup.state == LookupState.WAITING.value,
    postgresql_where=HolderLookup.state == LookupState.WAITING.value,
)
