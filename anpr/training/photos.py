"""Labelled photos of real plates: reading them, and splitting them by plate.

A folder of photos holds a `labels.tsv` with at least the columns file, x, y, w, h, text and
legibility (tab separated, quoting off, UTF-8); `country` is optional. The photos lie beside it
or in its subfolder `images`.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput

Picture = npt.NDArray[np.uint8]

FOLDS = 5
HELD_OUT_FOLDS = frozenset({0, 1})
"""Plates of these folds are never trained on: two fifths, chosen by a hash of the text."""


@dataclass(frozen=True)
class LabelledPlate:
    """One readable plate in one photo; the box in pixels of the photo."""

    photo: Path
    x: int
    y: int
    width: int
    height: int
    text: str
    legibility: str
    country: str | None

    @property
    def held_out(self) -> bool:
        """Whether this plate must never be trained on."""
        return fold(self.text) in HELD_OUT_FOLDS


def fold(text: str, folds: int = FOLDS) -> int:
    """The fold of a plate: all photos of a vehicle fall into one, on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % folds


def labelled_plates(folder: Path, legibility: frozenset[str] = frozenset({"clear"})) -> list[
    LabelledPlate
]:  # fmt: skip
    """All plates with a text below `folder`, which holds one or more labels.tsv.

    Raises
    ------
    InvalidInput
        If there is no labels.tsv, or one lacks a column.
    """
    lists = sorted(folder.rglob("labels.tsv"))
    if not lists:
        raise InvalidInput(f"{folder} holds no labels.tsv; name a folder of labelled photos")
    return [plate for path in lists for plate in _read(path) if plate.legibility in legibility]


def _read(path: Path) -> Iterator[LabelledPlate]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = {"file", "x", "y", "w", "h", "text", "legibility"} - set(rows.fieldnames or ())
        if missing:
            raise InvalidInput(f"{path} lacks the columns {', '.join(sorted(missing))}")
        for row in rows:
            if row["text"]:
                yield _plate(path.parent, row)


def _plate(folder: Path, row: dict[str, str]) -> LabelledPlate:
    x, y, width, height = (round(float(row[name])) for name in ("x", "y", "w", "h"))
    photo = folder / row["file"]
    if not photo.exists():
        photo = folder / "images" / row["file"]
    return LabelledPlate(
        photo, x, y, width, height, row["text"].upper(), row["legibility"],
        row.get("country") or None,
    )  # fmt: skip


def crop(plate: LabelledPlate, image: Picture, pad: float = 0.0) -> Picture:
    """The plate's box, widened by a share `pad` of its width and height on each side."""
    dx, dy = plate.width * pad, plate.height * pad
    height, width = image.shape[:2]
    x1, y1 = max(0, round(plate.x - dx)), max(0, round(plate.y - dy))
    x2 = min(width, round(plate.x + plate.width + dx))
    y2 = min(height, round(plate.y + plate.height + dy))
    return image[y1:y2, x1:x2]


def load_rgb(path: Path) -> Picture:
    """A photo as RGB; InvalidInput if it cannot be decoded."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise InvalidInput(f"{path} is not a picture that can be decoded")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.uint8)
