"""What the centre knows of the gates while a vehicle was inside: before it says overstay."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from control_center.edge_boxes.device_models import CameraGapRecord, CameraStatus
from control_center.models import PassageRecord
from permits.access import Movement
from permits.models import Stay
from permits.rules.current import rule_book
from permits.states import Incomplete

_UNUSABLE = ("covered", "moved")
"""Verdicts on a camera's picture with which a vehicle may pass unseen."""
_MAY_ENTER = (Movement.ENTRY.value, Movement.UNKNOWN.value)


@dataclass(frozen=True)
class GateWitness:
    """Objects to a stay when the vehicle may have left, or did leave, unseen (`permits.stays`)."""

    session: Session

    def objection(self, stay: Stay, left_at: datetime) -> Incomplete | None:
        entered_at = stay.entered_at
        if entered_at is None:
            return Incomplete.ENTRY_IN_DOUBT
        if self._entered_again(stay, entered_at, left_at):
            return Incomplete.SECOND_ENTRY
        book = rule_book(self.session)
        exits = {*book.exits(stay.zone, entered_at), *book.exits(stay.zone, left_at)}
        faults = (fault for code in exits for fault in book.faults.get(code, ()))
        if exits & book.unhealthy or any(fault.touches(entered_at, left_at) for fault in faults):
            return Incomplete.EXIT_UNWATCHED
        if self._was_blind(exits, entered_at, left_at):
            return Incomplete.EXIT_UNWATCHED
        return None

    def _entered_again(self, stay: Stay, begin: datetime, end: datetime) -> bool:
        """Any other entry of this plate counts, however doubtful its read: it speaks for them."""
        gates = rule_book(self.session).gates_of(stay.zone)
        again = select(PassageRecord.id).where(
            PassageRecord.plate_hash == stay.plate_hash,
            PassageRecord.direction.in_(_MAY_ENTER),
            PassageRecord.seen_at > begin,
            PassageRecord.seen_at < end,
            PassageRecord.control_point.in_(gates),
            PassageRecord.id != stay.entry_passage_id,
            PassageRecord.id != stay.exit_passage_id,
        )
        return self.session.scalar(again.limit(1)) is not None

    def _was_blind(self, gates: Collection[str], begin: datetime, end: datetime) -> bool:
        """Whether a camera of these gates had a gap meanwhile, or is silent or covered since."""
        gap = and_(
            CameraGapRecord.device_id == CameraStatus.device_id,
            CameraGapRecord.camera == CameraStatus.camera,
            CameraGapRecord.started_at < end,
            CameraGapRecord.ended_at > begin,
        )
        blind = or_(
            CameraGapRecord.id.is_not(None),
            CameraStatus.silent_since < end,
            and_(
                or_(CameraStatus.state == "failed", CameraStatus.quality.in_(_UNUSABLE)),
                CameraStatus.reported_at > begin,
            ),
        )
        query = (
            select(CameraStatus.id)
            .outerjoin(CameraGapRecord, gap)
            .where(CameraStatus.control_point.in_(gates), blind)
        )
        return self.session.scalar(query.limit(1)) is not None
