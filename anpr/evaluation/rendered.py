"""Rendered photos with known plates: one vehicle in a street, at any light.

What they say holds for rendered pictures. They are many and every country is among them, which
real photos are not; the reports keep the two apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from anpr.evaluation.labels import LabelledPhoto, LabelledPlate
from anpr.synthesis import backgrounds, lighting
from anpr.synthesis.degrade import soil
from anpr.synthesis.plates import RenderedPlate, random_plate
from anpr.synthesis.scenes import FlatPlate, place_vehicle
from anpr.synthesis.vehicles import draw_vehicle
from anpr.types import Box, Image

SIZE = (640, 480)
"""Width and height in pixels."""
MIN_WIDTH = 50
"""Smaller plates are left out: nobody reads them."""
SPANISH = 0.4
"""Share of the plates that are Spanish; the others are of any country."""
_SOILED = 0.35


@dataclass(frozen=True)
class RenderedPhoto:
    """A picture and what is on it."""

    image: Image
    label: LabelledPhoto


def rendered_photos(count: int, seed: int) -> Iterator[RenderedPhoto]:
    """Yield `count` photos with one plate each; the same ones for the same seed."""
    number = made = 0
    while made < count:
        photo = rendered_photo(seed, number)
        number += 1
        if photo is not None:
            made += 1
            yield photo


def rendered_photo(seed: int, number: int) -> RenderedPhoto | None:
    """Photo `number` of a seed; None when it shows no plate of a readable size."""
    rng = np.random.default_rng((seed, number))
    plate = random_plate(rng, "ES" if rng.random() < SPANISH else None, px_per_mm=0.6)
    image, _ = backgrounds.street(rng, *SIZE)
    foot = float(rng.uniform(0.3, 0.7) * SIZE[0]), float(rng.uniform(0.75, 1.02) * SIZE[1])
    wide = float(np.exp(rng.uniform(np.log(0.28), np.log(1.1))) * SIZE[0])
    vehicle = draw_vehicle(rng)
    _, found = place_vehicle(image, vehicle, _flat(plate, rng), foot, wide, rng)
    if rng.random() < 0.3:
        backgrounds.caption(image, rng)
    if found is None or found[2] - found[0] < MIN_WIDTH:
        return None
    image = np.asarray(lighting.vary(image, [found], rng), dtype=np.uint8)
    x1, y1, x2, y2 = (round(value) for value in found)
    box = Box(max(0, x1), max(0, y1), min(SIZE[0], x2), min(SIZE[1], y2))
    label = LabelledPlate(box, plate.text, "clear", plate.country)
    return RenderedPhoto(image, LabelledPhoto(Path(f"rendered-{seed}-{number}"), (label,)))


def _flat(plate: RenderedPlate, rng: np.random.Generator) -> FlatPlate:
    rgba = soil(plate.image, rng, 0.5) if rng.random() < _SOILED else plate.image
    bgr = cv2.cvtColor(np.ascontiguousarray(rgba[:, :, :3]), cv2.COLOR_RGB2BGR)
    return FlatPlate(np.asarray(bgr, dtype=np.uint8), plate.width_mm, plate.height_mm)
