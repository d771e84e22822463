import numpy as np
import pytest

from anpr.vehicles.direction import CrossingLine, direction_of
from tests.anpr.builders import Car, a_box, a_read, a_track

GATE = CrossingLine(start=(0, 400), end=(1280, 400))
"""Standing at the left edge and looking right, the lower half of the picture is on the right."""


def drive(*metres: float) -> list[float]:
    return list(metres)


APPROACH = list(np.arange(14, 5.5, -0.5))
LEAVE = APPROACH[::-1]
CAME_AND_BACKED_OUT = [*APPROACH, *([5.6] * 6), *LEAVE[:-2]]


class TestByGrowth:
    @pytest.mark.parametrize(
        ("way", "approach", "expected"),
        [
            (APPROACH, "towards", "entry"),
            (LEAVE, "towards", "exit"),
            (APPROACH, "away", "exit"),
            (LEAVE, "away", "entry"),
            (CAME_AND_BACKED_OUT, "towards", "reversed_out"),
            ([9.0] * 10, "towards", "unknown"),
        ],
    )
    def test_the_camera_says_which_way_is_in(
        self, way: list[float], approach: str, expected: str
    ) -> None:
        track = a_track(*(Car().at(metres) for metres in way))
        assert direction_of(track, approach) == expected  # type: ignore[arg-type]

    def test_two_frames_are_enough_for_a_fast_vehicle(self) -> None:
        assert direction_of(a_track(Car().at(12), Car().at(8)), "towards") == "entry"

    def test_a_stop_on_the_way_in_changes_nothing(self) -> None:
        way = [*np.arange(14, 9, -0.5), *([9.0] * 30), *np.arange(9, 5.5, -0.5)]
        assert direction_of(a_track(*(Car().at(m) for m in way)), "towards") == "entry"

    def test_one_bad_box_turns_nobody_round(self) -> None:
        reads = [Car().at(metres) for metres in APPROACH]
        reads[8] = a_read(box=a_box(*reads[8].box.centre, width=400, height=90))
        assert direction_of(a_track(*reads), "towards") == "entry"

    def test_a_small_retreat_before_going_on_is_no_reversing_out(self) -> None:
        way = [*np.arange(14, 8, -0.5), 8.2, 8.4, *np.arange(8.4, 5.5, -0.5)]
        assert direction_of(a_track(*(Car().at(m) for m in way)), "towards") == "entry"

    def test_vertical_movement_decides_where_the_size_does_not(self) -> None:
        down = [a_read(box=a_box(y=200 + 30 * i)) for i in range(8)]
        assert direction_of(a_track(*down), "towards") == "entry"


class TestByLine:
    def test_from_left_to_right_of_the_line_is_an_entry(self) -> None:
        down = [a_read(box=a_box(y=250 + 40 * i)) for i in range(8)]
        assert direction_of(a_track(*down), GATE) == "entry"
        assert direction_of(a_track(*down[::-1]), GATE) == "exit"

    def test_a_plate_that_trembles_on_the_line_has_not_passed(self) -> None:
        trembling = [a_read(box=a_box(y=400 + (6 if i % 2 else -6))) for i in range(8)]
        assert direction_of(a_track(*trembling), GATE) == "unknown"

    def test_a_vehicle_that_stays_on_one_side_has_not_passed(self) -> None:
        above = [a_read(box=a_box(y=100 + 20 * i)) for i in range(8)]
        assert direction_of(a_track(*above), GATE) == "unknown"
