"""Folders of photos become scenes, split once and for all by name."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.training.detector_photos import is_held_out, load_photos, split_negatives
from core.errors import SetupProblem

HEADER = "file\tx\ty\tw\th\ttext\tlegibility\n"


def photo(path: Path, side: int = 64) -> None:
    cv2.imwrite(str(path), np.full((side, side, 3), 128, np.uint8))


def labelled(folder: Path, count: int) -> Path:
    (folder / "images").mkdir()
    rows = []
    for i in range(count):
        photo(folder / "images" / f"car{i}.jpg")
        rows.append(f'car{i}.jpg\t8\t20\t30\t10\tAB"{i}\tclear\n')
        rows.append(f"car{i}.jpg\t2\t2\t6\t3\t\tunreadable\n")
    (folder / "labels.tsv").write_text(HEADER + "".join(rows), encoding="utf-8")
    return folder


def test_clear_plates_are_plates_and_unreadable_ones_are_ignored(tmp_path: Path) -> None:
    photos = load_photos([labelled(tmp_path, 3)])

    for scene in photos.train + photos.held_out:
        assert scene.plates == [(8.0, 20.0, 38.0, 30.0)]
        assert scene.ignored == [(2.0, 2.0, 8.0, 5.0)]


def test_no_photo_is_both_trained_on_and_held_out(tmp_path: Path) -> None:
    photos = load_photos([labelled(tmp_path, 40)])

    held = sum(is_held_out(f"car{i}.jpg") for i in range(40))
    assert 0 < held < 20
    assert (len(photos.train), len(photos.held_out)) == (40 - held, held)


def test_photos_without_plates_are_held_out_in_whole_runs() -> None:
    names = [Path(f"ride_{i:03}.jpg") for i in range(60)]

    train, held = split_negatives(list(reversed(names)))

    assert sorted(train + held) == names
    assert held == names[20:30] + names[50:60]


def test_a_folder_without_labels_holds_no_plates(tmp_path: Path) -> None:
    for i in range(6):
        photo(tmp_path / f"street{i}.png")

    photos = load_photos([tmp_path])

    assert len(photos.train_negatives) + len(photos.held_out_negatives) == 6
    assert not photos.train


def test_large_photos_are_reduced_with_their_boxes(tmp_path: Path) -> None:
    photo(tmp_path / "big.png", 2560)
    (tmp_path / "labels.tsv").write_text(HEADER + "big.png\t100\t200\t300\t100\tA1\tclear\n")

    photos = load_photos([tmp_path])

    scene = (photos.train + photos.held_out)[0]
    assert scene.image.shape == (1280, 1280, 3)
    assert scene.plates == [(50.0, 100.0, 200.0, 150.0)]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match="nowhere does not exist"):
        load_photos([tmp_path / "nowhere"])


def test_a_folder_of_folders_stands_for_those_that_hold_photos(tmp_path: Path) -> None:
    cars, streets = tmp_path / "cars", tmp_path / "more" / "streets"
    for folder in (cars, streets, tmp_path / "papers"):
        folder.mkdir(parents=True)
    labelled(cars, 3)
    for i in range(6):
        photo(streets / f"street{i}.png")

    photos = load_photos([tmp_path])

    assert len(photos.train + photos.held_out) == 3
    assert len(photos.train_negatives + photos.held_out_negatives) == 6


def test_a_folder_without_any_photo_is_named(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()

    with pytest.raises(SetupProblem, match="nor does any folder in it"):
        load_photos([tmp_path])


def test_a_broken_photo_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_text("not a picture")

    with pytest.raises(SetupProblem, match=r"broken\.jpg cannot be read"):
        load_photos([tmp_path])
