"""Notices on their way to a person: electronically, by post, in the gazette."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, uuid7
from core.encryption import EncryptedText
from sanctions.integrations.sending import Outgoing


class Channel(StrEnum):
    ELECTRONIC = "electronic"
    POST = "post"
    GAZETTE = "gazette"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    """To be handed over to the channel."""
    UNDER_WAY = "under_way"
    """At the person's disposal, or with the post."""
    FIRST_FAILED = "first_failed"
    """The first attempt of the post found nobody; the second follows within three days."""
    SERVED = "served"
    RETURNED = "returned"
    """Could not be delivered: the next channel follows."""
    NOT_ENROLLED = "not_enrolled"
    """The person has no electronic road address: the post follows."""
    REFUSED = "refused"
    """The provider would not take it: a person must look."""
    WITHDRAWN = "withdrawn"
    """The case ended before it went out."""


class Outcome(StrEnum):
    """How it was served."""

    OPENED = "opened"
    REJECTED = "rejected"
    """Refusing it serves it (Ley 39/2015, article 41.5)."""
    EXPIRED = "expired"
    """Unopened for ten natural days (RDL 6/2015, article 90.2)."""
    HANDED_OVER = "handed_over"
    PUBLISHED = "published"


class Delivery(Outgoing, Base):
    """One notice through one channel."""

    __tablename__ = "delivery"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), index=True
    )
    reference: Mapped[str]
    notice: Mapped[str]
    """What kind of document it carries."""
    document: Mapped[str | None]
    """Verification code of the document that was sent."""
    channel: Mapped[str]
    state: Mapped[str] = mapped_column(default=DeliveryState.WAITING, index=True)
    outcome: Mapped[str | None]
    external_id: Mapped[str | None] = mapped_column(index=True)
    """Its number over there."""
    created_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    """When the provider took it."""
    put_on: Mapped[date | None]
    """The day on which it was put at disposal, or first tried, or published."""
    served_on: Mapped[date | None]
    second_due_on: Mapped[date | None]
    history: Mapped[list[dict[str, Any]]]
    """What the provider told, in its order."""
    note: Mapped[str | None] = mapped_column(EncryptedText("delivery.note"))


_OPEN = (
    DeliveryState.WAITING.value,
    DeliveryState.UNDER_WAY.value,
    DeliveryState.FIRST_FAILED.value,
)
Index(
    "uq_delivery_open_notice",
    Delivery.case_id,
    Delivery.notice,
    unique=True,
    sqlite_where=Delivery.state.in_(_OPEN),
    postgresql_where=Delivery.state.in_(_OPEN),
)


class DeliveryNews(Base):
    """What a provider told of a delivery that nobody here knows: kept, never lost."""

    __tablename__ = "delivery_news"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    channel: Mapped[str]
    external_id: Mapped[str]
    received_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(EncryptedText("delivery_news.content"))
