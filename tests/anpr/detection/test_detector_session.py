"""A picture goes into our own network as it is, at any size."""

import numpy as np

from anpr.detection.detector import SHIPPED_DETECTOR
from anpr.detection.detector_session import AnySizeSession, fitted

PHOTO = np.zeros((480, 640, 3), np.uint8)


def test_the_picture_keeps_its_shape_and_grey_fills_up_to_whole_cells() -> None:
    white = np.full((720, 1280, 3), 255, np.uint8)

    picture, ratio = fitted(white, 640, 32)

    assert (picture.shape, picture.dtype, ratio) == ((1, 384, 640, 3), np.uint8, 0.5)
    assert picture[0, :360].min() == 255
    assert np.unique(picture[0, 360:]).tolist() == [114]


def test_a_picture_of_the_right_size_goes_in_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (64, 96, 3), np.uint8)

    assert np.array_equal(fitted(picture, 96, 32)[0][0], picture)


def test_the_shipped_file_takes_any_size() -> None:
    session = AnySizeSession(SHIPPED_DETECTOR)

    for side in (32, 200, 416, 1024):
        assert session.run(PHOTO, side).shape[1] == 5
