"""A rendered plate in the place, the light and the blur of a real one.

Real photos for training show some dozens of plates, in light that is hard to draw: one camera's
cast, lamps that bleach the upper half, codecs that smear. So the light is taken from the photo, as
two smooth fields, how its plate's white and its paint look at each point, and another text is
seen through them. The old characters are gone from both fields.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import plates
from anpr.synthesis.formats import PlateFormat
from anpr.training.recogniser_data import RANDOM_STRINGS, RIM_STROKES

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

LONG, SHORT = 3.2, 2.2
"""Width over height from which a box holds one row, and up to which it holds two; between them it
may be either, for the box of a plate that hangs aslant is higher than the plate."""
FAINTEST = 30.0
"""Grey levels between foil and paint that are left on average: less, nobody reads."""
_COVER = 1.03
"""The new plate is a little larger, so that nothing of the old one looks out."""


def repainted(
    region: Picture, context: float, rng: np.random.Generator
) -> tuple[Picture, str, str]:
    """`region` with another plate in it.

    Parameters
    ----------
    region: RGB, a plate with a share `context` of its size around it on each side.

    Returns
    -------
    The picture, the new plate's text and its country (ISO 3166-1 alpha-2).
    """
    height, width = region.shape[:2]
    inner = np.array([width, height]) / (1 + 2 * context)
    plate = plates.random_plate(
        rng,
        px_per_mm=0.45,
        random_string_share=RANDOM_STRINGS,
        rim_stroke_share=RIM_STROKES,
        where=_of_shape(inner[0] / inner[1], rng),
    )
    corners = _corners(np.array([width, height]) / 2, inner * _COVER, rng)
    drawn, cover = _seen(plate.image, corners, (width, height))
    white, paint = _legible(*light_fields(region, context))
    lit = paint + (white - paint) * drawn / 255
    share = cv2.GaussianBlur(cover, (0, 0), 0.6)[:, :, None]
    mixed = region * (1 - share) + lit * share
    blurred = cv2.GaussianBlur(mixed, (0, 0), rng.uniform(0.2, 0.2 + inner[0] / 180))
    grain = rng.standard_normal(region.shape, np.float32) * rng.uniform(0, 3)
    return np.clip(blurred + grain, 0, 255).astype(np.uint8), plate.text, plate.country


def light_fields(region: Picture, context: float) -> tuple[Floats, Floats]:
    """How white and how black the plate's foil and paint look at each point, (h, w, 3) each.

    The brightest and darkest of the neighbourhood that any character's strokes leave, smoothed;
    beside the plate they go on as at its rim.
    """
    height, width = region.shape[:2]
    left, top = (round(s * context / (1 + 2 * context)) for s in (width, height))
    # The rim and the bolts belong to neither field.
    dx, dy = round(0.08 * width), round(0.1 * height)
    part = region[top + dy : height - top - dy, left + dx : width - left - dx]
    reach = max(3, round(0.45 * part.shape[0])) | 1
    kernel = np.ones((reach, 2 * reach + 1), np.uint8)  # groups stand farther apart than rows
    fields = []
    for extreme in (cv2.dilate(part, kernel), cv2.erode(part, kernel)):
        smooth = cv2.GaussianBlur(extreme.astype(np.float32), (0, 0), reach / 2)
        edges = (top + dy, top + dy, left + dx, left + dx)
        fields.append(cv2.copyMakeBorder(smooth, *edges, cv2.BORDER_REPLICATE))
    return np.asarray(fields[0], np.float32), np.asarray(fields[1], np.float32)


def _legible(white: Floats, paint: Floats) -> tuple[Floats, Floats]:
    contrast = float((white - paint).mean())
    return white, white - (white - paint) * np.float32(max(1.0, FAINTEST / max(contrast, 1.0)))


def _of_shape(aspect: float, rng: np.random.Generator) -> Callable[[PlateFormat], bool]:
    """Dark characters on light, in as many rows as fit."""
    is_long = aspect >= LONG or (aspect > SHORT and rng.random() < 0.5)

    def fits(one: PlateFormat) -> bool:
        return not one.light_on_dark and (one.rows == 1) == is_long

    return fits


def _corners(centre: npt.NDArray[np.float64], size: npt.NDArray[np.float64],
             rng: np.random.Generator) -> npt.NDArray[np.float32]:  # fmt: skip
    """Where the new plate's corners lie: turned and slanted a little, as the photo may be."""
    x, y = size / 2
    lean, slope = rng.normal(0, 0.04) * y * 2, rng.normal(0, 0.015) * x
    away = [(-x + lean, -y - slope), (x + lean, -y + slope), (x - lean, y + slope),
            (-x - lean, y - slope)]  # fmt: skip
    return (np.array(away) + centre).astype(np.float32)


def _seen(
    plate: Picture, corners: npt.NDArray[np.float32], size: tuple[int, int]
) -> tuple[Floats, Floats]:
    """The plate's colours and where it covers the picture (0 to 1)."""
    wide = float(np.linalg.norm(corners[1] - corners[0]))
    factor = min(1.0, 1.3 * wide / plate.shape[1])
    small = cv2.resize(plate, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    h, w = small.shape[:2]
    source = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners)
    drawn = cv2.warpPerspective(small[:, :, :3], matrix, size, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(np.full((h, w), 1.0, np.float32), matrix, size)
    return drawn.astype(np.float32), np.asarray(cover, np.float32)
