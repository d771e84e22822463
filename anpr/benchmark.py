"""How fast the reader is on one core: photos, frames, a whole clip, and from frame to plate.

Everything runs in this process on a single core, the models' sessions on one thread each. CPU
times are of this process, so another program on the machine disturbs them little; the latencies
are wall time, and so is the second figure of frames a second.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from anpr.benchmark_cameras import RATE, CamerasFigures, measure_cameras
from anpr.errors import UnreadableVideo
from anpr.pictures.images import PHOTO_SUFFIXES, frames_of_video, image_from_bytes, load_image
from anpr.reader import PlateReader, load_reader
from anpr.types import Frame, Image
from anpr.vehicles.consensus import vote
from anpr.vehicles.tracking import ClosedTrack, VehicleTracker
from core.errors import SetupProblem

FOOTAGE = Path(__file__).resolve().parent.parent / "sample_footage"
PHOTO_SIZE = (640, 480)
FRAME_SIZE = (1280, 720)
SAMPLES = 16
Item = TypeVar("Item")
_BEGINNING = datetime(2026, 10, 20, tzinfo=UTC)


@dataclass(frozen=True)
class ClipFigures:
    """One clip through decoding, detector, recogniser, tracker and vote, every frame."""

    frames: int
    cpu_seconds: float
    wall_seconds: float
    vehicles: int
    frame_latencies: tuple[float, ...]
    """Milliseconds from a decoded frame to its reads, tracks and votes."""
    waits: tuple[float, ...]
    """Seconds of the clip from a vehicle's last sight to its vote."""

    @property
    def frames_per_second(self) -> float:
        """Of a core that does nothing else."""
        return self.frames / self.cpu_seconds

    @property
    def frames_per_second_here(self) -> float:
        """As it was, with whatever else ran on the machine."""
        return self.frames / self.wall_seconds


@dataclass(frozen=True)
class Figures:
    """All that `benchmark` prints. Times are milliseconds of CPU unless they say otherwise."""

    photo_ms: float
    frame_ms: float
    clips: tuple[ClipFigures, ...]
    peak_memory_mb: float
    models: str
    cameras: CamerasFigures | None = None
    own_photos_ms: tuple[float, ...] = ()
    """Each of the user's own photos, as it is."""


def run_benchmark(
    clips: Sequence[Path] = (), say: Callable[[str], None] = print, photos: Path | None = None
) -> Figures:
    """Measure with the given clips, or with one clip a camera of `sample_footage`; and with the
    photos of a folder, if there is one.

    Raises:
        SetupProblem: there is no clip, no photo in `photos`, or a model can't be used.
        UnreadablePicture: a photo can't be read.
        UnreadableVideo: a clip can't be read.
    """
    chosen = list(clips) or shipped_clips()
    own = [] if photos is None else photos_in(photos)
    with _one_core():
        reader = load_reader()
        frames = _some_frames(chosen[0])
        photo_ms = _photo_time(reader, frames)
        frame_ms = _frame_time(reader, frames)
        del frames
        measured = []
        for clip in chosen:
            figures = measure_clip(reader, clip)
            say(f"{clip.name}: {figures.frames_per_second:.1f} frames a second")
            measured.append(figures)
        cameras = measure_cameras(reader, chosen)
        own_ms = tuple(_cpu_ms(lambda path: reader.read_plates(load_image(path)), own))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figures(photo_ms, frame_ms, tuple(measured), peak, reader.label, cameras, own_ms)


def photos_in(folder: Path) -> list[Path]:
    """The photos of a folder, by name.

    Raises:
        SetupProblem: there is none.
    """
    found = sorted(p for p in folder.glob("*") if p.suffix.lower() in PHOTO_SUFFIXES)
    if not found:
        raise SetupProblem(f"There is no photo in {folder}; name a folder of photos with --photos.")
    return found


def shipped_clips(folder: Path = FOOTAGE) -> list[Path]:
    """One clip a camera: the first by name of each control point.

    Raises:
        SetupProblem: there is none.
    """
    first: dict[str, Path] = {}
    for path in sorted(folder.glob("*.mp4")):
        first.setdefault(path.stem.split("_")[0], path)
    if not first:
        raise SetupProblem(f"There is no clip in {folder}; name one with --clip.")
    return list(first.values())


def measure_clip(reader: PlateReader, clip: Path) -> ClipFigures:
    """Send every frame of `clip` through the whole chain and time it."""
    tracker = VehicleTracker()
    latencies: list[float] = []
    waits: list[float] = []
    vehicles = 0
    began, cpu_began = time.perf_counter(), time.process_time()
    for index, seconds, image in frames_of_video(clip):
        arrived = time.perf_counter()
        frame = Frame(image, _BEGINNING + timedelta(seconds=seconds), "benchmark", index)
        gone = tracker.update(frame, reader.read(image))
        vehicles += _decide(gone)
        latencies.append((time.perf_counter() - arrived) * 1000)
        waits += [(frame.captured_at - t.last.captured_at).total_seconds() for t in gone]
    vehicles += _decide(tracker.flush())
    cpu, wall = time.process_time() - cpu_began, time.perf_counter() - began
    return ClipFigures(len(latencies), cpu, wall, vehicles, tuple(latencies), tuple(waits))


def as_text(figures: Figures) -> str:
    """The figures as a table for a terminal."""
    latencies = [ms for clip in figures.clips for ms in clip.frame_latencies]
    waits = [seconds for clip in figures.clips for seconds in clip.waits]
    rates = [clip.frames_per_second for clip in figures.clips]
    walls = [clip.frames_per_second_here for clip in figures.clips]
    frames = sum(clip.frames for clip in figures.clips)
    lines = [
        ("photo 640x480, JPEG decoding included", f"{figures.photo_ms:.1f} ms CPU"),
        ("frame 1280x720, JPEG decoding included", f"{figures.frame_ms:.1f} ms CPU"),
        ("clips 1280x720, one camera on one core, slowest", f"{min(rates):.1f} frames/s"),
        ("the same, median of the cameras", f"{np.median(rates):.1f} frames/s"),
        (
            "the same in wall time, as loaded as this machine was",
            f"{np.median(walls):.1f} frames/s",
        ),
        ("frame to decision, median", f"{np.median(latencies):.1f} ms"),
        ("frame to decision, 99th percentile", f"{np.percentile(latencies, 99):.1f} ms"),
        ("last sight of a vehicle to its vote, median", _seconds(waits, 50)),
        ("the same, 99th percentile", _seconds(waits, 99)),
        ("peak memory", f"{figures.peak_memory_mb:.0f} MB"),
    ]
    if figures.cameras is not None:
        lines.append(_cameras(figures.cameras))
    if own := figures.own_photos_ms:
        lines.append(
            (f"your {len(own)} photos as they are, median", f"{np.median(own):.1f} ms CPU")
        )
        lines.append(("the same, 95th percentile", f"{np.percentile(own, 95):.1f} ms CPU"))
    width = max(len(name) for name, _ in lines)
    table = "\n".join(f"{name.ljust(width)}  {value:>14}" for name, value in lines)
    vehicles = sum(clip.vehicles for clip in figures.clips)
    note = f"{len(rates)} clips, {frames} frames, {vehicles} vehicles; models {figures.models}"
    return f"{table}\n{note}"


def _cameras(c: CamerasFigures) -> tuple[str, str]:
    moved = c.read / max(1, c.frames)
    name = (
        f"{c.cameras} cameras of {RATE:.0f} frames/s on one core, motion in {moved:.0%} of frames"
    )
    return name, f"{c.load:.0%} of the core"


def _seconds(values: Sequence[float], percentile: float) -> str:
    return f"{np.percentile(values, percentile):.2f} s" if values else "-"


def _decide(tracks: Sequence[ClosedTrack]) -> int:
    for track in tracks:
        vote(track)
    return len(tracks)


def _some_frames(clip: Path) -> list[Image]:
    """Up to `SAMPLES` frames from the clip's beginning, two of three left out.

    Few at a time are held, so that the peak of memory is the reader's own.
    """
    chosen = islice(frames_of_video(clip), 0, 3 * SAMPLES, 3)
    frames = [_sized(image, FRAME_SIZE) for _, _, image in chosen]
    if not frames:
        raise UnreadableVideo(f"{clip}: there is no readable frame in this video.")
    return frames


def _sized(image: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _photo_time(reader: PlateReader, frames: Sequence[Image]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{i}.jpg" for i in range(len(frames))]
        for path, frame in zip(paths, frames, strict=True):
            cv2.imwrite(str(path), _sized(frame, PHOTO_SIZE))
        return _median_cpu_ms(lambda path: reader.read_plates(load_image(path)), paths)


def _frame_time(reader: PlateReader, frames: Sequence[Image]) -> float:
    jpegs = [cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames]
    return _median_cpu_ms(lambda jpeg: reader.read(image_from_bytes(jpeg)), jpegs)


def _median_cpu_ms(work: Callable[[Item], object], items: Sequence[Item]) -> float:
    """Median CPU time of `work` over `items`, the first call left out of account."""
    work(items[0])
    return float(np.median(_cpu_ms(work, items)))


def _cpu_ms(work: Callable[[Item], object], items: Sequence[Item]) -> list[float]:
    times = []
    for item in items:
        started = time.process_time()
        work(item)
        times.append((time.process_time() - started) * 1000)
    return times


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process on a single core, as a camera worker may be."""
    threads, cores = cv2.getNumThreads(), os.sched_getaffinity(0)
    cv2.setNumThreads(1)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        cv2.setNumThreads(threads)
