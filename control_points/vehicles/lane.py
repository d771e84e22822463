"""One camera's way from frames to passages: motion, reads, tracks, votes, direction."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from anpr.pictures.background import Background
from anpr.pictures.quality import QualityMonitor
from anpr.types import Image, PlateConsensus, TrackedRead
from anpr.vehicles.consensus import vote
from anpr.vehicles.direction import Approach, direction_of
from anpr.vehicles.motion import MotionGate
from anpr.vehicles.tracking import ClosedTrack, VehicleTracker
from control_points.cameras.events import Break, Event, Shot
from control_points.cameras.journal import Journal
from control_points.centre.status import CameraStatus
from control_points.config import CameraConfig
from control_points.protocol import Direction, PictureQuality
from control_points.vehicles.evidence import Evidence, KeptFrame
from control_points.vehicles.passages import Passage
from control_points.vehicles.reading import Look, ReadingPool

MAX_KEPT = 300
"""Frames kept while a vehicle is followed, about 100 kB each."""
JUDGE_EVERY = timedelta(milliseconds=100)
"""How often the picture's quality is judged, however fast the camera is."""
LEARN_EVERY = timedelta(seconds=1)
"""How often the background is shown a picture: it follows the light, and forgets vehicles."""
POSITION_EVERY = 2.0
"""Seconds between notes of the position while nothing happens."""


@dataclass
class Lane:
    """Everything that belongs to one camera. Used by one thread."""

    camera: CameraConfig
    status: CameraStatus
    journal: Journal
    on_passage: Callable[[Passage, PictureQuality], None]
    """Must have stored the passage when it returns."""
    tracker: VehicleTracker = field(default_factory=VehicleTracker)
    gate: MotionGate = field(default_factory=MotionGate)
    monitor: QualityMonitor = field(default_factory=QualityMonitor)
    background: Background = field(default_factory=Background)
    """What this camera always sees: tells the centre whom to mask beside a vehicle."""
    _previous: Image | None = None
    _kept: dict[int, KeptFrame] = field(default_factory=dict)
    _noted: float = 0.0
    _judged_at: datetime | None = None
    _learnt_at: datetime | None = None

    def begin(self, event: Event, pool: ReadingPool) -> "Future[Look] | None":
        """Look at the frame if anything moved in it; None: nothing to read."""
        if isinstance(event, Break):
            self._previous = None
            return None
        image = event.frame.image
        moved = self.gate.moved(self._previous, image)
        self._previous = image
        if event.is_primer:
            return None
        self._judge_picture(event)
        return pool.look(image) if moved else None

    def _judge_picture(self, shot: Shot) -> None:
        if self._judged_at is None or abs(shot.at - self._judged_at) >= JUDGE_EVERY:
            self._judged_at = shot.at
            self.status.quality = PictureQuality(self.monitor.update(shot.frame.image))
        if self._learnt_at is None or abs(shot.at - self._learnt_at) >= LEARN_EVERY:
            self._learnt_at = shot.at
            self.background.update(shot.frame.image)

    def finish(self, event: Event, look: "Future[Look] | None") -> None:
        """Follow the vehicles on; in the order of the frames."""
        if isinstance(event, Break):
            self._finish_stretch(event)
        elif not event.is_primer:
            self._finish_frame(event, look)

    def _finish_frame(self, shot: Shot, look: "Future[Look] | None") -> None:
        frame = shot.frame
        if look is None:
            closed = self.tracker.hold(frame)
        else:
            seen = look.result()
            self._keep(frame.index, seen.kept)
            closed = self.tracker.update(frame, seen.reads)
        self.status.saw(frame.captured_at)
        self._passed(closed)
        if not self.tracker.has_open_tracks:
            self._kept.clear()
            self._note_position(shot, at_once=bool(closed))

    def _finish_stretch(self, end: Break) -> None:
        self._passed(self.tracker.flush())
        self._kept.clear()
        if end.footage and end.problem is None:
            start = end.footage.starts_at
            self.journal.reached(end.camera, end.footage.name, start, 0, finished=True)

    def _passed(self, closed: list[ClosedTrack]) -> None:
        for track in closed:
            consensus = vote(track)
            passage = Passage.of(
                track,
                consensus,
                Direction(direction_of(track, self._approach)),
                self.camera.control_point,
                self._evidence(track, consensus),
            )
            self.on_passage(passage, self.status.quality)
            self.status.last_passage_at = passage.seen_at
            self.status.passages += 1

    @property
    def _approach(self) -> Approach:
        """How *entering* vehicles move, which at an exit is the other way round."""
        if self.camera.direction == "entry":
            return self.camera.approach
        return "away" if self.camera.approach == "towards" else "towards"

    def _keep(self, index: int, kept: KeptFrame | None) -> None:
        if kept is not None:
            self._kept[index] = kept
        if len(self._kept) > MAX_KEPT:
            self._kept.pop(next(iter(self._kept)))

    def _evidence(self, track: ClosedTrack, consensus: PlateConsensus) -> Evidence | None:
        """The clearest frame's pictures; the clearest other's, if that one is no longer kept."""
        others = sorted(track.reads, key=_clearness, reverse=True)
        for seen in (consensus.best_frame, *others):
            kept = self._kept.get(seen.frame_index)
            evidence = kept.evidence(seen.read.box) if kept else None
            if evidence:
                return evidence.against(self.background)
        return None

    def _note_position(self, shot: Shot, *, at_once: bool) -> None:
        if shot.footage is None:
            return
        now = time.monotonic()
        if at_once or now - self._noted >= POSITION_EVERY:
            self._noted = now
            footage = shot.footage
            self.journal.reached(shot.camera, footage.name, footage.starts_at, shot.frame.index + 1)


def _clearness(seen: TrackedRead) -> float:
    return (seen.read.confidence + 0.01) * seen.read.box.width
