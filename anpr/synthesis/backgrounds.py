"""Streets without vehicles, and the lettering that is in every street and is no plate."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_PLAIN,
)  # fmt: skip
WORDS = (
    "TALLER", "BAR", "TAXI", "FARMACIA", "OPTICA", "PANADERIA", "HOTEL", "STOP", "SALIDA", "ZONA",
    "CARGA Y DESCARGA", "www.azoka.eus", "94 415 20 30", "LIBURUDENDA", "PARKING", "Bilbao", "BUS",
    "OBRAS", "Ongi etorri", "REBAJAS", "-50%", "CAFE", "POLICIA", "OFERTA", "24 H", "P", "30", "50",
)  # fmt: skip


def street(rng: np.random.Generator, width: int, height: int) -> tuple[Image, int]:
    """A street and the row of its horizon in pixels."""
    horizon = int(height * rng.uniform(0.2, 0.5))
    image = np.empty((height, width, 3), np.uint8)
    image[:horizon] = _gradient(_sky(rng), horizon, rng)
    image[horizon:] = _gradient((int(rng.integers(60, 150)),) * 3, height - horizon, rng)
    for _ in range(int(rng.integers(0, 6))):
        _facade(image, horizon, rng)
    _road(image, horizon, rng)
    for _ in range(int(rng.integers(0, 5))):
        _furniture(image, horizon, rng)
    for _ in range(int(rng.integers(0, 4))):
        _sign(image, rng)
    return _textured(image, rng), horizon


def caption(image: Image, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Burn in a clock or camera name as recorders do, in place; returns the box it covers."""
    h, w = image.shape[:2]
    clock, number = _clock(rng), int(rng.integers(1, 31))
    word = str(rng.choice(WORDS))
    texts = (clock, f"{clock}  CAM {number}", f"{word}-{clock[-8:]}", clock[:10])
    text = texts[int(rng.integers(len(texts)))]
    font, size = int(rng.choice(FONTS)), rng.uniform(0.35, 1.1)
    thick = int(rng.integers(1, 3))
    (wide, high), low = cv2.getTextSize(text, font, size, thick)
    x = int(rng.uniform(-0.1, 1.0) * w) if rng.random() < 0.5 else 6
    y = int(rng.choice([high + 4, h - low - 4]))
    if rng.random() < 0.6:
        cv2.rectangle(image, (x - 3, y - high - 4), (x + wide + 3, y + low + 2), (0, 0, 0), -1)
    bright: Colour = (255, 255, 255) if rng.random() < 0.8 else (0, 220, 255)
    cv2.putText(image, text, (x, y), font, size, bright, thick, cv2.LINE_AA)
    return float(x - 3), float(y - high - 4), float(x + wide + 3), float(y + low + 2)


def board(image: Image, rng: np.random.Generator, *, size: float | None = None) -> None:
    """A lettered board of any colour somewhere in the picture, in place."""
    h, w = image.shape[:2]
    text, font = str(rng.choice(WORDS)), int(rng.choice(FONTS))
    scale = size if size is not None else float(rng.uniform(0.3, 1.6))
    (wide, high), low = cv2.getTextSize(text, font, scale, 2)
    x, y = int(rng.uniform(-0.1, 0.95) * w), int(rng.uniform(0.02, 0.95) * h)
    paint = random_colour(rng, 0, 256)
    ink = tuple(255 - c if abs(c - 128) > 40 else 255 for c in paint)
    pad = int(high * rng.uniform(0.4, 1.8))
    cv2.rectangle(image, (x - pad, y - high - pad), (x + wide + pad, y + low + pad), paint, -1)
    cv2.putText(image, text, (x, y), font, scale, ink, int(rng.integers(1, 4)), cv2.LINE_AA)


def random_colour(rng: np.random.Generator, low: int, high: int) -> Colour:
    """Blue, green and red, each from `low` to below `high`."""
    blue, green, red = (int(c) for c in rng.integers(low, high, 3))
    return blue, green, red


def _sign(image: Image, rng: np.random.Generator) -> None:
    if rng.random() < 0.7:
        board(image, rng)
        return
    centre = int(rng.uniform(0, 1) * image.shape[1]), int(rng.uniform(0.1, 0.6) * image.shape[0])
    radius = int(rng.integers(8, 40))
    cv2.circle(image, centre, radius, (30, 30, 200), -1, cv2.LINE_AA)
    cv2.circle(image, centre, int(radius * 0.75), (240, 240, 240), -1, cv2.LINE_AA)


def _facade(image: Image, horizon: int, rng: np.random.Generator) -> None:
    h, w = image.shape[:2]
    x1, wide = int(rng.uniform(-0.2, 0.9) * w), int(rng.uniform(0.15, 0.5) * w)
    top, foot = int(rng.uniform(0, 0.6) * horizon), int(horizon + rng.uniform(0, 0.12) * h)
    wall = random_colour(rng, 50, 225)
    cv2.rectangle(image, (x1, top), (x1 + wide, foot), wall, -1)
    step_x, step_y = int(rng.integers(18, 60)), int(rng.integers(22, 70))
    glass = random_colour(rng, 15, 120)
    for x in range(x1 + 8, x1 + wide - 8, step_x):
        for y in range(top + 8, foot - 8, step_y):
            cv2.rectangle(image, (x, y), (x + step_x // 2, y + int(step_y * 0.6)), glass, -1)


def _road(image: Image, horizon: int, rng: np.random.Generator) -> None:
    h, w = image.shape[:2]
    if rng.random() < 0.4:  # paving
        for y in np.geomspace(horizon + 4, h, int(rng.integers(6, 16))).astype(int):
            cv2.line(image, (0, int(y)), (w, int(y)), (int(rng.integers(50, 130)),) * 3, 1)
    vanish = int(rng.uniform(0.2, 0.8) * w)
    paint = (int(rng.integers(170, 250)),) * 3
    for foot in rng.uniform(-0.3, 1.3, int(rng.integers(0, 4))) * w:
        cv2.line(
            image, (vanish, horizon), (int(foot), h), paint, int(rng.integers(1, 9)), cv2.LINE_AA
        )
    if rng.random() < 0.2:  # zebra crossing
        y, step = int(rng.uniform(horizon + 10, h - 20)), int(rng.integers(20, 60))
        for x in range(0, w, 2 * step):
            cv2.rectangle(image, (x, y), (x + step, y + int(rng.integers(6, 24))), paint, -1)


def _furniture(image: Image, horizon: int, rng: np.random.Generator) -> None:
    h, w = image.shape[:2]
    x, tone = int(rng.uniform(0, 1) * w), (int(rng.integers(15, 200)),) * 3
    kind = rng.random()
    if kind < 0.4:
        cv2.line(image, (x, 0), (x, int(horizon + h * 0.1)), tone, int(rng.integers(2, 10)))
    elif kind < 0.7:
        foot = int(rng.uniform(horizon, h * 0.8))
        high = int(rng.uniform(0.05, 0.15) * h)
        for column in range(x, x + int(rng.uniform(0.1, 0.5) * w), int(rng.integers(5, 16))):
            cv2.line(image, (column, foot - high), (column, foot), tone, int(rng.integers(1, 4)))
        cv2.line(image, (x, foot - high), (x + w // 3, foot - high), tone, 2)
    else:
        green = (int(rng.integers(10, 60)), int(rng.integers(50, 140)), int(rng.integers(20, 80)))
        for _ in range(8):
            at = int(x + rng.normal(0, w * 0.05)), int(horizon * 0.8 + rng.normal(0, h * 0.05))
            cv2.circle(image, at, int(rng.integers(8, 40)), green, -1, cv2.LINE_AA)


def _gradient(colour: tuple[int, ...], rows: int, rng: np.random.Generator) -> Image:
    ramp = np.linspace(rng.uniform(0.7, 1.1), rng.uniform(0.8, 1.3), rows)[:, None, None]
    shades = np.array(colour, np.float64)[None, None] * ramp
    return np.asarray(np.clip(shades, 0, 255), np.uint8)


def _sky(rng: np.random.Generator) -> Colour:
    if rng.random() < 0.5:
        grey = int(rng.integers(140, 245))
        return grey, grey, grey
    return int(rng.integers(190, 256)), int(rng.integers(150, 210)), int(rng.integers(90, 180))


def _textured(image: Image, rng: np.random.Generator) -> Image:
    h, w = image.shape[:2]
    total = np.zeros((h, w), np.float32)
    for cell, power in ((2, 5.0), (9, 7.0), (40, 10.0)):
        patch = rng.normal(0, power * rng.uniform(0.3, 1.2), (h // cell + 1, w // cell + 1))
        total += cv2.resize(patch.astype(np.float32), (w, h))
    return np.asarray(np.clip(image + total[..., None], 0, 255), np.uint8)


def _clock(rng: np.random.Generator) -> str:
    year, month, day = rng.integers(2015, 2035), rng.integers(1, 13), rng.integers(1, 29)
    hour, minute, second = rng.integers(0, 24), rng.integers(0, 60), rng.integers(0, 60)
    date = f"{year}-{month:02}-{day:02}" if rng.random() < 0.5 else f"{day:02}/{month:02}/{year}"
    return f"{date} {hour:02}:{minute:02}:{second:02}"
