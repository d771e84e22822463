"""Masks for context pictures: the vehicle around its plate stays, the rest cannot be made out.

By geometry: a car plate is 0.52 m wide and hangs about half a metre above the ground, so the
plate's own width says how far the vehicle reaches and where its windscreen begins. And by
background subtraction, where the camera's background is known: what is new in the picture beside
the vehicle, and not one piece with it, is a bystander or another vehicle. Everything that is
neither and every other plate is first coarsely averaged, then blurred: the mask cannot be undone.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from anpr.pictures.background import Mask
from anpr.types import Box, Image

HALF_VEHICLE = 1.75
"""Half a vehicle's width, in plate widths: 1.8 m."""
ABOVE_PLATE = 0.75
"""From the plate's upper edge to the foot of the windscreen, in plate widths."""
BELOW_PLATE = 1.0
"""From the plate's lower edge to the ground, in plate widths."""
LONGEST_TILE = 48
"""Pixels of the picture that become one tone; a face at plate distance is smaller than two."""
MARGIN = 0.15
"""How far another plate's mask reaches over its box, in its widths."""


def mask_context(
    image: Image,
    plate_box: Box | None,
    other_boxes: Sequence[Box] = (),
    foreground: Mask | None = None,
) -> Image:
    """Return a copy of `image` in which only the vehicle of `plate_box` below its windscreen shows.

    Without a plate box everything is masked. `other_boxes` are plates of other vehicles; they are
    masked even where they lie on the vehicle, but for its own plate. `foreground` (rows x columns
    of `image`, from `anpr.pictures.background`) masks whoever stands beside the vehicle, too; None:
    geometry alone.
    """
    hidden = _hide(image)
    masked = hidden.copy()
    if plate_box is None:
        return masked
    around = _vehicle_around(plate_box, image)
    _copy(image, masked, around)
    if foreground is not None:
        strangers = _strangers(foreground, plate_box, around)
        masked[strangers] = hidden[strangers]
    for box in other_boxes:
        if box.iou(plate_box) < 0.3:
            _copy(hidden, masked, _grown(box, image))
    _copy(image, masked, _within(plate_box, image))
    return masked


def _strangers(foreground: Mask, plate: Box, around: Box) -> Mask:
    """New pieces of the picture within `around` that the plate is not on, grown a little.

    When nothing around the plate is new (a vehicle that has stood there for long), nothing is told.
    """
    count, pieces = cv2.connectedComponents(foreground.astype(np.uint8))
    near = plate.width // 3
    body = Box(plate.x1 - near, plate.y1 - near, plate.x2 + near, plate.y2 + near)
    on_plate = np.bincount(pieces[_slices(body)].ravel(), minlength=count)
    on_plate[0] = 0
    if not on_plate.any():
        return np.zeros_like(foreground)
    others = foreground & (pieces != int(on_plate.argmax()))
    reach = max(3, plate.width // 8) | 1
    grown = cv2.dilate(others.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    inside = np.zeros_like(foreground)
    inside[_slices(around)] = grown[_slices(around)]
    inside[_slices(plate)] = False
    return inside


def _hide(image: Image) -> Image:
    height, width = image.shape[:2]
    tile = max(2, min(LONGEST_TILE, min(height, width) // 8))
    small = (max(1, width // tile), max(1, height // tile))
    coarse = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


def _vehicle_around(plate: Box, image: Image) -> Box:
    x, _ = plate.centre
    reach = HALF_VEHICLE * plate.width
    return _within(
        Box(
            round(x - reach),
            round(plate.y1 - ABOVE_PLATE * plate.width),
            round(x + reach),
            round(plate.y2 + BELOW_PLATE * plate.width),
        ),
        image,
    )


def _grown(box: Box, image: Image) -> Box:
    by = round(MARGIN * box.width)
    return _within(Box(box.x1 - by, box.y1 - by, box.x2 + by, box.y2 + by), image)


def _within(box: Box, image: Image) -> Box:
    height, width = image.shape[:2]
    return Box(max(0, box.x1), max(0, box.y1), min(width, box.x2), min(height, box.y2))


def _copy(source: Image, target: Image, box: Box) -> None:
    target[_slices(box)] = source[_slices(box)]


def _slices(box: Box) -> tuple[slice, slice]:
    return slice(max(0, box.y1), max(0, box.y2)), slice(max(0, box.x1), max(0, box.x2))
