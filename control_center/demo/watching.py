"""Waiting for the demonstration's processes to have done what there is to do."""

import time
from collections.abc import Callable

from sqlalchemy import func, select

from control_center.demo.edge import DEVICE
from control_center.edge_boxes.device_models import CameraStatus, Device
from control_center.models import PassageRecord
from control_center.passages.passage_states import PassageStatus
from control_center.passages.pictures import has_all_pictures
from core.database import transaction
from core.outbox import Job
from core.runtime import Runtime

POLL_SECONDS = 0.1


def wait_until(
    condition: Callable[[], bool], meanwhile: Callable[[], None], seconds: float
) -> bool:
    """Poll `condition`, calling `meanwhile` in between; False when `seconds` went by first."""
    deadline = time.monotonic() + seconds
    while not condition():
        meanwhile()
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    meanwhile()
    return True


def is_idle(runtime: Runtime) -> bool:
    """No job is due and no passage undecided."""
    with transaction(runtime.reading) as session:
        due = select(func.count()).select_from(Job)
        due = due.where(Job.is_open(), Job.due_at <= runtime.clock.now())
        undecided = select(func.count()).select_from(PassageRecord)
        undecided = undecided.where(PassageRecord.status == PassageStatus.RECEIVED.value)
        return not session.scalar(due) and not session.scalar(undecided)


def footage_is_over(runtime: Runtime, cameras: int) -> bool:
    """The edge box has said that all its clips have ended and nothing waits in its spool."""
    with transaction(runtime.reading) as session:
        device = session.scalar(select(Device).where(Device.key_id == DEVICE))
        heartbeat = device.last_heartbeat if device else None
        states = session.scalars(select(CameraStatus.state)).all()
    ended = len(states) == cameras and set(states) == {"ended"}
    return ended and heartbeat is not None and heartbeat["queue"] == 0


def has_wanted_pictures(runtime: Runtime) -> bool:
    """Every picture that the centre asked for has come."""
    with transaction(runtime.reading) as session:
        wanted = select(PassageRecord).where(PassageRecord.pictures_wanted == "send")
        return all(has_all_pictures(passage) for passage in session.scalars(wanted))
