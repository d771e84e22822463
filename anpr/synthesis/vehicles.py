"""Vehicles drawn by code, seen from the front or the back, with a place for the plate.

They need not fool a person. They must hold what a detector confuses with plates (lamps, grilles,
badges, lettering, bumpers) around a plate of the right size in the right place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis.backgrounds import random_colour

Image = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

SPRITE_WIDTH = 480
"""Pixels across a drawn vehicle; scenes scale it to where it stands."""

PAINTS: tuple[Colour, ...] = (
    (235, 235, 235), (200, 200, 200), (150, 150, 150), (95, 95, 95), (30, 30, 30), (18, 18, 22),
    (120, 60, 25), (70, 35, 15), (35, 30, 150), (25, 20, 95), (40, 90, 45), (60, 130, 175),
    (40, 190, 225), (180, 205, 215), (90, 70, 60), (200, 140, 60),
)  # fmt: skip
"""Blue, green, red: the usual paints of European traffic, white to black first."""

MODEL_WIDTH_MM = {"car": 1800.0, "van": 2000.0, "truck": 2500.0, "motorcycle": 800.0}
LETTERS = tuple("ABCDEFGHIKLMNOPRSTUVXZ0123456789 -")


@dataclass(frozen=True)
class Vehicle:
    """A drawn vehicle without its plate."""

    image: Image
    """(H, W, 3) blue, green, red."""

    mask: Image
    """(H, W): 255 where the vehicle is."""

    plate_centre: tuple[float, float]
    """Where the plate's middle belongs, x and y in pixels."""

    pixels_per_mm: float
    """Scale of the drawing."""


def draw_vehicle(rng: np.random.Generator) -> Vehicle:
    """A vehicle of a random kind, paint and build."""
    kind = str(rng.choice(["car", "van", "truck", "motorcycle"], p=[0.62, 0.2, 0.08, 0.1]))
    if kind == "motorcycle":
        return _motorcycle(rng)
    return _box_vehicle(kind, rng)


def _box_vehicle(kind: str, rng: np.random.Generator) -> Vehicle:
    w = SPRITE_WIDTH
    h = int(w * {"car": rng.uniform(0.68, 0.9), "van": 1.05, "truck": 1.25}.get(kind, 1.0))
    image, mask = np.zeros((h, w, 3), np.uint8), np.zeros((h, w), np.uint8)
    paint = _shade(PAINTS[rng.integers(len(PAINTS))], rng.uniform(0.8, 1.1))
    waist = int(h * rng.uniform(0.36, 0.46))
    _wheels(image, mask, h, w, rng)
    _cabin(image, mask, paint, waist, kind, rng)
    _body(image, mask, paint, waist, h, w, rng)
    back = bool(rng.random() < 0.55)
    _lamps(image, waist, h, w, back, rng)
    _grille_or_lid(image, paint, waist, h, w, back, rng)
    _bumper(image, paint, h, w, rng)
    plate_y = h * rng.uniform(0.66, 0.84) if not back else h * rng.uniform(0.55, 0.82)
    centre = (w * (0.5 + rng.normal(0, 0.02)), float(plate_y))
    _recess(image, centre, paint, rng)
    _badges(image, waist, h, w, rng)
    _sheen(image, rng)
    return Vehicle(image, mask, centre, w / MODEL_WIDTH_MM[kind])


def _motorcycle(rng: np.random.Generator) -> Vehicle:
    w, h = 240, int(rng.uniform(380, 460))
    image, mask = np.zeros((h, w, 3), np.uint8), np.zeros((h, w), np.uint8)
    paint = PAINTS[rng.integers(len(PAINTS))]
    dark = (int(rng.integers(10, 50)),) * 3
    _ellipse(image, mask, (w // 2, int(h * 0.78)), (26, int(h * 0.2)), dark)
    _ellipse(image, mask, (w // 2, int(h * 0.3)), (70, int(h * 0.22)), paint)
    _ellipse(image, mask, (w // 2, int(h * 0.12)), (40, 42), _shade(dark, 1.6))
    _polygon(image, mask, [(60, 0.4 * h), (180, 0.4 * h), (150, 0.62 * h), (90, 0.62 * h)], dark)
    cv2.ellipse(image, (w // 2, int(h * 0.42)), (26, 9), 0, 0, 360, (40, 30, 190), -1, cv2.LINE_AA)
    for x in (45, 195):
        _ellipse(image, mask, (x, int(h * 0.44)), (13, 9), (30, 120, 230))
    _sheen(image, rng)
    return Vehicle(
        image, mask, (w / 2, h * rng.uniform(0.52, 0.6)), w / MODEL_WIDTH_MM["motorcycle"]
    )


def _cabin(
    image: Image, mask: Image, paint: Colour, waist: int, kind: str, rng: np.random.Generator
) -> None:
    w = image.shape[1]
    inset = int(w * (rng.uniform(0.12, 0.2) if kind == "car" else rng.uniform(0.02, 0.06)))
    side = int(w * 0.04)
    _polygon(
        image, mask, [(inset, 4), (w - inset, 4), (w - side, waist + 8), (side, waist + 8)], paint
    )
    gap = int(w * 0.05)
    top = 14 if kind == "car" else int(waist * rng.uniform(0.15, 0.4))
    glass = int(rng.integers(25, 95))
    shape = [
        (inset + gap, top),
        (w - inset - gap, top),
        (w - side - gap, waist),
        (side + gap, waist),
    ]
    _polygon(image, mask, shape, (glass, int(glass * 0.95), int(glass * 0.85)))
    if rng.random() < 0.35:
        _lettering(image, (int(w * 0.3), int(waist * 0.6)), rng.uniform(0.5, 1.0), rng)


def _body(
    image: Image, mask: Image, paint: Colour, waist: int, h: int, w: int, rng: np.random.Generator
) -> None:
    low = int(h * 0.92)
    shape = [(14, waist), (w - 14, waist), (w - 4, int(h * 0.62)), (w - 12, low), (12, low),
             (4, int(h * 0.62))]  # fmt: skip
    _polygon(image, mask, shape, paint)
    fade = np.linspace(rng.uniform(1.0, 1.25), rng.uniform(0.55, 0.9), low - waist)
    part = image[waist:low].astype(np.float32) * fade[:, None, None]
    image[waist:low] = np.clip(part, 0, 255).astype(np.uint8)


def _lamps(image: Image, waist: int, h: int, w: int, back: bool, rng: np.random.Generator) -> None:
    y = int(waist + (h - waist) * rng.uniform(0.1, 0.35))
    high, wide = int(rng.uniform(0.05, 0.12) * h), int(rng.uniform(0.1, 0.2) * w)
    glow = int(rng.integers(110, 256))
    colour = (30, 25, glow) if back else (glow, glow, glow)
    for x in (14, w - 14 - wide):
        cv2.rectangle(image, (x, y), (x + wide, y + high), colour, -1, cv2.LINE_AA)
        inner = _shade(colour, rng.uniform(0.5, 1.4))
        cv2.circle(image, (x + wide // 2, y + high // 2), max(3, high // 3), inner, -1, cv2.LINE_AA)


def _grille_or_lid(
    image: Image, paint: Colour, waist: int, h: int, w: int, back: bool, rng: np.random.Generator
) -> None:
    y, high = int(waist + (h - waist) * rng.uniform(0.15, 0.3)), int(h * rng.uniform(0.06, 0.14))
    x1, x2 = int(w * rng.uniform(0.26, 0.36)), int(w * rng.uniform(0.64, 0.74))
    if back:
        cv2.line(image, (20, y), (w - 20, y), _shade(paint, 0.6), 2, cv2.LINE_AA)
        cv2.rectangle(image, (x1, y + high), (x2, y + high + 5), _shade(paint, 1.3), -1)
        return
    cv2.rectangle(image, (x1, y), (x2, y + high), (25, 25, 25), -1)
    bright = int(rng.integers(50, 210))
    if rng.random() < 0.6:
        for row in range(y + 4, y + high, max(4, int(rng.integers(5, 12)))):
            cv2.line(image, (x1, row), (x2, row), (bright,) * 3, 2)
    else:
        for column in range(x1 + 4, x2, int(rng.integers(7, 16))):
            cv2.line(image, (column, y), (column, y + high), (bright,) * 3, 2)


def _bumper(image: Image, paint: Colour, h: int, w: int, rng: np.random.Generator) -> None:
    y = int(h * rng.uniform(0.6, 0.68))
    tone = _shade(paint, rng.uniform(0.8, 1.1)) if rng.random() < 0.6 else (45, 45, 45)
    cv2.rectangle(image, (8, y), (w - 8, int(h * 0.92)), tone, -1)
    cv2.line(image, (8, y), (w - 8, y), _shade(tone, 0.6), 2, cv2.LINE_AA)
    if rng.random() < 0.6:
        low = int(h * rng.uniform(0.84, 0.88))
        cv2.rectangle(image, (int(w * 0.2), low), (int(w * 0.8), int(h * 0.915)), (22, 22, 22), -1)
    for x in (int(w * 0.12), int(w * 0.88)):
        if rng.random() < 0.5:
            cv2.rectangle(image, (x - 22, y + 14), (x + 22, y + 24), (30, 30, 170), -1)


def _recess(
    image: Image, centre: tuple[float, float], paint: Colour, rng: np.random.Generator
) -> None:
    if rng.random() < 0.5:
        return
    wide, high = rng.uniform(78, 100), rng.uniform(20, 36)
    x, y = centre
    corners = (int(x - wide), int(y - high)), (int(x + wide), int(y + high))
    cv2.rectangle(image, *corners, _shade(paint, rng.uniform(0.4, 0.85)), -1, cv2.LINE_AA)


def _badges(image: Image, waist: int, h: int, w: int, rng: np.random.Generator) -> None:
    silver = (int(rng.integers(120, 230)),) * 3
    y = int(waist + (h - waist) * 0.2)
    if rng.random() < 0.7:
        cv2.circle(
            image,
            (w // 2, y),
            int(rng.integers(9, 20)),
            silver,
            int(rng.integers(2, 6)),
            cv2.LINE_AA,
        )
    for x in (int(w * 0.12), int(w * 0.66)):
        if rng.random() < 0.4:
            _lettering(image, (x, y + int(rng.integers(10, 60))), rng.uniform(0.4, 0.8), rng)


def _lettering(image: Image, at: tuple[int, int], size: float, rng: np.random.Generator) -> None:
    text = "".join(rng.choice(LETTERS, size=int(rng.integers(2, 9))))
    font = int(
        rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX])
    )
    colour = random_colour(rng, 90, 256)
    cv2.putText(image, text, at, font, size, colour, int(rng.integers(1, 3)), cv2.LINE_AA)


def _wheels(image: Image, mask: Image, h: int, w: int, rng: np.random.Generator) -> None:
    for x in (int(w * 0.13), int(w * 0.87)):
        half = int(w * rng.uniform(0.06, 0.08))
        left, right, top, foot = x - half, x + half, h * 0.75, h - 2
        tyre = [(left, top), (right, top), (right, foot), (left, foot)]
        _polygon(image, mask, tyre, (24, 24, 24))


def _sheen(image: Image, rng: np.random.Generator) -> None:
    """A soft bright band and grain, so that flat paint does not give the drawing away."""
    h, w = image.shape[:2]
    band = np.exp(-(((np.linspace(0, 1, w) - rng.uniform(0, 1)) / 0.25) ** 2)) * rng.uniform(
        0, 0.35
    )
    lit = image.astype(np.float32) * (1.0 + band[None, :, None])
    coarse = cv2.resize(rng.normal(0, 9, (12, 16)).astype(np.float32), (w, h))
    np.copyto(image, np.clip(lit + coarse[..., None], 0, 255).astype(np.uint8))


def _polygon(image: Image, mask: Image, points: list[tuple[Any, Any]], colour: Colour) -> None:
    shape = np.array(points, np.int32)
    cv2.fillPoly(image, [shape], colour, cv2.LINE_AA)
    cv2.fillPoly(mask, [shape], 255, cv2.LINE_AA)


def _ellipse(
    image: Image, mask: Image, centre: tuple[int, int], axes: tuple[int, int], colour: Colour
) -> None:
    cv2.ellipse(image, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    cv2.ellipse(mask, centre, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)


def _shade(colour: tuple[int, ...], factor: float) -> Colour:
    blue, green, red = (int(min(255, max(0, c * factor))) for c in colour)
    return blue, green, red
