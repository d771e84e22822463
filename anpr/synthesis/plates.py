"""Render number plates: a text in a country's format becomes a picture of the plate itself.

rng = numpy.random.default_rng(7)
plate = render_plate("1234 BCD", "es_current", rng)
anything = random_plate(rng)
spanish = random_plate(rng, country="ES")
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import catalogue, fonts, formats, ornaments
from anpr.synthesis.formats import PlateColour, PlateFormat, Rgb, Token

Canvas = npt.NDArray[np.uint8]

_SEPARATORS = str.maketrans("", "", " -.·")
_FOLDED = str.maketrans("ÄÖÜ", "AOU")
_BAND_MM = 42.0
_MARGIN_MM = 11.0
_CORNER_MM = 9.0


class TextDoesNotFitError(ValueError):
    """The text has no place in the plate format."""


@dataclass(frozen=True)
class RenderedPlate:
    """A plate seen from straight ahead in even light.

    `image` is RGBA, height x width x 4, 8 bits; alpha is 0 outside the rounded corners.
    """

    image: Canvas
    text: str
    """Characters in reading order, upper case A-Z0-9, no separators (Ü is written U)."""
    country: str
    """ISO 3166-1 alpha-2."""
    format_name: str
    rows: int
    colour: PlateColour
    width_mm: float
    height_mm: float
    glyphs: npt.NDArray[np.float32]
    """Left, top, width and height in pixels of each character of `text`, n x 4."""

    @property
    def rgb(self) -> Canvas:
        """The picture without its alpha channel."""
        return np.ascontiguousarray(self.image[:, :, :3])


def random_plate(
    rng: np.random.Generator,
    country: str | None = None,
    *,
    px_per_mm: float = 1.0,
    random_string_share: float = 0.0,
    rim_stroke_share: float = 0.0,
    where: Callable[[PlateFormat], bool] = lambda _: True,
) -> RenderedPlate:
    """A plate of any country (or of one, ISO alpha-2) with a random text of its format.

    `random_string_share` of the plates carry characters drawn freely, so that a reader
    trained on them learns to read and not to complete. `rim_stroke_share` of them begin or end with
    an I or a 1, which looks like the plate's rim. `where` keeps to some formats.
    """
    chosen = catalogue.random_format(rng, country, where)
    pattern = chosen.patterns[int(rng.integers(len(chosen.patterns)))]
    text = formats.random_text(chosen, pattern, rng)
    if rng.random() < random_string_share:
        pool = formats.DIGITS + formats.LETTERS
        text = "".join(pool[i] for i in rng.integers(0, len(pool), len(text)))
    if rim_stroke_share and rng.random() < rim_stroke_share:
        text = _with_rim_stroke(text, rng)
    return render_plate(text, chosen.name, rng, px_per_mm=px_per_mm)


def _with_rim_stroke(text: str, rng: np.random.Generator) -> str:
    """The text with an I (for a letter) or a 1 (for a digit) at one of its ends."""
    place = 0 if rng.random() < 0.5 else len(text) - 1
    stroke = "1" if text[place].isdigit() else "I"
    return text[:place] + stroke + text[place + 1 :]


def render_plate(
    text: str, format_name: str, rng: np.random.Generator, *, px_per_mm: float = 1.0
) -> RenderedPlate:
    """Draw `text` in the format `format_name`, varied by `rng` as makers' plates vary.

    Raises
    ------
    UnknownFormatError
        If there is no such format.
    TextDoesNotFitError
        If the text is longer or shorter than every pattern of the format.
    """
    chosen = catalogue.plate_format(format_name)
    bare = text.upper().translate(_SEPARATORS)
    ways = formats.layouts(chosen, bare)
    if not ways:
        raise TextDoesNotFitError(f"{text!r} fits none of {', '.join(chosen.patterns)}")
    ways = _that_keep_groups(ways, text.upper()) or ways
    rows = _rows(ways[int(rng.integers(len(ways)))])
    drawing = _Drawing(chosen, px_per_mm, rng)
    return RenderedPlate(
        image=drawing.draw(rows),
        text=bare.translate(_FOLDED),
        country=chosen.country,
        format_name=chosen.name,
        rows=len(rows),
        colour=chosen.colour,
        width_mm=chosen.width_mm,
        height_mm=chosen.height_mm,
        glyphs=np.array(drawing.glyphs, np.float32),
    )


def _that_keep_groups(ways: list[list[Token]], text: str) -> list[list[Token]]:
    """The layouts whose groups are those written in the text with spaces or dashes."""
    wanted = text.translate(str.maketrans("-.·", "   ")).split()
    return [way for way in ways if _groups(way) == wanted]


def _groups(way: list[Token]) -> list[str]:
    shown = "".join(a if kind in ("char", "code", "literal") else " " for kind, a in way)
    return shown.split()


def _rows(way: list[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = [[]]
    for token in way:
        if token[0] == "row":
            rows.append([])
        else:
            rows[-1].append(token)
    return rows


@dataclass(frozen=True)
class _Part:
    """One thing in a row: a glyph, a mark, an ornament or a gap; widths in millimetres."""

    kind: str
    value: str
    width: float


class _Drawing:
    """One plate being drawn: its format, scale, face and how far it strays from the norm."""

    def __init__(self, chosen: PlateFormat, scale: float, rng: np.random.Generator) -> None:
        self.format, self.scale, self.rng = chosen, scale, rng
        self.face = fonts.pick_face(chosen.family if rng.random() < 0.9 else "din", rng)
        self.boldness = fonts.boldness_for(self.face, rng.triangular(0.1, 0.135, 0.19))
        self.equal_cells = rng.random() < chosen.equal_cells
        self.char_width = chosen.char_width_mm * rng.uniform(0.92, 1.06)
        self.char_height = chosen.char_height_mm * rng.uniform(0.97, 1.03)
        self.char_gap = chosen.char_gap_mm * rng.uniform(0.75, 1.2)
        self.group_gap = chosen.group_gap_mm * rng.uniform(0.7, 1.3)
        self.ink = _vary(chosen.ink, rng, 14)
        self.paper = _vary(chosen.ground, rng, 12)
        self.width, self.height = round(chosen.width_mm * scale), round(chosen.height_mm * scale)
        self.glyphs: list[tuple[int, int, int, int]] = []

    def draw(self, rows: list[list[Token]]) -> Canvas:
        canvas: Canvas = np.full((self.height, self.width, 3), self.paper, np.uint8)
        left, right = self._bands(canvas, len(rows))
        top, row_height = self._row_heights(len(rows))
        for i, row in enumerate(rows):
            centre = top + row_height * (i + 0.5)
            start = left if len(rows) == 1 or i == 0 or self.rng.random() < 0.5 else _MARGIN_MM
            self._row(canvas, row, start, right, centre, row_height)
        if self.format.footer and self.rng.random() < 0.6:
            self._small_print(canvas)
        self._border(canvas)
        if self.rng.random() < 0.3:
            canvas = self._embossed(canvas)
        joined = np.empty((self.height, self.width, 4), np.uint8)
        joined[:, :, :3] = canvas
        joined[:, :, 3] = _rounded(self.height, self.width, self.scale)
        return joined

    def _bands(self, canvas: Canvas, rows: int) -> tuple[float, float]:
        """Draw the bands; the millimetres between which characters may stand."""
        chosen, left, right = self.format, _MARGIN_MM, self.format.width_mm - _MARGIN_MM
        narrow = min(1.0, chosen.width_mm / 420)
        width = _BAND_MM * narrow * self.rng.uniform(0.9, 1.08)
        if chosen.band and self.rng.random() < 0.96:
            tall = self.height if rows == 1 else round(self.height * self.rng.uniform(0.45, 0.6))
            box = (0, 0, round(width * self.scale), tall)
            ornaments.band(canvas, box, chosen.band, chosen.band_style, self.rng)
            left = width + _MARGIN_MM * 0.5
        if chosen.right_band and self.rng.random() < 0.95:
            pixels = round(width * self.scale)
            box = (self.width - pixels, 0, pixels, self.height)
            ornaments.right_band(canvas, box, chosen.right_band, self.rng)
            right = chosen.width_mm - width - _MARGIN_MM * 0.5
        return left, right

    def _row_heights(self, rows: int) -> tuple[float, float]:
        margin = 0.0 if rows == 1 else _MARGIN_MM * 0.7
        return margin, (self.format.height_mm - 2 * margin) / rows

    def _row(
        self, canvas: Canvas, row: list[Token], left: float, right: float, centre: float,
        row_height: float,
    ) -> None:  # fmt: skip
        height = min(self.char_height, row_height * 0.86)
        parts = self._parts(row)
        natural = sum(p.width for p in parts)
        squeeze = min(1.0, (right - left) / max(natural, 1))
        slack = (right - left) - natural * squeeze
        cursor = left + slack * float(np.clip(self.rng.normal(0.5, 0.12), 0.05, 0.95))
        for part in parts:
            width = part.width * squeeze
            self._part(canvas, part, cursor, width, centre, height)
            cursor += width

    def _parts(self, row: list[Token]) -> list[_Part]:
        parts: list[_Part] = []
        for kind, value in row:
            if kind in ("char", "code", "literal"):
                for char in value:
                    if parts and parts[-1].kind == "glyph":
                        parts.append(_Part("gap", "", self.char_gap))
                    parts.append(_Part("glyph", char, self._glyph_width(char)))
            else:
                parts.append(_Part(kind, value, self._mark_width(kind, value)))
        return parts

    def _glyph_width(self, char: str) -> float:
        if self.equal_cells:
            return self.char_width
        mask = fonts.glyph(self.face, char, self.boldness)
        aspect = mask.shape[1] / mask.shape[0] / fonts.nominal_aspect(self.face)
        return self.char_width * float(np.clip(aspect, 0.15, 1.3))

    def _mark_width(self, kind: str, value: str) -> float:
        if kind == "ornament":
            return ornaments.WIDTH_MM[value] * min(1.0, self.char_height / 75)
        share = {"gap": 1.0, "half": 0.5, "dash": 1.15, "dot": 0.8}[kind]
        return self.group_gap * share

    def _part(
        self, canvas: Canvas, part: _Part, x: float, width: float, centre: float, height: float
    ) -> None:
        middle = (x + width / 2) * self.scale, centre * self.scale
        if part.kind == "glyph":
            self._glyph(canvas, part.value, x, width, centre, height)
        elif part.kind == "ornament":
            ornaments.ornament(canvas, part.value, middle, height * self.scale, self.rng)
        elif part.kind == "dash":
            w, h = min(width * 0.5, 22) * self.scale / 2, max(1.0, height * 0.13 * self.scale) / 2
            corners = (_point(middle[0] - w, middle[1] - h), _point(middle[0] + w, middle[1] + h))
            cv2.rectangle(canvas, *corners, self.ink, -1, cv2.LINE_AA, 4)
        elif part.kind == "dot":
            radius = max(8, round(height * 0.07 * self.scale * 16))
            cv2.circle(canvas, _point(*middle), radius, self.ink, -1, cv2.LINE_AA, 4)

    def _glyph(
        self, canvas: Canvas, char: str, x: float, width: float, centre: float, height: float
    ) -> None:
        mask = fonts.glyph(self.face, char, self.boldness)
        if self.equal_cells:
            natural = mask.shape[1] / mask.shape[0] / fonts.nominal_aspect(self.face)
            ink_width = width * float(np.clip(natural, 0.15, 1.06))
            x, width = x + (width - ink_width) / 2, ink_width
        size = (max(1, round(width * self.scale)), max(2, round(height * self.scale)))
        shrunk = cv2.resize(mask, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        left, top = round(x * self.scale), round((centre - height / 2) * self.scale)
        self.glyphs.append((left, top, *size))
        ornaments.paint(canvas, shrunk, left, top, self.ink)

    def _small_print(self, canvas: Canvas) -> None:
        """A supplier's or county's name, at the foot or the head of the plate."""
        words = "".join(self.rng.choice(list("AEIORNTSLMC "), int(self.rng.integers(6, 18))))
        height = self.height * 0.085
        y = self.height * (0.89 if self.rng.random() < 0.7 else 0.025)
        box = (self.width * 0.3, y, self.width * 0.4, height)
        ornaments.small_text(canvas, words, box, self.ink, self.rng)

    def _border(self, canvas: Canvas) -> None:
        if self.format.border is None:
            return
        thickness = max(1, round(self.rng.uniform(2.0, 4.5) * self.scale))
        inset = round(self.rng.uniform(0, 3.5) * self.scale)
        box = (inset, inset), (self.width - 1 - inset, self.height - 1 - inset)
        cv2.rectangle(canvas, *box, _vary(self.format.border, self.rng, 25), thickness)

    def _embossed(self, canvas: Canvas) -> Canvas:
        """Light on the upper edges of raised characters and shade on the lower ones."""
        grey = cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY).astype(np.float32)
        slope = np.zeros_like(grey)
        slope[1:] = grey[:-1] - grey[1:]
        strength = self.rng.uniform(0.1, 0.35) * (1 if self.rng.random() < 0.7 else -1)
        return np.clip(canvas + (slope * strength)[:, :, None], 0, 255).astype(np.uint8)


def _point(x: float, y: float) -> tuple[int, int]:
    """A point in OpenCV's fixed-point coordinates with four fractional bits."""
    return round(x * 16), round(y * 16)


def _vary(colour: Rgb, rng: np.random.Generator, spread: int) -> Rgb:
    shift = rng.integers(-spread, spread + 1, 3) // 2 + rng.integers(-spread, spread + 1)
    r, g, b = (int(v) for v in np.clip(np.array(colour) + shift, 0, 255))
    return r, g, b


@lru_cache(maxsize=256)
def _rounded(height: int, width: int, scale: float) -> Canvas:
    radius = max(1, round(_CORNER_MM * scale))
    alpha = np.zeros((height, width), np.uint8)
    cv2.rectangle(alpha, (radius, 0), (width - 1 - radius, height - 1), 255, -1)
    cv2.rectangle(alpha, (0, radius), (width - 1, height - 1 - radius), 255, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(alpha, (x, y), radius, 255, -1)
    alpha.setflags(write=False)
    return alpha
