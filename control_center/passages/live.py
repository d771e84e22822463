"""The live overview's feed: a row for each thing that happens, so a browser can resume."""

import time
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from control_center.models import LiveEvent, PassageRecord


def announce(session: Session, passage: PassageRecord, kind: str, at: datetime) -> None:
    """Add `passage` to the feed, in the transaction that changed it."""
    session.add(LiveEvent(passage_id=passage.id, kind=kind, at=at))


class Feed:
    """Reads the feed from one position on, for one reader.

    Two transactions may commit in another order than that of their numbers. A number that is left
    out is therefore looked for again, for as long as a transaction may take.
    """

    PATIENCE = 10.0
    """Seconds; what was not committed by then was rolled back."""

    def __init__(self, position: int) -> None:
        self.position = position
        self._missing: dict[int, float] = {}

    def news(self, session: Session, limit: int = 200) -> Sequence[LiveEvent]:
        """What was added since the last call, in order."""
        now = time.monotonic()
        self._missing = {
            number: since for number, since in self._missing.items() if now - since < self.PATIENCE
        }
        late = LiveEvent.id.in_(self._missing)
        query = select(LiveEvent).where(or_(LiveEvent.id > self.position, late))
        events = session.scalars(query.order_by(LiveEvent.id).limit(limit)).all()
        found = {event.id for event in events}
        newest = max(found, default=self.position)
        gaps = (
            set(range(self.position + 1, newest)) - found if newest - self.position < 1000 else ()
        )
        self._missing = {n: t for n, t in self._missing.items() if n not in found}
        self._missing |= dict.fromkeys(gaps, now)
        self.position = max(self.position, newest)
        return events
