"""Typefaces for rendered plates: which free fonts are used, and their glyphs as masks.

No free font is the exact typeface of any country, so each plate style draws from a family
of look-alikes. Fonts come from Debian packages (fonts-opendin, fonts-roadgeek,
fonts-roboto-unhinted, fonts-dejavu-core, fonts-liberation, ...) and, where present, from the
folder named by SARBIDE_FONTS (for example the @fontsource packages). A font that is missing
is left out; the two drawn typefaces are always there, but alone they train a poor reader.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from anpr.synthesis import strokes

Mask = npt.NDArray[np.uint8]

GLYPH_HEIGHT = 96
"""Height in pixels at which capitals are cached."""

_SYSTEM_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_SUFFIXES = frozenset({".ttf", ".otf", ".woff"})


@dataclass(frozen=True)
class Face:
    """One font file by its stem, and how often a family uses it."""

    stem: str
    weight: float = 1.0
    plain_zero: bool = True
    """False where the font's zero is slashed or dotted; the letter O then stands in."""


_DIN = (
    Face("OSP-DIN", 5),
    Face("RG2014C", 1.5),
    Face("RG2014D", 2.5),
    Face("RG2014E", 1.5),
    Face("barlow-semi-condensed-latin-500-normal", 2),
    Face("barlow-semi-condensed-latin-600-normal", 1.5),
    Face("barlow-latin-500-normal"),
    Face("saira-semi-condensed-latin-500-normal"),
    Face("DejaVuSansCondensed", 0.7),
    Face("DejaVuSansCondensed-Bold", 0.5),
    Face("pathway-extreme-latin-500-normal", 0.5),
    Face("share-tech-latin-400-normal", 0.6),
    Face("RobotoCondensed-Medium"),
    Face("roboto-condensed-latin-500-normal"),
    Face("overpass-latin-500-normal"),
    Face("overpass-latin-600-normal"),
)
_CONDENSED = (
    Face("OSP-DIN", 2),
    Face("RG2014B", 1.5),
    Face("RG2014C", 2),
    Face("barlow-condensed-latin-500-normal", 2),
    Face("barlow-condensed-latin-600-normal", 2),
    Face("archivo-narrow-latin-500-normal"),
    Face("archivo-narrow-latin-600-normal"),
    Face("asap-condensed-latin-500-normal"),
    Face("ibm-plex-sans-condensed-latin-500-normal", 0.6),
    Face("encode-sans-condensed-latin-500-normal"),
    Face("saira-condensed-latin-500-normal"),
    Face("RobotoCondensed-Bold"),
    Face("RobotoCondensed-Regular", 0.7),
    Face("roboto-condensed-latin-600-normal"),
    Face("LiberationSansNarrow-Bold"),
    Face("oswald-latin-400-normal", 0.5),
)
_HEAVY = (
    Face("RG2014E", 2),
    Face("RG2014EM", 2),
    Face("RG2014F", 1.5),
    Face("RG2014D", 1.5),
    Face("OSP-DIN", 1.5),
    Face("overpass-latin-700-normal", 2),
    Face("barlow-latin-600-normal", 2),
    Face("barlow-semi-condensed-latin-700-normal", 1.5),
    Face("roboto-condensed-latin-700-normal"),
    Face("LiberationSans-Bold", 1.5),
    Face("DejaVuSans-Bold", 0.7),
    Face("rajdhani-latin-700-normal", 0.7),
    Face("sofia-sans-latin-700-normal"),
    Face("ClearSans-Bold", 0.7),
)
_MONO = (
    Face("OSP-DIN", 2),
    Face("RG2014D", 2),
    Face("b612-mono-latin-700-normal", 0.5, plain_zero=False),
    Face("overpass-mono-latin-600-normal", 0.8, plain_zero=False),
    Face("share-tech-mono-latin-400-normal", 0.7, plain_zero=False),
    Face("b612-latin-700-normal", 0.7),
    Face("LiberationMono-Bold", 0.4, plain_zero=False),
    Face("barlow-semi-condensed-latin-600-normal"),
    Face("Play-Bold", 0.3),
    Face("saira-semi-condensed-latin-600-normal"),
)

DRAWN_FE = "drawn-fe"
"""The forgery-impeding stroke font drawn by `anpr.synthesis.strokes`."""
DRAWN_DIN = "drawn-din"
"""The plain traffic stroke font drawn by `anpr.synthesis.strokes`."""

FAMILIES: dict[str, tuple[Face, ...]] = {
    "din": (*_DIN, Face(DRAWN_DIN, 3)),
    "condensed": (*_CONDENSED, Face(DRAWN_DIN, 2)),
    "heavy": (*_HEAVY, Face(DRAWN_DIN, 2)),
    "mono": (*_MONO, Face(DRAWN_DIN, 2)),
    "fe": (Face(DRAWN_FE, 12), *_DIN[:6]),
}


def _folders() -> list[Path]:
    extra = os.environ.get("SARBIDE_FONTS")
    return [*_SYSTEM_FOLDERS, *([Path(extra)] if extra else [])]


@lru_cache(maxsize=1)
def _index() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in _folders():
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _SUFFIXES:
                found.setdefault(path.stem, path)
    return found


@lru_cache(maxsize=16)
def _usable(family: str) -> tuple[tuple[Face, ...], npt.NDArray[np.float64]]:
    index = _index()
    faces = tuple(f for f in FAMILIES[family] if f.stem in index or f.stem in (DRAWN_FE, DRAWN_DIN))
    weights = np.array([f.weight for f in faces])
    return faces, np.cumsum(weights / weights.sum())


def missing_faces() -> list[str]:
    """Stems of the fonts that the families name and this machine lacks."""
    named = {face.stem for family in FAMILIES.values() for face in family}
    return sorted(named - set(_index()) - {DRAWN_FE, DRAWN_DIN})


def pick_face(family: str, rng: np.random.Generator) -> Face:
    """Draw one installed face of a family, by weight."""
    faces, cumulative = _usable(family)
    return faces[min(int(np.searchsorted(cumulative, rng.random())), len(faces) - 1)]


@lru_cache(maxsize=128)
def _font(stem: str) -> tuple[ImageFont.FreeTypeFont, float]:
    path = str(_index()[stem])
    probe = ImageFont.truetype(path, 200)
    left, top, right, bottom = probe.getbbox("H")
    size = round(200 * GLYPH_HEIGHT / max(bottom - top, 1))
    return ImageFont.truetype(path, size), (right - left) / max(bottom - top, 1)


def _rasterise(stem: str, char: str) -> Mask:
    font, _ = _font(stem)
    left, top, right, bottom = font.getbbox(char)
    image = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
    ImageDraw.Draw(image).text((4 - left, 4 - top), char, fill=255, font=font)
    return _crop_to_ink(np.asarray(image))


def _crop_to_ink(mask: Mask) -> Mask:
    rows, columns = np.flatnonzero(mask.max(1) > 64), np.flatnonzero(mask.max(0) > 64)
    if not rows.size:
        return np.zeros((GLYPH_HEIGHT, GLYPH_HEIGHT // 2), np.uint8)
    return np.ascontiguousarray(mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


@lru_cache(maxsize=16384)
def glyph(face: Face, char: str, boldness: int = 0) -> Mask:
    """Ink of one character as a mask (height, width), 0-255, cropped to the ink.

    `boldness` thickens (> 0) or thins (< 0) the strokes, in pixels at `GLYPH_HEIGHT`.
    """
    if face.stem == DRAWN_FE:
        return strokes.glyph(char, GLYPH_HEIGHT, forgery_impeding=True, boldness=boldness)
    if face.stem == DRAWN_DIN:
        return strokes.glyph(char, GLYPH_HEIGHT, forgery_impeding=False, boldness=boldness)
    mask = _rasterise(face.stem, "O" if char == "0" and not face.plain_zero else char)
    if not boldness:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(boldness) + 1,) * 2)
    if boldness < 0:
        return cv2.erode(mask, kernel).astype(np.uint8)
    return cv2.dilate(np.pad(mask, boldness), kernel).astype(np.uint8)


@lru_cache(maxsize=256)
def nominal_aspect(face: Face) -> float:
    """Width of the capital H as a share of its height."""
    h = glyph(face, "H")
    return float(h.shape[1] / h.shape[0])


@lru_cache(maxsize=256)
def _stem_width(face: Face) -> int:
    """Width of the vertical stroke of the capital T, in pixels at `GLYPH_HEIGHT`."""
    t = glyph(face, "T")
    return int((t[int(t.shape[0] * 0.75)] > 127).sum())


def boldness_for(face: Face, stroke_share: float) -> int:
    """The `boldness` that brings a face's strokes to a share of the capitals' height."""
    missing = (stroke_share * GLYPH_HEIGHT - _stem_width(face)) / 2
    return int(np.clip(round(missing), -4, 5))
