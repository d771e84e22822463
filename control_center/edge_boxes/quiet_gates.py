"""Gates at which nobody passes any more although somebody should: a camera that was turned away
sends heartbeats, and sees nothing.

The expected gap between two entries is that of the same hour in the four weeks before. Three times
as long without any is an alarm, and it is looked for every minute.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from control_center.edge_boxes.device_models import CameraStatus
from core import audit
from core.identity import SYSTEM
from permits.rules.counting import QUARTER
from permits.rules.models import PassageCount

WEEKS = timedelta(weeks=4)
TIMES = 3
SHORTEST_GAP = timedelta(minutes=5)
"""A shorter one is not expected of anybody: three of these are a quarter of an hour."""
ACTION = "control_center:gate:quiet"


def expected_gap(session: Session, control_point: str, now: datetime) -> timedelta | None:
    """Between two entries at this hour of the day; None where entries are too rare to tell."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    days = [hour - timedelta(days=day) for day in range(1, WEEKS.days + 1)]
    quarters = [begin + number * QUARTER for begin in days for number in range(4)]
    entries = session.scalar(
        select(func.sum(PassageCount.entries)).where(
            PassageCount.control_point == control_point, PassageCount.quarter.in_(quarters)
        )
    )
    if not entries or entries < len(days):
        return None
    return max(SHORTEST_GAP, timedelta(hours=1) * len(days) / int(entries))


def mark_quiet(session: Session, now: datetime) -> list[str]:
    """Raise the alarm, once for each silence; returns the gates that fell quiet now."""
    last = _last_passages(session)
    return [gate for gate, at in sorted(last.items()) if _is_news(session, gate, at, now)]


def still_quiet(session: Session) -> dict[str, datetime]:
    """Gates whose alarm was raised and at which nobody has passed since; with the last passage."""
    last = _last_passages(session)
    return {gate: at for gate, at in sorted(last.items()) if _was_told(session, gate, at)}


def _last_passages(session: Session) -> dict[str, datetime]:
    """When somebody last passed each gate that has a live camera."""
    query = select(CameraStatus).where(
        CameraStatus.silent_since.is_(None),
        CameraStatus.state != "ended",
        CameraStatus.last_passage_at.is_not(None),
    )
    last: dict[str, datetime] = {}
    for status in session.scalars(query):
        if status.control_point is not None and status.last_passage_at is not None:
            known = last.get(status.control_point, status.last_passage_at)
            last[status.control_point] = max(known, status.last_passage_at)
    return last


def _is_news(session: Session, gate: str, last: datetime, now: datetime) -> bool:
    if now - last <= TIMES * SHORTEST_GAP:
        return False
    gap = expected_gap(session, gate, now)
    if gap is None or now - last <= TIMES * gap:
        return False
    if _was_told(session, gate, last):
        return False
    expected = int(gap.total_seconds())
    audit.record(session, SYSTEM, ACTION, f"gate:{gate}", since=last.isoformat(), expected=expected)
    return True


def _was_told(session: Session, gate: str, last: datetime) -> bool:
    told = audit.events(session, action=ACTION, subject=f"gate:{gate}")
    return any(event.details.get("since") == last.isoformat() for event in told)
