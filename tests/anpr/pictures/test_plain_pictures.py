"""The fast way shows what the slow one shows, and gives way where it can't."""

from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from anpr.pictures import plain_pictures
from anpr.pictures.images import image_from_bytes
from anpr.types import Image

ORIENTATION = 0x0112


def scene() -> Image:
    """Colours and strokes that change within few pixels."""
    picture = np.full((120, 160, 3), (180, 120, 60), np.uint8)
    cv2.rectangle(picture, (20, 30), (140, 80), (240, 240, 240), -1)
    cv2.putText(picture, "4821 KLM", (25, 65), cv2.FONT_HERSHEY_DUPLEX, 0.8, (20, 20, 160), 2)
    return picture


def jpeg(picture: Image, **options: object) -> bytes:
    out = BytesIO()
    colours = Pillow.fromarray(np.ascontiguousarray(picture[:, :, ::-1]))
    colours.save(out, "JPEG", quality=90, **options)
    return out.getvalue()


def by_opencv(content: bytes) -> Image:
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(decoded, np.uint8)


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_brightness_is_opencvs_and_colours_are_near(subsampling: int) -> None:
    content = jpeg(scene(), subsampling=subsampling)

    fast, slow = image_from_bytes(content), by_opencv(content)

    grey = [cv2.cvtColor(one, cv2.COLOR_BGR2GRAY).astype(int) for one in (fast, slow)]
    assert np.abs(grey[0] - grey[1]).mean() < 0.5
    assert np.abs(fast.astype(int) - slow).mean() < 3


def test_a_progressive_and_a_grey_jpeg_come_out_as_from_opencv() -> None:
    progressive = jpeg(scene(), subsampling=0, progressive=True)
    out = BytesIO()
    Pillow.fromarray(scene()[:, :, 1]).save(out, "JPEG", quality=90)

    for content in (progressive, out.getvalue()):
        assert np.array_equal(image_from_bytes(content), by_opencv(content))


def test_a_jpeg_that_must_be_turned_goes_the_other_way() -> None:
    exif = Pillow.Exif()
    exif[ORIENTATION] = 6
    content = jpeg(scene(), exif=exif)

    assert image_from_bytes(content).shape == (160, 120, 3)


def test_a_jpeg_that_says_it_is_upright_goes_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    exif = Pillow.Exif()
    exif[ORIENTATION] = 1
    monkeypatch.setattr(plain_pictures.cv2, "imdecode", None)

    assert image_from_bytes(jpeg(scene(), exif=exif)).shape == (120, 160, 3)


def test_a_jpeg_whose_orientation_only_opencv_can_read_is_turned_as_opencv_turns_it() -> None:
    # One entry, the orientation, of a type that does not exist.
    entry = b"\x12\x01\x63\x00\x01\x00\x00\x00\x06\x00\x00\x00"
    content = jpeg(scene(), exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0")

    assert image_from_bytes(content).shape == by_opencv(content).shape == (160, 120, 3)


def test_a_jpeg_damaged_inside_shows_what_opencv_shows_of_it() -> None:
    content = bytearray(jpeg(scene()))
    middle = len(content) // 2
    content[middle : middle + 8] = b"\xff\x00\x11\xff\xc4\x00\x00\x00"

    assert np.array_equal(image_from_bytes(bytes(content)), by_opencv(bytes(content)))
