"""What the recogniser learns from: an endless, reproducible stream of rendered crops.

Crop number n of a seed is always the same picture, whoever renders it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import degrade, plates, weathering
from anpr.synthesis.catalogue import COUNTRIES
from anpr.synthesis.formats import PlateFormat

Picture = npt.NDArray[np.uint8]

HEIGHT, WIDTH, SLOTS = 64, 128, 10
"""Input of the recogniser. The longest European plates (Spanish police, German seasonal,
Irish) have nine characters; ten slots leave one to spare."""
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
PAD = "_"
REGIONS: tuple[str, ...] = COUNTRIES
"""ISO 3166-1 alpha-2 codes in the order of the country head."""
UNKNOWN_COUNTRY = -1
"""Country of a real crop whose label names none; it teaches nothing about countries."""

CHUNK = 256
"""Crops a renderer hands over at a time."""
MILD_CROPS = 6_000
"""The first crops of a run are easy ones, so that learning starts."""
RANDOM_STRINGS = 0.15
RIM_STROKES = 0.1
"""Share of plates that begin or end with a bare stroke: taken for the rim, it is dropped."""
EXTRA_TWO_ROW = 0.16
EXTRA_LIGHT_ON_DARK = 0.08
"""Shares drawn from these plates alone, on top of their share among all."""
_FRAMED = 0.3
_MILD_SHARE, _MILDNESS = 0.4, 0.3


@dataclass(frozen=True)
class Crops:
    """A batch: pictures (n, 64, 128, 3) RGB 8 bits, characters (n, 10) and countries (n)."""

    pictures: Picture
    characters: npt.NDArray[np.uint8]
    countries: npt.NDArray[np.int16]
    places: npt.NDArray[np.float16]
    """Where each character stands in the picture: x and y of its centre, half its width and
    half its height in pixels, (n, 10, 4); all zero where nobody knows (real photos)."""

    def __len__(self) -> int:
        return len(self.pictures)


def encode_text(text: str) -> npt.NDArray[np.uint8]:
    """Alphabet indices of a text, padded to `SLOTS`; ValueError if it is longer or foreign."""
    if len(text) > SLOTS:
        raise ValueError(f"{text!r} has more than {SLOTS} characters")
    return np.array([ALPHABET.index(c) for c in text.ljust(SLOTS, PAD)], np.uint8)


def decode_text(indices: npt.NDArray[np.integer]) -> str:
    """The text behind alphabet indices, without padding."""
    return "".join(ALPHABET[i] for i in indices).replace(PAD, "")


def to_input(crop: Picture) -> Picture:
    """Resize a crop to the network's input as fast-plate-ocr does (bilinear, no letterbox)."""
    return cv2.resize(crop, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


class Sample(NamedTuple):
    """One rendered crop: picture (64, 128, 3), text, country and places (10, 4)."""

    picture: Picture
    text: str
    country: str
    places: npt.NDArray[np.float16]


def rendered_crop(seed: int, number: int) -> Sample:
    """Crop `number` of the stream."""
    rng = np.random.default_rng((seed, number))
    plate = plates.random_plate(
        rng,
        px_per_mm=0.45,
        random_string_share=RANDOM_STRINGS,
        rim_stroke_share=RIM_STROKES,
        where=_wanted(rng.random()),
    )
    image, rim = plate.image, 0
    if rng.random() < _FRAMED:
        image, rim = weathering.framed(plate.image, rng)
    strength = float(rng.beta(1.3, 2.0)) * (_MILDNESS if _is_mild(rng, number) else 1.0)
    crop, matrix = degrade.photographed(image, rng, strength)
    to_frame = np.array([[1.0, 0, rim], [0, 1, rim], [0, 0, 1]])
    to_net = np.diag([WIDTH / crop.shape[1], HEIGHT / crop.shape[0], 1.0])
    places = _places(plate.glyphs, to_net @ matrix @ to_frame)
    return Sample(to_input(crop), plate.text, plate.country, places)


def _is_mild(rng: np.random.Generator, number: int) -> bool:
    """Nearly every second crop is as good as by day; of the worst, little can be learned."""
    return number < MILD_CROPS or rng.random() < _MILD_SHARE


def _places(
    glyphs: npt.NDArray[np.float32], matrix: npt.NDArray[np.float64]
) -> npt.NDArray[np.float16]:
    """Boxes round the characters after a homography, as `Crops.places` holds them."""
    left, top, wide, high = glyphs.T
    right, bottom = left + wide, top + high
    corners = np.stack([np.stack([left, top]), np.stack([right, top]),
                        np.stack([right, bottom]), np.stack([left, bottom])], -1)  # fmt: skip
    seen = cv2.perspectiveTransform(
        corners.transpose(1, 2, 0).astype(np.float64), np.asarray(matrix, np.float64)
    )
    low, high_corner = seen.min(1), seen.max(1)
    places = np.zeros((SLOTS, 4), np.float16)
    places[: len(seen), :2] = (low + high_corner) / 2
    places[: len(seen), 2:] = (high_corner - low) / 2
    return places


def _wanted(draw: float) -> Callable[[PlateFormat], bool]:
    """Two-row and light-on-dark plates are rarer on the road than they may be in training."""
    if draw < EXTRA_TWO_ROW:
        return lambda f: f.rows > 1
    if draw < EXTRA_TWO_ROW + EXTRA_LIGHT_ON_DARK:
        return lambda f: f.light_on_dark
    return lambda _: True


def rendered_chunk(seed: int, chunk: int) -> Crops:
    """Crops number chunk * CHUNK and following."""
    crops = [rendered_crop(seed, chunk * CHUNK + i) for i in range(CHUNK)]
    return Crops(
        np.stack([crop.picture for crop in crops]),
        np.stack([encode_text(crop.text) for crop in crops]),
        np.array([REGIONS.index(crop.country) for crop in crops], np.int16),
        np.stack([crop.places for crop in crops]),
    )


def joined(batches: Iterator[Crops] | list[Crops]) -> Crops:
    """Several batches as one."""
    parts = list(batches)
    return Crops(
        np.concatenate([p.pictures for p in parts]),
        np.concatenate([p.characters for p in parts]),
        np.concatenate([p.countries for p in parts]),
        np.concatenate([p.places for p in parts]),
    )
