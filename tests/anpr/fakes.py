"""Models that know the answer: the plates are painted into the picture as flat tones."""

from collections.abc import Sequence

import numpy as np

from anpr.recognition.recogniser import Recognition
from anpr.types import Box, Detection, Image
from tests.anpr.builders import ALPHABET, slots_of

TEXTS = {250: "1234BBC", 200: "BI1234CD", 150: "AB123CD", 100: ""}
"""Grey level of a painted plate and what it says."""


def paint(image: Image, box: Box, tone: int = 250) -> Image:
    """A copy of `image` with a plate of this tone in it."""
    painted = image.copy()
    painted[box.y1 : box.y2, box.x1 : box.x2] = tone
    return painted


class PaintDetector:
    """Finds painted plates. `cut` pixels of each side are missed, as real detectors do."""

    label = "paint-detector@1"

    def __init__(self, confidence: float = 0.9, cut: int = 0) -> None:
        self._confidence = confidence
        self._cut = cut

    def detect(self, image: Image) -> list[Detection]:
        return [
            Detection(self._box(image, tone), self._confidence)
            for tone in TEXTS
            if np.any(image[:, :, 1] == tone)
        ]

    def glance(self, image: Image) -> list[Detection]:
        return self.detect(image)

    def _box(self, image: Image, tone: int) -> Box:
        rows, columns = np.nonzero(image[:, :, 1] == tone)
        left, right = int(columns.min()) + self._cut, int(columns.max()) + 1 - self._cut
        return Box(left, int(rows.min()), right, int(rows.max()) + 1)


class PaintRecogniser:
    """Reads painted plates, and remembers how many crops came at a time and how wide they were."""

    label = "paint-recogniser@1"
    alphabet = ALPHABET

    def __init__(self, confidence: float = 0.99) -> None:
        self._confidence = confidence
        self.batches: list[int] = []
        self.widths: list[int] = []

    def recognise(self, crops: Sequence[Image]) -> list[Recognition]:
        self.batches.append(len(crops))
        self.widths += [crop.shape[1] for crop in crops]
        return [self._read(crop) for crop in crops]

    def _read(self, crop: Image) -> Recognition:
        tone = int(np.median(crop))
        nearest = min(TEXTS, key=lambda known: abs(known - tone))
        return Recognition(slots_of(TEXTS[nearest], self._confidence), {"ES": 0.9})
