"""What a camera, live or recorded, gives the worker: shots, and breaks between stretches."""

import heapq
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from anpr.types import Frame
from control_points.cameras.footage import Footage
from control_points.cameras.journal import Journal
from core.errors import SarbideError

LONGEST_PAUSE = 3.0
"""Seconds that a paced replay waits between two frames, however long the street was empty."""


@dataclass(frozen=True)
class Shot:
    """A frame, and the stretch it belongs to (None: live)."""

    frame: Frame
    footage: Footage | None = None
    is_primer: bool = False
    """Looked at before the worker was stopped: only the next frame is compared with it."""

    @property
    def camera(self) -> str:
        return self.frame.camera_id

    @property
    def at(self) -> datetime:
        return self.frame.captured_at


@dataclass(frozen=True)
class Break:
    """A stretch is over: whatever vehicle was followed is gone."""

    camera: str
    at: datetime
    footage: Footage | None = None
    problem: str | None = None
    """Why there was no more to see; None when the stretch was whole."""


Event = Shot | Break


def recorded(camera: str, stretches: Iterable[Footage], journal: Journal) -> Iterator[Event]:
    """Frames of a camera's footage from where the journal says, in the order of time."""
    for footage in stretches:
        position = journal.position(camera, footage.name, footage.starts_at)
        if not position.finished:
            yield from _stretch(camera, footage, position.next_frame)


def _stretch(camera: str, footage: Footage, next_frame: int) -> Iterator[Event]:
    at = footage.starts_at
    try:
        for index, at, image in footage.frames(max(0, next_frame - 1)):
            yield Shot(Frame(image, at, camera, index), footage, is_primer=index < next_frame)
    except SarbideError as error:
        yield Break(camera, at, footage, problem=str(error))
    else:
        yield Break(camera, at, footage)


def merged(feeds: Iterable[Iterator[Event]]) -> Iterator[Event]:
    """Several cameras' events in the order in which they happened."""
    return heapq.merge(*feeds, key=lambda event: event.at)


def paced(
    events: Iterator[Event], speed: float, sleep: Callable[[float], object] = time.sleep
) -> Iterator[Event]:
    """Events `speed` times as fast as they happened; 0: as fast as they are taken."""
    before: datetime | None = None
    due = time.monotonic()
    for event in events:
        if speed > 0 and before is not None:
            apart = (event.at - before).total_seconds() / speed
            due = max(due + min(max(apart, 0.0), LONGEST_PAUSE), time.monotonic() - LONGEST_PAUSE)
            sleep(max(0.0, due - time.monotonic()))
        before = event.at
        yield event


def ahead(events: Iterator[Event], stop: threading.Event, size: int = 8) -> Iterator[Event]:
    """Decode in a thread of its own, up to `size` events ahead; ends early on `stop`."""
    ready: queue.Queue[Event | BaseException | None] = queue.Queue(size)
    gone = threading.Event()
    thread = threading.Thread(
        target=_fill, args=(events, ready, stop, gone), name="decoding", daemon=True
    )
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        gone.set()


def _fill(
    events: Iterator[Event],
    ready: "queue.Queue[Event | BaseException | None]",
    stop: threading.Event,
    gone: threading.Event,
) -> None:
    last: BaseException | None = None
    try:
        for event in events:
            if not _offer(ready, event, stop, gone):
                break
    except Exception as error:
        last = error
    if last is not None:
        _offer(ready, last, stop, gone)
    _offer(ready, None, gone, gone)


def _offer(
    ready: "queue.Queue[Event | BaseException | None]",
    item: Event | BaseException | None,
    stop: threading.Event,
    gone: threading.Event,
) -> bool:
    while not stop.is_set() and not gone.is_set():
        try:
            ready.put(item, timeout=0.2)
        except queue.Full:
            continue
        return True
    return False
