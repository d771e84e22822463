"""Batches for the city's sanction system, what became of each case in them, and the receipts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, uuid7
from core.encryption import EncryptedText
from sanctions.integrations.sending import Outgoing


class BatchState(StrEnum):
    WAITING = "waiting"
    """Not answered yet, sent or not."""
    ANSWERED = "answered"
    REFUSED = "refused"
    """Not taken in as a whole: a person must look."""
    EMPTY = "empty"
    """Nothing in it may be sent any more."""


class ItemState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    REJECTED = "rejected"
    """A critical error: not taken in over there."""
    REPLACED = "replaced"
    """Was rejected, and a person had it sent again in another batch."""
    WITHDRAWN = "withdrawn"
    """Taken out before it was sent: the case is not to be sent any more."""


ACCEPTED = frozenset({ItemState.ACCEPTED, ItemState.ACCEPTED_WITH_ERRORS})


class HandoverBatch(Outgoing, Base):
    """Up to fifty cases under one id. The id never changes, however often it is sent."""

    __tablename__ = "handover_batch"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(unique=True)
    """Its file name over there (FITXER_PDA)."""
    state: Mapped[str] = mapped_column(default=BatchState.WAITING, index=True)
    created_at: Mapped[datetime]
    first_sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    items: Mapped[list["HandoverItem"]] = relationship(
        order_by="HandoverItem.number", back_populates="batch"
    )


class HandoverItem(Base):
    """One case in one batch: handed over (A) or annulled (B)."""

    __tablename__ = "handover_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("handover_batch.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    reference: Mapped[str]
    action: Mapped[str]
    number: Mapped[int]
    control_digit: Mapped[int]
    state: Mapped[str] = mapped_column(default=ItemState.WAITING)
    annulment_reason: Mapped[str | None]
    sent_on: Mapped[date | None] = mapped_column(index=True)
    """Municipal day in the batch's name, once it was sent: the day it is reconciled with."""
    codes: Mapped[list[str]]
    """Error codes of the receipt."""
    resend_until: Mapped[str | None]
    batch: Mapped[HandoverBatch] = relationship(back_populates="items")


_LIVE = (ItemState.WAITING.value, *sorted(ACCEPTED))
Index(
    "uq_handover_item_live_case",
    HandoverItem.case_id,
    HandoverItem.action,
    unique=True,
    sqlite_where=HandoverItem.state.in_(_LIVE),
    postgresql_where=HandoverItem.state.in_(_LIVE),
)


class HandoverReceipt(Base):
    """Every receipt as it came, also those of batches nobody here knows."""

    __tablename__ = "handover_receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    batch_name: Mapped[str] = mapped_column(index=True)
    received_at: Mapped[datetime]
    is_known: Mapped[bool]
    sha256: Mapped[str] = mapped_column(unique=True)
    """Of its content: the same receipt again is not kept twice."""
    content: Mapped[str] = mapped_column(EncryptedText("handover_receipt.content"))


class HandoverDay(Base):
    """The reconciliation of one municipal day."""

    __tablename__ = "handover_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    sent: Mapped[int]
    accepted: Mapped[int]
    rejected: Mapped[int]
    is_balanced: Mapped[bool]
    differences: Mapped[dict[str, Any]]
    """Case numbers by kind of difference."""


class HandoverCounter(Base):
    """The last case number taken from the range that the sanction system gave."""

    __tablename__ = "handover_counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class CatalogueEntry(Base):
    """An entry of the infraction catalogue with the days on which it holds."""

    __tablename__ = "handover_catalogue_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    version: Mapped[str]
    offence: Mapped[str] = mapped_column(index=True)
    norm: Mapped[str]
    article: Mapped[str]
    subarticle: Mapped[str]
    option: Mapped[str]
    severity: Mapped[str]
    text: Mapped[str]
    amount_cents: Mapped[int]
    points: Mapped[int]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
