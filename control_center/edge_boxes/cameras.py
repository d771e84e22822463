"""Heartbeats become the state of each camera; silence becomes an alarm."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.edge_boxes.device_models import CameraGapRecord, CameraStatus, Device
from control_points.protocol import CameraGap, CameraHealth, Heartbeat
from core.audit import record
from core.errors import InvalidInput
from core.identity import SYSTEM

SILENT_AFTER = timedelta(seconds=60)
"""Six missed heartbeats: the camera or its box is gone."""


def note_heartbeat(session: Session, device: Device, heartbeat: Heartbeat, now: datetime) -> None:
    """Store what the device says of itself; `now` is real time.

    Raises:
        InvalidInput: it speaks for another device.
    """
    if heartbeat.device != device.key_id:
        raise InvalidInput(
            f"The heartbeat is of '{heartbeat.device}' but signed by '{device.key_id}'."
        )
    device.last_seen_at = now
    device.last_heartbeat = heartbeat.model_dump(mode="json", exclude={"cameras", "gaps"})
    known = {one.camera: one for one in cameras_of(session, device)}
    for health in heartbeat.cameras:
        status = known.get(health.camera)
        if status is None:
            status = CameraStatus(device_id=device.id, camera=health.camera)
            session.add(status)
        elif status.silent_since is not None:
            _note_silence(session, device, health.camera, status.silent_since, now)
        _update(status, health, now)
    for gap in heartbeat.gaps:
        _note_gap(session, device, gap)


def _note_gap(session: Session, device: Device, gap: CameraGap) -> None:
    """Once, however often the box tells of it."""
    query = select(CameraGapRecord.id).where(
        CameraGapRecord.device_id == device.id,
        CameraGapRecord.camera == gap.camera,
        CameraGapRecord.started_at == gap.started_at,
    )
    if session.scalar(query) is None:
        values = gap.model_dump()
        session.add(CameraGapRecord(device_id=device.id, **values))


def _note_silence(
    session: Session, device: Device, camera: str, since: datetime, until: datetime
) -> None:
    """The silence is over: who may have passed unseen meanwhile is never held to have stayed."""
    gap = CameraGap(camera=camera, started_at=since, ended_at=until, reason="No word from the box")
    _note_gap(session, device, gap)


def _update(status: CameraStatus, health: CameraHealth, now: datetime) -> None:
    status.control_point = health.control_point
    status.state = health.state
    status.quality = health.quality.value
    status.frames_per_second = health.frames_per_second
    status.frames_dropped = health.frames_dropped
    status.problem = health.problem
    status.last_frame_at = health.last_frame_at
    status.last_passage_at = health.last_passage_at
    status.reported_at = now
    status.silent_since = None


def cameras_of(session: Session, device: Device) -> list[CameraStatus]:
    """The cameras a device has reported so far."""
    query = select(CameraStatus).where(CameraStatus.device_id == device.id)
    return list(session.scalars(query.order_by(CameraStatus.camera)))


def is_silent(status: CameraStatus, now: datetime) -> bool:
    """Whether it has said nothing for `SILENT_AFTER`. An ended recording has said everything."""
    return status.state != "ended" and now - status.reported_at > SILENT_AFTER


def mark_silent(session: Session, now: datetime) -> list[str]:
    """Mark cameras without a heartbeat for `SILENT_AFTER`; returns those that fell silent now.

    An ended file source has nothing more to say and is not an alarm.
    """
    query = select(CameraStatus).where(
        CameraStatus.silent_since.is_(None),
        CameraStatus.state != "ended",
        CameraStatus.reported_at < now - SILENT_AFTER,
    )
    silent = list(session.scalars(query))
    for status in silent:
        status.silent_since = status.reported_at
        record(
            session,
            SYSTEM,
            "control_center:camera:silent",
            f"camera:{status.camera}",
            since=status.reported_at.isoformat(),
        )
    return [status.camera for status in silent]
