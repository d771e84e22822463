"""The network's input size follows the picture, and doubt costs a second look."""

from pathlib import Path

import numpy as np
import pytest

from anpr.detection.detector import (
    SHIPPED_DETECTOR,
    OpenImageModelsDetector,
    PlateDetector,
    first_look,
    further_looks,
    load_detector,
    without_repeats,
)
from anpr.detection.detector_session import ANY_SIZE, AnySizeSession, fitted
from anpr.errors import ModelProblem
from anpr.types import Box, Detection

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
    detector, looks = PlateDetector(SHIPPED_DETECTOR), Looks(scores)
    detector._session = looks  # type: ignore[assignment]
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


class TestInput:
    def test_the_picture_keeps_its_shape_and_grey_fills_up_to_whole_cells(self) -> None:
        white = np.full((720, 1280, 3), 255, np.uint8)

        tensor, ratio = fitted(white, 640, 32)

        assert (tensor.shape, ratio) == ((1, 3, 384, 640), 0.5)
        assert tensor[0, :, :360].min() == 1.0
        assert np.allclose(tensor[0, :, 360:], 114 / 255)

    def test_channels_are_red_green_blue(self) -> None:
        blue = np.zeros((32, 32, 3), np.uint8)
        blue[..., 0] = 255

        assert fitted(blue, 32, 32)[0][0, :, 0, 0].tolist() == [0.0, 0.0, 1.0]

    def test_the_shipped_file_takes_any_size(self) -> None:
        session = AnySizeSession(SHIPPED_DETECTOR)

        for side in (32, 200, 416, 1024):
            assert session.run(PHOTO, side).shape[1] == 5


class TestFiles:
    def test_the_shipped_file_loads_through_open_image_models_too(self) -> None:
        assert OpenImageModelsDetector(str(SHIPPED_DETECTOR)).detect(PHOTO) == []

    def test_a_file_that_says_nothing_of_sizes_runs_through_open_image_models(
        self, tmp_path: Path
    ) -> None:
        other = tmp_path / "other.onnx"
        other.write_bytes(
            SHIPPED_DETECTOR.read_bytes().replace(ANY_SIZE.encode(), b"x" * len(ANY_SIZE))
        )

        detector = load_detector(str(other))

        assert isinstance(detector, OpenImageModelsDetector)
        assert detector.glance(PHOTO) == []

    def test_a_file_that_only_claims_to_take_any_size_is_refused(self, tmp_path: Path) -> None:
        liar = tmp_path / "liar.onnx"
        liar.write_bytes(SHIPPED_DETECTOR.with_name("recogniser.onnx").read_bytes()
                         + b"\x72\x00" + ANY_SIZE.encode())  # fmt: skip

        with pytest.raises(ModelProblem, match=r"liar\.onnx"):
            load_detector(str(liar))
