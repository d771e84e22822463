"""The ground of an old-town street: setts in the middle, slabs along the houses, iron and wear."""

import cv2
import numpy as np

from anpr.synthesis.street.canvas import Canvas, Colour

SCALE = 48.0
LAST = 42.0
"""Paving is drawn in detail up to this many metres from the camera."""


def paint_ground(
    rng: np.random.Generator, left: float, right: float, lane: tuple[float, float]
) -> Canvas:
    """Ground from house to house, x across and y along the street; `lane` is between the kerbs."""
    canvas = Canvas(right - left, LAST + 2.0, SCALE, left=left, bottom=-2.0)
    slab, sett = _tones(rng)
    _slabs(canvas, left, right, slab, rng)
    if rng.random() < 0.7:
        _setts(canvas, lane, sett, rng)
    else:
        _asphalt(canvas, lane, rng)
    for x in lane:
        canvas.box(x - 0.13, -2, x + 0.13, LAST, (164, 160, 152))
        for y in np.arange(-2, LAST, 1.0):
            canvas.box(x - 0.13, float(y), x + 0.13, float(y) + 0.015, (110, 106, 100))
    _iron(canvas, lane, rng)
    canvas.mottle(rng, 2.2, 5.0)
    canvas.mottle(rng, 0.25, 4.0)
    _tyre_tracks(canvas, lane)
    return canvas


def _tones(rng: np.random.Generator) -> tuple[Colour, Colour]:
    grey = int(rng.integers(104, 142))
    dark = int(rng.integers(74, 112))
    warm = int(rng.integers(-2, 12))
    return (grey + warm, grey, grey - warm), (dark + warm, dark + warm // 2, dark - warm // 2)


def _slabs(
    canvas: Canvas, left: float, right: float, tone: Colour, rng: np.random.Generator
) -> None:
    wide, deep = 0.6, 0.4
    for row, y in enumerate(np.arange(-2.0, LAST, deep)):
        for x in np.arange(left - (wide / 2 if row % 2 else 0), right, wide):
            _stone(canvas, float(x), float(y), wide, deep, tone, 0.012, rng)


def _setts(
    canvas: Canvas, lane: tuple[float, float], tone: Colour, rng: np.random.Generator
) -> None:
    joint = (int(tone[0] * 0.55), int(tone[1] * 0.55), int(tone[2] * 0.55))
    canvas.box(lane[0], -2, lane[1], LAST, joint)
    wide, deep = 0.2, 0.13
    for row, y in enumerate(np.arange(-2.0, LAST, deep)):
        for x in np.arange(lane[0] - (wide / 2 if row % 2 else 0), lane[1], wide):
            _stone(canvas, float(x), float(y), wide, deep, tone, 0.015, rng)


def _stone(
    canvas: Canvas, x: float, y: float, wide: float, deep: float, tone: Colour, joint: float,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    lift = float(rng.normal(1.0, 0.07))
    colour = (int(tone[2] * lift), int(tone[1] * lift), int(tone[0] * lift))
    corners = canvas.pixels([(x + joint, y + joint), (x + wide - joint, y + deep - joint)])
    (x1, y1), (x2, y2) = (corners / 16).round().astype(int)
    cv2.rectangle(canvas.colour, (x1, y2), (x2, y1), colour, -1)


def _asphalt(canvas: Canvas, lane: tuple[float, float], rng: np.random.Generator) -> None:
    tone = int(rng.integers(66, 96))
    canvas.box(lane[0], -2, lane[1], LAST, (tone, tone, tone + 2))
    for _ in range(3):
        x, y = float(rng.uniform(*lane)), float(rng.uniform(4, 30))
        canvas.box(x - 0.7, y, x + 0.7, y + 2.4, (tone - 14, tone - 14, tone - 13))


def _iron(canvas: Canvas, lane: tuple[float, float], rng: np.random.Generator) -> None:
    for _ in range(4):
        x, y = float(rng.uniform(lane[0] + 0.4, lane[1] - 0.4)), float(rng.uniform(4, 26))
        if rng.random() < 0.5:
            canvas.ellipse(x, y, 0.34, 0.34, (70, 68, 64))
            canvas.ellipse(x, y, 0.27, 0.27, (88, 84, 80))
        else:
            canvas.box(x - 0.28, y - 0.2, x + 0.28, y + 0.2, (72, 70, 68))
    gutter = lane[0] + 0.32
    for y in np.arange(3.0, 30.0, 7.0):
        canvas.box(gutter - 0.15, float(y), gutter + 0.15, float(y) + 0.5, (48, 46, 44))


def _tyre_tracks(canvas: Canvas, lane: tuple[float, float]) -> None:
    middle = (lane[0] + lane[1]) / 2
    across = (np.arange(canvas.colour.shape[1]) / canvas.scale) + canvas.left - middle
    dark = np.exp(-(((np.abs(across) - 0.78) / 0.22) ** 2)) * 0.12
    worn = canvas.colour * (1 - dark)[None, :, None]
    canvas.colour = np.clip(worn, 0, 255).astype(np.uint8)
