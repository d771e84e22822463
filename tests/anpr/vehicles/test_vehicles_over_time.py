"""From noisy reads of several vehicles to passages: tracker, vote and direction together.

Every tenth read is missing, every sixth has a wrong character, boxes tremble by some pixels, as a
camera of five frames a second delivers them.
"""

from collections.abc import Callable

import numpy as np
import pytest

from anpr.types import Box, PlateRead
from anpr.vehicles.consensus import vote
from anpr.vehicles.direction import direction_of
from tests.anpr.builders import Car, Street, a_box, a_read

RATE = 5.0
Course = Callable[[float], float | None]
"""Seconds to metres of distance; None where the vehicle is not in the picture."""

LEFT, RIGHT = "1111BBB", "2222CCC"


def comes(start: float = 0.0, speed: float = 3.0, far: float = 14.0, near: float = 5.0) -> Course:
    def course(t: float) -> float | None:
        metres = far - speed * (t - start)
        return metres if t >= start and metres >= near else None

    return course


def leaves(start: float = 0.0, speed: float = 3.0) -> Course:
    def course(t: float) -> float | None:
        metres = 5.0 + speed * (t - start)
        return metres if t >= start and metres <= 14.0 else None

    return course


def comes_and_stops(stop: float = 8.0) -> Course:
    """Comes to 9 metres, stands there for `stop` seconds, creeps, stands again, goes on."""
    ways = [(0.0, 14.0), (2.0, 9.0), (2.0 + stop, 9.0), (4.0 + stop, 8.0), (6.0 + stop, 8.0),
            (7.5 + stop, 5.0)]  # fmt: skip

    def course(t: float) -> float | None:
        if t > ways[-1][0]:
            return None
        return float(np.interp(t, [at for at, _ in ways], [metres for _, metres in ways]))

    return course


def backs_out(turn: float = 3.0) -> Course:
    """Comes to six metres, waits for two seconds and backs out."""
    ways = [(0.0, 13.0), (turn, 6.0), (turn + 2.0, 6.0), (2 * turn + 2.0, 13.0)]

    def course(t: float) -> float | None:
        if t > ways[-1][0]:
            return None
        return float(np.interp(t, [at for at, _ in ways], [metres for _, metres in ways]))

    return course


def hidden(course: Course, since: float, until: float) -> Course:
    return lambda t: None if since <= t < until else course(t)


def trembling(read: PlateRead, rng: np.random.Generator) -> PlateRead:
    x, y = read.box.centre
    box = a_box(
        x + rng.normal(0, 0.03) * read.box.width, y + rng.normal(0, 0.08) * read.box.height,
        read.box.width * rng.normal(1, 0.03), read.box.height * rng.normal(1, 0.06),
    )  # fmt: skip
    if rng.random() >= 1 / 6:
        return a_read(read.text, box)
    wrong = list(read.text)
    wrong[int(rng.integers(len(wrong)))] = "8Z"[int(rng.integers(2))]
    return a_read("".join(wrong), box, confidence=float(rng.uniform(0.4, 0.9)))


def passages(
    courses: dict[str, tuple[float, Course]], seed: int, seconds: float = 24.0
) -> list[tuple[str, str]]:
    """Plates and directions that a camera tells of vehicles, each with its lane and course."""
    rng = np.random.default_rng(seed)
    street = Street(rate=RATE)
    for number in range(round(seconds * RATE)):
        shown = []
        for plate, (lane, course) in courses.items():
            metres = course(number / RATE)
            if metres is not None and rng.random() > 0.1:
                shown.append(trembling(Car(plate, lane).at(metres), rng))
        street.show(*[shown[i] for i in rng.permutation(len(shown))])
    told = [(vote(track).plate, direction_of(track, "towards")) for track in street.end()]
    return sorted((str(plate), str(direction)) for plate, direction in told)


@pytest.mark.parametrize("seed", range(6))
class TestOnePassageAVehicle:
    def test_two_at_once(self, seed: int) -> None:
        told = passages({LEFT: (-0.9, comes()), RIGHT: (0.9, comes(0.4))}, seed)
        assert told == [(LEFT, "entry"), (RIGHT, "entry")]

    def test_one_comes_while_the_other_leaves(self, seed: int) -> None:
        told = passages({LEFT: (-0.9, comes()), RIGHT: (0.9, leaves())}, seed)
        assert told == [(LEFT, "entry"), (RIGHT, "exit")]

    def test_a_convoy(self, seed: int) -> None:
        plates = ["1111BBB", "2222CCC", "3333DDD", "4444FFF"]
        told = passages({p: (0.0, comes(2.0 * i)) for i, p in enumerate(plates)}, seed)
        assert told == [(p, "entry") for p in plates]

    def test_one_is_hidden_by_the_other_for_a_second(self, seed: int) -> None:
        late = hidden(comes(0.4, speed=2.0), 2.0, 3.0)
        told = passages({LEFT: (-0.7, comes()), RIGHT: (0.7, late)}, seed)
        assert told == [(LEFT, "entry"), (RIGHT, "entry")]

    def test_stop_and_go_behind_another(self, seed: int) -> None:
        told = passages({LEFT: (-0.9, comes()), RIGHT: (0.9, comes_and_stops())}, seed)
        assert told == [(LEFT, "entry"), (RIGHT, "entry")]

    def test_a_standing_vehicle_hidden_by_one_that_passes(self, seed: int) -> None:
        stands = hidden(comes_and_stops(), 4.0, 6.4)
        told = passages({LEFT: (-0.9, comes(4.0)), RIGHT: (0.9, stands)}, seed)
        assert told == [(LEFT, "entry"), (RIGHT, "entry")]

    def test_one_backs_out_while_another_enters(self, seed: int) -> None:
        told = passages({LEFT: (-0.9, backs_out()), RIGHT: (0.9, comes(1.0))}, seed)
        assert told == [(LEFT, "reversed_out"), (RIGHT, "entry")]


def crossing(plate: str, x: float, step: float, number: int) -> tuple[str, Box]:
    """A plate that moves sideways, as in a lane change seen from above."""
    return plate, a_box(x=x + step * number, y=300 + 7.0 * number, width=110 + 2 * number)


@pytest.mark.parametrize("seed", range(6))
def test_neighbours_that_change_lanes_keep_their_plates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    street = Street(rate=RATE)
    for number in range(14):
        ways = [crossing(LEFT, 420, 30, number), crossing(RIGHT, 820, -30, number)]
        reads = [trembling(a_read(p, b), rng) for p, b in ways if rng.random() > 0.1]
        street.show(*[reads[i] for i in rng.permutation(len(reads))])
    assert sorted(str(vote(track).plate) for track in street.end()) == [LEFT, RIGHT]
