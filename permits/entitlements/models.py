"""What the city already knows: who lives, trades, parks or serves where."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7
from core.encryption import EncryptedText


class Entitlement(Base):
    """A line of a municipal register that gives somebody a right to an authorisation."""

    __tablename__ = "entitlement"
    __table_args__ = (UniqueConstraint("kind", "key_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    """The register it comes from: a `permits.imports.kinds` code."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Keyed hash of the register's own key, which is unique within the register."""
    key: Mapped[str] = mapped_column(EncryptedText("entitlement.key"))
    profile_code: Mapped[str] = mapped_column(ForeignKey("profile.code"), index=True)
    name: Mapped[str] = mapped_column(EncryptedText("entitlement.name"))
    document_token: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    """Keyed hash of the identity or tax number, by which a holder is matched."""
    document: Mapped[str] = mapped_column(EncryptedText("entitlement.document"))
    place: Mapped[str | None] = mapped_column(EncryptedText("entitlement.place"))
    place_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    """Keyed hash of the place: one authorisation per dwelling, whoever lives there."""
    capacity: Mapped[int]
    """Vehicles that all authorisations drawn from it may cover between them."""
    content: Mapped[str] = mapped_column(EncryptedText("entitlement.content"))
    """JSON of the whole record, as it was imported last."""
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Keyed hash of `content`: tells whether tonight's line is the same."""
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Since when the register has it no longer."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
