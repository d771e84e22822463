"""The detector that is shipped keeps what its card promises."""

import os
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
import pytest

from anpr.detection.detector import SHIPPED_DETECTOR, SURE, THRESHOLD, load_detector
from anpr.synthesis.scenes import FlatPlate, render_scene
from anpr.training.detector_measure import (
    PlateHit,
    false_boxes,
    found_at,
    iou,
    load,
    plate_hits,
)
from anpr.training.detector_photos import photo_paths, split_negatives, split_plates

SHARED = os.environ.get("SARBIDE_SHARED_DATA")
needs_photos = [
    pytest.mark.shared_data,
    pytest.mark.skipif(
        not SHARED and os.environ.get("CI") != "true",
        reason="SARBIDE_SHARED_DATA names no folder of real photos",
    ),
]


def lettered(_rng: np.random.Generator) -> FlatPlate:
    plate = np.full((110, 520, 3), 240, np.uint8)
    plate[:, :45] = (170, 60, 10)
    cv2.putText(plate, "4821 KLM", (60, 85), cv2.FONT_HERSHEY_DUPLEX, 2.6, (20, 20, 20), 8)
    return FlatPlate(plate, 520.0, 110.0)


def test_it_takes_bytes_of_any_size_and_answers_with_a_table() -> None:
    session = ort.InferenceSession(str(SHIPPED_DETECTOR), providers=["CPUExecutionProvider"])
    (picture,), (table,) = session.get_inputs(), session.get_outputs()

    assert (picture.type, picture.shape[0], picture.shape[3]) == ("tensor(uint8)", 1, 3)
    for size in ((64, 96), (384, 640)):
        rows = session.run(None, {picture.name: np.full((1, *size, 3), 114, np.uint8)})[0]
        assert (rows.ndim, rows.shape[1], table.type) == (2, 7, "tensor(float)")


def test_it_finds_the_plates_of_rendered_streets() -> None:
    detector = load_detector()
    plates = found = 0
    for seed in range(24):
        scene = render_scene(np.random.default_rng(seed), lettered, width=1280, height=720)
        boxes = [d.box.as_tuple() for d in detector.detect(scene.image)]
        wide = [plate for plate in scene.plates if plate[2] - plate[0] >= 60]
        plates += len(wide)
        found += sum(any(iou(plate, box) >= 0.3 for box in boxes) for plate in wide)

    assert plates > 8
    assert found >= 0.9 * plates


@pytest.mark.parametrize("size", [(720, 1280), (480, 640), (1280, 720), (31, 47), (1, 1)])
def test_pictures_of_any_shape_are_searched(size: tuple[int, int]) -> None:
    assert load_detector().detect(np.full((*size, 3), 127, np.uint8)) == []


def test_a_clock_burnt_into_the_picture_is_no_plate() -> None:
    image = np.random.default_rng(1).integers(90, 130, (720, 1280, 3), dtype=np.uint8)
    cv2.rectangle(image, (496, 0), (1280, 42), (0, 0, 0), -1)
    clock = "2020-05-22 08:04:39 CAM 14B02819"
    cv2.putText(image, clock, (500, 34), cv2.FONT_HERSHEY_DUPLEX, 1.2, (255, 255, 255), 2)

    assert load_detector().detect(image) == []


class TestOnRealPhotos:
    """Some of the held-out photos, and a little less than the card says of all of them."""

    pytestmark = needs_photos

    def hits(self, folder: Path, every: int, least: float) -> list[PlateHit]:
        held = dict(list(split_plates(folder / "labels.tsv")[0].items())[::every])
        where = folder / "images" if (folder / "images").is_dir() else folder
        return plate_hits(load(SHIPPED_DETECTOR), where, held, least)

    def test_it_finds_the_dashcams_held_out_vehicles(self) -> None:
        hits = self.hits(Path(SHARED or "") / "plates" / "ro_dashcam", 2, 0.3)

        assert found_at(hits, THRESHOLD, 60).of > 50
        assert found_at(hits, THRESHOLD, 60).value >= 0.97

    def test_it_finds_the_plates_of_held_out_photos(self) -> None:
        hits = self.hits(Path(SHARED or "") / "day_photos", 1, 0.5)

        assert found_at(hits, THRESHOLD, 0).of > 30
        assert found_at(hits, THRESHOLD, 0).value >= 0.9

    def test_it_sees_few_plates_where_there_are_none(self) -> None:
        held = split_negatives(photo_paths(Path(SHARED or "") / "plates" / "negatives"))[1]
        scores = [s for photo in false_boxes(load(SHIPPED_DETECTOR), held) for s in photo]

        assert sum(score >= SURE for score in scores) <= 0.1 * len(held)
