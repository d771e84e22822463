"""Second reviews: a share of decided cases that another agent sees without knowing the first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class SecondReview(Base):
    """One case drawn for it. While `decided_at` is None it waits for another agent."""

    __tablename__ = "case_second_review"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), primary_key=True
    )
    drawn_at: Mapped[datetime]
    first_by: Mapped[UUID | None]
    first_verdict: Mapped[str]
    """``validated`` or ``rejected``."""
    second_by: Mapped[UUID | None]
    second_by_name: Mapped[str | None]
    second_verdict: Mapped[str | None]
    second_reason: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
