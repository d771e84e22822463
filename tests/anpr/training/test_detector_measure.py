"""Measuring a detector: what counts as found and what as false."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.evaluation.share import Share
from anpr.training.detector_measure import (
    Detect,
    PlateHit,
    extra_boxes,
    false_boxes,
    found_at,
    found_close,
    iou,
    plate_hits,
)

PLATE = (40.0, 40.0, 140.0, 60.0)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    cv2.imwrite(str(tmp_path / "car.png"), np.zeros((100, 200, 3), np.uint8))
    return tmp_path


def always(*found: tuple[tuple[float, float, float, float], float]) -> Detect:
    return lambda _image: list(found)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (PLATE, 1.0),
        ((90.0, 40.0, 190.0, 60.0), 1 / 3),  # half moved to the right
        ((140.0, 40.0, 240.0, 60.0), 0.0),  # beside it, touching
    ],
)
def test_iou(box: tuple[float, float, float, float], expected: float) -> None:
    assert iou(PLATE, box) == pytest.approx(expected)


def test_the_surest_box_that_overlaps_enough_is_the_hit(photos: Path) -> None:
    far, near, off = ((60.0, 40.0, 160.0, 60.0), 0.6), (PLATE, 0.5), ((0.0, 0.0, 9.0, 9.0), 0.9)

    assert plate_hits(always(far, near, off), photos, {"car.png": [PLATE]}, 0.5) == [
        PlateHit(100.0, pytest.approx(2 / 3), 0.6)
    ]


def test_a_plate_nobody_found_has_no_score(photos: Path) -> None:
    hits = plate_hits(always(((0.0, 0.0, 30.0, 9.0), 0.9)), photos, {"car.png": [PLATE]}, 0.3)

    assert hits == [PlateHit(100.0, 0.0, 0.0)]


def test_counts_go_by_width_and_threshold() -> None:
    hits = [PlateHit(50.0, 0.8, 0.9), PlateHit(90.0, 0.8, 0.3), PlateHit(120.0, 0.8, 0.5)]

    assert found_at(hits, 0.4, 0) == Share(2, 3)
    assert found_at(hits, 0.4, 80) == Share(1, 2)
    assert found_at(hits, 0.4, 500) == Share(0, 0)


def test_a_plate_brought_near_is_looked_for_where_it_is_then(photos: Path) -> None:
    plates = {"car.png": [PLATE, (0.0, 0.0, 40.0, 9.0)]}  # the second is too narrow
    half = ((128.0, 128.0, 448.0, 192.0), 0.9)  # 3.2 times as large, the photo's corner first

    assert found_close(always(half), photos, plates, 0.5, (640, 480)) == Share(1, 1)
    assert found_close(always((PLATE, 0.9)), photos, plates, 0.5, (640, 480)) == Share(0, 1)


def test_a_box_on_an_unreadable_plate_is_not_extra(photos: Path) -> None:
    detect = always((PLATE, 0.8), ((150.0, 10.0, 190.0, 20.0), 0.7))

    assert extra_boxes(detect, photos, {"car.png": [(PLATE, False)]}) == [[0.7]]


def test_every_box_in_a_photo_without_plates_is_false(photos: Path) -> None:
    assert false_boxes(always((PLATE, 0.8), (PLATE, 0.2)), [photos / "car.png"]) == [[0.8, 0.2]]
