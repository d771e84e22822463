"""Other crops of a plate whose first look left a doubt, and how their answers become one.

Chosen by measuring on real photos: with more room on the left, with more on the right (a detector
cuts one end off every eighth plate), and, where that leaves the doubt, turned by a few degrees
either way (upright instead, where the plate hangs aslant). Each mends some reads and spoils
others; together they mend. The negative of light characters on dark ground mends none, for the
recogniser is trained on such plates. Those of two rows go in whole, as it learnt them: cut apart
or put side by side, hardly one in a hundred was read.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.recognition.recogniser import Recognition
from anpr.recognition.rectification import crop_plate
from anpr.types import Box, Image

ROOM = 0.06
"""Share of the width by which one side gets more room."""
LOOSER = (0.06, 0.10)
"""Padding of a turned plate, whose corners reach further."""
TURN = 4.0
"""Degrees."""
ASLANT = 2.0
"""Degrees of slant from which a plate is set upright."""
FLOOR = 1e-3
"""No single look can rule a character out."""
INDEPENDENT_LOOKS = 1.5
"""Looks at the same pixels resemble each other: any number counts as at most so many."""
SLANTS = np.linspace(-0.21, 0.21, 15)
"""Slopes tried, as rise over run."""
_SLANT_SIZE = (128, 40)


def with_room(image: Image, box: Box) -> list[Image]:
    """The plate with more room on its left, and with more on its right."""
    room = round(ROOM * box.width)
    left = Box(max(0, box.x1 - room), box.y1, box.x2, box.y2)
    right = Box(box.x1, box.y1, min(image.shape[1], box.x2 + room), box.y2)
    return [crop_plate(image, left), crop_plate(image, right)]


def turned(image: Image, box: Box, first: Image) -> list[Image]:
    """The plate set upright if it hangs aslant in `first`, its crop; else turned either way."""
    slope = slant(first)
    if abs(slope) > np.tan(np.radians(ASLANT)):
        return [crop_plate(*_sheared(image, box, slope))]
    return [_turned(image, box, degrees) for degrees in (-TURN, TURN)]


def fuse(looks: Sequence[Recognition]) -> Recognition:
    """One recognition of several: a logarithmic opinion pool of the slots, the countries' mean.

    Genest and Zidek, "Combining Probability Distributions" (1986).
    """
    if len(looks) == 1:
        return looks[0]
    logs = np.log(np.clip(np.stack([look.slots for look in looks]), FLOOR, 1.0)).mean(axis=0)
    sharpened = logs * min(len(looks), INDEPENDENT_LOOKS)
    odds = np.exp(sharpened - sharpened.max(axis=1, keepdims=True))
    slots: NDArray[np.float32] = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
    named = {country for look in looks for country in look.countries}
    shares = {c: sum(look.countries.get(c, 0.0) for look in looks) / len(looks) for c in named}
    return Recognition(slots, shares, tuple(one for look in looks for one in look.sights))


def slant(crop: Image) -> float:
    """By how much the plate's rows fall to the right, as a slope in pixels of `crop`.

    The slope at which the horizontal edges of its characters and borders line up best.
    """
    grey = cv2.resize(
        np.ascontiguousarray(crop[:, :, 1]), _SLANT_SIZE, interpolation=cv2.INTER_AREA
    )
    edges = np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    sharpness = [_sharpness(edges, slope) for slope in SLANTS]
    slope = float(SLANTS[int(np.argmax(sharpness))])
    return float(slope * (crop.shape[0] / _SLANT_SIZE[1]) / (crop.shape[1] / _SLANT_SIZE[0]))


def _sharpness(edges: NDArray[np.float32], slope: float) -> float:
    width, height = _SLANT_SIZE
    shear = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float32)
    rows = cv2.warpAffine(edges, shear, (width, height))[:, 8:-8].sum(axis=1)
    return float((rows * rows).sum())


def _sheared(image: Image, box: Box, slope: float) -> tuple[Image, Box]:
    """The plate's surroundings with its rows level, and its box in them."""
    part, inside = _surroundings(image, box)
    shear = np.array([[1, 0, 0], [-slope, 1, slope * inside.centre[0]]], np.float32)
    level = cv2.warpAffine(
        part, shear, (part.shape[1], part.shape[0]), borderMode=cv2.BORDER_REPLICATE
    )
    cut = round(min(0.4 * abs(slope) * box.width, 0.25 * box.height))
    upright = Box(inside.x1, inside.y1 + cut, inside.x2, inside.y2 - cut)
    return np.asarray(level, dtype=np.uint8), upright


def _turned(image: Image, box: Box, degrees: float) -> Image:
    part, inside = _surroundings(image, box)
    turn = cv2.getRotationMatrix2D(inside.centre, degrees, 1.0)
    turned = cv2.warpAffine(
        part, turn, (part.shape[1], part.shape[0]), borderMode=cv2.BORDER_REPLICATE
    )
    return crop_plate(np.asarray(turned, dtype=np.uint8), inside, *LOOSER)


def _surroundings(image: Image, box: Box) -> tuple[Image, Box]:
    """As much of the picture as a turned crop may need: the rest need not be turned."""
    dx, dy = round(0.15 * box.width), round(0.3 * box.height + 0.1 * box.width)
    left, top = max(0, box.x1 - dx), max(0, box.y1 - dy)
    part = image[top : box.y2 + dy, left : box.x2 + dx]
    return part, Box(box.x1 - left, box.y1 - top, box.x2 - left, box.y2 - top)
