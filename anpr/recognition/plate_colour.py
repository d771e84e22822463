"""Colour class of a plate: what its ground is painted, whatever the light.

The ground is the commoner of the crop's two tones. Its hue and saturation are told in the light
of the scene: a camera's colour cast is taken from the picture around the plate and divided out
(von Kries), and where that has no colour at all, as in infrared, nothing is told.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

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


def plate_colour(image: Image, box: Box) -> PlateColour | None:
    """White, yellow, blue, green or red; None when it can't be told or is another."""
    ground = _ground(_inner(image, box))
    around = _around(image, box)
    if ground is None or (_saturation(around) < COLOURLESS and _saturation(ground) < COLOURLESS):
        return None
    return _named(ground / _cast(around))


def _named(tone: NDArray[np.float64]) -> PlateColour | None:
    if tone.max() < MIN_BRIGHTNESS:
        return None
    if _saturation(tone) < COLOURED:
        return "white" if tone.max() > 2 * MIN_BRIGHTNESS else None
    hue = _hue(tone)
    return next((name for low, high, name in _HUES if low <= hue < high), None)


def _ground(crop: Image) -> NDArray[np.float64] | None:
    """Mean blue, green, red of the commoner of the crop's two tones; None for an empty crop."""
    if crop.shape[0] < 3 or crop.shape[1] < 6:
        return None
    grey = np.ascontiguousarray(crop.max(axis=2))
    _, light = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    is_light = light > 0
    picked = is_light if is_light.mean() >= 0.45 else ~is_light
    pixels = crop[picked]
    return np.median(pixels, axis=0).astype(np.float64) + 1.0 if len(pixels) else None


def _inner(image: Image, box: Box) -> Image:
    dx, dy = round(SIDE * box.width), round(EDGE * box.height)
    step = max(1, box.width // ENOUGH)
    return image[box.y1 + dy : box.y2 - dy : step, box.x1 + dx : box.x2 - dx : step]


def _around(image: Image, box: Box) -> NDArray[np.float64]:
    reach = round(AROUND * box.width)
    part = image[max(0, box.y1 - reach) : box.y2 + reach, max(0, box.x1 - reach) : box.x2 + reach]
    step = max(1, part.shape[1] // 64)
    pixels = part[::step, ::step].reshape(-1, 3).astype(np.float64)
    return np.asarray(pixels.mean(axis=0) + 1.0)


def _cast(around: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gains of the three channels, their mean 1."""
    cast = around / around.mean()
    limit = np.sqrt(MAX_CAST)
    return np.asarray(np.clip(cast, 1 / limit, limit))


def _saturation(tone: NDArray[np.float64]) -> float:
    return float((tone.max() - tone.min()) / max(1.0, tone.max()))


def _hue(tone: NDArray[np.float64]) -> float:
    """Degrees of the hexagonal colour circle, red at 0 (Smith, 1978)."""
    blue, green, red = tone
    spread = max(1e-6, float(tone.max() - tone.min()))
    if red == tone.max():
        return float(60 * ((green - blue) / spread) % 360)
    if green == tone.max():
        return float(60 * ((blue - red) / spread) + 120)
    return float(60 * ((red - green) / spread) + 240)
