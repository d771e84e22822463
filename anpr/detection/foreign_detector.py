"""Detectors of other people. The only module that knows open-image-models."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.detection.detector_rows import detections
from anpr.detection.detector_session import GREY, shrunk
from anpr.onnx_sessions import PROVIDERS, fingerprint, one_thread
from anpr.types import Detection, Image


class OpenImageModelsDetector:
    """A model loaded by open-image-models; pictures go in by a faster way than the library's."""

    def __init__(self, model: str, threshold: float) -> None:
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
        return detections(rows, image, self._threshold)

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
    _fill_planes(tensor, shrunk(image, inner), left, top)
    return tensor, ratio, left, top


def _rows_of_seven(output: NDArray[np.float64]) -> NDArray[np.float64]:
    rows = output[0] if output.ndim == 3 else output
    if rows.ndim != 2 or rows.shape[1] != 7:
        raise ValueError(f"output {output.shape} instead of N x 7")
    return rows


def _fill_planes(tensor: NDArray[np.float32], image: Image, left: int, top: int) -> None:
    """Write a blue-green-red picture into 1 x 3 x H x W as red, green and blue in 0..1."""
    height, width = image.shape[:2]
    place = tensor[0, :, top : top + height, left : left + width]
    # Plane by plane, and first into floats: in any other order NumPy takes several times as long.
    for channel, plane in enumerate(cv2.split(image)):
        place[2 - channel] = plane
    place *= np.float32(1 / 255)
