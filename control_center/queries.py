"""Reading for the screens. Nothing here changes anything; `mobile_api` may use it too."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from control_center.edge_boxes.device_models import CameraStatus, Device
from control_center.models import LiveEvent, PassageRecord, PendingRegularisation
from control_center.passages.passage_states import PassageStatus
from core.clock import municipal
from core.web.pagination import Page, paginate

LATEST = 50
"""Rows of the live list."""


def _with_details(statement: Select[PassageRecord]) -> Select[PassageRecord]:
    return statement.options(
        selectinload(PassageRecord.decisions), selectinload(PassageRecord.pending)
    )


def latest_passages(session: Session, limit: int = LATEST) -> Sequence[PassageRecord]:
    """The passages seen last, newest first."""
    query = select(PassageRecord).order_by(PassageRecord.seen_at.desc(), PassageRecord.id.desc())
    return session.scalars(_with_details(query.limit(limit))).all()


def passages_page(session: Session, cursor: str | None) -> Page[PassageRecord]:
    """All passages, newest first, page by page."""
    keys = (PassageRecord.seen_at, PassageRecord.id)
    return paginate(
        session, _with_details(select(PassageRecord)), keys, cursor=cursor, descending=True
    )


def counts_of_day(session: Session, now: datetime) -> dict[str, int]:
    """Passages of the municipal day of `now` by status, every status named."""
    midnight = municipal(now).replace(hour=0, minute=0, second=0, microsecond=0)
    query = (
        select(PassageRecord.status, func.count())
        .where(PassageRecord.seen_at >= midnight)
        .group_by(PassageRecord.status)
    )
    counted = {row[0]: row[1] for row in session.execute(query)}
    return {status.value: counted.get(status.value, 0) for status in PassageStatus}


def waiting(session: Session, status: PassageStatus) -> Sequence[PassageRecord]:
    """Passages that wait for a person, oldest first."""
    query = select(PassageRecord).where(PassageRecord.status == status.value)
    return session.scalars(_with_details(query.order_by(PassageRecord.seen_at).limit(200))).all()


def count_waiting(session: Session, status: PassageStatus) -> int:
    query = select(func.count()).select_from(PassageRecord)
    return session.scalar(query.where(PassageRecord.status == status.value)) or 0


def pending_passages(session: Session) -> Sequence[PassageRecord]:
    """Passages whose regularisation period runs, the earliest deadline first."""
    query = (
        select(PassageRecord)
        .join(PassageRecord.pending)
        .where(PassageRecord.status == PassageStatus.PENDING.value)
        .order_by(PendingRegularisation.deadline)
        .limit(500)
    )
    return session.scalars(_with_details(query)).all()


def last_live_event(session: Session) -> int:
    """Id of the newest event; 0 when there is none."""
    return session.scalar(select(func.max(LiveEvent.id))) or 0


def devices_with_cameras(session: Session) -> list[tuple[Device, list[CameraStatus]]]:
    """Every enrolled device with the cameras it has reported."""
    devices = session.scalars(
        select(Device).where(Device.revoked_at.is_(None)).order_by(Device.key_id)
    ).all()
    cameras: dict[UUID, list[CameraStatus]] = {}
    for status in session.scalars(select(CameraStatus).order_by(CameraStatus.camera)):
        cameras.setdefault(status.device_id, []).append(status)
    return [(device, cameras.get(device.id, [])) for device in devices]


def pending_of_vehicles(
    session: Session, holder_id: UUID | None, plate_hashes: Sequence[bytes]
) -> Sequence[PassageRecord]:
    """Entries that a holder, or whoever has these vehicles, can still put right."""
    theirs: ColumnElement[bool] = PassageRecord.plate_hash.in_(plate_hashes)
    if holder_id is not None:
        theirs = or_(theirs, PendingRegularisation.holder_id == holder_id)
    query = (
        select(PassageRecord)
        .join(PassageRecord.pending)
        .where(
            PassageRecord.status == PassageStatus.PENDING.value,
            PendingRegularisation.closed_at.is_(None),
            theirs,
        )
        .order_by(PendingRegularisation.deadline)
    )
    return session.scalars(_with_details(query)).all()
