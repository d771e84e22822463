"""Where files go on after a restart, and when a live camera was blind."""

from datetime import timedelta

from control_points.cameras.journal import Position
from control_points.storage.edge_store import EdgeStore
from tests.control_points.builders import MORNING

SECOND = timedelta(seconds=1)


class TestPositions:
    def test_new_footage_starts_at_its_beginning(self, edge: EdgeStore) -> None:
        assert edge.journal.position("A", "one.mp4", MORNING) == Position(0, False)
        assert edge.journal.is_untouched()

    def test_the_last_note_counts(self, edge: EdgeStore) -> None:
        edge.journal.reached("A", "one.mp4", MORNING, 10)
        edge.journal.reached("A", "one.mp4", MORNING, 25)
        assert edge.journal.position("A", "one.mp4", MORNING) == Position(25, False)
        assert not edge.journal.is_untouched()

    def test_finished_footage_stays_finished(self, edge: EdgeStore) -> None:
        edge.journal.reached("A", "one.mp4", MORNING, 0, finished=True)
        assert edge.journal.position("A", "one.mp4", MORNING).finished

    def test_another_recording_under_the_same_name_is_new(self, edge: EdgeStore) -> None:
        edge.journal.reached("A", "one.mp4", MORNING, 0, finished=True)
        assert edge.journal.position("A", "one.mp4", MORNING + SECOND) == Position(0, False)


class TestGaps:
    def test_a_gap_lasts_from_the_last_picture_to_the_next(self, edge: EdgeStore) -> None:
        edge.journal.saw_frame("A", MORNING)
        edge.journal.lost("A", MORNING + SECOND, "does not answer")
        assert edge.journal.unreported_gaps(10) == []
        edge.journal.saw_frame("A", MORNING + 9 * SECOND)
        (gap,) = edge.journal.unreported_gaps(10)
        assert (gap.started_at, gap.ended_at) == (MORNING + SECOND, MORNING + 9 * SECOND)

    def test_failing_again_and_again_is_one_gap(self, edge: EdgeStore) -> None:
        edge.journal.lost("A", MORNING, "does not answer")
        edge.journal.lost("A", MORNING + 5 * SECOND, "does not answer")
        edge.journal.saw_frame("A", MORNING + 9 * SECOND)
        assert [gap.started_at for gap in edge.journal.unreported_gaps(10)] == [MORNING]

    def test_a_stopped_worker_is_a_gap_too(self, edge: EdgeStore) -> None:
        edge.journal.saw_frame("A", MORNING)
        edge.journal.starting("A")
        edge.journal.saw_frame("A", MORNING + 60 * SECOND)
        (gap,) = edge.journal.unreported_gaps(10)
        assert gap.reason == "the worker was not running"
        assert gap.ended_at - gap.started_at == 60 * SECOND

    def test_a_camera_s_first_start_is_no_gap(self, edge: EdgeStore) -> None:
        edge.journal.starting("A")
        edge.journal.saw_frame("A", MORNING)
        assert edge.journal.unreported_gaps(10) == []

    def test_a_reported_gap_is_not_reported_again(self, edge: EdgeStore) -> None:
        edge.journal.lost("A", MORNING, "x")
        edge.journal.saw_frame("A", MORNING + SECOND)
        edge.journal.gaps_reported(edge.journal.unreported_gaps(10))
        assert edge.journal.unreported_gaps(10) == []
