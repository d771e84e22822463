"""Feeds: in the order of time, from where the journal says, decoded ahead."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from anpr.types import Frame, Image
from control_points.cameras.events import Break, Event, Shot, ahead, merged, paced, recorded
from control_points.errors import CaptureFailed
from control_points.storage.edge_store import EdgeStore
from tests.anpr.builders import PICTURE
from tests.control_points.builders import MORNING


@dataclass
class Strip:
    """Footage of empty frames, one a second."""

    name: str = "strip"
    starts_at: datetime = MORNING
    count: int = 5
    problem: str | None = None

    def frames(self, first: int) -> Iterator[tuple[int, datetime, Image]]:
        for index in range(first, self.count):
            yield index, self.starts_at + timedelta(seconds=index), PICTURE
        if self.problem:
            raise CaptureFailed(self.problem)


def told(events: Iterator[Event]) -> list[str]:
    return [
        f"{e.camera}{e.frame.index}{'p' if e.is_primer else ''}"
        if isinstance(e, Shot)
        else f"{e.camera}|{e.problem or ''}"
        for e in events
    ]


class TestRecorded:
    def test_each_stretch_ends_with_a_break(self, edge: EdgeStore) -> None:
        stretches = [Strip("one", count=2), Strip("two", MORNING + timedelta(hours=1), count=1)]
        assert told(recorded("A", stretches, edge.journal)) == ["A0", "A1", "A|", "A0", "A|"]

    def test_it_goes_on_where_the_journal_says_with_the_frame_before_as_primer(
        self, edge: EdgeStore
    ) -> None:
        edge.journal.reached("A", "strip", MORNING, 3)
        assert told(recorded("A", [Strip()], edge.journal)) == ["A2p", "A3", "A4", "A|"]

    def test_finished_stretches_are_left_out(self, edge: EdgeStore) -> None:
        edge.journal.reached("A", "strip", MORNING, 0, finished=True)
        assert told(recorded("A", [Strip()], edge.journal)) == []

    def test_a_problem_ends_its_stretch_only(self, edge: EdgeStore) -> None:
        stretches = [Strip("one", count=1, problem="cut short"), Strip("two", count=1)]
        assert told(recorded("A", stretches, edge.journal)) == ["A0", "A|cut short", "A0", "A|"]


class TestMerged:
    def test_cameras_alternate_as_they_filmed(self, edge: EdgeStore) -> None:
        half = timedelta(seconds=0.5)
        a = recorded("A", [Strip(count=2)], edge.journal)
        b = recorded("B", [Strip(starts_at=MORNING + half, count=2)], edge.journal)
        assert told(merged([a, b])) == ["A0", "B0", "A1", "A|", "B1", "B|"]


class TestPaced:
    def waits(self, speed: float, *seconds: float) -> list[float]:
        slept: list[float] = []
        events: Iterator[Event] = iter(
            Break("A", MORNING + timedelta(seconds=second)) for second in seconds
        )
        list(paced(events, speed, slept.append))
        return [round(total) for total in slept]

    def test_speed_two_halves_the_time(self) -> None:
        assert self.waits(2, 0, 2, 4) == [1, 2]

    def test_an_empty_hour_is_skipped(self) -> None:
        assert self.waits(1, 0, 3600) == [3]

    def test_speed_nought_never_waits(self) -> None:
        assert self.waits(0, 0, 2, 4) == []


class TestAhead:
    def test_nothing_is_lost_or_reordered(self) -> None:
        shots: list[Event] = [
            Shot(Frame(PICTURE, MORNING + timedelta(seconds=n), "A", n)) for n in range(50)
        ]
        assert list(ahead(iter(shots), threading.Event(), size=3)) == shots

    def test_a_recording_waits_for_its_reader(self) -> None:
        taken: list[int] = []

        def source() -> Iterator[Event]:
            for number in range(100):
                taken.append(number)
                yield Break("A", MORNING)

        feed = ahead(source(), threading.Event(), size=4)
        next(feed)
        time.sleep(0.05)
        assert len(taken) <= 7

    def test_stop_ends_it_early(self) -> None:
        stop = threading.Event()
        endless: Iterator[Event] = iter(lambda: Break("A", MORNING), None)
        feed = ahead(endless, stop, size=2)
        next(feed)
        stop.set()
        assert len(list(feed)) <= 4

    def test_what_breaks_the_source_breaks_the_feed(self) -> None:
        def source() -> Iterator[Event]:
            yield Break("A", MORNING)
            raise CaptureFailed("gone")

        feed = ahead(source(), threading.Event())
        next(feed)
        with pytest.raises(CaptureFailed, match="gone"):
            next(feed)
