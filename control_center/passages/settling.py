"""A passage on which nobody has to act any more: its pictures go, and a day later its plate."""

from datetime import datetime

from sqlalchemy.orm import Session

from control_center.models import PassageRecord
from control_center.passages import stays
from control_center.passages.passage_states import PassageStatus
from control_center.passages.pictures import erase_pictures
from control_points.protocol import Instruction
from permits.access import AccessDecision

QUIET = frozenset(
    {
        PassageStatus.AUTHORISED,
        PassageStatus.COUNTED,
        PassageStatus.REGULARISED,
    }
)


def settle(
    session: Session, passage: PassageRecord, decision: AccessDecision, *, now: datetime
) -> None:
    """Settle `passage`, unless the other end of its stay may still turn it into an infraction."""
    if stays.may_still_matter(session, passage, decision):
        passage.pictures_wanted = Instruction.WAIT.value
        passage.settled_at = None
    else:
        settle_quietly(session, passage, now=now)


def settle_quietly(session: Session, passage: PassageRecord, *, now: datetime) -> None:
    """Settle `passage` if it is in a quiet state; a second time does nothing."""
    if PassageStatus(passage.status) not in QUIET or passage.settled_at is not None:
        return
    passage.settled_at = now
    passage.pictures_wanted = Instruction.DISCARD.value
    erase_pictures(session, passage, now=now)
