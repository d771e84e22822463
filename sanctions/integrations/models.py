"""Tables of the integrations: how each system fares, what needs a person, and what was sent.

What was sent is in the ``models`` of each system; `sanctions.integrations.tables` has them all.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7
from core.encryption import EncryptedText


class IntegrationState(Base):
    """How a system outside fares. All times are real time."""

    __tablename__ = "integration_state"

    system: Mapped[str] = mapped_column(primary_key=True)
    last_success_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """In a row."""
    last_error: Mapped[str | None]
    rest_until: Mapped[datetime | None]
    """Until then it is left alone: one that is down must not hold up everything else."""


class IntegrationAlarm(Base):
    """Something that a person must look at. Open until somebody says what was done."""

    __tablename__ = "integration_alarm"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    system: Mapped[str]
    kind: Mapped[str]
    """A value of `alarms.AlarmKind`."""
    subject: Mapped[str]
    """What it is about: ``batch:...``, ``case:...``, ``payment:...``; never a plate or a name."""
    case_id: Mapped[UUID | None]
    reference: Mapped[str]
    """What people call the subject."""
    opened_at: Mapped[datetime]
    details: Mapped[str | None] = mapped_column(EncryptedText("integration_alarm.details"))
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolved_by_name: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(EncryptedText("integration_alarm.note"))


Index(
    "uq_integration_alarm_open",
    IntegrationAlarm.system,
    IntegrationAlarm.kind,
    IntegrationAlarm.subject,
    unique=True,
    sqlite_where=IntegrationAlarm.resolved_at.is_(None),
    postgresql_where=IntegrationAlarm.resolved_at.is_(None),
)
