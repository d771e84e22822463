"""Whether anything moved between two frames: a cheap gate before detection."""

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image

THUMBNAIL = (160, 90)
"""Both frames are compared at this size (width, height)."""
SAMPLED_ROWS = 360
"""Of a larger picture only every second, third ... row and column is looked at."""
MIN_CHANGE = 10
"""Grey levels (0 to 255) by which a thumbnail's pixel must change; noise and compression stay
below it."""
MIN_PIXELS = 8
"""Changed pixels that make a movement: a plate 40 pixels wide on a 1280-pixel frame, and its
vehicle, change more."""


class MotionGate:
    """The answer depends on the two frames alone; the thumbnails are only remembered."""

    def __init__(self) -> None:
        self._image: Image | None = None
        self._thumbnail: NDArray[np.uint8] | None = None

    def moved(self, previous: Image | None, current: Image) -> bool:
        """Whether anything differs between two frames of one camera.

        No previous frame, or one of another size, counts as movement.
        """
        if previous is None or previous.shape != current.shape:
            self._remember(current)
            return True
        before = self._remembered(previous)
        after = self._remember(current)
        changed = cv2.absdiff(before, after) > MIN_CHANGE
        return int(np.count_nonzero(changed)) >= MIN_PIXELS

    def _remembered(self, image: Image) -> NDArray[np.uint8]:
        if image is self._image and self._thumbnail is not None:
            return self._thumbnail
        return thumbnail(image)

    def _remember(self, image: Image) -> NDArray[np.uint8]:
        self._image, self._thumbnail = image, thumbnail(image)
        return self._thumbnail


def thumbnail(image: Image) -> NDArray[np.uint8]:
    """`image`'s green channel at `THUMBNAIL` size, each pixel the mean of samples of its area."""
    step = max(1, image.shape[0] // SAMPLED_ROWS)
    sampled = np.ascontiguousarray(image[::step, ::step, 1])
    return np.asarray(cv2.resize(sampled, THUMBNAIL, interpolation=cv2.INTER_AREA), dtype=np.uint8)
