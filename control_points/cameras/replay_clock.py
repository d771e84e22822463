"""While footage is replayed, the city's clock follows it; the centre's deadlines with it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import DomainClock

MOVE_EVERY = 0.25
"""Real seconds between moves while one stretch is played."""
LEAP = timedelta(minutes=1)
"""A longer step waits until the centre has heard all that happened before it."""


@dataclass
class ReplayClock:
    """Moves the domain clock forward to what is being looked at, never back.

    Only the first move of a fresh replay may go back: the footage may be older than today.
    """

    clock: DomainClock
    before_leap: Callable[[], None]
    """Called before each leap; returns when the centre has all passages, or can't be reached."""
    is_fresh: bool
    _at: datetime | None = None
    _moved: float = 0.0

    def reached(self, moment: datetime) -> None:
        """Footage of `moment` is being looked at."""
        leaps = self._at is not None and moment - self._at >= LEAP
        if leaps:
            self.before_leap()
        now = time.monotonic()
        if self._at is not None and not leaps and now - self._moved < MOVE_EVERY:
            return
        self.at_least(moment)

    def at_least(self, moment: datetime) -> None:
        """Move now, unless the clock is there already."""
        self._moved = time.monotonic()
        first = self._at is None
        self._at = moment if self._at is None else max(self._at, moment)
        if (first and self.is_fresh) or self.clock.now() < moment:
            self.clock.move_to(moment)
