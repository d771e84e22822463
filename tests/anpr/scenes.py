"""Small made-up street pictures for tests of picture quality, movement and masks."""

import cv2
import numpy as np

from anpr.types import Image


def a_street(seed: int = 7) -> Image:
    """A wall with windows, a road with stones and sharp edges; always the same for a seed."""
    rng = np.random.default_rng(seed)
    image = np.full((360, 640, 3), 120, np.uint8)
    image[:180] = (90, 110, 130)
    for _ in range(60):
        x, y = rng.integers(0, 600), rng.integers(0, 330)
        width, height = rng.integers(8, 60), rng.integers(8, 40)
        colour = [int(c) for c in rng.integers(20, 240, 3)]
        cv2.rectangle(image, (int(x), int(y)), (int(x + width), int(y + height)), colour, -1)
    grain = cv2.resize(
        rng.integers(0, 40, (180, 320, 3), dtype=np.uint8), (640, 360), interpolation=0
    )
    return cv2.add(image, grain)


def noisy(image: Image, seed: int, level: float = 3.0) -> Image:
    noise = np.random.default_rng(seed).normal(0, level, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def with_vehicle(image: Image, x: int, y: int = 180, size: int = 120) -> Image:
    """The same street with a dark van whose plate is white."""
    shown = image.copy()
    cv2.rectangle(shown, (x, y), (x + size, y + size), (60, 30, 20), -1)
    cv2.rectangle(shown, (x + 40, y + 90), (x + 76, y + 98), (250, 250, 250), -1)
    return shown
