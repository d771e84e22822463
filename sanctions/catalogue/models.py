"""What an infraction costs, where and when: data of the city's ordinance, not code."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7


class OffencePrice(Base):
    """One infraction of one zone, from a day on. A change is a new row: old cases keep theirs."""

    __tablename__ = "offence_price"
    __table_args__ = (
        UniqueConstraint("zone", "offence", "valid_from"),
        CheckConstraint("severity IN ('minor', 'serious')", name="known_severity"),
        CheckConstraint("amount_cents > 0", name="amount_is_positive"),
        CheckConstraint("reduction_percent BETWEEN 0 AND 100", name="reduction_is_a_share"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    zone: Mapped[str]
    offence: Mapped[str]
    """A value of `reasons.Offence`."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """Last day; None while it holds."""
    severity: Mapped[str]
    legal_basis: Mapped[str]
    """Article of the law and of the ordinance, as documents quote it."""
    descriptions: Mapped[dict[str, str]]
    """The fact, in the words of the denuncia, by language."""
    amount_cents: Mapped[int]
    reduction_percent: Mapped[int]
    """Of the amount, for paying within 20 natural days (RDL 6/2015, article 94)."""
