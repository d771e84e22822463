"""How the worker is doing, as its threads note it and its heartbeats tell it."""

import statistics
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from control_points.protocol import CameraHealth, PictureQuality

RATE_WINDOW = 10.0
"""Seconds over which frames a second are counted."""
LATENCIES = 1000
"""Reads over which the latencies are taken."""
LONGEST_PROBLEM = 300

CameraState = Literal["running", "reconnecting", "ended", "failed"]


@dataclass
class CameraStatus:
    """One camera. Written by the threads that serve it; each field by itself is consistent."""

    camera: str
    control_point: str
    state: CameraState = "reconnecting"
    dropped: int = 0
    quality: PictureQuality = PictureQuality.GOOD
    last_frame_at: datetime | None = None
    last_passage_at: datetime | None = None
    problem: str | None = None
    frames: int = 0
    """Looked at since the start."""
    passages: int = 0
    _ticks: deque[float] = field(default_factory=lambda: deque(maxlen=1000))

    def saw(self, at: datetime) -> None:
        """A frame was looked at."""
        self.frames += 1
        self.last_frame_at = at
        self.state = "running"
        self.problem = None
        self._ticks.append(time.monotonic())

    def is_without(self, state: CameraState, problem: str) -> None:
        """No pictures, and why."""
        self.state = state
        self.problem = problem[:LONGEST_PROBLEM]

    def rate(self) -> float:
        """Frames a second over the last `RATE_WINDOW` seconds."""
        now = time.monotonic()
        recent = [tick for tick in list(self._ticks) if now - tick <= RATE_WINDOW]
        if len(recent) < 2:
            return 0.0
        return (len(recent) - 1) / max(now - recent[0], 1e-3)

    def health(self) -> CameraHealth:
        return CameraHealth(
            camera=self.camera,
            control_point=self.control_point,
            state=self.state,
            frames_per_second=round(self.rate(), 2),
            frames_dropped=self.dropped,
            quality=self.quality,
            last_frame_at=self.last_frame_at,
            last_passage_at=self.last_passage_at,
            problem=self.problem,
        )


class Latencies:
    """The last `LATENCIES` durations in milliseconds, from any thread."""

    def __init__(self) -> None:
        self._values: deque[float] = deque(maxlen=LATENCIES)
        self._lock = threading.Lock()

    def add(self, milliseconds: float) -> None:
        with self._lock:
            self._values.append(milliseconds)

    def median_and_p99(self) -> tuple[float | None, float | None]:
        with self._lock:
            values = sorted(self._values)
        if not values:
            return None, None
        p99 = values[min(len(values) - 1, int(len(values) * 0.99))]
        return round(statistics.median(values), 2), round(p99, 2)


@dataclass
class EdgeStatus:
    """The whole worker."""

    started_at: datetime
    cameras: dict[str, CameraStatus]
    latencies: Latencies = field(default_factory=Latencies)
    clock_offset_ms: float | None = None
    """This clock minus the centre's, when last measured."""
    newest_list: int | None = None
    """Version of the newest access list at the centre, as far as it told."""
    is_centre_reachable: bool = False
