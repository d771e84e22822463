"""Visits to the service desk: who was served, how they were identified, and by whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, uuid7
from core.encryption import EncryptedText
from permits.models import Holder


class DeskVisit(Base):
    """One citizen served in person or by phone; every act of the visit names it."""

    __tablename__ = "desk_visit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("holder.id"), index=True)
    agent_id: Mapped[UUID] = mapped_column(index=True)
    agent_name: Mapped[str]
    way: Mapped[str]
    """``in_person`` or ``phone``."""
    identified_by: Mapped[str]
    """A `control_center.desk.visits.IDENTIFICATIONS` code."""
    proxy_name: Mapped[str | None] = mapped_column(EncryptedText("desk_visit.proxy_name"))
    """Somebody who acts for the holder, with proof that they may."""
    proxy_document: Mapped[str | None] = mapped_column(EncryptedText("desk_visit.proxy_document"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    holder: Mapped[Holder] = relationship()
