from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.errors import ModelProblem
from anpr.evaluation.folds import fold_outcomes, fold_readers
from anpr.evaluation.labels import LabelledPhoto, LabelledPlate
from anpr.reader import PlateReader
from anpr.training.photos import FOLDS, fold
from anpr.types import Box, Image, PlateRead
from tests.anpr.builders import a_box, a_read

PLATES = ("1234BBC", "9876JKL", "5555DDD", "B57ZFA", "AB123CD", "2222FFF")


class SaysItsFold(PlateReader):
    """A reader of one fold: reads its own fold's name wherever it looks."""

    def __init__(self, number: int) -> None:
        self.number = number

    def read_plates(self, image: Image) -> list[PlateRead]:
        return [a_read(f"FOLD{self.number}", a_box(x, 50)) for x in (90, 290)]


def photo_of(folder: Path, *texts: str) -> LabelledPhoto:
    path = folder / f"{'-'.join(texts)}.png"
    cv2.imwrite(str(path), np.full((100, 400, 3), 90, np.uint8))
    boxes = [a_box(90 + 200 * i, 50) for i in range(len(texts))]
    plates = (LabelledPlate(box, t, "clear", None) for box, t in zip(boxes, texts, strict=True))
    return LabelledPhoto(path, tuple(plates))


def test_each_plate_is_read_by_the_reader_of_its_own_fold(tmp_path: Path) -> None:
    photos = [photo_of(tmp_path, *PLATES[:2]), *(photo_of(tmp_path, p) for p in PLATES[2:])]
    outcomes = fold_outcomes(photos, {number: SaysItsFold(number) for number in range(FOLDS)})
    told = {plate.label.text: plate.read_text for one in outcomes for plate in one.plates}
    assert told == {plate: f"FOLD{fold(plate)}" for plate in PLATES}


def test_a_photo_without_a_text_is_nobodys(tmp_path: Path) -> None:
    unreadable = LabelledPhoto(
        tmp_path / "a.png", (LabelledPlate(Box(0, 0, 9, 9), None, "unreadable", None),)
    )
    assert fold_outcomes([unreadable], {0: SaysItsFold(0)}) == []


def test_missing_models_are_told_with_the_command_that_trains_them(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match=r"folds-0\.onnx is missing\. Train the folds first"):
        fold_readers(tmp_path)
