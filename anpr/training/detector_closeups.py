"""Real plates brought so near that they fill much of the picture.

Labelled photos rarely show such plates, phones often do: the surroundings of a plate are cut out
and enlarged until the plate takes a given share of the picture's width.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis.paste import Box

Image = npt.NDArray[np.uint8]

SHARES = (0.5, 0.7, 0.9)
"""Shares of the picture's width that the plate takes."""

SIZES = ((640, 480), (1280, 960))
"""Width and height in pixels of the close-ups."""

NARROWEST = 60.0
"""Plates narrower than this in pixels only get blurred by being enlarged."""


def close_up(photo: Image, plate: Box, share: float, size: tuple[int, int]) -> tuple[Image, Box]:
    """The plate's surroundings at `size`, and where the plate is then, in pixels.

    What lies beyond the photo's edge repeats the edge.
    """
    width, height = size
    scale = share * width / (plate[2] - plate[0])
    left = _start((plate[0] + plate[2]) / 2, width / scale, photo.shape[1])
    top = _start((plate[1] + plate[3]) / 2, height / scale, photo.shape[0])
    move = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float64)
    picture = cv2.warpAffine(
        photo, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    x1, y1, x2, y2 = plate
    where = ((x1 - left) * scale, (y1 - top) * scale, (x2 - left) * scale, (y2 - top) * scale)
    return np.asarray(picture, np.uint8), where


def _start(middle: float, length: float, available: int) -> float:
    """Where a stretch of `length` around `middle` begins, inside the photo if it fits."""
    return float(np.clip(middle - length / 2, 0, max(0.0, available - length)))
