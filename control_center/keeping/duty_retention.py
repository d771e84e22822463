"""What was said of taxis' duty goes, unless a passage still waits to be decided by it."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from control_center.models import PassageRecord
from control_center.passages.passage_states import PassageStatus
from permits.duty.feed import FEED
from permits.imports.models import ImportRun
from permits.models import Vehicle
from permits.rules.models import DutyStatement

_OPEN = (
    PassageStatus.READ_REVIEW.value,
    PassageStatus.VEHICLE_CHECK.value,
    PassageStatus.PENDING.value,
    PassageStatus.CASE_OPENED.value,
)


def forget(session: Session, before: datetime, *, limit: int) -> int:
    """Delete up to `limit` statements from before `before`, and runs that told of them."""
    waiting = (
        select(Vehicle.id)
        .join(PassageRecord, PassageRecord.plate_hash == Vehicle.plate_hash)
        .where(PassageRecord.status.in_(_OPEN))
    )
    old = (
        select(DutyStatement.id)
        .where(DutyStatement.at <= before, DutyStatement.vehicle_id.not_in(waiting))
        .limit(limit)
    )
    done = session.execute(delete(DutyStatement).where(DutyStatement.id.in_(old)))
    runs = select(ImportRun).where(ImportRun.kind == FEED.code, ImportRun.started_at <= before)
    for run in session.scalars(runs.limit(limit)):
        session.delete(run)
    return int(getattr(done, "rowcount", 0))
