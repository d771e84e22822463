"""Where plates are in a picture. The only module that knows open-image-models."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from anpr.detection.detector_session import GREY, AnySizeSession, fill_planes, is_any_size, shrunk
from anpr.onnx_sessions import (
    MODELS,
    PROVIDERS,
    fingerprint,
    one_thread,
    told_as_model_problem,
)
from anpr.types import Box, Detection, Image

SHIPPED_DETECTOR = MODELS / "detector.onnx"
THRESHOLD = 0.35
"""Detector score below which a box is no plate."""
SURE = 0.6
"""Score from which a plate counts as surely found: no second look is taken."""
FURTHER_THRESHOLD = 0.5
"""The same for what only a further look shows: more looks are more chances to be wrong."""
MIN_BOX = 8
"""Pixels of width below which a box can't be read anyway."""
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

    A local file follows the yolo_v9 contract of open-image-models: static square RGB input,
    suppression inside, N x 7 output (batch, x1, y1, x2, y2, class, score). A file of ours says
    that its input may have any size and becomes a `PlateDetector`, any other model runs at its
    own size.

    Raises:
        ModelProblem: missing, truncated or of another contract. Found here, never later.
    """
    chosen = model or os.environ.get("SARBIDE_DETECTOR_MODEL") or str(SHIPPED_DETECTOR)
    with told_as_model_problem("detector", chosen):
        if is_any_size(Path(chosen)):
            return PlateDetector(Path(chosen), threshold)
        return OpenImageModelsDetector(chosen, threshold)


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

    def __init__(self, model: Path, threshold: float = THRESHOLD) -> None:
        self._session = AnySizeSession(model)
        self._threshold = threshold
        self.label = fingerprint(model)
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
        rows = self._session.run(image, side)
        return _detections(rows, image, self._threshold)


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


class OpenImageModelsDetector:
    """A model loaded by open-image-models; pictures go in by a faster way than the library's."""

    def __init__(self, model: str, threshold: float = THRESHOLD) -> None:
        from open_image_models import create_detector  # noqa: PLC0415  slow to import
        from open_image_models.detection.core.hub import DETECTION_MODELS  # noqa: PLC0415

        is_hub_name = model in DETECTION_MODELS
        local: dict[str, Any] = {"backend": "yolo_v9", "class_labels": ["License Plate"]}
        self._model: Any = create_detector(
            model,
            conf_thresh=threshold,
            providers=list(PROVIDERS),
            sess_options=one_thread(),
            **({} if is_hub_name else local),
        )
        self._threshold = threshold
        self.label = model if is_hub_name else fingerprint(Path(model))
        self._is_yolo = hasattr(self._model, "output_name") and hasattr(self._model, "img_size")
        self.detect(np.full((96, 128, 3), GREY, np.uint8))

    @property
    def input_size(self) -> int:
        """Side of the network's square input in pixels."""
        return int(self._model.img_size[0])

    def detect(self, image: Image) -> list[Detection]:
        rows = self._run(image) if self._is_yolo else self._ask_library(image)
        return _detections(rows, image, self._threshold)

    def glance(self, image: Image) -> list[Detection]:
        return self.detect(image)

    def _run(self, image: Image) -> NDArray[np.float64]:
        tensor, ratio, left, top = letterbox(image, self.input_size)
        session = self._model.model
        output = session.run([self._model.output_name], {self._model.input_name: tensor})[0]
        rows = _rows_of_seven(np.asarray(output, np.float64))
        corners = (rows[:, 1:5] - np.array([left, top, left, top])) / ratio
        return np.column_stack((corners, rows[:, 6]))

    def _ask_library(self, image: Image) -> NDArray[np.float64]:
        results = self._model.predict(image)
        rows = [(*map(float, r.bounding_box.xyxy), float(r.confidence)) for r in results]
        return np.array(rows, np.float64).reshape(-1, 5)


def letterbox(image: Image, side: int) -> tuple[NDArray[np.float32], float, int, int]:
    """Fit `image` into a grey square and return it as 1 x 3 x side x side RGB in 0..1, with the
    scale and the left and top margins in pixels."""
    height, width = image.shape[:2]
    ratio = min(side / height, side / width)
    inner = max(1, round(width * ratio)), max(1, round(height * ratio))
    left, top = (side - inner[0]) // 2, (side - inner[1]) // 2
    tensor = np.full((1, 3, side, side), GREY / 255, np.float32)
    fill_planes(tensor, shrunk(image, inner), left, top)
    return tensor, ratio, left, top


def _rows_of_seven(output: NDArray[np.float64]) -> NDArray[np.float64]:
    rows = output[0] if output.ndim == 3 else output
    if rows.ndim != 2 or rows.shape[1] != 7:
        raise ValueError(f"output {output.shape} instead of N x 7")
    return rows


def _detections(rows: NDArray[np.float64], image: Image, threshold: float) -> list[Detection]:
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
