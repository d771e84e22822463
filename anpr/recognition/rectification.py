"""From a box on a photo to the crop that the recogniser reads.

Detectors cut a few per cent off one side of every eighth plate, so a crop is taken wider than its
box. Two-row plates go in whole: the recogniser is trained on them.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Box, Image

PAD_X = 0.04
PAD_Y = 0.06
"""Shares of the box's width and height added on each side."""
FLAT_CONTRAST = 60.0
"""Grey levels between the darkest and lightest twentieth below which a crop is stretched."""


def crop_plate(image: Image, box: Box, pad_x: float = PAD_X, pad_y: float = PAD_Y) -> Image:
    """Return the pixels of `box` and a little around it; never empty, never outside the picture.

    The result is a view of `image` unless its contrast had to be stretched.
    """
    crop = image[_around(box, image.shape[1], image.shape[0], pad_x, pad_y)]
    return _stretched(crop)


def _around(box: Box, width: int, height: int, pad_x: float, pad_y: float) -> tuple[slice, slice]:
    pad_x, pad_y = pad_x * box.width, pad_y * box.height
    x1 = min(max(0, round(box.x1 - pad_x)), width - 1)
    y1 = min(max(0, round(box.y1 - pad_y)), height - 1)
    x2 = min(max(x1 + 1, round(box.x2 + pad_x)), width)
    y2 = min(max(y1 + 1, round(box.y2 + pad_y)), height)
    return slice(y1, y2), slice(x1, x2)


def _stretched(crop: Image) -> Image:
    """Spread the tones of a flat crop (fog, night, dirt); leave a good one alone."""
    low, high = _darkest_and_lightest(crop[::2, ::2, 1])
    if high - low >= FLAT_CONTRAST or high - low < 4:
        return crop
    scale = 2 * FLAT_CONTRAST / (high - low)
    offset = 128.0 - scale * (low + high) / 2
    table = np.clip(np.arange(256) * scale + offset, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(crop, table), dtype=np.uint8)


def _darkest_and_lightest(grey: NDArray[np.uint8]) -> tuple[int, int]:
    """The grey levels below and above which a twentieth of the pixels lies, by counting them."""
    counts = np.bincount(grey.ravel(), minlength=256).cumsum()
    low, high = np.searchsorted(counts, (0.05 * counts[-1], 0.95 * counts[-1]))
    return int(low), int(high)
