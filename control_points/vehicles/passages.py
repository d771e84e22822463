"""One vehicle, one passage: from a closed track to what is reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from anpr.types import PlateConsensus, TrackedRead
from anpr.vehicles.tracking import ClosedTrack
from control_points.protocol import (
    Candidate,
    Direction,
    EdgeDecision,
    PassageReport,
    PictureQuality,
    PlateColour,
    Vote,
)
from control_points.vehicles.evidence import Evidence
from core.passage_ids import passage_id
from core.plates import normalise

MAX_VOTES = 400
MAX_CANDIDATES = 5
MAX_TEXT = 12


@dataclass(frozen=True)
class Passage:
    """A vehicle that passed a control point, or tried to."""

    id: UUID
    control_point: str
    camera: str
    direction: Direction
    consensus: PlateConsensus
    votes: tuple[TrackedRead, ...]
    evidence: Evidence | None

    @classmethod
    def of(
        cls,
        track: ClosedTrack,
        consensus: PlateConsensus,
        direction: Direction,
        control_point: str,
        evidence: Evidence | None,
    ) -> "Passage":
        first = track.first
        box = first.read.box.as_tuple()
        name = passage_id(first.captured_at, track.camera_id, first.frame_index, box)
        return cls(
            name, control_point, track.camera_id, direction, consensus, track.reads, evidence
        )

    @property
    def seen_at(self) -> datetime:
        """When the clearest frame was taken."""
        return self.consensus.best_frame.captured_at


@dataclass(frozen=True)
class Circumstances:
    """What a report says of the worker that made it."""

    clock_offset_ms: float | None
    camera_quality: PictureQuality
    software: str
    models: str


def report_of(
    passage: Passage, decision: EdgeDecision | None, around: Circumstances
) -> PassageReport:
    """The wire form of `passage`."""
    consensus = passage.consensus
    return PassageReport(
        passage_id=passage.id,
        control_point=passage.control_point,
        camera=passage.camera,
        direction=passage.direction,
        plate=consensus.plate.text if consensus.plate else None,
        country=consensus.country,
        confidence=_probability(consensus.confidence),
        candidates=_candidates(consensus),
        votes=tuple(_vote(read) for read in _thinned(passage.votes)),
        frames=len(passage.votes),
        first_seen_at=passage.votes[0].captured_at.astimezone(UTC),
        seen_at=passage.seen_at.astimezone(UTC),
        last_seen_at=passage.votes[-1].captured_at.astimezone(UTC),
        clock_offset_ms=around.clock_offset_ms,
        camera_quality=around.camera_quality,
        pictures=passage.evidence.described() if passage.evidence else (),
        decision=decision,
        software=around.software,
        models=around.models,
        plate_colour=PlateColour(consensus.colour) if consensus.colour else None,
    )


def _candidates(consensus: PlateConsensus) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(text=normalise(c.text)[:MAX_TEXT], probability=_probability(c.probability))
        for c in consensus.candidates[:MAX_CANDIDATES]
    )


def _vote(seen: TrackedRead) -> Vote:
    return Vote(
        frame=seen.frame_index,
        at=seen.captured_at.astimezone(UTC),
        text=normalise(seen.read.text)[:MAX_TEXT],
        confidence=_probability(seen.read.confidence),
        box=seen.read.box.as_tuple(),
    )


def _thinned(votes: Sequence[TrackedRead]) -> Sequence[TrackedRead]:
    """Every n-th of a vehicle that stood there for long, first and last included."""
    step = -(-len(votes) // (MAX_VOTES - 1))
    return votes if len(votes) <= MAX_VOTES else [*votes[:-1:step], votes[-1]]


def _probability(value: float) -> float:
    return round(min(1.0, max(0.0, float(value))), 4)
