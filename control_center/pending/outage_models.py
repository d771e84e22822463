"""Times in which citizens could not put anything right, because something of ours was down."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7


class ServiceOutage(Base):
    """An outage of the app or of the service desk; it stops regularisation periods."""

    __tablename__ = "service_outage"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    service: Mapped[str]
    """A `control_center.pending.outages.Service`."""
    began_at: Mapped[datetime]
    restored_at: Mapped[datetime | None]
    reason: Mapped[str]
    by_name: Mapped[str]
    restored_by: Mapped[str | None]
