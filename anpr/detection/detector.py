"""Where plates are in a picture."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from anpr.detection.detector_rows import detections
from anpr.detection.detector_session import GREY, AnySizeSession, is_any_size
from anpr.detection.foreign_detector import OpenImageModelsDetector
from anpr.onnx_sessions import MODELS, fingerprint, told_as_model_problem
from anpr.types import Box, Detection, Image

SHIPPED_DETECTOR = MODELS / "detector.onnx"
THRESHOLD = 0.35
"""Detector score below which a box is no plate."""
SURE = 0.6
"""Score from which a plate counts as surely found: no second look is taken."""
FURTHER_THRESHOLD = 0.5
"""The same for what only a further look shows: more looks are more chances to be wrong."""
SMALLEST_FIRST_LOOK, LARGEST_FIRST_LOOK = 416, 640
"""Longer side in pixels of the network's input at the first look."""
SMALLEST_LOOK = 96
"""The same for any look: smaller pictures show the network too little around a plate."""
WIDEST = 120
"""Pixels of the network's input above which a box may be a part of a plate, and is less exact than
that of a smaller look: the network draws the tightest boxes around plates of 60 to 110 pixels."""
LARGER = 1.6
"""Factor from the first look to the one for far plates."""
ONE_PLATE = 0.45
"""Boxes of two looks that overlap by this intersection over union are the same plate."""
INSIDE = 0.8
"""So is a box of which this share lies in a surer one."""


class Detector(Protocol):
    """Anything that finds plates."""

    label: str
    """Name and version, stored with every passage."""

    def detect(self, image: Image) -> list[Detection]:
        """Plates of `image`, surest first; boxes lie within the picture.

        For a photo: time is spent on further looks until a plate is surely found.
        """

    def glance(self, image: Image) -> list[Detection]:
        """The same after one look, in even time: for frames of a stream, where the next frame is
        the second look and most show no plate at all."""


def load_detector(model: str | None = None, threshold: float = THRESHOLD) -> Detector:
    """Load a detector by path or by open-image-models name; None: `SARBIDE_DETECTOR_MODEL`, else
    the shipped one.

    A file of ours says that its input may have any size and becomes a `PlateDetector`. Any other
    follows the yolo_v9 contract of open-image-models (static square RGB input, suppression inside,
    N x 7 output: batch, x1, y1, x2, y2, class, score) and runs at its own size.

    Raises:
        ModelProblem: missing, truncated or of another contract. Found here, never later.
    """
    chosen = model or os.environ.get("SARBIDE_DETECTOR_MODEL") or str(SHIPPED_DETECTOR)
    with told_as_model_problem("detector", chosen):
        if is_any_size(path := Path(chosen)):
            return PlateDetector(AnySizeSession(path), fingerprint(path), threshold)
        return OpenImageModelsDetector(chosen, threshold)


class Looking(Protocol):
    """A network that takes pictures at any size."""

    def run(self, image: Image, side: int) -> NDArray[np.float64]:
        """Boxes in `image` when its longer side is brought to `side` pixels, best first: (N, 5),
        x1, y1, x2, y2 in pixels of `image`, score."""


class PlateDetector:
    """Our own network, at the input size that suits the picture.

    First look: the longer side is brought to half of its pixels, at least 416 and at most 640, so
    a 640 x 480 photo is searched at 416 x 312 and a 1280 x 720 frame at 640 x 360. When that shows
    nothing sure, `detect` looks again at a half and a quarter of that size, where a plate that
    fills the picture has the size of any other; and where nothing at all was found, at 1.6 times
    that size, where far plates have more pixels. It stops as soon as a plate is surely found,
    unless a box is so wide that it may be a part of a plate; a smaller look then shows the whole,
    and its box takes the place of the wide one.
    """

    def __init__(self, network: Looking, label: str, threshold: float = THRESHOLD) -> None:
        self._network = network
        self._threshold = threshold
        self.label = label
        self.glance(np.full((96, 128, 3), GREY, np.uint8))

    def detect(self, image: Image) -> list[Detection]:
        width, height = image.shape[1], image.shape[0]
        found, first = self.glance(image), first_look(width, height)
        for side in further_looks(width, height):
            twice = 2 * side / max(width, height)
            wide = [one for one in found if side < first and one.box.width * twice > WIDEST]
            enough = SURE if side < first else 0.0
            if wide or not any(one.confidence >= enough for one in found):
                looked = self._look(image, side)
                further = [one for one in looked if one.confidence >= FURTHER_THRESHOLD]
                found = without_repeats([*without_seen_again(found, wide, further), *further])
        return found

    def glance(self, image: Image) -> list[Detection]:
        return self._look(image, first_look(image.shape[1], image.shape[0]))

    def _look(self, image: Image, side: int) -> list[Detection]:
        rows = self._network.run(image, side)
        return detections(rows, image, self._threshold)


def first_look(width: int, height: int) -> int:
    """Longer side in pixels of the input for a picture of this size."""
    longest = max(width, height)
    side = min(max(SMALLEST_FIRST_LOOK, longest // 2), LARGEST_FIRST_LOOK)
    return max(1, min(side, 2 * longest))  # a tiny picture gains nothing from being enlarged more


def further_looks(width: int, height: int) -> list[int]:
    """Longer sides of the looks that follow when the first one shows nothing sure."""
    longest, first = max(width, height), first_look(width, height)
    smaller = [side for side in (first // 2, first // 4) if side >= SMALLEST_LOOK]
    larger = min(longest, round(LARGER * first))
    return smaller + [larger] * (larger > 1.1 * first)


def without_repeats(found: Iterable[Detection]) -> list[Detection]:
    """Detections of several looks, the surest of each plate, surest first."""
    kept: list[Detection] = []
    for one in sorted(found, key=lambda d: -d.confidence):
        if not any(_same_plate(one.box, other.box) for other in kept):
            kept.append(one)
    return kept


def without_seen_again(
    found: list[Detection], wide: list[Detection], further: list[Detection]
) -> list[Detection]:
    """`found` without those `wide` ones that a smaller look (`further`) shows too, and better."""
    again = [one for one in wide if any(_same_plate(one.box, other.box) for other in further)]
    return [one for one in found if one not in again]


def _share_inside(box: Box, other: Box) -> float:
    """Share of the smaller one of two boxes that lies in the other."""
    wide = min(box.x2, other.x2) - max(box.x1, other.x1)
    high = min(box.y2, other.y2) - max(box.y1, other.y1)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / max(1, min(box.area, other.area))


def _same_plate(box: Box, surer: Box) -> bool:
    return box.iou(surer) >= ONE_PLATE or _share_inside(box, surer) >= INSIDE
