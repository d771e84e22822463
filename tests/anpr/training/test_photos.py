"""Labelled photos are split by plate, the same way everywhere."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.training import photos
from anpr.training.recogniser_data import UNKNOWN_COUNTRY, decode_text
from anpr.training.recogniser_photos import RealCrops
from core.errors import InvalidInput

HEADER = "file\tx\ty\tw\th\ttext\tlegibility\tcountry\n"


def folder_with(tmp_path: Path, rows: list[str]) -> Path:
    picture = np.random.default_rng(0).integers(0, 256, (120, 200, 3)).astype(np.uint8)
    picture[0, 0] = (10, 20, 200)
    cv2.imwrite(str(tmp_path / "car.png"), picture)
    (tmp_path / "labels.tsv").write_text(HEADER + "".join(f"{r}\n" for r in rows), encoding="utf-8")
    return tmp_path


def row(text: str, legibility: str = "clear", country: str = "RO") -> str:
    return f"car.png\t50\t40\t100\t20\t{text}\t{legibility}\t{country}"


def texts_of_fold(held_out: bool, count: int) -> list[str]:
    names = (f"B{n}ABC" for n in range(10, 999))
    return [t for t in names if (photos.fold(t) in photos.HELD_OUT_FOLDS) == held_out][:count]


def test_two_fifths_of_the_plates_are_held_out() -> None:
    share = np.mean([photos.fold(f"{n}BCD") in photos.HELD_OUT_FOLDS for n in range(1000, 3000)])
    assert 0.36 < share < 0.44


def test_the_split_is_the_same_on_every_machine() -> None:
    assert [photos.fold(text) for text in ("B01XEN", "SB90TZI", "1234BCD")] == [4, 3, 0]


def test_only_clear_plates_with_a_text_are_taken(tmp_path: Path) -> None:
    rows = [row("B12ABC"), row("B13ABC", "inferred"), row("", "unreadable"), row('B"14')]
    found = photos.labelled_plates(folder_with(tmp_path, rows))

    assert [plate.text for plate in found] == ["B12ABC", 'B"14']


def test_a_crop_is_widened_but_never_leaves_the_picture(tmp_path: Path) -> None:
    plate = photos.labelled_plates(folder_with(tmp_path, [row("B12ABC")]))[0]
    image = photos.load_rgb(plate.photo)

    assert photos.crop(plate, image).shape == (20, 100, 3)
    assert photos.crop(plate, image, 0.1).shape == (24, 120, 3)
    assert photos.crop(plate, image, 9.0).shape == image.shape
    assert image[0, 0].tolist() == [200, 20, 10]


def test_a_held_out_plate_is_never_trained_on(tmp_path: Path) -> None:
    held, trained = texts_of_fold(True, 5), texts_of_fold(False, 5)
    crops = RealCrops.load(folder_with(tmp_path, [row(t) for t in held + trained]))

    assert sorted({plate.text for _, plate in crops.regions}) == sorted(trained)


def test_plates_from_outside_europe_are_not_trained_on(tmp_path: Path) -> None:
    (text,) = texts_of_fold(False, 1)
    assert len(RealCrops.load(folder_with(tmp_path, [row(text, country="VN")]))) == 0


def test_real_crops_come_as_batches_of_the_networks_input(tmp_path: Path) -> None:
    (text,) = texts_of_fold(False, 1)
    batch = RealCrops.load(folder_with(tmp_path, [row(text)])).draw(6, np.random.default_rng(0))

    assert batch.pictures.shape == (6, 64, 128, 3)
    assert len({picture.tobytes() for picture in batch.pictures}) == 6


def test_an_unnamed_country_is_left_open(tmp_path: Path) -> None:
    (text,) = texts_of_fold(False, 1)
    batch = RealCrops.load(folder_with(tmp_path, [row(text, country="")])).draw(
        12, np.random.default_rng(0)
    )
    own = [decode_text(characters) == text for characters in batch.characters]

    assert 0 < sum(own) < 12  # the others show another plate in the photo's light
    assert set(batch.countries[own]) == {UNKNOWN_COUNTRY}
    assert UNKNOWN_COUNTRY not in batch.countries[np.logical_not(own)]


def test_photos_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    folder_with(tmp_path, [row("B12ABC")])
    (tmp_path / "images").mkdir()
    (tmp_path / "car.png").rename(tmp_path / "images" / "car.png")

    assert photos.labelled_plates(tmp_path)[0].photo == tmp_path / "images" / "car.png"


def test_a_folder_without_labels_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=str(tmp_path)):
        photos.labelled_plates(tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "labels.tsv").write_text("file\tx\ty\tw\th\ttext\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="legibility"):
        photos.labelled_plates(tmp_path)


def test_a_photo_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.jpg").write_text("not a picture")
    with pytest.raises(InvalidInput, match=r"notes\.jpg"):
        photos.load_rgb(tmp_path / "notes.jpg")
