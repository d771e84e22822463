"""Footage of coloured plates that come nearer, for `fakes.ColourReader`."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from anpr.types import Image
from tests.control_points.fakes import COLOURS

SIZE = (320, 180)
RATE = 8.0
CROSSING = 16
"""Frames from a plate's appearing to its leaving the picture."""
PAUSE = 8


def street() -> Image:
    """An empty street: fixed noise, so that a camera has something to see."""
    noise = np.random.default_rng(1).integers(60, 120, (SIZE[1] // 8, SIZE[0] // 8, 3))
    large = cv2.resize(noise.astype(np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, dtype=np.uint8)


def frames(*plates: str) -> Iterator[Image]:
    """One vehicle after the other drives towards the camera and leaves below it."""
    yield from (street() for _ in range(PAUSE))
    for plate in plates:
        for step in range(CROSSING):
            yield with_plate(street(), plate, step / CROSSING)
        yield from (street() for _ in range(PAUSE))


def with_plate(image: Image, plate: str, way: float) -> Image:
    """The plate at `way` (0 far, 1 leaving) of its path."""
    width = round(40 + 50 * way)
    left, top = SIZE[0] // 2 - width // 2, round(30 + 150 * way)
    cv2.rectangle(image, (left, top), (left + width, top + width // 4), COLOURS[plate], -1)
    return image


def film(path: Path, *plates: str) -> Path:
    """A video of these vehicles."""
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), RATE, SIZE)
    for image in frames(*plates):
        out.write(image)
    out.release()
    return path
