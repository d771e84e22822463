"""Spanish plates: Reglamento General de Vehículos (RD 2822/1998), annex XVIII, and before."""

from anpr.synthesis.formats import BLACK, RED, WHITE, PlateColour, PlateFormat, codes

LETTERS_2000 = "BCDFGHJKLMNPRSTVWXYZ"
"""Consonants of the system of 2000: no vowels, no Ñ, no Q."""

PROVINCES = codes(
    "A AB AL AV B BA BI BU C CA CC CE CO CR CS CU GC GE GI GR GU H HU IB J L LE LO LU M MA ML "
    "MU NA O OR OU P PM PO S SA SE SG SO SS T TE TF TO V VA VI Z ZA"
)
_STATE = ("PGC", "CNP", "PME", "PMM", "MF", "ET", "EA", "FN", "DGP", "MMA", "CME", "CGPC", "MOP")

_CURRENT = {"country": "ES", "letters": LETTERS_2000, "band": "E", "family": "din"}
_MOTORCYCLE = {"width_mm": 220, "height_mm": 160, "char_height_mm": 60, "char_width_mm": 34}
_TALL = {"width_mm": 340, "height_mm": 220, "char_height_mm": 77, "char_width_mm": 45}


def _es(name: str, *patterns: str, **fields: object) -> PlateFormat:
    merged: dict[str, object] = {**_CURRENT, "char_height_mm": 77, **fields}
    return PlateFormat(name=f"es_{name}", patterns=patterns, **merged)  # type: ignore[arg-type]


SPAIN: tuple[PlateFormat, ...] = (
    _es("current", "9999 AAA", weight=12, group_gap_mm=34),
    _es("current_tall", "9999/AAA", weight=1, **_TALL),
    _es("current_motorcycle", "9999/AAA", weight=2.2, **_MOTORCYCLE),
    _es("current_short", "9999 AAA", weight=0.6, width_mm=340, char_width_mm=29, char_gap_mm=6,
        group_gap_mm=16),
    _es("motorcycle_small", "9999/AAA", weight=0.4, width_mm=132, height_mm=96, char_height_mm=36,
        char_width_mm=20, char_gap_mm=5),
    _es("taxi", "9999 AAA", weight=1.5, colour=PlateColour.BLUE, ink=WHITE, border=WHITE),
    _es("provincial", "P-9999-AA", "P-9999-A", weight=2, band="", letters="ABCDFGHIJKLMNOPSTUVWXYZ",
        codes=PROVINCES, group_gap_mm=20, family="condensed"),
    _es("provincial_numeric", "P-999999", "P-99999", weight=0.4, band="", codes=PROVINCES,
        family="condensed"),
    _es("provincial_tall", "P/9999 AA", "P-9999/AA", "P-999/9AA", weight=0.5, band="",
        codes=PROVINCES, **_TALL),
    _es("provincial_motorcycle", "P/9999A", "P-9999/AA", weight=0.4, band="", codes=PROVINCES,
        **_MOTORCYCLE),
    _es("trailer", "'R' 9999 AAA", "'R'9999 AAA", weight=1, colour=PlateColour.RED,
        char_width_mm=40, group_gap_mm=22),
    _es("trailer_tall", "'R'9999/AAA", weight=0.3, colour=PlateColour.RED, **_TALL),
    _es("moped", "'C'9999/AAA", "'C'9/999/AAA", weight=1, colour=PlateColour.YELLOW, width_mm=168,
        height_mm=100, char_height_mm=38, char_width_mm=20, char_gap_mm=5),
    _es("special", "'E' 9999 AAA", "'E'9999 AAA", weight=0.5, ink=RED, border=RED, char_width_mm=40,
        group_gap_mm=22),
    _es("special_tall", "'E'9999/AAA", weight=0.4, ink=RED, border=RED, **_TALL),
    _es("historic", "'H' 9999 AAA", "'H'9999 AAA", weight=0.4, char_width_mm=40, group_gap_mm=22),
    _es("temporary_private", "'P' 9999 AAA", weight=0.3, colour=PlateColour.GREEN, ink=WHITE,
        border=WHITE, char_width_mm=40, group_gap_mm=22, right_band="validity"),
    _es("temporary_trade", "'S' 9999 AAA", "'V' 9999 AAA", weight=0.3, colour=PlateColour.RED,
        ink=WHITE, border=WHITE, char_width_mm=40, group_gap_mm=22, right_band="validity"),
    _es("diplomatic", "'CD' 999 999", "'CD' 99 999", weight=0.4, colour=PlateColour.RED, ink=WHITE,
        border=WHITE, char_width_mm=40, group_gap_mm=22),
    _es("consular", "'CC' 999 999", "'CC' 99 999", weight=0.3, colour=PlateColour.GREEN, ink=WHITE,
        border=WHITE, char_width_mm=40, group_gap_mm=22),
    _es("international", "'OI' 999 999", "'OI' 99 999", weight=0.2, colour=PlateColour.BLUE,
        ink=WHITE, border=WHITE, char_width_mm=40, group_gap_mm=22),
    _es("diplomatic_staff", "'TA' 999 999", "'TA' 99 999", weight=0.2, colour=PlateColour.YELLOW,
        char_width_mm=40, group_gap_mm=22),
    _es("state", "P 9999 A", "P 9999 AA", "P 9999", "P-9999-A", "P 99999", weight=0.7,
        codes=_STATE, char_width_mm=40, group_gap_mm=22, ink=BLACK),
)  # fmt: skip
