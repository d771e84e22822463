"""One track a vehicle: plates joined over frames by place, movement and text.

Made for 5 to 15 frames a second of a fixed camera. A plate hidden for a moment is waited for; a
plate that leaves over the picture's edge is not. What never moves (a sign, a parked car, the
clock burnt into the video) is no vehicle that passed and is dropped.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from anpr.detection.plausibility import is_plausible
from anpr.recognition.decoding import similarity
from anpr.types import Box, Frame, PlateRead, TrackedRead
from anpr.vehicles.box_filter import BoxFilter

MIN_READS = 2
"""Plausible reads of a vehicle: a single one is a flicker, and lettering on a van never is."""
MAX_READS = 300
"""Of a vehicle that stays for minutes: every second of the older reads is let go."""
WAIT_INSIDE = 1.5
"""Seconds a moving plate may be hidden within the picture."""
WAIT_STANDING = 5.0
"""Seconds a standing plate may be hidden: something passes in front of it."""
WAIT_AT_EDGE = 0.4
"""Seconds to wait for a plate that was about to leave the picture."""
DOUBTFUL_READS = 5
PLATE_ASPECT = (2.7, 6.0)
"""What nobody can read and the detector doubts is still a plate if it is followed for so many
frames and has a one-row plate's width to height."""
STANDING_SPEED = 0.3
"""Plate widths a second below which a vehicle stands."""
MIN_TRAVEL = 0.2
MIN_GROWTH = 0.08
"""A vehicle has moved when its plate's place (in widths) or width (as a share) changed by this."""
SURE_TEXT = 0.7
"""Confidence from which a text may forbid or mend an association."""


@dataclass(frozen=True)
class ClosedTrack:
    """All reads of one vehicle, in the order of time; at least `MIN_READS`."""

    camera_id: str
    reads: tuple[TrackedRead, ...]
    picture_size: tuple[int, int] | None = None
    """Width and height of the frames in pixels, None when unknown."""

    @property
    def first(self) -> TrackedRead:
        return self.reads[0]

    @property
    def last(self) -> TrackedRead:
        return self.reads[-1]


@dataclass(eq=False)
class _Track:
    filter: BoxFilter
    reads: list[TrackedRead]
    last_seen: datetime
    texts: Counter[str] = field(default_factory=Counter)
    present: bool = True
    """Seen in the latest update."""

    @classmethod
    def of(cls, seen: TrackedRead) -> "_Track":
        track = cls(BoxFilter.starting_at(seen.read.box), [], seen.captured_at)
        track._keep(seen)
        return track

    def add(self, seen: TrackedRead) -> None:
        self.filter.update(seen.read.box, max(1e-3, self.seconds_to(seen.captured_at)))
        self.last_seen = seen.captured_at
        self._keep(seen)

    def absorb(self, earlier: "_Track") -> None:
        """Take over the reads of frames that this track has none of."""
        own = {r.frame_index for r in self.reads}
        missing = [r for r in earlier.reads if r.frame_index not in own]
        self.reads = sorted(self.reads + missing, key=lambda r: r.captured_at)
        self.texts += earlier.texts

    def seconds_to(self, moment: datetime) -> float:
        return (moment - self.last_seen).total_seconds()

    @property
    def sure_text(self) -> str | None:
        """What the plate says, once a second sure read has confirmed it."""
        best = self.texts.most_common(1)
        return best[0][0] if best and best[0][1] >= 2 else None

    def _keep(self, seen: TrackedRead) -> None:
        if seen.read.confidence >= SURE_TEXT:
            self.texts[seen.read.text] += 1
        self.reads.append(seen)
        if len(self.reads) > MAX_READS:
            half = MAX_READS // 2
            self.reads = self.reads[:1] + self.reads[1:half:2] + self.reads[half:]


class VehicleTracker:
    """Joins the reads of one camera's frames into vehicles. Call `update` once a frame."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._camera_id = ""
        self._size: tuple[int, int] = (0, 0)
        self._now: datetime | None = None

    @property
    def has_open_tracks(self) -> bool:
        return bool(self._tracks)

    def update(self, frame: Frame, reads: list[PlateRead]) -> list[ClosedTrack]:
        """Take in one frame's reads; return the vehicles that are gone by now.

        A frame older than the one before means that another recording began: all tracks close.
        """
        closed = self._begin(frame)
        distinct = _without_echoes(reads)
        seen = [TrackedRead(frame.index, frame.captured_at, read) for read in distinct]
        matched = self._match(seen, frame.captured_at)
        for track in self._tracks:
            track.present = False
        for index, track in matched.items():
            track.add(seen[index])
            track.present = True
        self._tracks += [_Track.of(s) for i, s in enumerate(seen) if i not in matched]
        return closed + self._close_gone(frame.captured_at)

    def hold(self, frame: Frame) -> list[ClosedTrack]:
        """Instead of `update` when nothing in the picture moved since the last frame.

        What was seen then still stands there; what was hidden then is waited for no longer than
        otherwise.
        """
        closed = self._begin(frame)
        for track in self._tracks:
            if track.present:
                track.last_seen = frame.captured_at
                track.filter.stop()
        return closed + self._close_gone(frame.captured_at)

    def flush(self) -> list[ClosedTrack]:
        """The source has ended: close and return every vehicle that is left."""
        return self._close(list(self._tracks))

    def _begin(self, frame: Frame) -> list[ClosedTrack]:
        stale = self._now is not None and frame.captured_at <= self._now
        closed = self.flush() if stale else self._close_gone(frame.captured_at)
        self._now = frame.captured_at
        self._camera_id = frame.camera_id
        self._size = (frame.image.shape[1], frame.image.shape[0])
        return closed

    def _match(self, seen: list[TrackedRead], now: datetime) -> dict[int, _Track]:
        """Best pairs first; each read and each track is used once."""
        scored = [
            (score, index, number)
            for index, s in enumerate(seen)
            for number, track in enumerate(self._tracks)
            if (score := _score(track, s.read, track.seconds_to(now))) is not None
        ]
        matched: dict[int, _Track] = {}
        taken: set[int] = set()
        for _, index, number in sorted(scored, key=lambda item: -item[0]):
            if index not in matched and number not in taken:
                matched[index] = self._tracks[number]
                taken.add(number)
        return matched

    def _close_gone(self, now: datetime) -> list[ClosedTrack]:
        return self._close([track for track in self._tracks if self._is_gone(track, now)])

    def _close(self, gone: list[_Track]) -> list[ClosedTrack]:
        closed = []
        for track in gone:
            self._tracks.remove(track)
            if not self._found_again(track):
                closed.append(ClosedTrack(self._camera_id, tuple(track.reads), self._size))
        return [t for t in closed if is_convincing(t) and has_moved(t)]

    def _found_again(self, lost: _Track) -> bool:
        """Whether another track is surely of the same plate; it then takes over the reads."""
        for track in self._tracks:
            if lost.sure_text is not None and track.sure_text == lost.sure_text:
                track.absorb(lost)
                return True
        return False

    def _is_gone(self, track: _Track, now: datetime) -> bool:
        gap = track.seconds_to(now)
        if gap > WAIT_STANDING:
            return True
        if track.present or gap <= WAIT_AT_EDGE:
            return False
        if track.filter.updates > 1 and track.filter.speed_in_widths < STANDING_SPEED:
            return False
        leaving = _outside(track.filter.predict_box(gap), self._size)
        return leaving or gap > WAIT_INSIDE


def is_convincing(track: ClosedTrack) -> bool:
    """Whether this was a plate: by two plausible reads, or by its shape over many frames."""
    reads = [r.read for r in track.reads]
    if sum(is_plausible(read) for read in reads) >= MIN_READS:
        return True
    aspect = float(np.median([r.box.width / max(1, r.box.height) for r in reads]))
    return len(reads) >= DOUBTFUL_READS and PLATE_ASPECT[0] <= aspect <= PLATE_ASPECT[1]


def has_moved(track: ClosedTrack) -> bool:
    """Whether the plate changed its place or size between parts of the track.

    Compares medians of a few reads each, so that a trembling box is no movement and a long stop
    does not hide the way before and after it.
    """
    count = len(track.reads)
    size = 1 if count < 6 else 3 if count < 30 else 5
    places = np.array([(*r.read.box.centre, r.read.box.width) for r in track.reads], dtype=float)
    parts = np.array_split(places, max(1, count // size))
    medians = np.array([np.median(part, axis=0) for part in parts])
    width = max(1.0, float(np.median(medians[:, 2])))
    travel = np.hypot(np.ptp(medians[:, 0]), np.ptp(medians[:, 1])) / width
    return bool(travel >= MIN_TRAVEL or np.ptp(medians[:, 2]) / width >= MIN_GROWTH)


def _score(track: _Track, read: PlateRead, gap: float) -> float | None:
    """How well `read` continues `track` after `gap` seconds; None when it cannot."""
    predicted = track.filter.predict_box(gap)
    width = max(1, predicted.width, read.box.width)
    away = np.hypot(*np.subtract(predicted.centre, read.box.centre)) / width
    ratio = read.box.width / max(1, predicted.width)
    text = _text_similarity(track, read)
    is_known = track.filter.updates > 1
    gate = (1.0 if is_known else 2.5) + 1.5 * gap
    growth = (1.6 if is_known else 2.2) + gap
    if text is not None and text > 0.8:
        gate, growth = 2.0 * gate, 1.4 * growth
    if away > gate or not 1 / growth < ratio < growth or (text is not None and text < 0.45):
        return None
    likeness = 0.0 if text is None else 1.5 * (text - 0.5)
    return float(predicted.iou(read.box) + 1.0 - away / gate + likeness)


def _text_similarity(track: _Track, read: PlateRead) -> float | None:
    """None unless both the track and the read are sure of their text."""
    known = track.sure_text
    if known is None or read.confidence < SURE_TEXT:
        return None
    return similarity(known, read.text)


def _without_echoes(reads: list[PlateRead]) -> list[PlateRead]:
    """Of boxes that lie on one another only the surest read is a plate."""
    kept: list[PlateRead] = []
    for read in sorted(reads, key=lambda read: -read.confidence):
        if not any(_covers(other.box, read.box) for other in kept):
            kept.append(read)
    return kept


def _covers(first: Box, second: Box) -> bool:
    width = min(first.x2, second.x2) - max(first.x1, second.x1)
    height = min(first.y2, second.y2) - max(first.y1, second.y1)
    smaller = max(1, min(first.area, second.area))
    return width > 0 and height > 0 and width * height / smaller > 0.5


def _outside(box: Box, size: tuple[int, int]) -> bool:
    """Whether more than half of `box` has left a picture of `size` (width, height)."""
    x, y = box.centre
    return not (0 <= x < size[0] and 0 <= y < size[1])
