"""Edge boxes and their cameras, as the centre knows them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime, uuid7


class Device(Base):
    """An edge box and the public half of its Ed25519 key; the box alone has the other half."""

    __tablename__ = "device"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    key_id: Mapped[str] = mapped_column(String(64), unique=True)
    """The device's name on the wire, sent with every request."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    control_points: Mapped[list[str]] = mapped_column(JSON)
    """Codes of the control points it may report for."""
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Real time of the last heartbeat."""
    last_heartbeat: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class DeviceNonce(Base):
    """A nonce seen on a signed request; the primary key refuses the second one."""

    __tablename__ = "device_nonce"

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CameraStatus(Base):
    """The last heartbeat's word on one camera, and since when it is silent or unwell."""

    __tablename__ = "camera_status"
    __table_args__ = (UniqueConstraint("device_id", "camera"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    camera: Mapped[str] = mapped_column(String(64))
    control_point: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(20))
    quality: Mapped[str] = mapped_column(String(20))
    frames_per_second: Mapped[float]
    frames_dropped: Mapped[int]
    problem: Mapped[str | None] = mapped_column(String(300))
    last_frame_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_passage_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Real time at the centre."""
    silent_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set by the silent-camera check, cleared by the next heartbeat."""


class CameraGapRecord(Base):
    """A time without pictures of a live camera: what passed then, nobody knows."""

    __tablename__ = "camera_gap"
    __table_args__ = (UniqueConstraint("device_id", "camera", "started_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    camera: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200))
