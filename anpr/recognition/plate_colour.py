"""Colour class of a plate: what its ground is painted, whatever the light.

The ground is the commoner of the crop's two tones. Its hue and saturation are told in the light
of the scene: a camera's colour cast is taken from the picture around the plate and divided out
(von Kries), and where that has no colour at all, as in infrared, nothing is told.
"""

import math
from collections.abc import Iterable

import cv2
import numpy as np

from anpr.types import Box, Image, PlateColour

SIDE = 0.14
"""Share of the width left out on each side: there are the country's bands."""
EDGE = 0.12
"""Share of the height left out above and below: frame and border."""
AROUND = 2.0
"""Plate widths around the plate whose mean tone is the scene's light."""
ENOUGH = 64
"""Pixels across a plate that are looked at: more of them tell nothing more."""
MIN_BRIGHTNESS = 28
"""Grey level below which a ground is too dark to tell its colour."""
COLOURED = 0.36
"""Saturation from which a ground is not white."""
COLOURLESS = 0.02
"""Mean saturation of the surroundings below which the picture is infrared or black and white."""
MAX_CAST = 1.6
"""Factor between two channels above which the surroundings are themselves painted, not lit."""
_HUES: tuple[tuple[float, float, PlateColour], ...] = (
    (0, 20, "red"), (20, 75, "yellow"), (75, 170, "green"), (170, 265, "blue"),
    (320, 361, "red"),
)  # fmt: skip
"""Degrees on the colour circle."""
Tone = tuple[float, float, float]
"""Blue, green, red; plain numbers, for with three of them NumPy takes most of its time to begin."""


def plate_colour(image: Image, box: Box) -> PlateColour | None:
    """White, yellow, blue, green or red; None when it can't be told or is another."""
    ground = _ground(_inner(image, box))
    around = _around(image, box)
    if ground is None or (_saturation(around) < COLOURLESS and _saturation(ground) < COLOURLESS):
        return None
    blue, green, red = (own / gain for own, gain in zip(ground, _cast(around), strict=True))
    return _named((blue, green, red))


def _named(tone: Tone) -> PlateColour | None:
    if max(tone) < MIN_BRIGHTNESS:
        return None
    if _saturation(tone) < COLOURED:
        return "white" if max(tone) > 2 * MIN_BRIGHTNESS else None
    hue = _hue(tone)
    return next((name for low, high, name in _HUES if low <= hue < high), None)


def _ground(crop: Image) -> Tone | None:
    """The commoner of the crop's two tones, its median; None for an empty crop."""
    if crop.shape[0] < 3 or crop.shape[1] < 6:
        return None
    grey = cv2.max(cv2.max(crop[..., 0], crop[..., 1]), crop[..., 2])
    _, light = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    is_light = light > 0
    picked = is_light if is_light.mean() >= 0.45 else ~is_light
    pixels = crop[picked]
    return _tone(np.median(pixels, axis=0)) if len(pixels) else None


def _inner(image: Image, box: Box) -> Image:
    dx, dy = round(SIDE * box.width), round(EDGE * box.height)
    step = max(1, box.width // ENOUGH)
    return image[box.y1 + dy : box.y2 - dy : step, box.x1 + dx : box.x2 - dx : step]


def _around(image: Image, box: Box) -> Tone:
    reach = round(AROUND * box.width)
    part = image[max(0, box.y1 - reach) : box.y2 + reach, max(0, box.x1 - reach) : box.x2 + reach]
    step = max(1, part.shape[1] // 64)
    return _tone(cv2.mean(np.ascontiguousarray(part[::step, ::step]))[:3])


def _tone(values: Iterable[float]) -> Tone:
    """Never zero: tones are divided by each other."""
    blue, green, red = (float(value) + 1.0 for value in values)
    return blue, green, red


def _cast(around: Tone) -> Tone:
    """Gains of the three channels, their mean 1."""
    mean, limit = sum(around) / 3, math.sqrt(MAX_CAST)
    blue, green, red = (min(max(value / mean, 1 / limit), limit) for value in around)
    return blue, green, red


def _saturation(tone: Tone) -> float:
    return (max(tone) - min(tone)) / max(1.0, *tone)


def _hue(tone: Tone) -> float:
    """Degrees of the hexagonal colour circle, red at 0 (Smith, 1978)."""
    blue, green, red = tone
    spread = max(1e-6, max(tone) - min(tone))
    if red == max(tone):
        return 60 * ((green - blue) / spread) % 360
    if green == max(tone):
        return 60 * ((blue - red) / spread) + 120
    return 60 * ((red - green) / spread) + 240
