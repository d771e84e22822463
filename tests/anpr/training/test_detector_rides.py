"""Frames of drives: a held-out vehicle is never trained on, and doubtful boxes don't count."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.synthesis.paste import Box
from anpr.training.detector_photos import load_photos, split_plates
from anpr.training.detector_rides import Sighting, frames_to_train_on, suspected_plates
from anpr.training.photos import HELD_OUT_FOLDS, fold

NAMES = [f"B{n}ABC" for n in range(10, 99)]
HELD = next(name for name in NAMES if fold(name) in HELD_OUT_FOLDS)
TRAINED = next(name for name in NAMES if fold(name) not in HELD_OUT_FOLDS)
PLATE: Box = (10.0, 40.0, 70.0, 54.0)


def sighting(second: float, text: str, ride: str = "evening") -> Sighting:
    return Sighting(f"{ride}_{second}.jpg", ride, second, text)


def test_frames_with_a_held_out_vehicle_or_close_to_one_are_left_out() -> None:
    drive = [sighting(10, TRAINED), sighting(16, ""), sighting(17, TRAINED), sighting(20, HELD)]

    assert frames_to_train_on(drive) == {"evening_10.jpg"}


def test_a_frame_that_shows_both_is_left_out() -> None:
    both = [Sighting("a.jpg", "r", 5, TRAINED), Sighting("a.jpg", "r", 5, HELD)]

    assert frames_to_train_on(both) == set()


def test_another_drive_is_no_neighbour() -> None:
    drives = [sighting(10, TRAINED, "morning"), sighting(10, HELD)]

    assert frames_to_train_on(drives) == {"morning_10.jpg"}


class Earlier:
    """A detector that sees the labelled plate, another one, and something very doubtful."""

    def run(self, _image: object, _side: int) -> np.ndarray:
        far = (300.0, 300.0, 340.0, 310.0, 0.3)
        return np.array([(*PLATE, 0.9), far, (500.0, 10.0, 540.0, 20.0, 0.01)])


def test_what_the_earlier_detector_sees_beside_the_labels_is_suspected() -> None:
    found = suspected_plates(np.zeros((720, 1280, 3), np.uint8), [PLATE], Earlier())  # type: ignore[arg-type]

    assert set(found) == {(300.0, 300.0, 340.0, 310.0)}


class TestFolder:
    @pytest.fixture
    def drive(self, tmp_path: Path) -> Path:
        lines = ["file\tx\ty\tw\th\ttext\tlegibility\tride\tsecond"]
        for second, text, legibility in ((10, TRAINED, "inferred"), (60, HELD, "clear")):
            cv2.imwrite(str(tmp_path / f"f{second}.jpg"), np.zeros((72, 128, 3), np.uint8))
            lines.append(f"f{second}.jpg\t10\t40\t60\t14\t{text}\t{legibility}\tr\t{second}")
        (tmp_path / "labels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return tmp_path

    def test_its_frames_are_trained_on_with_the_suspected_plates_ignored(self, drive: Path) -> None:
        suspect: Box = (100.0, 5.0, 120.0, 10.0)

        photos = load_photos([drive], lambda _image, _boxes: [suspect])

        (frame,) = photos.rides
        assert frame.plates == [PLATE]
        assert frame.ignored == [suspect]
        assert not photos.train

    def test_nothing_of_it_is_trained_on_when_unlabelled_plates_cannot_be_told(
        self, drive: Path
    ) -> None:
        assert not load_photos([drive]).rides

    def test_its_clear_plates_are_split_by_plate(self, drive: Path) -> None:
        held, others = split_plates(drive / "labels.tsv")

        assert (list(held), others) == (["f60.jpg"], {})
