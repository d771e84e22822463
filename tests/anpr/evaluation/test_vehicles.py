from pathlib import Path

import numpy as np

from anpr.evaluation.labels import LabelledPhoto, LabelledPlate
from anpr.evaluation.outcomes import PhotoOutcome, judge
from anpr.evaluation.vehicles import fused_figures
from anpr.evaluation.worst_reads import TILE, worst, worst_picture
from anpr.types import PlateRead
from tests.anpr.builders import a_box, a_read


def seen(plate: str, read: PlateRead | None, second: float = 0.0) -> PhotoOutcome:
    label = LabelledPlate(a_box(), plate, "clear", "ES", second)
    photo = LabelledPhoto(Path(f"{plate}-{second}.jpg"), (label,))
    return judge(photo, [] if read is None else [read])


class TestFusedFigures:
    def outcomes(self) -> list[PhotoOutcome]:
        return [
            seen("1234BBC", a_read("1234BBC"), 1),
            seen("1234BBC", a_read("1284BBC", confidence=0.7), 2),
            seen("1234BBC", a_read("1234BBC"), 3),
            seen("9876JKL", a_read("9876JKL")),
            seen("5555DDD", a_read("5555FFF"), 1),
            seen("5555DDD", a_read("5555FFF"), 2),
            seen("7777GGG", None, 1),
            seen("7777GGG", None, 2),
        ]

    def test_the_vote_mends_what_a_single_frame_got_wrong(self) -> None:
        figures = fused_figures(self.outcomes())
        assert (figures.single_frames.hits, figures.single_frames.of) == (2, 7)
        assert (figures.voted.hits, figures.voted.of) == (1, 3)

    def test_wrong_is_not_the_same_as_left_to_a_person(self) -> None:
        figures = fused_figures(self.outcomes())
        assert [(v.plate, v.voted) for v in figures.vehicles if v.is_wrong] == [
            ("5555DDD", "5555FFF")
        ]
        assert [v.plate for v in figures.vehicles if v.voted is None] == ["7777GGG"]

    def test_a_plate_seen_once_has_nothing_to_vote_on(self) -> None:
        assert "9876JKL" not in {v.plate for v in fused_figures(self.outcomes()).vehicles}

    def test_small_plates_can_be_left_out(self) -> None:
        assert fused_figures(self.outcomes(), min_width=400).vehicles == ()


class TestWorstReads:
    def test_the_surest_errors_come_first_and_unfound_plates_last(self) -> None:
        outcomes = [
            seen("1111BBB", None),
            seen("2222BBB", a_read("2222BBD", confidence=0.6)),
            seen("3333BBB", a_read("3333BBB")),
            seen("4444BBB", a_read("4444BBD", confidence=0.98)),
        ]
        assert [p.label.text for _, p in worst(outcomes)] == ["4444BBB", "2222BBB", "1111BBB"]

    def test_the_picture_has_a_tile_for_each(self) -> None:
        outcomes = [seen(f"{i}111BBB", a_read("9999BBB")) for i in range(7)]
        picture = worst_picture(outcomes, lambda _: np.full((720, 1280, 3), 90, np.uint8))
        assert picture is not None
        assert picture.shape[1] == 5 * TILE[0]
        assert picture.shape[0] > 2 * TILE[1]

    def test_without_errors_there_is_no_picture(self) -> None:
        street = np.zeros((9, 9, 3), np.uint8)
        assert worst_picture([seen("1234BBC", a_read("1234BBC"))], lambda _: street) is None
