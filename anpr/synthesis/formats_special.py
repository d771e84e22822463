"""Rarer plates: diplomats, dealers, temporary, taxis, two rows where the usual plate has one."""

from anpr.synthesis.formats import (
    BLACK,
    BLUE,
    GREEN,
    LETTERS,
    RED,
    WHITE,
    YELLOW,
    PlateColour,
    PlateFormat,
    Rgb,
)
from anpr.synthesis.formats_east import ROMANIAN, SLOVAK
from anpr.synthesis.formats_spain import PROVINCES
from anpr.synthesis.formats_west import AUSTRIAN, GERMAN, UK_AREAS

_MINT: Rgb = (165, 222, 178)
_TALL = {"width_mm": 340, "height_mm": 220, "char_height_mm": 77, "char_width_mm": 45}
_SQUARE = {"width_mm": 280, "height_mm": 200, "char_height_mm": 72, "char_width_mm": 38}
_BIKE = {"width_mm": 200, "height_mm": 160, "char_height_mm": 58, "char_width_mm": 32,
         "char_gap_mm": 7, "group_gap_mm": 14}  # fmt: skip
_FE = {"band": "D", "family": "fe", "codes": GERMAN, "char_width_mm": 44, "char_gap_mm": 8,
       "group_gap_mm": 22, "equal_cells": 0.9}  # fmt: skip
_NARROW = {"char_width_mm": 40, "group_gap_mm": 22}


def _f(name: str, country: str, *patterns: str, **fields: object) -> PlateFormat:
    merged: dict[str, object] = {"name": name, "country": country, "patterns": patterns, **fields}
    return PlateFormat(**merged)  # type: ignore[arg-type]


_SPANISH: tuple[PlateFormat, ...] = (
    _f("es_taxi_tall", "ES", "9999/AAA", weight=0.5, band="E", colour=PlateColour.BLUE, ink=WHITE,
       border=WHITE, letters="BCDFGHJKLMNPRSTVWXYZ", **_TALL),
    _f("es_special_provincial", "ES", "P-99999-'VE'", "P-9999-'VE'", weight=0.3, codes=PROVINCES,
       ink=RED, border=RED, family="condensed", **_NARROW),
    _f("es_trailer_provincial", "ES", "P-99999-'R'", "P-9999-'R'", weight=0.3, codes=PROVINCES,
       colour=PlateColour.RED, family="condensed", **_NARROW),
    _f("es_diplomatic_tall", "ES", "'CD' 999/999", "'CD' 99/999", weight=0.2, ink=WHITE,
       colour=PlateColour.RED, border=WHITE, **_TALL),
)  # fmt: skip

_GERMAN_PLATES: tuple[PlateFormat, ...] = (
    _f("de_dealer", "DE", "P{seals}'06'999", "P{seals}'06'9999", "P{seals}'07'999", weight=0.5,
       **{**_FE, "ink": RED, "border": RED}),
    _f("de_short_term", "DE", "P{seals}'04'9999", "P{seals}'03'999", weight=0.4,
       right_band="yellow", **_FE),
    _f("de_export", "DE", "P{seals}999A", "P{seals}99A", weight=0.4, right_band="red", **_FE),
    _f("de_authority", "DE", "P{seals}9999", "P{seals}99999", "P{seals}999", weight=0.4, **_FE),
    _f("de_forces", "DE", "'Y' 999 999", "'0' 99 999", "'0' 999 999", weight=0.3, **_FE),
    _f("at_electric", "AT", "P{coat}999 AA", "P{coat}99 AAA", weight=0.5, height_mm=120,
       char_height_mm=67, char_width_mm=38, band="A", codes=AUSTRIAN, group_gap_mm=16, border=RED,
       ink=GREEN),
    _f("at_black", "AT", "P 999.999", "P 99.999", weight=0.2, colour=PlateColour.BLACK, ink=WHITE,
       codes=("W", "N", "O", "ST", "T", "K", "S", "V", "B"), border=None, **_NARROW),
)  # fmt: skip

_ROMANCE: tuple[PlateFormat, ...] = (
    _f("fr_temporary", "FR", "'WW'-999-AA", "'W'-999-AA", weight=0.4, band="F",
       right_band="blue", border=None, group_gap_mm=28),
    _f("fr_black", "FR", "999 AA 99", "9999 AA 99", "999 AAA 99", weight=0.3, ink=WHITE,
       colour=PlateColour.BLACK, border=None, **_NARROW),
    _f("fr_diplomatic", "FR", "999 'CD' 999", "99 'CD' 99", weight=0.2, ink=(240, 140, 40),
       colour=PlateColour.GREEN, border=None, **_NARROW),
    _f("it_square", "IT", "AA/999AA", "AA 9/99AA", weight=0.6, band="I", right_band="blue",
       border=None, letters="ABCDEFGHJKLMNPRSTVWXYZ", family="condensed", **_SQUARE),
    _f("it_moped", "IT", "A99/AAA", "AA9/9AA", weight=0.3, border=None,
       **{**_BIKE, "width_mm": 140, "height_mm": 120, "char_height_mm": 40, "char_width_mm": 22}),
    _f("it_trailer", "IT", "AA 99999", "'X'A 999AA", weight=0.4, border=None, band="I",
       family="condensed", **_NARROW),
    _f("pt_motorcycle", "PT", "99-AA/99", "AA 99/AA", "AA-99/99", weight=0.5, band="P",
       border=None, **_BIKE),
)  # fmt: skip

_NORTHERN: tuple[PlateFormat, ...] = (
    _f("gb_electric", "GB", "P99 AAA", weight=0.6, codes=UK_AREAS, band="UK", band_style="green",
       family="heavy", char_width_mm=48, border=None, char_height_mm=79, group_gap_mm=33,
       letters=LETTERS.replace("I", "")),
    _f("gb_motorcycle", "GB", "P99/AAA", "A999/AAA", "A99/AAA", weight=0.6, codes=UK_AREAS,
       family="heavy", border=None, colour=PlateColour.YELLOW, **{**_BIKE, "width_mm": 229,
       "height_mm": 178, "char_height_mm": 64, "char_width_mm": 42}),
    _f("ie_two_row", "IE", "999-P/9999", "99-P/9999", weight=0.3, band="IRL", border=None,
       codes=("D", "C", "G", "KE", "WX", "L", "MH"), **_TALL),
    _f("be_letters", "BE", "'T'-AAA-999", "'O'-AAA-999", "'Q'-AAA-999", "'S'-AAA-999",
       "'M'-AAA-999", weight=0.5, band="B", ink=RED, border=RED, **_NARROW),
    _f("be_motorcycle", "BE", "9-AAA/999", "'M'-AAA/999", "AAA/999", weight=0.4, band="B", ink=RED,
       border=RED, **{**_BIKE, "width_mm": 210, "height_mm": 140, "char_height_mm": 50}),
    _f("nl_motorcycle", "NL", "AA-99/AA", "99-AA/99", "AAA/99-A", weight=0.4, band="NL",
       colour=PlateColour.YELLOW, **_BIKE),
    _f("se_two_row", "SE", "AAA/999", "AAA/99A", weight=0.3, band="S", **_SQUARE),
    _f("se_dealer", "SE", "AAA 999", weight=0.2, colour=PlateColour.GREEN, ink=WHITE,
       group_gap_mm=44),
    _f("fi_two_row", "FI", "AAA/999", "AA/999", weight=0.3, band="FIN", **_SQUARE),
    _f("fi_black", "FI", "AAA-999", "AAA-99", weight=0.1, colour=PlateColour.BLACK, ink=WHITE),
    _f("no_two_row", "NO", "AA/99999", "AA/9999", weight=0.3, band="N", band_style="flag",
       **_SQUARE),
    _f("no_black", "NO", "AA 99999", weight=0.2, colour=PlateColour.BLACK, ink=YELLOW),
    _f("dk_motorcycle", "DK", "AA/99999", "AA99/999", weight=0.2, border=RED, **_BIKE),
    _f("ee_two_row", "EE", "999/AAA", "99/AAA", weight=0.2, band="EST", **_SQUARE),
    _f("lv_two_row", "LV", "AA/9999", "AA/999", weight=0.2, band="LV", **_SQUARE),
    _f("lv_motorcycle", "LV", "AA/999", weight=0.1, band="LV", **_BIKE),
    _f("lu_two_row", "LU", "AA/9999", "99/999", weight=0.2, band="L", colour=PlateColour.YELLOW,
       **_SQUARE),
)  # fmt: skip

_CENTRAL: tuple[PlateFormat, ...] = (
    _f("sk_old", "SK", "P{coat_sk}999AA", "P{coat_sk}_999_AA", weight=1.2, codes=SLOVAK,
       char_width_mm=44, group_gap_mm=22),
    _f("sk_motorcycle", "SK", "P{coat}/999AA", "P{coat_sk}/999AA", weight=0.4, codes=SLOVAK,
       **{**_BIKE, "width_mm": 240, "height_mm": 130}),
    _f("sk_new_two_row", "SK", "AA{coat}/999AA", weight=0.2, band="SK", **_SQUARE),
    _f("cz_without_band", "CZ", "9A9{stickers}9999", "9A9 9999", weight=0.6,
       letters="ABCEHJKLMPSTUVXYZ", char_width_mm=44, group_gap_mm=30, equal_cells=0.6),
    _f("cz_motorcycle", "CZ", "9A/9999", "9AA/9999", "AA/99-99", weight=0.4,
       **{**_BIKE, "height_mm": 150}),
    _f("cz_old_two_row", "CZ", "AA/99-99", "AAA/99-99", weight=0.2, **_SQUARE),
    _f("pl_black", "PL", "AAA 9999", "AAA 999A", weight=0.2, colour=PlateColour.BLACK, ink=WHITE,
       border=None, **_NARROW),
    _f("pl_motorcycle", "PL", "AA/9999", "AAA/99A", "AA/99AA", weight=0.3, band="PL",
       family="condensed", **_BIKE),
    _f("pl_vintage", "PL", "AA 99A", "AA 999", weight=0.2, band="PL", colour=PlateColour.YELLOW,
       group_gap_mm=60),
    _f("hu_electric", "HU", "AAA-999", "AA AA-999", weight=0.4, band="H", paper=_MINT,
       colour=PlateColour.GREEN, **_NARROW),
    _f("si_two_row", "SI", "AA/AA-999", "AA/99-AAA", weight=0.2, band="SLO", border=GREEN,
       **_SQUARE),
    _f("bg_motorcycle", "BG", "A/9999", "AA/9999", "A 99/99", weight=0.2, band="BG",
       letters="ABEKMHOPCTYX", **_BIKE),
    _f("ro_motorcycle", "RO", "P/99 AAA", "P 99/AAA", "'B'/999 AAA", weight=0.4, band="RO",
       codes=ROMANIAN, **_BIKE),
    _f("rs_two_row", "RS", "AA{coat}/999-AA", "AA{coat}/9999-AA", weight=0.2, band="SRB",
       band_style="plain", **_SQUARE),
    _f("ba_two_row", "BA", "A99/A-999", "A99-A/999", weight=0.2, band="BIH", band_style="plain",
       **_SQUARE),
    _f("gr_two_row", "GR", "AAA/9999", "AAA/999", weight=0.4, band="GR", letters="ABEZHIKMNOPTYX",
       **_SQUARE),
    _f("gr_taxi", "GR", "'TA'A-9999", "AAA-9999", weight=0.2, band="GR",
       letters="ABEZHIKMNOPTYX", colour=PlateColour.YELLOW, **_NARROW),
    _f("ua_taxi", "UA", "AA 9999 AA", weight=0.2, band="UA", band_style="ua",
       letters="ABCEHIKMOPTXY", colour=PlateColour.YELLOW, **_NARROW),
    _f("ua_temporary", "UA", "99 AA 9999", weight=0.2, band="UA", band_style="ua",
       letters="ABCEHIKMOPTXY", ink=RED, border=RED, **_NARROW),
    _f("by_two_row", "BY", "9999/AA-9", "AA-9/9999", weight=0.3, band="BY", band_style="flag",
       letters="ABCEHIKMOPTX", **_SQUARE),
    _f("md_two_row", "MD", "AAA/999", "'C' AA/999", weight=0.2, band="MD", band_style="flag",
       **_SQUARE),
    _f("al_two_row", "AL", "AA/999AA", weight=0.2, band="AL", band_style="plain", **_SQUARE),
    _f("mk_two_row", "MK", "AA/9999-AA", "AA/999-AA", weight=0.2, band="NMK", band_style="plain",
       **_SQUARE),
    _f("me_two_row", "ME", "AA{coat}/AA999", weight=0.2, band="MNE", band_style="plain", **_SQUARE),
)  # fmt: skip


def _diplomatic(
    country: str, colour: PlateColour, ink: Rgb, *patterns: str, band: str = ""
) -> PlateFormat:
    return _f(f"{country.lower()}_diplomatic", country, *patterns, weight=0.15, colour=colour,
              ink=ink, border=ink, band=band, **_NARROW)  # fmt: skip


_DIPLOMATS: tuple[PlateFormat, ...] = (
    _diplomatic("PT", PlateColour.WHITE, RED, "999-'CD'999", "99-'CC'999", band="P"),
    _diplomatic("IT", PlateColour.WHITE, BLACK, "'CD' 999AA", "'CC' 999AA", band="I"),
    _diplomatic("CZ", PlateColour.WHITE, BLUE, "999 'CD' 99", "999 'XX' 99", band="CZ"),
    _diplomatic("SK", PlateColour.BLUE, WHITE, "'EE'-99-99", "'ZZ'-99-99", band="SK"),
    _diplomatic("PL", PlateColour.BLUE, WHITE, "A 999999", "A 999 999", band="PL"),
    _diplomatic("HU", PlateColour.BLUE, WHITE, "'CD' 999-999", "'D' 999-999", band="H"),
    _diplomatic("RO", PlateColour.WHITE, BLUE, "'CD' 999 999", "'TC' 999 999", band="RO"),
    _diplomatic("BG", PlateColour.RED, WHITE, "'C' 9999", "'CT' 9999", "'CC' 9999", band="BG"),
    _diplomatic("GR", PlateColour.GREEN, WHITE, "'CD' 99-999", "'CD' 9-99"),
    _diplomatic("TR", PlateColour.GREEN, WHITE, "99 'CD' 999", "99 'CC' 999", band="TR"),
    _diplomatic("NO", PlateColour.BLUE, YELLOW, "'CD' 99999", "99 9999"),
    _diplomatic("SE", PlateColour.BLUE, WHITE, "AA 999 A"),
    _diplomatic("FI", PlateColour.BLUE, WHITE, "'CD'-9999", "'C'-99999"),
    _diplomatic("LT", PlateColour.GREEN, WHITE, "99 9 999", "99 9 99", band="LT"),
    _diplomatic("HR", PlateColour.YELLOW, BLUE, "999-A-999", "999-A-99", band="HR"),
    _diplomatic("NL", PlateColour.YELLOW, BLACK, "'CD'-99-99", "'CDJ'-999", band="NL"),
    _diplomatic("BE", PlateColour.WHITE, RED, "'CD'-AA-999", "'CD'-A-999", band="B"),
    _diplomatic("CH", PlateColour.WHITE, BLACK, "'CD' 99-999", "'CC' 99-99"),
    _diplomatic("UA", PlateColour.WHITE, BLACK, "'D'999 999", "'DP'999 999", "'S'999 999"),
)

SPECIAL: tuple[PlateFormat, ...] = (
    *_SPANISH, *_GERMAN_PLATES, *_ROMANCE, *_NORTHERN, *_CENTRAL, *_DIPLOMATS,
)  # fmt: skip
