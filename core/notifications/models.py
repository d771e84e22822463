"""Notices to citizens: every one is a row first, and leaves only from there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7
from core.encryption import EncryptedText


class Notice(Base):
    """One message to one person, and what became of it."""

    __tablename__ = "notice"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    recipient_id: Mapped[UUID] = mapped_column(index=True)
    """The holder it is for."""
    channel: Mapped[str]
    """A `core.notifications.states.Channel`."""
    address: Mapped[str | None] = mapped_column(EncryptedText("notice.address"))
    """Mailbox or postal address; None for the app."""
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(EncryptedText("notice.subject"))
    body: Mapped[str] = mapped_column(EncryptedText("notice.body"))
    about: Mapped[str] = mapped_column(index=True)
    """The object it speaks of, as in the audit trail: ``authorisation:0198...``."""
    key: Mapped[str | None] = mapped_column(unique=True)
    """What must not be told twice, such as a reminder of one day."""
    state: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    """Why it has not been sent."""
