"""One photo in every form that cameras and phones write it gives the same plate."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from anpr.reader import PlateReader
from anpr.synthesis.plates import render_plate
from anpr.types import Image

PLATE = "4821KDM"
SIDEWAYS = 6
"""EXIF orientation of a photo whose upper edge is the right side of its pixels."""
ORIENTATION = 0x0112


def a_photo() -> Image:
    """The back of a dark van on a grey street."""
    street = np.full((480, 640, 3), 120, np.uint8)
    street[120:420, 180:460] = 45
    plate = render_plate(PLATE, "es_current", np.random.default_rng(3), px_per_mm=0.3).rgb
    height, width = plate.shape[:2]
    street[330 : 330 + height, 240 : 240 + width] = plate[:, :, ::-1]
    return street


def jpeg(photo: Image, folder: Path) -> Path:
    path = folder / "a.jpg"
    cv2.imwrite(str(path), photo)
    return path


def grey(photo: Image, folder: Path) -> Path:
    path = folder / "a.png"
    cv2.imwrite(str(path), cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY))
    return path


def transparent(photo: Image, folder: Path) -> Path:
    path = folder / "a.png"
    clear = cv2.cvtColor(photo, cv2.COLOR_BGR2BGRA)
    clear[:60, :, 3] = 0
    cv2.imwrite(str(path), clear)
    return path


def sixteen_bits(photo: Image, folder: Path) -> Path:
    path = folder / "a.png"
    cv2.imwrite(str(path), photo.astype(np.uint16) * 257)
    return path


def twelve_bits_of_an_infrared_camera(photo: Image, folder: Path) -> Path:
    path = folder / "a.tif"
    cv2.imwrite(str(path), cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY).astype(np.uint16) * 16)
    return path


def held_sideways(photo: Image, folder: Path) -> Path:
    path = folder / "a.jpg"
    turned = np.ascontiguousarray(np.rot90(photo)[:, :, ::-1])
    exif = Pillow.Exif()
    exif[ORIENTATION] = SIDEWAYS
    Pillow.fromarray(turned).save(path, quality=95, exif=exif)
    return path


KINDS = (jpeg, grey, transparent, sixteen_bits, twelve_bits_of_an_infrared_camera, held_sideways)


@pytest.mark.parametrize("written", KINDS, ids=lambda kind: kind.__name__)
def test_its_plate_is_read(
    shipped_reader: PlateReader, written: Callable[[Image, Path], Path], tmp_path: Path
) -> None:
    read = shipped_reader.read_photo(written(a_photo(), tmp_path))
    assert read is not None
    assert read.text == PLATE


def test_a_photo_on_its_side_is_not_read_by_chance(
    shipped_reader: PlateReader, tmp_path: Path
) -> None:
    """Or the test of the orientation would prove nothing."""
    path = tmp_path / "a.jpg"
    cv2.imwrite(str(path), np.rot90(a_photo()))
    read = shipped_reader.read_photo(path)
    assert read is None or read.text != PLATE
