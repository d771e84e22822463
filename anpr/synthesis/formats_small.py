"""Plates of Europe's small states and of its eastern edge; all of them drive on Spanish roads.

Kosovo's code is XK, which ISO 3166 leaves to users and the European Union uses.
"""

from anpr.synthesis.formats import BLACK, WHITE, PlateColour, PlateFormat, Rgb, codes

_NAVY: Rgb = (25, 45, 120)
_RUSSIAN_LETTERS = "ABEKMHOPCTYX"
_RUSSIAN_REGIONS = codes(
    "01 02 03 05 16 18 23 24 26 34 36 39 40 47 50 52 54 56 59 61 63 66 67 69 71 73 74 76 77 78 86 "
    "90 96 97 98 99 102 116 123 125 136 147 150 152 154 159 161 163 174 177 178 190 196 197 198 "
    "199 750 761 763 777 790 797 799 977"
)
_TWO_ROW = {"width_mm": 300, "height_mm": 200, "char_height_mm": 72, "char_width_mm": 40}


def _f(name: str, country: str, *patterns: str, **fields: object) -> PlateFormat:
    merged: dict[str, object] = {"name": name, "country": country, "patterns": patterns, **fields}
    return PlateFormat(**merged)  # type: ignore[arg-type]


SMALL_STATES: tuple[PlateFormat, ...] = (
    _f("ad_standard", "AD", "A9999", "A 9999", weight=3, band="AND", band_style="plain",
       char_gap_mm=14, footer=True, group_gap_mm=22),
    _f("ad_old", "AD", "{coat}A9999", "{coat}99999", weight=1, char_gap_mm=14, footer=True,
       ink=_NAVY, border=None),
    _f("ad_two_row", "AD", "A/9999", "A9/999", weight=0.5, footer=True, **_TWO_ROW),
    _f("gi_standard", "GI", "'G' 9999 A", "'G' 999 A", "'G' 99999", weight=2, band="GBZ",
       family="heavy", border=None, char_width_mm=46),
    _f("gi_rear", "GI", "'G' 9999 A", "'G' 99999", weight=1, band="GBZ", family="heavy",
       border=None, char_width_mm=46, colour=PlateColour.YELLOW),
    _f("is_standard", "IS", "AA{sticker}999", "AA{sticker}A99", "AA 999", weight=1, band="IS",
       band_style="flag", ink=_NAVY, border=_NAVY, group_gap_mm=36),
    _f("is_two_row", "IS", "AA/999", "AA/A99", weight=0.3, ink=_NAVY, border=_NAVY, **_TWO_ROW),
    _f("li_standard", "LI", "'FL'{coat}99999", "'FL'{coat}9999", "'FL'{coat}999", weight=1,
       colour=PlateColour.BLACK, ink=WHITE, border=None),
    _f("li_two_row", "LI", "'FL'{coat}/99999", "'FL'{coat}/9999", weight=0.5,
       colour=PlateColour.BLACK, ink=WHITE, border=None, **_TWO_ROW),
    _f("mc_standard", "MC", "A999", "9999", "99A9", "999A", weight=1, width_mm=260, ink=_NAVY,
       band="MC", band_style="plain", border=None, footer=True, char_width_mm=36),
    _f("mc_long", "MC", "{coat}A999", "{coat}9999", "{coat}99A9", weight=1, ink=_NAVY, border=None,
       footer=True, char_gap_mm=16),
    _f("mt_standard", "MT", "AAA 999", weight=1, band="M", border=None, char_width_mm=42,
       group_gap_mm=34),
    _f("ru_standard", "RU", "A 999 AA P", "A999AA P", weight=3, letters=_RUSSIAN_LETTERS,
       codes=_RUSSIAN_REGIONS, width_mm=520, height_mm=112, char_height_mm=72, char_width_mm=36,
       char_gap_mm=7, group_gap_mm=16, family="condensed"),
    _f("ru_taxi", "RU", "AA 999 P", weight=0.4, letters=_RUSSIAN_LETTERS, codes=_RUSSIAN_REGIONS,
       height_mm=112, colour=PlateColour.YELLOW, char_width_mm=40, group_gap_mm=22),
    _f("sm_standard", "SM", "{coat}A9999", "{coat}A999", "{coat}99999", weight=1, ink=_NAVY,
       border=None, footer=True, char_width_mm=42),
    _f("xk_standard", "XK", "99-999-AA", "99 999 AA", weight=1, band="RKS", band_style="plain",
       char_width_mm=40, group_gap_mm=20),
    _f("ge_standard", "GE", "AA-999-AA", "AA{coat}999{coat}AA", weight=1, band="GE",
       band_style="flag", char_width_mm=40, group_gap_mm=20, ink=BLACK),
)  # fmt: skip
