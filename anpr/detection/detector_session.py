"""Our own detector files run at any input size, on the picture's bytes as they are.

open-image-models takes square inputs of one declared size, in floating point. A 16:9 frame in a
square is 44 % grey, and small plates, plates that fill the picture, photos and frames each want
another size. The weights do not depend on the size, so our files declare none.
"""

from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from anpr.onnx_sessions import PROVIDERS, one_thread
from anpr.types import Image

STEP_KEY = "plate_detector_input_step"
"""Metadata key of a file whose input may have any height and width that its value divides."""
GREY = 114
"""What fills an input beside the picture; training pads with the same."""


def is_any_size(path: Path) -> bool:
    """Whether a model file says that its input may have any size."""
    return path.is_file() and STEP_KEY.encode() in path.read_bytes()


class AnySizeSession:
    """A detector file as a function from picture and input size to boxes."""

    def __init__(self, path: Path) -> None:
        """Raises what ONNX Runtime raises, or ValueError when the file declares other inputs."""
        self._session = onnxruntime.InferenceSession(
            path.read_bytes(), one_thread(), providers=PROVIDERS
        )
        self._step = int(self._session.get_modelmeta().custom_metadata_map[STEP_KEY])
        (self._input,), (self._output,) = self._session.get_inputs(), self._session.get_outputs()
        if self._input.type != "tensor(uint8)" or self._input.shape[3:] != [3]:
            raise ValueError("its input is not declared as 1 x height x width x 3 bytes")

    def run(self, image: Image, side: int) -> NDArray[np.float64]:
        """Boxes in `image` when its longer side is brought to `side` pixels, best first.

        Returns (N, 5): x1, y1, x2, y2 in pixels of `image`, score.
        """
        picture, ratio = fitted(image, side, self._step)
        rows = self._session.run([self._output.name], {self._input.name: picture})[0]
        rows = np.asarray(rows, np.float64)
        if rows.ndim != 2 or rows.shape[1] != 7:
            raise ValueError(f"output {rows.shape} instead of N x 7")
        return np.column_stack((rows[:, 1:5] / ratio, rows[:, 6]))


def fitted(image: Image, side: int, step: int) -> tuple[Image, float]:
    """`image` as 1 x height x width x 3 bytes, its longer side brought to `side` pixels, and the
    scale of that.

    The picture lies top left; grey fills up to multiples of `step`.
    """
    height, width = image.shape[:2]
    ratio = side / max(height, width)
    inner = max(1, round(width * ratio)), max(1, round(height * ratio))
    picture = shrunk(image, inner)
    below, beside = -inner[1] % step, -inner[0] % step
    if below or beside:
        grey = (GREY, GREY, GREY)
        picture = np.asarray(
            cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=grey),
            dtype=np.uint8,
        )
    return np.ascontiguousarray(picture)[None], ratio


def shrunk(image: Image, size: tuple[int, int]) -> Image:
    """Halve by averaging as often as possible, so that thin strokes survive, then interpolate."""
    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if image.shape[1::-1] == size:
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
