"""Pictures that belong to a case, also those that an edge box delivers late."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from control_center.models import PassageRecord, PendingRegularisation
from control_center.passages.passage_states import PassageStatus
from control_center.passages.pictures import MASKED, ORIGINAL
from sanctions import service as sanctions_service
from sanctions.reports import ReportedPicture

OF_THE_EXIT = "exit-"


def reported(passage: PassageRecord, prefix: str = "") -> dict[str, ReportedPicture]:
    """Those that may be looked at; the unmasked one stays in the store."""
    return {
        prefix + one.kind: ReportedPicture(one.store_key, one.sha256)
        for one in passage.pictures
        if one.erased_at is None and one.kind != ORIGINAL
    }


def originals(passage: PassageRecord, prefix: str = "") -> dict[str, ReportedPicture]:
    """The context picture as filmed, under the kind of the masked one."""
    kept = (one for one in passage.pictures if one.erased_at is None and one.kind == ORIGINAL)
    one = next(kept, None)
    return {} if one is None else {prefix + MASKED: ReportedPicture(one.store_key, one.sha256)}


def add_late(session: Session, passage: PassageRecord, *, now: datetime) -> None:
    """A picture of `passage` has come: its case gets it, if one is open already."""
    query = (
        select(PendingRegularisation)
        .join(PendingRegularisation.passage)
        .where(
            PassageRecord.status == PassageStatus.CASE_OPENED.value,
            or_(
                PendingRegularisation.passage_id == passage.id,
                PendingRegularisation.exit_passage_id == passage.id,
            ),
        )
    )
    pending = session.scalar(query)
    if pending is not None:
        prefix = "" if pending.passage_id == passage.id else OF_THE_EXIT
        pictures = reported(passage, prefix)
        sanctions_service.add_pictures(
            session, pending.passage_id, pictures, originals(passage, prefix), now=now
        )
