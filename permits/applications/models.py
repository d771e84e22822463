"""Applications: what somebody asks for, with which vehicles and papers, and the answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, uuid7
from core.encryption import EncryptedText
from permits.models import Authorisation


class Application(Base):
    """The request behind an authorisation; its state is the authorisation's."""

    __tablename__ = "application"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    authorisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("authorisation.id", ondelete="CASCADE"), unique=True
    )
    registration_number: Mapped[str | None] = mapped_column(unique=True)
    """Such as ``SB-2026-000123``; given when it is submitted."""
    channel: Mapped[str]
    """``app`` or ``desk``."""
    statement: Mapped[str | None] = mapped_column(EncryptedText("application.statement"))
    """What the applicant says of it."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """Granted, refused or withdrawn: from here on nothing waits for it."""
    question: Mapped[str | None] = mapped_column(EncryptedText("application.question"))
    """What the applicant was asked for last."""
    answer_by: Mapped[datetime | None]
    """When a question that nobody answers counts as withdrawal (Ley 39/2015, article 68.1)."""
    reason: Mapped[str | None]
    """Code of the reason for a refusal."""
    note: Mapped[str | None] = mapped_column(EncryptedText("application.note"))
    """The refusal in the officer's own words, beside the reason."""
    appeal: Mapped[str | None] = mapped_column(EncryptedText("application.appeal"))
    appealed_at: Mapped[datetime | None]
    automatic: Mapped[bool] = mapped_column(default=False)
    """The city knew already: granted without a review."""

    authorisation: Mapped[Authorisation] = relationship()
    vehicles: Mapped[list["ApplicationVehicle"]] = relationship(
        order_by="ApplicationVehicle.id", cascade="all, delete-orphan"
    )
    documents: Mapped[list["ApplicationDocument"]] = relationship(
        order_by="ApplicationDocument.id", cascade="all, delete-orphan"
    )


Index("ix_application_open", Application.submitted_at, Application.answered_at)


class ApplicationVehicle(Base):
    """A vehicle somebody asks for. It counts for nothing until the grant puts it on."""

    __tablename__ = "application_vehicle"
    __table_args__ = (UniqueConstraint("application_id", "plate_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    plate: Mapped[str] = mapped_column(EncryptedText("application_vehicle.plate"))
    plate_hash: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    vehicle_class: Mapped[str | None]
    mass_kg: Mapped[int | None]
    height_cm: Mapped[int | None]


class ApplicationDocument(Base):
    """A paper handed in; its content is in the write-once evidence store."""

    __tablename__ = "application_document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    """What it shows: a `permits.applications.evidence` code."""
    name: Mapped[str] = mapped_column(EncryptedText("application_document.name"))
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    store_key: Mapped[str]
    added_at: Mapped[datetime]
    by_name: Mapped[str]


class RegistryEntry(Base):
    """The general register of what came in and what was done: one number for each act."""

    __tablename__ = "registry_entry"

    number: Mapped[str] = mapped_column(primary_key=True)
    """Such as ``SB-2026-000123``."""
    at: Mapped[datetime]
    kind: Mapped[str]
    """A `permits.applications.registry.Act`."""
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("holder.id"), index=True)
    reference: Mapped[str | None] = mapped_column(index=True)
    """The authorisation it is about."""
    detail: Mapped[str | None] = mapped_column(EncryptedText("registry_entry.detail"))
    """Plates or the like, for the receipt."""
    channel: Mapped[str]
    by_account: Mapped[UUID | None]
    by_name: Mapped[str]
    represented_by: Mapped[str | None] = mapped_column(
        EncryptedText("registry_entry.represented_by")
    )
    """Who acted for the holder, if not they themselves."""
