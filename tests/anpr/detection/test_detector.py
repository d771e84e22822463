"""The network's input size follows the picture, and doubt costs a second look."""

from pathlib import Path

import numpy as np
import pytest

from anpr.detection.detector import (
    PlateDetector,
    first_look,
    further_looks,
    load_detector,
    without_repeats,
)
from anpr.detection.detector_session import STEP_KEY
from anpr.errors import ModelProblem
from anpr.types import Box, Detection
from tests.anpr.detection.square_model import square_model

PHOTO = np.zeros((480, 640, 3), np.uint8)
PLATE = (300.0, 300.0, 400.0, 325.0)


class Looks:
    """A network that sees the plate at some sizes only, and remembers the sizes it was asked."""

    def __init__(self, scores: dict[int, float]) -> None:
        self._scores = scores
        self.sides: list[int] = []
        self.plates: dict[int, tuple[float, float, float, float]] = {}

    def run(self, _image: object, side: int) -> np.ndarray:
        self.sides.append(side)
        score = self._scores.get(side)
        return (
            np.empty((0, 5))
            if score is None
            else np.array([[*self.plates.get(side, PLATE), score]])
        )


def detector_seeing(scores: dict[int, float]) -> tuple[PlateDetector, Looks]:
    looks = Looks(scores)
    detector = PlateDetector(looks, "looks")
    looks.sides.clear()
    return detector, looks


@pytest.mark.parametrize(
    ("width", "height", "side"),
    [(640, 480, 416), (1280, 720, 640), (960, 1280, 640), (1024, 768, 512), (3840, 2160, 640),
     (100, 40, 200), (1, 1, 2)],
)  # fmt: skip
def test_the_first_look_follows_the_picture(width: int, height: int, side: int) -> None:
    assert first_look(width, height) == side


def test_further_looks_are_smaller_then_larger_but_never_beyond_the_picture() -> None:
    assert further_looks(1280, 720) == [320, 160, 1024]
    assert further_looks(640, 480) == [208, 104, 640]
    assert further_looks(400, 300) == [208, 104]


class TestSecondLook:
    def test_a_sure_plate_needs_one_look(self) -> None:
        detector, looks = detector_seeing({416: 0.9})

        assert [d.confidence for d in detector.detect(PHOTO)] == [0.9]
        assert looks.sides == [416]

    def test_a_plate_that_fills_the_picture_is_found_at_half_the_size(self) -> None:
        detector, looks = detector_seeing({208: 0.8})

        assert [d.box for d in detector.detect(PHOTO)] == [Box(300, 300, 400, 325)]
        assert looks.sides == [416, 208]

    def test_a_doubtful_plate_takes_the_surest_of_its_looks_and_counts_once(self) -> None:
        detector, looks = detector_seeing({416: 0.4, 208: 0.9})

        assert [d.confidence for d in detector.detect(PHOTO)] == [0.9]
        assert looks.sides == [416, 208]

    def test_only_where_nothing_was_found_the_picture_is_searched_for_far_plates(self) -> None:
        doubtful, few = detector_seeing({416: 0.4, 640: 0.9})
        empty, many = detector_seeing({640: 0.9})

        assert [d.confidence for d in doubtful.detect(PHOTO)] == [0.4]
        assert [d.confidence for d in empty.detect(PHOTO)] == [0.9]
        assert (few.sides, many.sides) == ([416, 208, 104], [416, 208, 104, 640])

    def test_a_doubtful_box_of_a_further_look_is_no_plate(self) -> None:
        detector, _ = detector_seeing({208: 0.45, 640: 0.4})

        assert detector.detect(PHOTO) == []

    def test_a_part_of_a_wide_plate_gives_way_to_the_whole(self) -> None:
        detector, looks = detector_seeing({416: 0.9, 208: 0.7})
        looks.plates = {416: (20.0, 200.0, 340.0, 300.0), 208: (10.0, 190.0, 620.0, 310.0)}

        assert [d.box for d in detector.detect(PHOTO)] == [Box(10, 190, 620, 310)]
        assert looks.sides == [416, 208, 104]

    def test_a_wide_plate_takes_its_box_from_the_look_that_shows_it_smaller(self) -> None:
        detector, looks = detector_seeing({416: 0.9, 208: 0.7})
        looks.plates = {416: (20.0, 200.0, 340.0, 300.0), 208: (12.0, 196.0, 352.0, 304.0)}

        assert [d.box for d in detector.detect(PHOTO)] == [Box(12, 196, 352, 304)]

    def test_a_wide_plate_that_no_smaller_look_shows_stays(self) -> None:
        detector, looks = detector_seeing({416: 0.9})
        looks.plates = {416: (20.0, 200.0, 340.0, 300.0)}

        assert [d.confidence for d in detector.detect(PHOTO)] == [0.9]

    def test_a_glance_is_one_look_whatever_it_shows(self) -> None:
        detector, looks = detector_seeing({640: 0.9})

        assert detector.glance(PHOTO) == []
        assert looks.sides == [416]


def test_part_of_a_plate_is_no_second_plate() -> None:
    whole = Detection(Box(100, 100, 300, 150), 0.9)
    part = Detection(Box(110, 105, 180, 145), 0.95)
    other = Detection(Box(400, 100, 600, 150), 0.5)

    assert without_repeats([whole, other, part]) == [part, other]


class TestFiles:
    def test_a_file_that_only_claims_to_take_any_size_is_refused(self, tmp_path: Path) -> None:
        liar = tmp_path / "liar.onnx"
        liar.write_bytes(square_model(64, []) + b"\x72\x00" + STEP_KEY.encode())

        with pytest.raises(ModelProblem, match=r"liar\.onnx"):
            load_detector(str(liar))

    def test_a_file_of_the_contract_before_this_one_is_refused_in_words(
        self, tmp_path: Path
    ) -> None:
        earlier = tmp_path / "earlier.onnx"
        step = b"\x0a%c%s\x12\x0232" % (len(STEP_KEY), STEP_KEY.encode())
        earlier.write_bytes(square_model(64, []) + b"\x72%c" % len(step) + step)

        with pytest.raises(ModelProblem, match="not declared as 1 x height x width x 3 bytes"):
            load_detector(str(earlier))
