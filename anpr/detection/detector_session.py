"""Our own detector files run at any input size.

open-image-models takes square inputs of one declared size. A 16:9 frame in a square is 44 % grey,
and small plates, plates that fill the picture, photos and frames each want another size. The
weights do not depend on the size, so a file of ours is opened here with its declared height and
width freed.
"""

import re
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from anpr.onnx_sessions import PROVIDERS, one_thread
from anpr.types import Image

ANY_SIZE = "plate_detector_input_step"
"""Metadata key of a file whose input may have any height and width that its value divides."""
GREY = 114
"""What fills an input beside the picture; training pads with the same."""

_DECLARED = re.compile(
    rb"(images\x12.\x0a.\x08\x01\x12.\x0a\x02\x08\x01\x0a\x02\x08\x03)"
    rb"\x0a\x03\x08[\x80-\xff][\x01-\x7f]\x0a\x03\x08[\x80-\xff][\x01-\x7f]",
    re.DOTALL,
)
"""The input's declaration in a serialised model (onnx.proto: ValueInfoProto): float 1 x 3 x two
numbers of two bytes."""
_FREED = rb"\1" + b"\x0a\x03\x12\x01h\x0a\x03\x12\x01w"
"""The same with the names h and w in the place of the numbers, byte for byte as long."""


def is_any_size(path: Path) -> bool:
    """Whether a model file says that its input may have any size."""
    return path.is_file() and ANY_SIZE.encode() in path.read_bytes()


class AnySizeSession:
    """A detector file as a function from picture and input size to boxes."""

    def __init__(self, path: Path) -> None:
        """Raises what ONNX Runtime raises, or ValueError when the file declares other inputs."""
        model, found = _DECLARED.subn(_FREED, path.read_bytes())
        if found != 1:
            raise ValueError("its input is not declared as 1 x 3 x height x width")
        self._session = onnxruntime.InferenceSession(model, one_thread(), providers=PROVIDERS)
        self._step = int(self._session.get_modelmeta().custom_metadata_map[ANY_SIZE])
        (self._input,), (self._output,) = self._session.get_inputs(), self._session.get_outputs()

    def run(self, image: Image, side: int) -> NDArray[np.float64]:
        """Boxes in `image` when its longer side is brought to `side` pixels, best first.

        Returns (N, 5): x1, y1, x2, y2 in pixels of `image`, score.
        """
        tensor, ratio = fitted(image, side, self._step)
        rows = self._session.run([self._output.name], {self._input.name: tensor})[0]
        rows = np.asarray(rows, np.float64)
        if rows.ndim != 2 or rows.shape[1] != 7:
            raise ValueError(f"output {rows.shape} instead of N x 7")
        return np.column_stack((rows[:, 1:5] / ratio, rows[:, 6]))


def fitted(image: Image, side: int, step: int) -> tuple[NDArray[np.float32], float]:
    """`image` as 1 x 3 x height x width RGB in 0..1, its longer side brought to `side` pixels, and
    the scale of that.

    The picture lies top left; grey fills up to multiples of `step`.
    """
    height, width = image.shape[:2]
    ratio = side / max(height, width)
    inner = max(1, round(width * ratio)), max(1, round(height * ratio))
    outer = -(-inner[1] // step) * step, -(-inner[0] // step) * step
    tensor = np.full((1, 3, *outer), GREY / 255, np.float32)
    fill_planes(tensor, shrunk(image, inner), 0, 0)
    return tensor, ratio


def fill_planes(tensor: NDArray[np.float32], image: Image, left: int, top: int) -> None:
    """Write a blue-green-red picture into 1 x 3 x H x W as red, green and blue in 0..1."""
    height, width = image.shape[:2]
    place = tensor[0, :, top : top + height, left : left + width]
    # Plane by plane, and first into floats: in any other order NumPy takes several times as long.
    for channel, plane in enumerate(cv2.split(image)):
        place[2 - channel] = plane
    place *= np.float32(1 / 255)


def shrunk(image: Image, size: tuple[int, int]) -> Image:
    """Halve by averaging as often as possible, so that thin strokes survive, then interpolate."""
    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if image.shape[1::-1] == size:
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
