"""What plates look like: one `PlateFormat` per plate type, and how texts fit them.

A pattern is the plate from left to right: `A` a letter, `9` a digit, `P` one of the
format's codes (province, county), other capitals in quotes stand for themselves; ` ` is a
group gap, `_` half of one, `-` a printed dash, `.` a printed dot, `{name}` an ornament
(seal, coat of arms) with its own width, `/` the break between two rows.
Sizes and gaps follow each country's drawing, in millimetres.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

Rgb = tuple[int, int, int]

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

WHITE: Rgb = (238, 238, 232)
BLACK: Rgb = (22, 22, 24)
YELLOW: Rgb = (245, 190, 20)
BLUE: Rgb = (20, 70, 165)
EU_BLUE: Rgb = (0, 51, 153)
GREEN: Rgb = (20, 110, 60)
RED: Rgb = (190, 25, 35)


class PlateColour(StrEnum):
    """Colour class of a plate, told by its background."""

    WHITE = "white"
    YELLOW = "yellow"
    BLUE = "blue"
    GREEN = "green"
    RED = "red"
    BLACK = "black"


BACKGROUNDS: dict[PlateColour, Rgb] = {
    PlateColour.WHITE: WHITE,
    PlateColour.YELLOW: YELLOW,
    PlateColour.BLUE: BLUE,
    PlateColour.GREEN: GREEN,
    PlateColour.RED: RED,
    PlateColour.BLACK: BLACK,
}


@dataclass(frozen=True, eq=False)
class PlateFormat:
    """One type of plate as a country issues it."""

    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    patterns: tuple[str, ...]
    weight: float = 1.0
    """How often it is drawn among the formats of its country."""
    width_mm: float = 520
    height_mm: float = 110
    char_height_mm: float = 75
    char_width_mm: float = 44
    """Width of a wide capital (H)."""
    char_gap_mm: float = 9
    group_gap_mm: float = 28
    colour: PlateColour = PlateColour.WHITE
    paper: Rgb | None = None
    """Ground where it is not the usual one of the colour class."""
    ink: Rgb = BLACK
    band: str = ""
    """Letters in the blue band on the left; empty where there is no band."""
    band_style: str = "eu"
    """Emblem over the letters: eu (ring of stars), flag, ua, plain; green: a green band."""
    right_band: str = ""
    """A second band, on the right: `blue`, `yellow`, `red`, `validity` (white, month over year) or
    empty."""
    border: Rgb | None = BLACK
    """Colour of the line round the plate; None where there is none."""
    family: str = "din"
    """Font family, a key of `fonts.FAMILIES`."""
    equal_cells: float = 0.4
    """Share of plates whose characters stand in cells of one width."""
    letters: str = LETTERS
    codes: tuple[str, ...] = ()
    footer: bool = False
    """Whether small print (dealer, county) may stand under or over the characters."""

    @property
    def rows(self) -> int:
        """1 or 2 (mopeds: up to 3)."""
        return 1 + max(p.count("/") for p in self.patterns)

    @property
    def ground(self) -> Rgb:
        """Colour under the characters."""
        return self.paper or BACKGROUNDS[self.colour]

    @property
    def light_on_dark(self) -> bool:
        """Whether the characters are lighter than their ground."""
        return sum(self.ink) > sum(self.ground)


def codes(text: str) -> tuple[str, ...]:
    """Province, county or district codes, written with spaces between them."""
    return tuple(text.split())


Token = tuple[str, str]
"""Kind (char, code, literal, gap, half, dash, dot, ornament, row) and its argument."""

_TOKEN = re.compile(r"\{(?P<ornament>\w+)\}|'(?P<literal>[A-Z0-9]+)'|(?P<one>[A9P _./-])")
_KINDS = {" ": "gap", "_": "half", "-": "dash", ".": "dot", "/": "row"}


@lru_cache(maxsize=1024)
def tokens(pattern: str) -> tuple[Token, ...]:
    """Split a pattern into tokens; ValueError if a sign in it is unknown."""
    found, end = [], 0
    for match in _TOKEN.finditer(pattern):
        if match.start() != end:
            raise ValueError(f"pattern {pattern!r}: unknown sign at {end}")
        end = match.end()
        found.append(_token(match))
    if end != len(pattern):
        raise ValueError(f"pattern {pattern!r}: unknown sign at {end}")
    return tuple(found)


def _token(match: re.Match[str]) -> Token:
    if match["ornament"]:
        return "ornament", match["ornament"]
    if match["literal"]:
        return "literal", match["literal"]
    one = match["one"]
    if one == "P":
        return "code", ""
    return ("char", one) if one in "A9" else (_KINDS[one], one)


def random_text(plate_format: PlateFormat, pattern: str, rng: np.random.Generator) -> str:
    """A text that fits the pattern, without separators."""
    return "".join(_draw(plate_format, kind, arg, rng) for kind, arg in tokens(pattern))


def _draw(plate_format: PlateFormat, kind: str, arg: str, rng: np.random.Generator) -> str:
    if kind == "literal":
        return arg
    if kind == "code":
        return plate_format.codes[int(rng.integers(len(plate_format.codes)))]
    if kind == "char":
        pool = DIGITS if arg == "9" else plate_format.letters
        return pool[int(rng.integers(len(pool)))]
    return ""


def layouts(plate_format: PlateFormat, text: str) -> list[list[Token]]:
    """Every way `text` (no separators) fits the format, as tokens with their characters.

    Where a text fits none, the ways in which it fits by length alone, so that random
    strings can be drawn in any country's layout; an empty list if no length fits either.
    """
    strict = [fit for p in plate_format.patterns for fit in _fits(plate_format, p, text)]
    if strict:
        return strict
    loose = (_spread(tokens(p), text) for p in plate_format.patterns)
    return [fit for fit in loose if fit]


def _fits(plate_format: PlateFormat, pattern: str, text: str) -> Iterator[list[Token]]:
    match = _matcher(plate_format, pattern).fullmatch(text)
    if match:
        groups = iter(match.groups())
        yield [
            (kind, next(groups) if kind in ("char", "code", "literal") else arg)
            for kind, arg in tokens(pattern)
        ]


@lru_cache(maxsize=4096)
def _matcher(plate_format: PlateFormat, pattern: str) -> re.Pattern[str]:
    parts = []
    for kind, arg in tokens(pattern):
        if kind == "literal":
            parts.append(f"({arg})")
        elif kind == "code":
            codes = sorted(plate_format.codes, key=len, reverse=True)
            parts.append(f"({'|'.join(codes)})")
        elif kind == "char":
            parts.append("([0-9])" if arg == "9" else "([A-ZÄÖÜ])")
    return re.compile("".join(parts))


def _spread(pattern: tuple[Token, ...], text: str) -> list[Token]:
    """Lay `text` over the pattern's character places; a code takes what is left over."""
    fixed = sum(len(a) if k == "literal" else 1 for k, a in pattern if k in ("char", "literal"))
    has_code = any(kind == "code" for kind, _ in pattern)
    spare = len(text) - fixed
    if spare < 0 or (spare and not has_code) or spare > 4:
        return []
    laid, rest = [], text
    for kind, arg in pattern:
        take = {"char": 1, "literal": len(arg), "code": spare}.get(kind, 0)
        laid.append((kind, rest[:take]) if take else (kind, arg))
        rest = rest[take:]
    return [(kind, arg) for kind, arg in laid if kind != "code" or arg]
