"""Real crops to train on: European plates of a photo folder, less the held-out ones.

Of each photo the plate itself, and more often other plates in its place and light.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import degrade
from anpr.training import photos
from anpr.training.recogniser_data import (
    ALPHABET,
    REGIONS,
    SLOTS,
    UNKNOWN_COUNTRY,
    Crops,
    encode_text,
    to_input,
)
from anpr.training.recogniser_repaint import repainted

Picture = npt.NDArray[np.uint8]

MINIMUM_WIDTH = 40
_CONTEXT = 0.25
"""Share of the plate's size kept around it, so that crops can be cut loosely."""
REPAINTED = 0.6
"""Share of the crops that show a rendered plate in the photo's light."""


@dataclass(frozen=True)
class RealCrops:
    """Plates with their surroundings, cut anew and varied each time they are drawn."""

    regions: tuple[tuple[Picture, photos.LabelledPlate], ...]

    @classmethod
    def load(cls, folder: Path, held_out: frozenset[int] = photos.HELD_OUT_FOLDS) -> "RealCrops":
        """Cut out every European plate of `folder` but those of the held-out folds."""
        chosen = [
            p
            for p in photos.labelled_plates(folder)
            if _usable(p) and photos.fold(p.text) not in held_out
        ]
        regions = []
        for plate in chosen:
            image = photos.load_rgb(plate.photo)
            regions.append((photos.crop(plate, image, _CONTEXT).copy(), plate))
        return cls(tuple(regions))

    def __len__(self) -> int:
        return len(self.regions)

    def batch(self, seed: int, count: int, number: int) -> Crops:
        """Batch `number` of a stream: the same crops whenever it is drawn."""
        return self.draw(count, np.random.default_rng((seed, number, 2)))

    def draw(self, count: int, rng: np.random.Generator) -> Crops:
        """`count` varied crops: first a plate at random, then one of its photos."""
        texts = sorted({plate.text for _, plate in self.regions})
        drawn = [self._one(texts[int(rng.integers(len(texts)))], rng) for _ in range(count)]
        return Crops(
            np.stack([picture for picture, _, _ in drawn]),
            np.stack([encode_text(text) for _, text, _ in drawn]),
            np.array([_number(country) for _, _, country in drawn], np.int16),
            np.zeros((count, SLOTS, 4), np.float16),
        )

    def _one(self, text: str, rng: np.random.Generator) -> tuple[Picture, str, str | None]:
        own = [(region, plate) for region, plate in self.regions if plate.text == text]
        region, plate = own[int(rng.integers(len(own)))]
        if rng.random() < REPAINTED:
            region, new_text, country = repainted(region, _CONTEXT, rng)
            return to_input(_varied(region, rng)), new_text, country
        return to_input(_varied(region, rng)), plate.text, plate.country


def _number(country: str | None) -> int:
    return REGIONS.index(country) if country else UNKNOWN_COUNTRY


def _usable(plate: photos.LabelledPlate) -> bool:
    return (
        plate.width >= MINIMUM_WIDTH
        and len(plate.text) <= SLOTS
        and set(plate.text) <= set(ALPHABET)
        and plate.country in (None, *REGIONS)
    )


def _varied(region: Picture, rng: np.random.Generator) -> Picture:
    """Cut loosely or tightly, slightly turned, in other light and at other sharpness."""
    height, width = region.shape[:2]
    inner_w, inner_h = width / (1 + 2 * _CONTEXT), height / (1 + 2 * _CONTEXT)
    margins = np.clip(rng.normal(0.03, 0.04, 4), -0.05, 0.14)
    x0 = (width - inner_w) / 2 - inner_w * margins[0]
    x1 = (width + inner_w) / 2 + inner_w * margins[2]
    y0 = (height - inner_h) / 2 - inner_h * margins[1] * 1.5
    y1 = (height + inner_h) / 2 + inner_h * margins[3] * 1.5
    lean, slope = rng.normal(0, 0.05) * (y1 - y0), rng.normal(0, 0.02) * (x1 - x0) * 0.3
    source = np.array(
        [(x0 + lean, y0 - slope), (x1 + lean, y0 + slope), (x1 - lean, y1 + slope),
         (x0 - lean, y1 - slope)], np.float32,
    )  # fmt: skip
    size = (max(16, round(x1 - x0)), max(8, round(y1 - y0)))
    target = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    warped = cv2.warpPerspective(region, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    crop: Picture = np.asarray(warped, np.uint8)
    if rng.random() < 0.2:
        crop = _smaller(crop, rng)
    if rng.random() < 0.15:
        crop = degrade.overexposed(crop, rng, 0.2)
    if rng.random() < 0.5:
        crop = degrade.colour_cast(crop, rng, 0.25)
    return degrade.sensor(crop, rng, 0.2) if rng.random() < 0.5 else crop


def _smaller(crop: Picture, rng: np.random.Generator) -> Picture:
    """As from farther away, down to the width of the smallest plates that are read."""
    width = int(rng.uniform(min(MINIMUM_WIDTH, crop.shape[1]), crop.shape[1] + 1))
    height = max(8, round(crop.shape[0] * width / crop.shape[1]))
    return np.asarray(cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
