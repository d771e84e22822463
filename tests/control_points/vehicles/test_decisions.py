"""What the edge may say by itself, and when it says nothing."""

from pathlib import Path

import pytest

from anpr.types import PlateCandidate, PlateConsensus
from anpr.vehicles.consensus import vote
from control_points.access.held_list import HeldList
from control_points.protocol import Direction, EdgeDecision
from control_points.vehicles.decisions import EdgeDecider
from core.plates import PlateNumber
from tests.anpr.builders import a_read, a_track
from tests.control_points.builders import HASH_KEY, MORNING, a_grant, a_list, a_vehicle


def read_as(plate: str | None, *others: str, confidence: float = 0.95) -> PlateConsensus:
    track = a_track(a_read(plate or "1234BBC"), a_read(plate or "1234BBC"))
    candidates = tuple(PlateCandidate(text, 0.3) for text in (plate or "1234BBC", *others))
    return PlateConsensus(
        plate=PlateNumber(plate) if plate else None,
        confidence=confidence,
        country="ES",
        candidates=candidates,
        votes=2,
        frames=2,
        best_frame=track.first,
    )


@pytest.fixture
def decider(tmp_path: Path) -> EdgeDecider:
    held = HeldList(tmp_path / "list.sqlite3")
    held.take(a_list(4, a_vehicle("1234BBC")))
    return EdgeDecider(held, HASH_KEY)


def decided(
    decider: EdgeDecider, consensus: PlateConsensus, direction: Direction = Direction.ENTRY
) -> EdgeDecision:
    decision = decider.decide(consensus, "CP-01", direction, MORNING)
    assert decision is not None
    return decision


class TestDeciding:
    def test_a_listed_vehicle_is_authorised_and_the_list_is_named(
        self, decider: EdgeDecider
    ) -> None:
        decision = decided(decider, read_as("1234BBC"))
        assert (decision.outcome, decision.access_list_version) == ("authorised", 4)

    def test_an_unlisted_vehicle_is_not(self, decider: EdgeDecider) -> None:
        assert decided(decider, read_as("9999ZZZ")).outcome == "not_authorised"

    def test_an_unread_vehicle_is_for_a_person(self, decider: EdgeDecider) -> None:
        assert decided(decider, read_as(None)).outcome == "read_review"

    def test_a_match_on_another_candidate_is_for_a_person(self, decider: EdgeDecider) -> None:
        decision = decided(decider, read_as("1234BBG", "1234BBC"))
        assert (decision.outcome, decision.reason) == ("read_review", "second_candidate")

    def test_a_candidate_that_is_no_plate_is_not_looked_up(self, decider: EdgeDecider) -> None:
        decider.held.take(a_list(5, a_vehicle("9Z9Z9Z9Z9")))
        assert decided(decider, read_as("1234BBG", "9Z9Z9Z9Z9")).outcome == "not_authorised"

    def test_one_frame_alone_decides_nothing(self, decider: EdgeDecider) -> None:
        lucky = vote(a_track(a_read("1234BBC"), a_read("7777XYZ", confidence=0.4)))
        assert decided(decider, lucky).outcome == "read_review"

    def test_a_quota_right_is_left_to_the_centre_to_count(self, decider: EdgeDecider) -> None:
        decider.held.take(a_list(5, a_vehicle("5678CDF", a_grant(tier="quota", limited=True))))
        assert decided(decider, read_as("5678CDF")).outcome == "authorised"

    def test_who_backed_out_is_only_counted(self, decider: EdgeDecider) -> None:
        decision = decided(decider, read_as("9999ZZZ"), Direction.REVERSED_OUT)
        assert decision.outcome == "count_only"


class TestHavingNoWord:
    def test_without_the_key(self, decider: EdgeDecider) -> None:
        decider.key = None
        assert decider.decide(read_as("1234BBC"), "CP-01", Direction.ENTRY, MORNING) is None

    def test_without_a_list(self, tmp_path: Path) -> None:
        decider = EdgeDecider(HeldList(tmp_path / "empty.sqlite3"), HASH_KEY)
        assert decider.decide(read_as("1234BBC"), "CP-01", Direction.ENTRY, MORNING) is None

    def test_at_a_point_that_is_not_listed(self, decider: EdgeDecider) -> None:
        assert decider.decide(read_as("1234BBC"), "CP-30", Direction.ENTRY, MORNING) is None
