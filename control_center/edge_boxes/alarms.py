"""What is wrong on the street right now, worst first: what the operators' screens say at night.

Silence is judged when somebody looks, not when a job last ran: the screen tells the truth even
when the worker that marks silent cameras is down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from control_center import queries
from control_center.edge_boxes import quiet_gates
from control_center.edge_boxes.cameras import SILENT_AFTER, is_silent
from control_center.edge_boxes.device_models import CameraStatus, Device

LARGEST_CLOCK_OFFSET_MS = 1_000
"""Beyond it nothing is enforceable (E2)."""
LEAST_DISK_MB = 1_000


class AlarmKind(StrEnum):
    """Worst first; the words and the advice of each are in ``control_center.labels``."""

    BOX_SILENT = "box_silent"
    CAMERA_FAILED = "camera_failed"
    CAMERA_SILENT = "camera_silent"
    CAMERA_LOST = "camera_lost"
    COVERED = "covered"
    MOVED = "moved"
    DARK = "dark"
    BLURRED = "blurred"
    CLOCK = "clock"
    DISK = "disk"
    GATE_QUIET = "gate_quiet"
    BOX_NEVER_HEARD = "box_never_heard"


_STATES = {"failed": AlarmKind.CAMERA_FAILED, "reconnecting": AlarmKind.CAMERA_LOST}
_PICTURES = {
    kind.value: kind
    for kind in (AlarmKind.COVERED, AlarmKind.MOVED, AlarmKind.DARK, AlarmKind.BLURRED)
}


@dataclass(frozen=True)
class Alarm:
    """One thing that somebody has to see to."""

    kind: AlarmKind
    subject: str
    """The edge box, camera or gate."""
    control_points: tuple[str, ...]
    """Codes of the gates that it concerns."""
    since: datetime | None = None
    """Real time; None where only the present state is known."""
    problem: str = ""
    """What the box itself says about it."""


def alarms(session: Session, now: datetime) -> list[Alarm]:
    """Everything that is wrong at `now` (real time), worst first."""
    found = [
        alarm
        for device, cameras in queries.devices_with_cameras(session)
        for alarm in _of_box(device, cameras, now)
    ]
    found += [
        Alarm(AlarmKind.GATE_QUIET, gate, (gate,), since)
        for gate, since in quiet_gates.still_quiet(session).items()
    ]
    worst_first = list(AlarmKind)
    return sorted(found, key=lambda alarm: (worst_first.index(alarm.kind), alarm.subject))


def _of_box(device: Device, cameras: list[CameraStatus], now: datetime) -> Iterator[Alarm]:
    gates = tuple(device.control_points)
    if device.last_seen_at is None:
        yield Alarm(AlarmKind.BOX_NEVER_HEARD, device.key_id, gates)
        return
    live = [camera for camera in cameras if camera.state != "ended"]
    if now - device.last_seen_at > SILENT_AFTER:
        # A box that only replayed recordings has said all it had to say.
        if live or not cameras:
            yield Alarm(AlarmKind.BOX_SILENT, device.key_id, gates, device.last_seen_at)
        return
    yield from _of_machine(device, gates)
    for camera in live:
        yield from _of_camera(camera, now)


def _of_machine(device: Device, gates: tuple[str, ...]) -> Iterator[Alarm]:
    heard = device.last_heartbeat or {}
    if abs(heard.get("clock_offset_ms") or 0) > LARGEST_CLOCK_OFFSET_MS:
        yield Alarm(AlarmKind.CLOCK, device.key_id, gates)
    if heard.get("disk_free_mb", LEAST_DISK_MB) < LEAST_DISK_MB:
        yield Alarm(AlarmKind.DISK, device.key_id, gates)


def _of_camera(camera: CameraStatus, now: datetime) -> Iterator[Alarm]:
    """At most one: a lost camera's last picture says nothing any more."""
    where, problem = (camera.control_point,), camera.problem or ""
    if is_silent(camera, now):
        yield Alarm(AlarmKind.CAMERA_SILENT, camera.camera, where, camera.reported_at)
    elif camera.state in _STATES:
        yield Alarm(_STATES[camera.state], camera.camera, where, camera.last_frame_at, problem)
    elif camera.quality in _PICTURES:
        yield Alarm(_PICTURES[camera.quality], camera.camera, where, None, problem)
