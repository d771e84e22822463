"""What is owed, what was paid, and what goes back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7
from core.encryption import EncryptedText
from sanctions.integrations.sending import Outgoing


class PaymentOrder(Base):
    """Somebody set out to pay a case. The gateway gets its id and the amount, nothing else."""

    __tablename__ = "payment_order"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="positive_amount"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), index=True
    )
    reference: Mapped[str]
    amount_cents: Mapped[int]
    is_reduced: Mapped[bool]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When a payment was booked on the case."""
    asked_at: Mapped[datetime | None]
    """Real time at which the gateway was last asked, for want of a callback."""


class PaymentOutcome(StrEnum):
    BOOKED = "booked"
    """The case is paid with it."""
    ASIDE = "aside"
    """Kept, not booked: a person must look."""
    FAILED = "failed"
    """The gateway says that nobody paid."""


class Payment(Base):
    """What the gateway told of one transaction: one row, however often it tells."""

    __tablename__ = "payment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    transaction: Mapped[str] = mapped_column(unique=True)
    """The gateway's number."""
    order_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("payment_order.id", ondelete="SET NULL"), index=True
    )
    """Money outlives its case: what was kept aside must not go with it."""
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    amount_cents: Mapped[int]
    paid_at: Mapped[datetime]
    received_at: Mapped[datetime]
    outcome: Mapped[str]
    times_told: Mapped[int] = mapped_column(default=1)
    raw: Mapped[str] = mapped_column(EncryptedText("payment.raw"))


class RefundState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"


class RefundOrder(Outgoing, Base):
    """Money that goes back. A person approves; the gateway pays under this row's id."""

    __tablename__ = "refund_order"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    payment_id: Mapped[UUID] = mapped_column(
        ForeignKey("payment.id", ondelete="CASCADE"), unique=True
    )
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    reference: Mapped[str]
    amount_cents: Mapped[int]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=RefundState.REQUESTED, index=True)
    requested_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    approved_by_name: Mapped[str | None]
    done_at: Mapped[datetime | None]
    external_id: Mapped[str | None]
