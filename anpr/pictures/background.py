"""What a camera always sees, and what is new in a picture: background subtraction.

An approximate median of each pixel's grey (McFarlane and Schofield, "Segmentation and tracking of
piglets in images", 1995), slow enough that a vehicle which stands for a minute stays new.
"""

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image

SIZE = (320, 180)
"""Width and height at which pictures are compared."""
SETTLE = 20
"""Pictures after which the background is known."""
FAST_STEP, SLOW_STEP = 8.0, 0.25
"""Grey levels a picture by which the background follows, before and after it is known."""
NEW = 24.0
"""Grey levels by which a pixel differs from the background when something new covers it."""
_CLOSE = np.ones((5, 5), np.uint8)
_NEIGHBOURS = (3, 3)

Mask = NDArray[np.bool_]


class Background:
    """One camera's background. Feed it pictures now and then, at least one a minute."""

    def __init__(self) -> None:
        self._median: NDArray[np.float32] | None = None
        self._seen = 0

    @property
    def is_known(self) -> bool:
        return self._seen >= SETTLE

    def update(self, image: Image) -> None:
        """Take in one picture; one of another size than before is shrunk like all."""
        grey = _shrunk(image)
        if self._median is None:
            self._median = grey
        step = SLOW_STEP if self.is_known else FAST_STEP
        self._median = self._median + np.clip(grey - self._median, -step, step)
        self._seen += 1

    def foreground(self, image: Image) -> Mask | None:
        """Where something is that is not always there, in the picture's own size.

        None until the background is known. Light that changes everywhere alike is allowed for.
        """
        if self._median is None or not self.is_known:
            return None
        change = _shrunk(image) - self._median
        change -= float(np.median(change))
        new = (cv2.blur(np.abs(change), _NEIGHBOURS) > NEW).astype(np.uint8)
        whole = np.asarray(cv2.morphologyEx(new, cv2.MORPH_CLOSE, _CLOSE), dtype=np.uint8)
        return _enlarged(whole, image.shape[1], image.shape[0])


def packed(foreground: Mask) -> bytes:
    """A foreground in a few hundred bytes: 320 x 180 bits row by row, deflated."""
    small = cv2.resize(foreground.astype(np.uint8), SIZE, interpolation=cv2.INTER_NEAREST)
    return zlib.compress(np.packbits(small > 0).tobytes(), 9)


def unpacked(content: bytes, width: int, height: int) -> Mask:
    """What `packed` gave, for a picture of `width` x `height` pixels.

    Raises:
        ValueError: it is nothing that `packed` gave.
    """
    expected = SIZE[0] * SIZE[1] // 8
    try:
        # One byte more than there can be: whatever else lies inside is never unfolded.
        bits = zlib.decompressobj().decompress(content, expected + 1)
    except zlib.error as error:
        raise ValueError("not a packed foreground") from error
    if len(bits) != expected:
        raise ValueError(f"a foreground of {len(bits)} bytes instead of {expected}")
    small = np.unpackbits(np.frombuffer(bits, np.uint8)).reshape(SIZE[1], SIZE[0])
    return _enlarged(small, width, height)


def _enlarged(small: NDArray[np.uint8], width: int, height: int) -> Mask:
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def _shrunk(image: Image) -> NDArray[np.float32]:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, SIZE, interpolation=cv2.INTER_AREA), dtype=np.float32)
