"""From a network's rows to detections."""

import numpy as np
from numpy.typing import NDArray

from anpr.types import Box, Detection, Image

MIN_BOX = 8
"""Pixels of width below which a box can't be read anyway."""


def detections(rows: NDArray[np.float64], image: Image, threshold: float) -> list[Detection]:
    """Rows (x1, y1, x2, y2, score) that are plates, surest first."""
    height, width = image.shape[:2]
    found = [_to_detection(row, width, height) for row in rows if row[4] >= threshold]
    return sorted((d for d in found if d.box.width >= MIN_BOX), key=lambda d: -d.confidence)


def _to_detection(row: NDArray[np.float64], width: int, height: int) -> Detection:
    x1, y1, x2, y2, score = row
    left = int(np.clip(np.floor(x1), 0, width - 1))
    top = int(np.clip(np.floor(y1), 0, height - 1))
    right = int(np.clip(np.ceil(x2), left + 1, width))
    bottom = int(np.clip(np.ceil(y2), top + 1, height))
    return Detection(Box(left, top, right, bottom), float(np.clip(score, 0.0, 1.0)))
