"""A plate typeface drawn with strokes of one width.

Two variants: plain traffic lettering in the manner of DIN 1451, and one with the
peculiarities of Germany's forgery-impeding FE-Schrift, whose narrow M and W no free font has.
Every glyph sits in a cell one unit high and `_WIDTH` wide; x grows to the right, y downwards.
"""

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Point = tuple[float, float]
Stroke = list[Point]

_STROKE = 0.135
"""Stroke width as a share of the height: FE-Schrift has 10 mm on 75 mm."""
_OVERSAMPLE = 4


def _arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    """Points on an ellipse; degrees, 0 to the right, clockwise as y grows downwards."""
    angles = np.radians(np.linspace(start, end, 17))
    return [(cx + rx * float(np.cos(a)), cy + ry * float(np.sin(a))) for a in angles]


def _bowl(x0: float, y0: float, x1: float, y1: float) -> Stroke:
    """A D-shaped bowl from (x0, y0) round the right side to (x0, y1)."""
    ry = (y1 - y0) / 2
    rx = min(ry, (x1 - x0) * 0.9)
    return [(x0, y0), *_arc(x1 - rx, y0 + ry, rx, ry, -90, 90), (x0, y1)]


def _pill(x0: float, y0: float, x1: float, y1: float) -> Stroke:
    """A closed upright oval with straight flanks."""
    r = (x1 - x0) / 2
    cx = (x0 + x1) / 2
    return [*_arc(cx, y0 + r, r, r, -180, 0), *_arc(cx, y1 - r, r, r, 0, 180), (x0, y0 + r)]


_W = 0.56
"""Width between the centre lines of the outer strokes."""
_M = 0.5 * _W
_R = _M


def _plain() -> dict[str, list[Stroke]]:
    w, m, r = _W, _M, _R
    return {
        "0": [_pill(0, 0, w, 1)],
        "1": [[(0, 0.22), (0.26, 0), (0.26, 1)]],
        "2": [[*_arc(m, r, r, r, -170, 20), (0, 1), (w, 1)]],
        "3": [[(0, 0), (w, 0), (m * 0.9, 0.4), *_arc(m, 1 - r, r, r, -80, 165)]],
        "4": [[(w * 0.55, 0), (0, 0.72), (w, 0.72)], [(w * 0.72, 0.45), (w * 0.72, 1)]],
        "5": [[(w * 0.92, 0), (0.03, 0), (0, 0.46), *_arc(m, 1 - r, r, r, -140, 160)]],
        "6": [[*_arc(m, 1 - r, r, r, 0, 360)], [(w * 0.7, 0), (0.03, 1 - r - 0.1)]],
        "7": [[(0, 0), (w, 0), (w * 0.3, 1)]],
        "8": [
            [*_arc(m, 0.235, r * 0.88, 0.235, 0, 360)],
            [*_arc(m, 0.735, r, 0.265, 0, 360)],
        ],
        "9": [[*_arc(m, r, r, r, 0, 360)], [(w * 0.3, 1), (w - 0.03, r + 0.1)]],
        "A": [[(0, 1), (m, 0), (w, 1)], [(w * 0.15, 0.7), (w * 0.85, 0.7)]],
        "B": [_bowl(0, 0, w * 0.95, 0.47), _bowl(0, 0.47, w, 1), [(0, 0), (0, 1)]],
        "C": [[*_arc(m, r, r, r, -15, -180), *_arc(m, 1 - r, r, r, 180, 15)]],
        "D": [
            [
                (0, 0),
                (w - r, 0),
                *_arc(w - r, r, r, r, -90, 0),
                *_arc(w - r, 1 - r, r, r, 0, 90),
                (0, 1),
                (0, 0),
            ]
        ],
        "E": [[(w * 0.92, 0), (0, 0), (0, 1), (w * 0.95, 1)], [(0, 0.48), (w * 0.8, 0.48)]],
        "F": [[(w * 0.92, 0), (0, 0), (0, 1)], [(0, 0.5), (w * 0.8, 0.5)]],
        "G": [
            [
                *_arc(m, r, r, r, -15, -180),
                *_arc(m, 1 - r, r, r, 180, 0),
                (w, 0.52),
                (w * 0.55, 0.52),
            ]
        ],
        "H": [[(0, 0), (0, 1)], [(w, 0), (w, 1)], [(0, 0.49), (w, 0.49)]],
        "I": [[(0.1, 0), (0.1, 1)]],
        "J": [[(w * 0.8, 0), (w * 0.8, 1 - r), *_arc(w * 0.8 - r, 1 - r, r, r, 0, 150)]],
        "K": [[(0, 0), (0, 1)], [(w, 0), (0.02, 0.58)], [(w * 0.36, 0.36), (w, 1)]],
        "L": [[(0, 0), (0, 1), (w * 0.92, 1)]],
        "M": [[(0, 1), (0, 0), (m * 1.2, 0.62), (w * 1.2, 0), (w * 1.2, 1)]],
        "N": [[(0, 1), (0, 0), (w, 1), (w, 0)]],
        "O": [_pill(0, 0, w, 1)],
        "P": [_bowl(0, 0, w, 0.54), [(0, 0), (0, 1)]],
        "Q": [_pill(0, 0, w, 1), [(w * 0.5, 0.7), (w * 1.03, 1.0)]],
        "R": [_bowl(0, 0, w, 0.52), [(0, 0), (0, 1)], [(w * 0.45, 0.52), (w, 1)]],
        "S": [
            [
                *_arc(m, 0.25, r * 0.97, 0.25, -25, -205),
                (w * 0.22, 0.42),
                (w * 0.78, 0.55),
                *_arc(m, 0.74, r, 0.26, -25, 160),
            ]
        ],
        "T": [[(0, 0), (w, 0)], [(m, 0), (m, 1)]],
        "U": [[(0, 0), (0, 1 - r), *_arc(m, 1 - r, r, r, 180, 0), (w, 0)]],
        "V": [[(0, 0), (m, 1), (w, 0)]],
        "W": [[(0, 0), (w * 0.33, 1), (w * 0.66, 0.12), (w, 1), (w * 1.33, 0)]],
        "X": [[(0, 0), (w, 1)], [(w, 0), (0, 1)]],
        "Y": [[(0, 0), (m, 0.5), (w, 0)], [(m, 0.5), (m, 1)]],
        "Z": [[(0, 0), (w, 0), (0, 1), (w, 1)]],
    }


def _forgery_impeding() -> dict[str, list[Stroke]]:
    """The glyphs in which FE-Schrift departs from plain lettering, M and W above all."""
    w, m, r = _W, _M, _R
    return {
        "0": [_pill(0, 0, w * 0.88, 1)],
        "1": [[(0.02, 0.27), (w * 0.55, 0), (w * 0.55, 1)]],
        "3": [[(0, 0), (w * 0.95, 0), (w * 0.42, 0.4), *_arc(m, 1 - r, r, r, -95, 165)]],
        "4": [[(w * 0.35, 0), (0, 0.7), (w, 0.7)], [(w * 0.75, 0.42), (w * 0.75, 1)]],
        "6": [[(w * 0.6, 0), (0.02, 0.55)], [*_arc(m, 0.71, m, 0.29, 0, 360)]],
        "7": [[(0, 0.12), (0, 0), (w, 0), (w * 0.28, 1)]],
        "9": [[(w * 0.4, 1), (w - 0.02, 0.45)], [*_arc(m, 0.29, m, 0.29, 0, 360)]],
        "B": [_bowl(0, 0, w * 0.88, 0.45), _bowl(0, 0.45, w, 1), [(0, 0), (0, 1)]],
        "I": [[(0, 0), (0.3, 0)], [(0.15, 0), (0.15, 1)], [(0, 1), (0.3, 1)]],
        "J": [
            [
                (w * 0.3, 0),
                (w * 0.85, 0),
                (w * 0.85, 1 - r),
                *_arc(w * 0.85 - r, 1 - r, r, r, 0, 140),
            ]
        ],
        "M": [[(0, 1), (0, 0), (m, 0.42), (w, 0), (w, 1)]],
        "O": [_pill(0, 0, w, 1)],
        "P": [_bowl(0, 0, w, 0.58), [(0, 0), (0, 1)]],
        "Q": [_pill(0, 0, w, 1), [(w * 0.48, 0.68), (w, 1.0)]],
        "R": [_bowl(0, 0, w, 0.5), [(0, 0), (0, 1)], [(w * 0.2, 0.5), (w, 1)]],
        "W": [[(0, 0), (w * 0.16, 1), (m, 0.52), (w * 0.84, 1), (w, 0)]],
    }


_DIAERESIS = {"Ä": "A", "Ö": "O", "Ü": "U"}


@lru_cache(maxsize=2)
def _table(forgery_impeding: bool) -> dict[str, list[Stroke]]:
    return _plain() | (_forgery_impeding() if forgery_impeding else {})


def glyph(char: str, height: int, *, forgery_impeding: bool, boldness: int = 0) -> Mask:
    """Draw one of 0-9, A-Z as a mask (`height`, width), 0-255, cropped to its ink.

    `boldness` is added on both sides of each stroke, in pixels. Characters without a drawing of
    their own come as the letter under their accent.
    """
    table = _table(forgery_impeding)
    paths = table[_DIAERESIS.get(char, char)]
    thickness = max(3, round((_STROKE * height + 2 * boldness) * _OVERSAMPLE))
    inner = height * _OVERSAMPLE - thickness
    half = thickness / 2
    xs = [x for path in paths for x, _ in path]
    left, width = min(xs), max(xs) - min(xs)
    canvas = np.zeros((height * _OVERSAMPLE, int(width * inner + thickness)), np.uint8)
    for path in paths:
        points = np.array([((x - left) * inner + half, y * inner + half) for x, y in path])
        cv2.polylines(canvas, [np.round(points).astype(np.int32)], False, 255, thickness)
    size = (max(2, canvas.shape[1] // _OVERSAMPLE), height)
    return cv2.resize(canvas, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
