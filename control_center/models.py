"""What the centre stores of passages. Plates are encrypted; lookups go by keyed hash."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from control_center.edge_boxes.device_models import Device
from control_center.passages.passage_states import PassageStatus, check_transition
from core.database import Base, UtcDateTime, uuid7
from core.encryption import EncryptedText


class PassageRecord(Base):
    """One vehicle that passed a control point. Its id was made at the edge and repeats."""

    __tablename__ = "passage"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    control_point: Mapped[str] = mapped_column(String(64), index=True)
    camera: Mapped[str] = mapped_column(String(64))
    direction: Mapped[str] = mapped_column(String(20))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20), index=True)
    plate: Mapped[str | None] = mapped_column(EncryptedText("passage.plate"))
    """As the centre believes it now: the raw read is in `ReadRecord`, corrections beside it."""
    plate_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    country: Mapped[str | None] = mapped_column(String(2))
    confidence: Mapped[float]
    pictures_wanted: Mapped[str] = mapped_column(String(10), default="wait")
    """`control_points.protocol.Instruction`: what the edge is told about its pictures."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When nobody has to act on it any more; 24 h later plate and pictures go (P1)."""
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    device: Mapped[Device] = relationship()
    read: Mapped["ReadRecord"] = relationship(back_populates="passage", uselist=False)
    decisions: Mapped[list["DecisionRecord"]] = relationship(
        back_populates="passage", order_by="DecisionRecord.id"
    )
    corrections: Mapped[list["ReadCorrection"]] = relationship(order_by="ReadCorrection.id")
    pictures: Mapped[list["PictureRecord"]] = relationship(order_by="PictureRecord.kind")
    pending: Mapped["PendingRegularisation | None"] = relationship(
        back_populates="passage", uselist=False
    )

    def become(self, new: PassageStatus) -> None:
        """Apply a transition.

        Raises:
            InvalidTransition: the table in `passage_states` has no such arrow.
        """
        check_transition(self.id, PassageStatus(self.status), new)
        self.status = new.value


class ReadRecord(Base):
    """What the edge read, raw: evidence, written once, emptied by retention, never edited."""

    __tablename__ = "read"

    passage_id: Mapped[UUID] = mapped_column(
        ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[str | None] = mapped_column(EncryptedText("read.content"))
    """JSON: plate, its colour, candidates, votes with boxes. None once anonymised."""
    frames: Mapped[int]
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clock_offset_ms: Mapped[float | None]
    camera_quality: Mapped[str] = mapped_column(String(20))
    pictures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Announced pictures: kind, SHA-256 before sealing, size, and what their masks need."""
    edge_decision: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    software: Mapped[str] = mapped_column(String(64))
    models: Mapped[str] = mapped_column(String(200))
    signed_report: Mapped[str | None] = mapped_column(EncryptedText("read.signed_report"))
    """The report byte by byte as the device signed it: what evidence rests on. None once
    anonymised."""
    signature: Mapped[str | None] = mapped_column(String(100))
    """Of the device over it, in base64."""

    passage: Mapped[PassageRecord] = relationship(back_populates="read")


class ReadCorrection(Base):
    """A person's word on a read or on a vehicle's class; each one decides the passage again."""

    __tablename__ = "read_correction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    passage_id: Mapped[UUID] = mapped_column(
        ForeignKey("passage.id", ondelete="CASCADE"), index=True
    )
    plate: Mapped[str | None] = mapped_column(EncryptedText("read_correction.plate"))
    """Confirmed or corrected plate. None: unreadable for a person too, or a class answer."""
    vehicle_class: Mapped[str | None] = mapped_column(String(20))
    """Answer to a vehicle-type check: ``loading`` or ``other``."""
    by_account: Mapped[UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DecisionRecord(Base):
    """A decision with everything it rests on; replaying `inputs` gives the same answer (E5)."""

    __tablename__ = "decision"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    passage_id: Mapped[UUID] = mapped_column(
        ForeignKey("passage.id", ondelete="CASCADE"), index=True
    )
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cause: Mapped[str] = mapped_column(String(40))
    """Why it was decided: arrival, correction, register change, completed stay, deadline."""
    outcome: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(60))
    rule_version: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[str] = mapped_column(EncryptedText("decision.inputs"))
    """JSON of the `AccessQuery`."""
    answer: Mapped[str] = mapped_column(EncryptedText("decision.answer"))
    """JSON of the `AccessDecision`, trace included."""

    passage: Mapped[PassageRecord] = relationship(back_populates="decisions")


class PictureRecord(Base):
    """A picture in the evidence store. The row stays when the picture is erased."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("passage_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    passage_id: Mapped[UUID] = mapped_column(
        ForeignKey("passage.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    """``plate``, ``context`` (masked) or ``context-original``."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the JPEG that is stored."""
    store_key: Mapped[str] = mapped_column(String(200))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PendingRegularisation(Base):
    """The time a driver has to put an entry right. While it runs there is no case."""

    __tablename__ = "pending_regularisation"
    __table_args__ = (Index("ix_pending_open_deadline", "closed_at", "deadline"),)

    passage_id: Mapped[UUID] = mapped_column(
        ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True
    )
    offence: Mapped[str] = mapped_column(String(60))
    holder_id: Mapped[UUID | None] = mapped_column(index=True)
    """Whose app shows it: the holder of the nearest authorisation, if any."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The entry, or for an overstay the exit: from here the period runs."""
    hours: Mapped[int]
    """Its length, as it was in the zone when it began."""
    deadline: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it ends; while it is frozen, when it would end if it went on at once."""
    frozen_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_by: Mapped[str | None]
    """A `control_center.pending.freezes.Cause`; None while the period runs."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    exit_passage_id: Mapped[UUID | None]
    """For an overstay: the exit that completed the stay, whose pictures go with the case."""

    passage: Mapped[PassageRecord] = relationship(back_populates="pending")


class LiveEvent(Base):
    """A line of the live overview; `id` is what a browser resumes from (Last-Event-ID)."""

    __tablename__ = "live_event"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    passage_id: Mapped[UUID] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    """``passage`` or ``decision``."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
