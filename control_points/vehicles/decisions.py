"""What the edge decides by itself, on its access list; the centre decides again.

The key of the plate hashes is only in this process's memory. Without it, without a list, or at a
point that is not on the list, the edge decides nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from anpr.types import PlateCandidate, PlateConsensus
from control_points.access.held_list import Head, HeldList
from control_points.protocol import Direction, EdgeDecision
from core.errors import InvalidInput
from core.keyed_hash import plate_hash
from core.plates import PlateNumber, is_valid_syntax
from permits.access import (
    AccessQuery,
    CandidateRead,
    ControlPointRules,
    Grant,
    Movement,
    Window,
    decide,
)


@dataclass
class EdgeDecider:
    held: HeldList
    key: bytes | None = None
    """Of the plate hashes; handed over by the centre at start, never written down."""

    def decide(
        self, consensus: PlateConsensus, control_point: str, direction: Direction, seen_at: datetime
    ) -> EdgeDecision | None:
        """The edge's word on one passage; None when it can't have one."""
        head = self.held.head
        point = head.points.get(control_point) if head else None
        if head is None or point is None or self.key is None:
            return None
        query = self._query(head, point, self.key, consensus, direction, seen_at)
        decision = decide(query)
        return EdgeDecision(
            outcome=decision.outcome.value,
            reason=decision.reason.value,
            access_list_version=head.version,
            rule_version=decision.rule_version,
        )

    def _query(
        self,
        head: Head,
        point: ControlPointRules,
        key: bytes,
        consensus: PlateConsensus,
        direction: Direction,
        seen_at: datetime,
    ) -> AccessQuery:
        plate = consensus.plate
        return AccessQuery(
            plate=plate,
            confidence=consensus.confidence,
            syntax_valid=plate is not None and is_valid_syntax(plate),
            movement=Movement(direction.value),
            seen_at=seen_at,
            point=point,
            grants=self._grants(key, plate) if plate else (),
            other_candidates=self._others(key, consensus),
            loading_windows=_of_zones(head.loading_windows, point.zones),
            open_windows=_of_zones(head.open_windows, point.zones if len(point.zones) == 1 else ()),
            holidays=head.holidays,
        )

    def _grants(self, key: bytes, plate: PlateNumber) -> tuple[Grant, ...]:
        """Only what has the shape of a plate is hashed: guesses must not probe the list."""
        return self.held.grants(plate_hash(key, plate)) if is_valid_syntax(plate) else ()

    def _others(self, key: bytes, consensus: PlateConsensus) -> tuple[CandidateRead, ...]:
        best = consensus.plate.text if consensus.plate else None
        return tuple(
            CandidateRead(plate, candidate.probability, self._grants(key, plate))
            for candidate in consensus.candidates
            if candidate.text != best and (plate := _plate(candidate)) is not None
        )


def _plate(candidate: PlateCandidate) -> PlateNumber | None:
    try:
        return PlateNumber(candidate.text)
    except InvalidInput:
        return None


def _of_zones(windows: dict[str, tuple[Window, ...]], zones: tuple[str, ...]) -> tuple[Window, ...]:
    return tuple(window for zone in zones for window in windows.get(zone, ()))
