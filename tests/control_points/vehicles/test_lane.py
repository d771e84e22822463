"""One vehicle, one passage; the same one however often its footage is looked at."""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from anpr.pictures.background import SETTLE, unpacked
from anpr.types import Image, PlateRead
from control_points.cameras.events import recorded
from control_points.cameras.frame_loop import FrameLoop
from control_points.centre.status import CameraStatus, Latencies
from control_points.config import CameraConfig
from control_points.protocol import Direction
from control_points.storage.edge_store import EdgeStore
from control_points.vehicles import lane
from control_points.vehicles.lane import Lane
from control_points.vehicles.passages import Passage
from control_points.vehicles.reading import Look, ReadingPool
from tests.control_points.builders import MORNING
from tests.control_points.fakes import ColourReader
from tests.control_points.streets import RATE, SIZE, frames, street, with_plate


@dataclass
class Roll:
    """Footage from pictures in memory."""

    pictures: list[Image]
    name: str = "roll"
    starts_at: datetime = MORNING

    def frames(self, first: int) -> Iterator[tuple[int, datetime, Image]]:
        for index in range(first, len(self.pictures)):
            yield index, MORNING + timedelta(seconds=index / RATE), self.pictures[index]


class Killed(BaseException):
    """As a SIGKILL: nothing after it runs."""


Watch = Callable[..., list[Passage]]


@pytest.fixture
def watch(edge: EdgeStore) -> Iterator[Watch]:
    pool = ReadingPool(ColourReader, 2, Latencies())

    def watch(
        pictures: list[Image],
        *,
        direction: str = "entry",
        approach: str = "towards",
        kill_after: int | None = None,
        camera: str = "CP-01-A",
    ) -> list[Passage]:
        """The passages of one run over `pictures`; it is killed after so many frames."""
        config = CameraConfig(
            camera=camera,
            control_point="CP-01",
            direction=direction,  # type: ignore[arg-type]
            approach=approach,  # type: ignore[arg-type]
            source="roll",
        )
        passages: list[Passage] = []
        one = Lane(
            config,
            CameraStatus(camera, "CP-01"),
            edge.journal,
            lambda passage, _: passages.append(passage),
        )
        left = itertools.count(kill_after, -1) if kill_after is not None else None

        def on_event(_: object) -> None:
            if left is not None and next(left) <= 0:
                raise Killed

        loop = FrameLoop({camera: one}, pool, 2, on_event)
        with contextlib.suppress(Killed):
            loop.run(recorded(camera, [Roll(pictures)], edge.journal))
        return passages

    yield watch
    pool.close()


class TestPassages:
    def test_each_vehicle_is_one_passage(self, watch: Watch) -> None:
        passages = watch(list(frames("1234BBC", "5678CDF")))
        plates = [p.consensus.plate and p.consensus.plate.text for p in passages]
        assert plates == ["1234BBC", "5678CDF"]
        assert {p.direction for p in passages} == {Direction.ENTRY}

    def test_two_vehicles_at_once_are_two_passages(self, watch: Watch) -> None:
        pictures = list(frames("1234BBC"))
        for step, picture in enumerate(pictures[8:24]):
            side = street()
            with_plate(side, "9012FGH", step / 16)
            picture[:, :105] = side[:, 108:213]
        plates = {p.consensus.plate and p.consensus.plate.text for p in watch(pictures)}
        assert plates == {"1234BBC", "9012FGH"}

    def test_an_empty_street_has_none(self, watch: Watch) -> None:
        assert watch([street() for _ in range(20)]) == []

    def test_a_plate_of_one_frame_is_no_passage(self, watch: Watch) -> None:
        lucky = [street() for _ in range(10)]
        lucky[5] = with_plate(street(), "1234BBC", 0.5)
        assert watch(lucky) == []

    @pytest.mark.parametrize(
        ("direction", "approach", "seen"),
        [
            ("entry", "towards", Direction.ENTRY),
            ("exit", "towards", Direction.EXIT),
            ("entry", "away", Direction.EXIT),
        ],
    )
    def test_the_camera_s_mounting_gives_the_direction(
        self, watch: Watch, direction: str, approach: str, seen: Direction
    ) -> None:
        (passage,) = watch(list(frames("1234BBC")), direction=direction, approach=approach)
        assert passage.direction is seen

    def test_the_evidence_shows_the_clearest_frame(self, watch: Watch) -> None:
        (passage,) = watch(list(frames("1234BBC")))
        assert passage.evidence is not None
        box = passage.consensus.best_frame.read.box
        assert passage.evidence.plate_box == box.as_tuple()

    def test_a_camera_that_knows_its_street_tells_what_is_new_in_the_picture(
        self, watch: Watch
    ) -> None:
        minute = [street() for _ in range(round((SETTLE + 1) * RATE))]
        early, late = watch([*frames("1234BBC"), *minute, *frames("5678CDF")])
        assert early.evidence is not None
        assert early.evidence.foreground is None
        assert late.evidence is not None
        assert late.evidence.foreground is not None
        new = unpacked(late.evidence.foreground, *SIZE)
        x1, y1, x2, y2 = late.evidence.plate_box
        assert new[y1:y2, x1:x2].mean() > 0.9
        assert new.mean() < 0.2


class TestReplay:
    def test_a_second_look_repeats_every_id(self, watch: Watch, edge: EdgeStore) -> None:
        pictures = list(frames("1234BBC", "5678CDF"))
        first = watch(pictures)
        edge.database.execute("DELETE FROM positions")
        assert [p.id for p in watch(pictures)] == [p.id for p in first]

    def test_another_camera_s_passage_is_another(self, watch: Watch) -> None:
        pictures = list(frames("1234BBC"))
        (here,), (there,) = watch(pictures), watch(pictures, camera="CP-02-A")
        assert here.id != there.id

    def test_whole_footage_is_not_looked_at_twice(self, watch: Watch) -> None:
        pictures = list(frames("1234BBC"))
        watch(pictures)
        assert watch(pictures) == []

    @pytest.mark.parametrize("after", range(2, 64, 7))
    def test_killed_anywhere_it_repeats_ids_and_loses_none(
        self, watch: Watch, edge: EdgeStore, after: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lane, "POSITION_EVERY", 0.0)
        pictures = list(frames("1234BBC", "5678CDF"))
        whole = [p.id for p in watch(pictures)]
        edge.database.execute("DELETE FROM positions")
        before = [p.id for p in watch(pictures, kill_after=after)]
        rest = [p.id for p in watch(pictures)]
        assert list(dict.fromkeys(before + rest)) == whole

    def test_it_resumes_behind_what_was_done_not_at_the_beginning(
        self, watch: Watch, edge: EdgeStore
    ) -> None:
        watch(list(frames("1234BBC", "5678CDF")), kill_after=40)
        assert edge.journal.position("CP-01-A", "roll", MORNING).next_frame > 20


class TestOrder:
    def test_frames_are_finished_in_order_whichever_is_read_first(self, edge: EdgeStore) -> None:
        pictures = list(frames("1234BBC"))
        finished: list[int] = []

        class Backwards(Lane):
            def finish(self, event: object, look: "Future[Look] | None") -> None:
                finished.append(getattr(getattr(event, "frame", None), "index", -1))

        pool = ReadingPool(SlowForEven, 3, Latencies())
        one = Backwards(
            CameraConfig(camera="A", control_point="P", direction="entry", source="roll"),
            CameraStatus("A", "P"),
            edge.journal,
            lambda *_: None,
        )
        FrameLoop({"A": one}, pool, 4, lambda _: None).run(
            recorded("A", [Roll(pictures)], edge.journal)
        )
        pool.close()
        assert finished == [*range(len(pictures)), -1]


class SlowForEven:
    """Every other frame takes longer to read."""

    calls = itertools.count()

    def read(self, _: Image) -> list[PlateRead]:
        if next(self.calls) % 2 == 0:
            time.sleep(0.005)
        return []
