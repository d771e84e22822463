"""Single frames against all frames of a vehicle: what voting over them gains.

Photos of one folder that show the same plate are the frames of one vehicle, as a dashcam or a
gate camera takes them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from anpr.evaluation.outcomes import PhotoOutcome, PlateOutcome
from anpr.evaluation.share import Share
from anpr.types import PlateRead, TrackedRead
from anpr.vehicles.consensus import vote
from anpr.vehicles.tracking import ClosedTrack

MIN_FRAMES = 2
"""Frames with a read of the plate below which there is nothing to vote on."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class VehicleOutcome:
    """One vehicle over its frames."""

    plate: str
    frames: int
    """Labelled frames."""
    reads: int
    """Frames in which the plate was found."""
    exact: int
    """Frames read without an error."""
    best_single: str
    """The text of its surest frame."""
    voted: str | None
    """What the vote says; None: a person must look."""
    confidence: float

    @property
    def is_right(self) -> bool:
        return self.voted == self.plate

    @property
    def is_wrong(self) -> bool:
        return self.voted is not None and self.voted != self.plate


@dataclass(frozen=True)
class FusedFigures:
    """Over all vehicles of a folder that were seen at least twice."""

    vehicles: tuple[VehicleOutcome, ...]

    @property
    def single_frames(self) -> Share:
        """Frames read exactly, of all their labelled frames."""
        return Share(sum(v.exact for v in self.vehicles), sum(v.frames for v in self.vehicles))

    @property
    def best_single(self) -> Share:
        """Vehicles whose surest single frame is right."""
        right = sum(v.best_single == v.plate for v in self.vehicles)
        return Share(right, len(self.vehicles))

    @property
    def voted(self) -> Share:
        """Vehicles that the vote gets right."""
        return Share(sum(v.is_right for v in self.vehicles), len(self.vehicles))

    @property
    def wrong(self) -> Share:
        """Vehicles for which the vote gives another plate; the rest is left to a person."""
        return Share(sum(v.is_wrong for v in self.vehicles), len(self.vehicles))


def fused_figures(outcomes: Sequence[PhotoOutcome], min_width: int = 0) -> FusedFigures:
    """Vote over the clear frames of each plate that is seen in at least two photos."""
    frames: defaultdict[str, list[PlateOutcome]] = defaultdict(list)
    for photo in outcomes:
        for plate in photo.plates:
            if plate.label.counts and plate.label.text and plate.label.box.width >= min_width:
                frames[plate.label.text].append(plate)
    several = {text: seen for text, seen in frames.items() if len(seen) >= MIN_FRAMES}
    return FusedFigures(tuple(_vehicle(text, several[text]) for text in sorted(several)))


def _vehicle(plate: str, seen: list[PlateOutcome]) -> VehicleOutcome:
    in_order = sorted(seen, key=lambda p: p.label.second or 0.0)
    reads = [p.read for p in in_order if p.read is not None]
    best = max(reads, key=lambda read: read.confidence, default=None)
    voted, confidence = _vote(reads)
    return VehicleOutcome(
        plate, len(seen), len(reads), sum(p.is_exact for p in seen),
        best.text if best else "", voted, confidence,
    )  # fmt: skip


def _vote(reads: list[PlateRead]) -> tuple[str | None, float]:
    if not reads:
        return None, 0.0
    tracked = tuple(
        TrackedRead(i, _BEGINNING + timedelta(seconds=i), read) for i, read in enumerate(reads)
    )
    consensus = vote(ClosedTrack("evaluation", tracked))
    return (consensus.plate.text if consensus.plate else None), consensus.confidence
