"""Can one core serve four cameras? Their clips side by side, five frames a second each.

Every frame goes the way that a control point's worker sends it: decoding, quality, motion gate,
reader where something moved, tracker, vote. The answer is CPU seconds a second of street; below 1
the core keeps up. Clips are rendered with traffic all the time, which real streets seldom have.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anpr.pictures.images import frames_of_video
from anpr.pictures.quality import QualityMonitor
from anpr.reader import PlateReader
from anpr.types import Frame, Image
from anpr.vehicles.consensus import vote
from anpr.vehicles.motion import MotionGate
from anpr.vehicles.tracking import ClosedTrack, VehicleTracker

CAMERAS = 4
RATE = 5.0
"""Frames a second and camera."""
_BEGINNING = datetime(2026, 10, 20, tzinfo=UTC)


@dataclass(frozen=True)
class CamerasFigures:
    """Several cameras on one core."""

    cameras: int
    frames: int
    read: int
    """Frames in which something moved, and that were therefore read."""
    seconds: float
    """Of street, as long as the shortest clip."""
    cpu_seconds: float
    vehicles: int

    @property
    def load(self) -> float:
        """Share of one core that the cameras need."""
        return self.cpu_seconds / self.seconds if self.seconds else 0.0


@dataclass
class _Camera:
    name: str
    gate: MotionGate = field(default_factory=MotionGate)
    monitor: QualityMonitor = field(default_factory=QualityMonitor)
    tracker: VehicleTracker = field(default_factory=VehicleTracker)
    previous: Image | None = None
    read: int = 0

    def see(self, frame: Frame, reader: PlateReader) -> list[ClosedTrack]:
        moved = self.gate.moved(self.previous, frame.image)
        self.previous = frame.image
        self.monitor.update(frame.image)
        if not moved:
            return self.tracker.hold(frame)
        self.read += 1
        return self.tracker.update(frame, reader.read(frame.image))


def measure_cameras(
    reader: PlateReader, clips: Sequence[Path], cameras: int = CAMERAS, rate: float = RATE
) -> CamerasFigures:
    """Play `cameras` clips side by side as fast as they can be read, and count the CPU time.

    With fewer clips than cameras some are played twice.
    """
    seeing = [_Camera(str(i)) for i in range(cameras)]
    streams = [_at_rate(clips[i % len(clips)], rate) for i in range(cameras)]
    frames = vehicles = 0
    began = time.process_time()
    for moment in zip(*streams, strict=False):
        for camera, (index, seconds, image) in zip(seeing, moment, strict=True):
            frame = Frame(image, _BEGINNING + timedelta(seconds=seconds), camera.name, index)
            vehicles += _decide(camera.see(frame, reader))
            frames += 1
    vehicles += sum(_decide(camera.tracker.flush()) for camera in seeing)
    cpu = time.process_time() - began
    read = sum(camera.read for camera in seeing)
    return CamerasFigures(cameras, frames, read, frames / cameras / rate, cpu, vehicles)


def _at_rate(clip: Path, rate: float) -> Iterator[tuple[int, float, Image]]:
    """The clip's frames at no more than `rate` a second."""
    due = 0.0
    for index, seconds, image in frames_of_video(clip):
        if seconds + 1e-6 >= due:
            yield index, seconds, image
            due += 1.0 / rate


def _decide(tracks: Sequence[ClosedTrack]) -> int:
    for track in tracks:
        vote(track)
    return len(tracks)
