"""Reading plates off frames: in threads of its own, answers in the order of the questions."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from anpr.types import Image, PlateRead
from control_points.centre.status import Latencies
from control_points.vehicles.evidence import KeptFrame


class Reader(Protocol):
    """`anpr.reader.PlateReader`, or another one."""

    def read(self, image: Image) -> list[PlateRead]: ...


@dataclass(frozen=True)
class Look:
    """What one frame showed."""

    reads: list[PlateRead]
    kept: KeptFrame | None
    """The frame itself, when a plate is on it."""


class ReadingPool:
    """Each thread has a reader of its own: nothing is promised about sharing one."""

    def __init__(self, make_reader: Callable[[], Reader], threads: int, times: Latencies) -> None:
        self._own = threading.local()
        self._make = make_reader
        self._times = times
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reading")
        self.threads = threads

    def look(self, image: Image) -> "Future[Look]":
        """Start reading; the picture must not change meanwhile."""
        return self._pool.submit(self._look, image)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self, image: Image) -> Look:
        if not hasattr(self._own, "reader"):
            self._own.reader = self._make()
        begun = time.perf_counter()
        reads = self._own.reader.read(image)
        self._times.add((time.perf_counter() - begun) * 1000)
        return Look(reads, KeptFrame.of(image, reads) if reads else None)
