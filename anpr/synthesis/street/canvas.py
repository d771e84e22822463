"""Painted surfaces: what a wall, a bonnet or a van's side looks like, measured in metres.

A canvas has three layers: colour, gloss (how much it mirrors) and lamps (which group of lights a
spot belongs to). It is painted once and then seen in perspective.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont

Colour = tuple[int, int, int]
"""Red, green, blue as painted, 0-255."""
Point = tuple[float, float]
Bytes = npt.NDArray[np.uint8]

_FIXED = 4  # fractional bits of cv2 coordinates

_FONT_FOLDER = Path("/usr/share/fonts/truetype")
_FONT_FILES = {
    "sans": "dejavu/DejaVuSans-Bold.ttf",
    "serif": "dejavu/DejaVuSerif-Bold.ttf",
    "narrow": "dejavu/DejaVuSansCondensed-Bold.ttf",
}


class Lamp(IntEnum):
    """Groups of lights that are switched together."""

    NONE = 0
    HEAD = 1
    TAIL = 2
    BRAKE = 3
    BEACON = 4
    SIGN = 5
    """Always on: a taxi's green light, a shop's sign, a street light."""
    DAY = 6
    """Daytime running light."""


class LetteringFontMissing(RuntimeError):
    """The font of signs and liveries is not installed."""


@dataclass
class Canvas:
    """A surface of `width` x `height` metres; the origin is its lower left corner."""

    width: float
    height: float
    scale: float
    """Pixels per metre."""
    left: float = 0.0
    bottom: float = 0.0
    base: Colour = (128, 128, 128)
    base_gloss: float = 0.0
    colour: Bytes = field(init=False)
    gloss: Bytes = field(init=False)
    lamp: Bytes = field(init=False)

    def __post_init__(self) -> None:
        shape = max(2, round(self.height * self.scale)), max(2, round(self.width * self.scale))
        self.colour = np.full((*shape, 3), self.base[::-1], np.uint8)
        self.gloss = np.full(shape, round(self.base_gloss * 255), np.uint8)
        self.lamp = np.zeros(shape, np.uint8)

    def pixels(self, points: list[Point] | npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        """Metres to cv2's fixed-point pixels."""
        at = np.asarray(points, np.float64)
        x = (at[:, 0] - self.left) * self.scale
        y = self.colour.shape[0] - (at[:, 1] - self.bottom) * self.scale
        return np.round(np.stack([x, y], 1) * (1 << _FIXED) - 8).astype(np.int32)

    def shape(
        self, points: list[Point], colour: Colour, *, gloss: float = 0.0, lamp: Lamp = Lamp.NONE
    ) -> None:
        """Fill a polygon."""
        outline = [self.pixels(points)]
        cv2.fillPoly(self.colour, outline, colour[::-1], cv2.LINE_AA, _FIXED)
        cv2.fillPoly(self.gloss, outline, round(gloss * 255), cv2.LINE_8, _FIXED)
        cv2.fillPoly(self.lamp, outline, int(lamp), cv2.LINE_8, _FIXED)

    def box(
        self, x1: float, y1: float, x2: float, y2: float, colour: Colour, *,
        gloss: float = 0.0, lamp: Lamp = Lamp.NONE,
    ) -> None:  # fmt: skip
        """Fill an upright rectangle."""
        self.shape([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], colour, gloss=gloss, lamp=lamp)

    def rounded(
        self, x1: float, y1: float, x2: float, y2: float, radius: float, colour: Colour, *,
        gloss: float = 0.0, lamp: Lamp = Lamp.NONE,
    ) -> None:  # fmt: skip
        """Fill a rectangle with round corners."""
        turn = np.linspace(0, np.pi / 2, 7)
        arcs = [
            (x2 - radius, y2 - radius, 0.0), (x1 + radius, y2 - radius, np.pi / 2),
            (x1 + radius, y1 + radius, np.pi), (x2 - radius, y1 + radius, 1.5 * np.pi),
        ]  # fmt: skip
        points = [
            (float(cx + radius * np.cos(a + t)), float(cy + radius * np.sin(a + t)))
            for cx, cy, a in arcs
            for t in turn
        ]
        self.shape(points, colour, gloss=gloss, lamp=lamp)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, *,
        gloss: float = 0.0, lamp: Lamp = Lamp.NONE,
    ) -> None:  # fmt: skip
        """Fill an ellipse."""
        turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        points = [(float(x + rx * np.cos(t)), float(y + ry * np.sin(t))) for t in turn]
        self.shape(points, colour, gloss=gloss, lamp=lamp)

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        """Draw an open line `width` metres thick."""
        thick = max(1, round(width * self.scale))
        path = [self.pixels(points)]
        cv2.polylines(self.colour, path, False, colour[::-1], thick, cv2.LINE_AA, _FIXED)

    def text(
        self, x: float, y: float, words: str, height: float, colour: Colour, *,
        font: str = "sans", lamp: Lamp = Lamp.NONE, squeeze: float = 1.0,
        turned: bool = False, mirrored: bool = False,
    ) -> None:  # fmt: skip
        """Write `words` centred at (x, y), capitals `height` metres high.

        `turned` by 180 degrees or `mirrored` where the canvas itself is seen that way.
        """
        mask = _lettering(words, max(4, round(height * self.scale)), font)
        mask = mask[::-1, ::-1] if turned else mask[:, ::-1] if mirrored else mask
        wide = max(1, round(mask.shape[1] * squeeze))
        mask = np.asarray(cv2.resize(mask, (wide, mask.shape[0])), np.uint8)
        px = round((x - self.left) * self.scale - mask.shape[1] / 2)
        py = round(self.colour.shape[0] - (y - self.bottom) * self.scale - mask.shape[0] / 2)
        x1, y1 = max(0, px), max(0, py)
        x2 = min(self.colour.shape[1], px + mask.shape[1])
        y2 = min(self.colour.shape[0], py + mask.shape[0])
        if x2 <= x1 or y2 <= y1:
            return
        share = mask[y1 - py : y2 - py, x1 - px : x2 - px, None].astype(np.float32) / 255
        part = self.colour[y1:y2, x1:x2]
        np.copyto(part, (part * (1 - share) + np.array(colour[::-1]) * share).astype(np.uint8))
        if lamp:
            self.lamp[y1:y2, x1:x2][share[..., 0] > 0.5] = int(lamp)

    def shade(self, x1: float, y1: float, x2: float, y2: float, low: float, high: float) -> None:
        """Multiply a rectangle's colour by a ramp from `low` (bottom) to `high` (top)."""
        corners = self.pixels([(x1, y2), (x2, y1)]) >> _FIXED
        (left, top), (right, foot) = np.maximum(corners, 0)
        part = self.colour[top:foot, left:right]
        if part.size:
            ramp = np.linspace(high, low, part.shape[0], dtype=np.float32)[:, None, None]
            np.copyto(part, np.clip(part * ramp, 0, 255).astype(np.uint8))

    def mottle(self, rng: np.random.Generator, cell: float, power: float) -> None:
        """Uneven brightness with patches of about `cell` metres, `power` in levels."""
        h, w = self.colour.shape[:2]
        step = max(1.0, cell * self.scale)
        coarse = rng.normal(0, power, (max(2, int(h / step)), max(2, int(w / step))))
        spread = cv2.resize(coarse.astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
        self.colour = np.clip(self.colour + spread[..., None], 0, 255).astype(np.uint8)


@lru_cache(maxsize=8)
def _font(name: str) -> ImageFont.FreeTypeFont:
    path = _FONT_FOLDER / _FONT_FILES[name]
    if not path.is_file():
        raise LetteringFontMissing(
            f"The font {path.name} for signs is missing; run: apt-get install fonts-dejavu-core"
        )
    return ImageFont.truetype(str(path), 100)


@lru_cache(maxsize=512)
def _lettering(words: str, height: int, font: str) -> Bytes:
    face = _font(font)
    left, top, right, bottom = face.getbbox(words)
    image = PilImage.new("L", (int(right - left) + 4, int(bottom - top) + 4))
    ImageDraw.Draw(image).text((2 - left, 2 - top), words, fill=255, font=face)
    drawn = np.asarray(image)
    factor = height / 73.0  # capitals of a 100-point DejaVu
    size = max(1, round(drawn.shape[1] * factor)), max(1, round(drawn.shape[0] * factor))
    return np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA), np.uint8)
