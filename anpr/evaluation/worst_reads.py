"""A picture of the reads that went wrong, the surest of themselves first."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from anpr.evaluation.outcomes import PhotoOutcome, PlateOutcome
from anpr.types import Box, Image

SHOWN = 25
COLUMNS = 5
TILE = (260, 130)
"""Width and height of one read in the picture."""
CAPTION = 44
_GREY = (70, 70, 70)


def worst(
    outcomes: Sequence[PhotoOutcome], count: int = SHOWN
) -> list[tuple[PhotoOutcome, PlateOutcome]]:
    """Wrong reads of clear plates: sure ones first, then unsure ones, then plates not found."""
    wrong = [
        (photo, plate)
        for photo in outcomes
        for plate in photo.plates
        if plate.label.counts and plate.label.text and not plate.is_exact
    ]
    wrong.sort(key=lambda item: -(item[1].read.confidence if item[1].read else -1.0))
    return wrong[:count]


def worst_picture(
    outcomes: Sequence[PhotoOutcome], load: Callable[[Path], Image], count: int = SHOWN
) -> Image | None:
    """The crops with what they say and what was read; None when nothing went wrong."""
    tiles = [_tile(load(photo.photo.path), plate) for photo, plate in worst(outcomes, count)]
    if not tiles:
        return None
    blank = np.full_like(tiles[0], 255)
    tiles += [blank] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def _tile(image: Image, plate: PlateOutcome) -> Image:
    crop = _crop(image, plate.label.box)
    scale = min(TILE[0] / crop.shape[1], TILE[1] / crop.shape[0])
    size = max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale))
    tile = np.full((TILE[1] + CAPTION, TILE[0], 3), 255, np.uint8)
    tile[: size[1], : size[0]] = cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC)
    read = plate.read
    told = f"{read.text or '(nothing)'}  {read.confidence:.2f}" if read else "(not found)"
    _write(tile, f"is   {plate.label.text}  {plate.label.box.width} px", TILE[1] + 18)
    _write(tile, f"read {told}", TILE[1] + 36)
    return tile


def _crop(image: Image, box: Box) -> Image:
    dx, dy = box.width // 6, box.height // 2
    return image[max(0, box.y1 - dy) : box.y2 + dy, max(0, box.x1 - dx) : box.x2 + dx]


def _write(tile: Image, words: str, y: int) -> None:
    cv2.putText(tile, words, (4, y), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _GREY, 1, cv2.LINE_AA)
