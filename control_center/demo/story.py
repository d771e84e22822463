"""What happens during a demonstration, read from the centre's own live feed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from control_center import labels
from control_center.models import PassageRecord
from control_center.passages.live import Feed
from control_center.passages.passage_states import PassageStatus
from core.clock import municipal
from core.database import transaction
from core.runtime import Runtime
from permits.access import Movement, Reason


@dataclass(frozen=True)
class Happening:
    """One line of the story; words in English."""

    passage_id: UUID
    at: datetime
    control_point: str
    plate: str | None
    movement: str
    status: PassageStatus
    reason: str | None
    grant: str | None
    cause: str | None
    """Why it was decided again; None for the first decision."""

    def __str__(self) -> str:
        reason = f"{self.reason}{f' ({self.grant})' if self.grant else ''}" if self.reason else ""
        return (
            f"{municipal(self.at):%H:%M:%S}  {self.control_point}  {self.plate or '-------':<8}  "
            f"{self.movement:<18} {labels.STATUS[self.status]:<23} {reason}"
            f"{f', {self.cause}' if self.cause else ''}"
        )


class Story:
    """Remembers how far it has been told."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._feed = Feed(0)

    def news(self) -> Iterator[Happening]:
        """What happened since the last call; a decided passage once, with its latest state."""
        with transaction(self._runtime.reading) as session:
            events = self._feed.news(session)
            if not events:
                return
            decided = {event.passage_id for event in events if event.kind == "decision"}
            statement = (
                select(PassageRecord)
                .where(PassageRecord.id.in_(decided))
                .order_by(PassageRecord.seen_at)
                .options(selectinload(PassageRecord.decisions))
            )
            happenings = [_happening(passage) for passage in session.scalars(statement)]
        yield from happenings


def _happening(passage: PassageRecord) -> Happening:
    latest = passage.decisions[-1] if passage.decisions else None
    return Happening(
        passage_id=passage.id,
        at=passage.seen_at,
        control_point=passage.control_point,
        plate=passage.plate,
        movement=labels.MOVEMENT[Movement(passage.direction)],
        status=PassageStatus(passage.status),
        reason=labels.REASON[Reason(latest.reason)] if latest else None,
        grant=json.loads(latest.answer)["grant"] if latest else None,
        cause=labels.CAUSE[latest.cause] if latest and latest.cause != "arrival" else None,
    )
