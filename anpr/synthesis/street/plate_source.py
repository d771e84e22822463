"""Plates for the vehicles of a street: drawn by `anpr.synthesis.plates`, clean or under mud."""

import zlib

import cv2
import numpy as np

from anpr.synthesis.plates import RenderedPlate, render_plate
from anpr.synthesis.street.actor import FlatPlate
from anpr.synthesis.street.camera import Floats

_PX_PER_MM = 1.0
_TRIES = 4
"""So many ways to draw each plate are tried."""


def plate_of(text: str, format_name: str, *, style: int = 2, readable: bool = True) -> FlatPlate:
    """The plate of a vehicle, the same each time it is asked for.

    Makers draw plates differently: `style` 0 has the strongest characters, 3 the
    faintest.
    """
    rng = np.random.default_rng(zlib.crc32(f"{format_name}:{text}".encode()))
    drawn = [render_plate(text, format_name, rng, px_per_mm=_PX_PER_MM) for _ in range(_TRIES)]
    plate = flat(sorted(drawn, key=_contrast, reverse=True)[style])
    if readable:
        return plate
    mud = _mud(plate.image.shape[:2], rng)
    return FlatPlate(plate.text, plate.image, plate.width_mm, plate.height_mm, mud)


def _contrast(plate: RenderedPlate) -> float:
    grey = plate.rgb.mean(2)
    h, w = grey.shape
    return float(grey[h // 5 : -h // 5, w // 7 : -w // 12].std())


def flat(plate: RenderedPlate) -> FlatPlate:
    """A rendered plate as a street's vehicle carries it."""
    return FlatPlate(plate.text, plate.rgb, plate.width_mm, plate.height_mm)


def _mud(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """How much of each pixel is covered: mud over most characters, the plate's rim left bare."""
    h, w = shape[:2]
    cover = np.zeros((h, w), np.float32)
    for cell, power in ((5, 0.2), (20, 0.2), (60, 0.15)):
        patch = rng.normal(0, power, (h // cell + 2, w // cell + 2)).astype(np.float32)
        cover += np.asarray(cv2.resize(patch, (w, h), interpolation=cv2.INTER_CUBIC), np.float32)
    x, y = np.linspace(0, 1, w)[None], np.abs(np.linspace(-1, 1, h))[:, None]
    inside = np.clip((x - 0.2) / 0.05, 0, 1) * np.clip((0.95 - x) / 0.04, 0, 1)
    rim = np.clip((y - 0.72) / 0.15, 0, 1)
    return np.clip((1.25 + cover) * inside + 0.5 * cover - 0.9 * rim, 0, 0.98).astype(np.float32)
