"""From a feed of events to finished frames, reading ahead without changing the order."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from control_points.cameras.events import Break, Event
from control_points.vehicles.lane import Lane
from control_points.vehicles.reading import Look, ReadingPool


@dataclass
class FrameLoop:
    """Serves the cameras of one feed, in one thread.

    Up to `window` frames are being read at once; 0 for live cameras, whose next frame is taken
    when the last one is done with.
    """

    lanes: Mapping[str, Lane]
    pool: ReadingPool
    window: int
    on_event: Callable[[Event], None]
    """Called in order, before the event's outcome counts."""

    def run(self, events: Iterator[Event]) -> None:
        """Until the feed ends."""
        pending: deque[tuple[Event, Future[Look] | None]] = deque()
        for event in events:
            pending.append((event, self.lanes[event.camera].begin(event, self.pool)))
            keep = 0 if isinstance(event, Break) else self.window
            while len(pending) > keep:
                self._finish(*pending.popleft())
        while pending:
            self._finish(*pending.popleft())

    def _finish(self, event: Event, look: "Future[Look] | None") -> None:
        self.on_event(event)
        self.lanes[event.camera].finish(event, look)
