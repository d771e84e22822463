"""What stands on a plate besides its characters: bands, seals, coats of arms, stickers."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import fonts
from anpr.synthesis.formats import EU_BLUE, GREEN, Rgb

Canvas = npt.NDArray[np.uint8]

WIDTH_MM: dict[str, float] = {
    "seals": 48,
    "season": 34,
    "coat": 46,
    "coat_sk": 46,
    "cross": 46,
    "canton": 46,
    "sticker": 40,
    "stickers": 44,
    "hologram": 34,
}
"""Room an ornament takes between two characters, on plates with 75 mm characters."""

_STARS = (255, 205, 30)


def paint(canvas: Canvas, mask: npt.NDArray[np.uint8], x: int, y: int, colour: Rgb) -> None:
    """Paint `colour` through `mask` (0-255) with its top left at (x, y), clipped to the canvas."""
    height, width = mask.shape
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + width, canvas.shape[1]), min(y + height, canvas.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    alpha = mask[y0 - y : y1 - y, x0 - x : x1 - x, None].astype(np.float32) / 255
    region = canvas[y0:y1, x0:x1]
    region[:] = region * (1 - alpha) + np.array(colour, np.float32) * alpha


def small_text(
    canvas: Canvas,
    text: str,
    box: tuple[float, float, float, float],
    colour: Rgb,
    rng: np.random.Generator,
) -> None:
    """Write `text` as large as fits into the box (x, y, width, height in pixels), centred."""
    face = fonts.pick_face("condensed", rng)
    x, y, width, height = box
    masks = [fonts.glyph(face, c) if c != " " else None for c in text]
    natural = sum(m.shape[1] if m is not None else 30 for m in masks) + 14 * (len(masks) - 1)
    scale = min(height / fonts.GLYPH_HEIGHT, width / max(natural, 1))
    cursor = x + (width - natural * scale) / 2
    top = round(y + (height - fonts.GLYPH_HEIGHT * scale) / 2)
    for mask in masks:
        if mask is not None:
            size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
            shrunk = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
            paint(canvas, shrunk.astype(np.uint8), round(cursor), top, colour)
        cursor += ((mask.shape[1] if mask is not None else 30) + 14) * scale


def band(
    canvas: Canvas,
    box: tuple[int, int, int, int],
    letters: str,
    style: str,
    rng: np.random.Generator,
) -> None:
    """Fill the box (x, y, width, height) with a country band: emblem above, letters below."""
    x, y, width, height = box
    ground = _jitter(GREEN if style == "green" else EU_BLUE, rng, 22)
    cv2.rectangle(canvas, (x, y), (x + width - 1, y + height - 1), ground, -1)
    centre = (x + width / 2, y + height * 0.32)
    if style == "eu":
        _star_ring(canvas, centre, min(width, height) * 0.31)
    elif style in ("flag", "ua"):
        _flag(canvas, centre, width * 0.7, style, rng)
    small_text(
        canvas, letters, (x + width * 0.12, y + height * 0.6, width * 0.76, height * 0.28),
        (240, 240, 240), rng,
    )  # fmt: skip


_RIGHT_BANDS: dict[str, tuple[Rgb, Rgb]] = {
    "blue": (EU_BLUE, (240, 240, 240)),
    "yellow": ((240, 200, 20), (20, 20, 20)),
    "red": ((200, 30, 40), (240, 240, 240)),
    "validity": ((240, 240, 236), (190, 25, 35)),
}
"""Ground and ink of the second band."""
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def right_band(
    canvas: Canvas, box: tuple[int, int, int, int], colour: str, rng: np.random.Generator
) -> None:
    """The second band: France's department, Italy's year and province, a date of validity."""
    x, y, width, height = box
    fill, ink = _RIGHT_BANDS[colour]
    fill = _jitter(fill, rng, 22 if colour == "blue" else 8)
    cv2.rectangle(canvas, (x, y), (x + width - 1, y + height - 1), fill, -1)
    upper, lower = (f"{int(rng.integers(0, 100)):02d}" for _ in range(2))
    if colour == "blue" and rng.random() < 0.5:
        lower = "".join(rng.choice(list("ABCFGIMNOPRSTV"), 2))
    if colour == "validity":
        upper = _ROMAN_MONTHS[int(rng.integers(12))]
    inner = (x + width * 0.2, width * 0.6)
    if rng.random() < 0.75:
        small_text(canvas, upper, (inner[0], y + height * 0.14, inner[1], height * 0.2), ink, rng)
    if rng.random() < 0.85:
        small_text(canvas, lower, (inner[0], y + height * 0.62, inner[1], height * 0.2), ink, rng)


def ornament(
    canvas: Canvas,
    name: str,
    centre: tuple[float, float],
    size: float,
    rng: np.random.Generator,
) -> None:
    """Draw the ornament `name` about its centre; `size` is the characters' height in pixels."""
    _DRAWERS[name](canvas, centre, size, rng)


def _jitter(colour: Rgb, rng: np.random.Generator, spread: int) -> Rgb:
    r, g, b = (int(np.clip(c + rng.integers(-spread, spread + 1), 0, 255)) for c in colour)
    return r, g, b


def _any_colour(rng: np.random.Generator) -> Rgb:
    r, g, b = (int(v) for v in rng.integers(20, 236, 3))
    return r, g, b


def _disc(canvas: Canvas, x: float, y: float, radius: float, colour: Rgb) -> None:
    centre = (round(x * 16), round(y * 16))
    cv2.circle(canvas, centre, max(8, round(radius * 16)), colour, -1, cv2.LINE_AA, 4)


def _star_ring(canvas: Canvas, centre: tuple[float, float], radius: float) -> None:
    for angle in np.arange(12) * np.pi / 6:
        x, y = centre[0] + radius * np.sin(angle), centre[1] + radius * np.cos(angle)
        _disc(canvas, x, y, max(0.5, radius * 0.14), _STARS)


def _flag(
    canvas: Canvas, centre: tuple[float, float], width: float, style: str, rng: np.random.Generator
) -> None:
    height = width * 0.66
    x0, y0 = centre[0] - width / 2, centre[1] - height / 2
    stripes = [(0, 90, 190), (255, 213, 0)] if style == "ua" else [_any_colour(rng)] * 2
    if style == "flag":
        stripes = [_any_colour(rng) for _ in range(3)]
    for i, colour in enumerate(stripes):
        top, bottom = y0 + height * i / len(stripes), y0 + height * (i + 1) / len(stripes)
        corners = (round(x0), round(top)), (round(x0 + width), round(bottom))
        cv2.rectangle(canvas, *corners, colour, -1)


def _seals(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    """Germany: the inspection disc over the registration seal; the front has only the seal."""
    x, y = centre
    if rng.random() < 0.6:
        _inspection_disc(canvas, x, y - size * 0.27, size * 0.21, rng)
        _registration_seal(canvas, x, y + size * 0.25, size * 0.24, rng)
    elif rng.random() < 0.7:
        _registration_seal(canvas, x, y + size * 0.2, size * 0.26, rng)
    else:
        _registration_seal(canvas, x, y, size * 0.26, rng)


def _inspection_disc(
    canvas: Canvas, x: float, y: float, radius: float, rng: np.random.Generator
) -> None:
    colour = ((240, 130, 30), (40, 110, 200), (240, 210, 30), (170, 90, 50), (235, 140, 170),
              (60, 150, 70))[int(rng.integers(6))]  # fmt: skip
    _disc(canvas, x, y, radius, (30, 30, 30))
    _disc(canvas, x, y, radius * 0.92, colour)
    _disc(canvas, x, y, radius * 0.35, (40, 40, 40) if rng.random() < 0.5 else colour)


def _registration_seal(
    canvas: Canvas, x: float, y: float, radius: float, rng: np.random.Generator
) -> None:
    grey = int(rng.integers(150, 225))
    _disc(canvas, x, y, radius, (grey - 50,) * 3)
    _disc(canvas, x, y, radius * 0.9, (grey,) * 3)
    _shield(canvas, (x, y), radius * 1.05, rng)


def _shield(
    canvas: Canvas, centre: tuple[float, float], height: float, rng: np.random.Generator
) -> None:
    """A coat of arms: a shield in one or two colours with a blot as its charge."""
    x, y = centre
    w, h = height * 0.42, height * 0.5
    outline = [
        (x - w, y - h),
        (x + w, y - h),
        (x + w, y + h * 0.2),
        (x, y + h),
        (x - w, y + h * 0.2),
    ]
    points = np.round(np.array(outline) * 16).astype(np.int32)
    cv2.fillPoly(canvas, [points], _any_colour(rng), cv2.LINE_AA, 4)
    if rng.random() < 0.6:
        half = [(x, y - h), (x + w, y - h), (x + w, y + h * 0.2), (x, y + h)]
        points = np.round(np.array(half) * 16).astype(np.int32)
        cv2.fillPoly(canvas, [points], _any_colour(rng), cv2.LINE_AA, 4)
    for _ in range(int(rng.integers(1, 4))):
        dx, dy = rng.uniform(-0.5, 0.5, 2)
        _disc(canvas, x + dx * w, y + dy * h, height * rng.uniform(0.06, 0.2), _any_colour(rng))


def _coat(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    """A coat of arms as tall as half to four fifths of the characters, sometimes with letters."""
    x, y = centre
    height = size * rng.uniform(0.42, 0.8)
    lettered = rng.random() < 0.4
    _shield(
        canvas, (x, y - (size * 0.15 if lettered else 0)), height * (0.7 if lettered else 1), rng
    )
    if lettered:
        text = "".join(rng.choice(list("ABEGIKNORSTV"), int(rng.integers(2, 4))))
        box = (x - size * 0.2, y + size * 0.24, size * 0.4, size * 0.2)
        small_text(canvas, text, box, (40, 40, 45), rng)


def _coat_sk(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    """Slovakia before the European band: the shield over a small SK."""
    x, y = centre
    _shield(canvas, (x, y - size * rng.uniform(0.08, 0.2)), size * rng.uniform(0.5, 0.65), rng)
    box = (x - size * 0.2, y + size * 0.22, size * 0.4, size * rng.uniform(0.16, 0.24))
    small_text(canvas, "SK", box, (40, 40, 45), rng)


def _cross(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    """The Swiss shield: a white cross on red."""
    x, y = centre
    half = size * 0.3
    red = _jitter((215, 25, 35), rng, 15)
    outline = [(x - half, y - half), (x + half, y - half), (x + half, y + half * 0.3),
               (x, y + half * 1.15), (x - half, y + half * 0.3)]  # fmt: skip
    cv2.fillPoly(canvas, [np.round(np.array(outline) * 16).astype(np.int32)], red, cv2.LINE_AA, 4)
    for w, h in ((0.55, 0.17), (0.17, 0.55)):
        corners = (
            (round(x - half * w), round(y - half * (0.1 + h))),
            (round(x + half * w), round(y + half * (h - 0.1))),
        )
        cv2.rectangle(canvas, *corners, (245, 245, 245), -1)


def _canton(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    _shield(canvas, centre, size * 0.62, rng)


def _stickers(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    """Czechia: emission and inspection stickers, one over the other, each may be missing."""
    x, y = centre
    for offset in (-0.24, 0.24):
        if rng.random() < 0.7:
            colour = (60, 140, 70) if rng.random() < 0.5 else _any_colour(rng)
            _disc(canvas, x, y + offset * size, size * 0.2, colour)
            _disc(canvas, x, y + offset * size, size * 0.1, (225, 225, 225))


def _sticker(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    if rng.random() < 0.6:
        _disc(canvas, centre[0], centre[1] + size * rng.uniform(-0.25, 0.25), size * 0.2,
              _any_colour(rng))  # fmt: skip


def _hologram(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    """Poland: the small legalisation sticker, near the foot of the characters."""
    if rng.random() < 0.7:
        x, y = centre[0], centre[1] + size * rng.uniform(0.1, 0.3)
        w, h = size * 0.12, size * rng.uniform(0.12, 0.2)
        colour = (190, 60, 60) if rng.random() < 0.4 else (175, 180, 190)
        cv2.rectangle(
            canvas, (round(x - w), round(y - h)), (round(x + w), round(y + h)), colour, -1
        )


def _season(
    canvas: Canvas, centre: tuple[float, float], size: float, rng: np.random.Generator
) -> None:
    """Germany: the months a seasonal plate is valid, small, one over the other."""
    x, y = centre
    width, height = size * 0.32, size * 0.32
    for sign in (-1, 1):
        month = f"{int(rng.integers(1, 13)):02d}"
        top = y + sign * size * 0.25 - height / 2
        small_text(canvas, month, (x - width / 2, top, width, height), (25, 25, 25), rng)
    cv2.line(
        canvas, (round(x - width / 2), round(y)), (round(x + width / 2), round(y)), (25, 25, 25)
    )


_DRAWERS: dict[
    str, Callable[[Canvas, tuple[float, float], float, np.random.Generator], None]
] = {
    "seals": _seals,
    "season": _season,
    "coat": _coat,
    "coat_sk": _coat_sk,
    "cross": _cross,
    "canton": _canton,
    "sticker": _sticker,
    "stickers": _stickers,
    "hologram": _hologram,
}  # fmt: skip
