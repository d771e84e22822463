"""Plates of western, northern and southern Europe, current and still driven."""

from anpr.synthesis.formats import (
    BLACK,
    GREEN,
    LETTERS,
    RED,
    WHITE,
    YELLOW,
    PlateColour,
    PlateFormat,
    codes,
)

GERMAN = codes(
    "B M HH K F S D DO E L HB H N DU BO W BI BN MS KA MA A WI GE MG AC BS KI C KR HAL MD FR "
    "OB LU ER HA HST ROS RZ OH SE PI OD IZ NF SL FL RD PLÖ STD CUX OHZ ROW VER DH NI HM HI GS "
    "WF PE GF WOB UE LG LÜN DAN CE SFA WL HK OL WST AUR LER EMD WHV FRI CLP VEC OS EL NOH BOR "
    "COE WAF ST GT HF LIP PB HX SO HSK UN HAM RE BOT GLA LEV RS SG ME NE VIE KLE WES MH EN MK "
    "OE SI GM GL SU EU DN AW HS BM KS HEF FD MR GI LDK LM WW AK NR AZ KH BIR TR WIL DAU BIT "
    "KO MYK RÜD GG DA OF HU MKK HP WO KL PS ZW NW SÜW GER SP LD HD HN LB BB ES GP WN AA HDH "
    "SHA KÜN TBB MOS KN VS TUT RW BL TÜ RT UL BC RV FN SIG EM LÖ WT FDS CW PF RA BAD OG R RO "
    "PA LA DEG CHA SAD NEW AS AN FÜ ERH BA BT HO KU WÜ SW AB KG NES AU DAH EBE ED FFB FS GAP "
    "GZ IN KE KF LL MB MM MÜ MN OA PAF STA TÖL WM DD Z G J EF WE GTH SHL P CB FF BRB BAR LOS "
    "MOL OPR OSL PM PR SPN TF UM EE HRO SN NB GÜ HGW LWL NWM RÜG"
)
AUSTRIAN = codes(
    "W G L S I K KL ST WN SW SR WY WE VK VB GD LI LE MU DL BA BM BR EF FR GM GR KI PE RI RO "
    "SD SE UU WL LL GU HB HF JU KF LB LN MA MZ RA SO VO WZ AM BL BN GF HL HO KO KR KS LF MD "
    "ME MI NK PL SB TU WB WT WU ZT E EU GS JE MM ND OP OW HA JO SL TA ZE IL IM KB KU LA LZ RE "
    "SZ B BZ DO FK"
)
_SWISS = codes("AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH")
_IRISH = codes("C CE CN CW D DL G KE KK KY L LD LH LM LS MH MN MO OY RN SO T W WH WX WW")
UK_AREAS = tuple(a + b for a in "ABCDEFGHKLMNOPRSVWXY" for b in "ABCDEFGHJKLMNOPRSTUVWXY")
_SQUARE_BIKE = {"width_mm": 210, "height_mm": 145, "char_height_mm": 55, "char_width_mm": 30}
_DE_BIKE = {"width_mm": 200, "height_mm": 200, "char_height_mm": 70, "char_width_mm": 38}
_DE: dict[str, object] = {
    "band": "D", "family": "fe", "codes": GERMAN, "char_height_mm": 75, "char_width_mm": 46,
    "char_gap_mm": 8, "group_gap_mm": 22, "equal_cells": 0.9,
    "letters": "ABCDEFGHIJKLMNOPRSTUVWXYZ",
}  # fmt: skip
_DE_LINE = tuple(f"P{{seals}}{a} {n}" for a in ("A", "AA") for n in ("9", "99", "999", "9999"))
_UK: dict[str, object] = {
    "family": "heavy", "char_height_mm": 79, "char_width_mm": 50, "char_gap_mm": 11, "border": None,
    "group_gap_mm": 33, "equal_cells": 0.5, "footer": True, "letters": LETTERS.replace("I", ""),
}  # fmt: skip
_FR: dict[str, object] = {
    "band": "F", "letters": "ABCDEFGHJKLMNPQRSTVWXYZ", "group_gap_mm": 30,
    "right_band": "blue", "char_height_mm": 80, "border": None,
}  # fmt: skip
_NL = {"colour": PlateColour.YELLOW, "band": "NL", "group_gap_mm": 28, "char_height_mm": 77,
       "letters": "BDFGHJKLNPRSTVXZ", "band_style": "eu"}  # fmt: skip
_NL_SERIES = (
    "99-AAA-9", "9-AAA-99", "AA-999-A", "A-999-AA", "99-AA-AA", "AA-AA-99", "AAA-99-A", "9-AA-999",
    "AA-99-AA", "99-AA-99",
)  # fmt: skip


def _f(name: str, country: str, *patterns: str, **fields: object) -> PlateFormat:
    merged: dict[str, object] = {"name": name, "country": country, "patterns": patterns, **fields}
    return PlateFormat(**merged)  # type: ignore[arg-type]


def _row_pair(patterns: tuple[str, ...], separator: str = "-") -> tuple[str, ...]:
    """Two-row variants: the break takes the place of the first separator."""
    return tuple(p.replace(separator, "/", 1) for p in patterns)


WEST: tuple[PlateFormat, ...] = (
    _f("de_standard", "DE", *_DE_LINE, weight=8, **_DE),
    _f("de_electric_historic", "DE", *(f"{p}'E'" for p in _DE_LINE), *(f"{p}'H'" for p in _DE_LINE),
       weight=0.8, **{**_DE, "char_width_mm": 40}),
    _f("de_seasonal", "DE", *(f"{p}{{season}}" for p in _DE_LINE), weight=0.6, **{**_DE,
       "char_width_mm": 40}),
    _f("de_tax_free", "DE", *_DE_LINE, weight=0.3, **{**_DE, "ink": GREEN, "border": GREEN}),
    _f("de_two_row", "DE", "P{seals}/A 999", "P{seals}/AA 99", "P{seals}/AA 999",
       "P{seals}/AA 9999", weight=0.8, **{**_DE, "width_mm": 340, "height_mm": 200}),
    _f("de_motorcycle", "DE", "P{seals}/A 99", "P{seals}/AA 9", "P{seals}/AA 99", "P/{seals}AA 99",
       weight=0.8, **{**_DE, **_DE_BIKE, "char_width_mm": 32}),
    _f("at_standard", "AT", "P{coat}9999 A", "P{coat}999 AA", "P{coat}99 AAA", "P{coat}99999 A",
       "P{coat}9 AAA", "P{coat}999 A", weight=3, height_mm=120, char_height_mm=67, char_width_mm=38,
       band="A", codes=AUSTRIAN, group_gap_mm=16, border=RED, equal_cells=0.6),
    _f("at_two_row", "AT", "P{coat}/9999 A", "P{coat}/999 AA", weight=0.5, width_mm=300,
       height_mm=200, char_height_mm=67, char_width_mm=38, band="A", codes=AUSTRIAN, border=RED,
       group_gap_mm=16),
    _f("ch_front", "CH", "{cross}P_.999999", "{cross}P_.99999", "{cross}P.9999", "P_999999",
       weight=2, width_mm=300, height_mm=80, char_height_mm=56, char_width_mm=26, char_gap_mm=7,
       codes=_SWISS, group_gap_mm=16, border=None),
    _f("ch_rear", "CH", "{cross}P_{canton}/999999", "{cross}P{canton}/99999", "P{canton}/9999",
       weight=2, width_mm=300, height_mm=160, char_height_mm=60, char_width_mm=34, codes=_SWISS,
       group_gap_mm=18, border=None),
    _f("ch_rear_long", "CH", "{cross}P_.999999{canton}", "{cross}P_.99999{canton}", weight=1.5,
       width_mm=500, char_height_mm=75, char_width_mm=38, codes=_SWISS, group_gap_mm=20,
       border=None),
    _f("fr_siv", "FR", "AA-999-AA", weight=6, **_FR),
    _f("fr_two_row", "FR", "AA-999/AA", weight=0.7, **{**_FR, "width_mm": 275, "height_mm": 200}),
    _f("fr_motorcycle", "FR", "AA-999/AA", weight=0.7, **{**_FR, **_SQUARE_BIKE, "width_mm": 210,
       "height_mm": 130, "char_width_mm": 28, "char_height_mm": 45, "group_gap_mm": 16}),
    _f("fr_fni", "FR", "999 AA 99", "9999 AA 99", "999 AAA 99", "99 AAA 99", weight=1, **{**_FR,
       "right_band": "", "char_width_mm": 40}),
    _f("fr_fni_rear", "FR", "999 AA 99", "9999 AA 99", "999 AAA 99", weight=0.5, **{**_FR,
       "right_band": "", "char_width_mm": 40, "colour": PlateColour.YELLOW}),
    _f("it_rear", "IT", "AA 999AA", weight=5, band="I", right_band="blue", char_height_mm=77,
       family="condensed", char_width_mm=44, group_gap_mm=26, letters="ABCDEFGHJKLMNPRSTVWXYZ",
       border=None),
    _f("it_front", "IT", "AA 999AA", weight=1.5, width_mm=360, band="I", right_band="blue",
       char_height_mm=77, char_width_mm=30, char_gap_mm=6, group_gap_mm=12, family="condensed",
       letters="ABCDEFGHJKLMNPRSTVWXYZ", border=None),
    _f("it_1994", "IT", "AA 999 AA", weight=0.6, char_height_mm=77, family="condensed",
       letters="ABCDEFGHJKLMNPRSTVWXYZ", border=None),
    _f("it_motorcycle", "IT", "AA/99999", weight=1, width_mm=177, height_mm=177, band="I",
       right_band="blue", char_height_mm=55, char_width_mm=22, char_gap_mm=5, family="condensed",
       letters="ABCDEFGHJKLMNPRSTVWXYZ", border=None),
    _f("pt_2020", "PT", "AA 99 AA", weight=2, band="P", char_height_mm=74, family="din",
       group_gap_mm=32),
    _f("pt_dashed", "PT", "99-AA-99", "99-99-AA", "AA-99-99", weight=3, band="P", border=None,
       right_band="yellow", char_height_mm=72, group_gap_mm=24),
    _f("pt_two_row", "PT", "99-AA/99", "AA-99/AA", "99/AA-99", weight=0.5, band="P", width_mm=340,
       height_mm=220, border=None),
    _f("gb_front", "GB", "P99 AAA", weight=4, codes=UK_AREAS, band="GB", **_UK),
    _f("gb_front_plain", "GB", "P99 AAA", "A999 AAA", "A99 AAA", "AAA 999A", weight=1.5,
       codes=UK_AREAS, **_UK),
    _f("gb_rear", "GB", "P99 AAA", "A999 AAA", weight=4, colour=PlateColour.YELLOW, codes=UK_AREAS,
       band="UK", **_UK),
    _f("gb_rear_plain", "GB", "P99 AAA", "A999 AAA", "A99 AAA", "AAA 999A", weight=1.5,
       colour=PlateColour.YELLOW, codes=UK_AREAS, **_UK),
    _f("gb_rear_square", "GB", "P99/AAA", "A999/AAA", weight=0.8, colour=PlateColour.YELLOW,
       codes=UK_AREAS, **{**_UK, "width_mm": 285, "height_mm": 203}),
    _f("gb_northern_ireland", "GB", "AAA 9999", "AAA 999", weight=0.4, **_UK),
    _f("ie_standard", "IE", "999-P-99999", "999-P-9999", "999-P-999", "99-P-99999", "99-P-9999",
       "99-P-999", weight=2, band="IRL", codes=_IRISH, char_height_mm=70, char_width_mm=38,
       group_gap_mm=18, footer=True, border=None),
    _f("nl_car", "NL", *_NL_SERIES, weight=3, **_NL),
    _f("nl_two_row", "NL", *_row_pair(_NL_SERIES), weight=0.4, width_mm=340, height_mm=210, **_NL),
    _f("nl_taxi", "NL", *_NL_SERIES, weight=0.3, **{**_NL, "colour": PlateColour.BLUE}),
    _f("be_current", "BE", "9-AAA-999", weight=2.5, band="B", ink=RED, border=RED, height_mm=113,
       char_height_mm=70, group_gap_mm=22),
    _f("be_2008", "BE", "AAA-999", "999-AAA", weight=0.7, ink=RED, border=RED, width_mm=340,
       char_height_mm=70, char_width_mm=34, group_gap_mm=18),
    _f("be_two_row", "BE", "9-AAA/999", weight=0.4, band="B", ink=RED, border=RED, width_mm=340,
       height_mm=210),
    _f("lu_standard", "LU", "AA 9999", "AA9999", "99999", "9999", weight=1, band="L",
       colour=PlateColour.YELLOW, family="fe"),
    _f("dk_standard", "DK", "AA 99 999", weight=1.5, band="DK", border=RED, char_width_mm=40,
       group_gap_mm=20, width_mm=504, height_mm=120, letters="ABCDEHJKLMNPRSTUVXYZ"),
    _f("dk_old", "DK", "AA 99 999", weight=0.6, border=RED, char_width_mm=40, group_gap_mm=20),
    _f("dk_van", "DK", "AA 99 999", weight=0.4, band="DK", colour=PlateColour.YELLOW,
       char_width_mm=40, group_gap_mm=20),
    _f("dk_two_row", "DK", "AA/99 999", weight=0.3, border=RED, width_mm=240, height_mm=165,
       char_height_mm=60, char_width_mm=30, group_gap_mm=12),
    _f("no_standard", "NO", "AA 99999", "AA 9999", weight=1.5, band="N", band_style="flag",
       char_width_mm=42, letters="ABCDEFHJKLNPRSTUVXYZ"),
    _f("no_van", "NO", "AA 99999", weight=0.3, band="N", band_style="flag", ink=BLACK,
       colour=PlateColour.GREEN, paper=(70, 175, 95), letters="ABCDEFHJKLNPRSTUVXYZ"),
    _f("se_standard", "SE", "AAA 999", "AAA 99A", weight=2, band="S", char_height_mm=80,
       group_gap_mm=44, letters="ABCDEFGHJKLMNOPRSTUWXYZ"),
    _f("se_taxi", "SE", "AAA 999", "AAA 99A", weight=0.2, band="S", colour=PlateColour.YELLOW,
       group_gap_mm=44, letters="ABCDEFGHJKLMNOPRSTUWXYZ"),
    _f("fi_standard", "FI", "AAA-999", "AAA-99", "AAA-9", "AA-999", weight=1.5, band="FIN",
       width_mm=442, height_mm=118, group_gap_mm=28, char_height_mm=77),
    _f("gr_standard", "GR", "AAA-9999", weight=1.5, band="GR", letters="ABEZHIKMNOPTYX",
       group_gap_mm=24, char_width_mm=42),
    _f("gr_old", "GR", "AAA 9999", "AAA-9999", weight=0.4, letters="ABEZHIKMNOPTYX"),
    _f("cy_standard", "CY", "AAA 999", weight=0.5, band="CY", group_gap_mm=34),
    _f("cy_rear", "CY", "AAA 999", weight=0.2, band="CY", colour=PlateColour.YELLOW),
    _f("gb_black", "GB", "AAA 999A", "AAA 99A", weight=0.1, **{**_UK, "colour": PlateColour.BLACK,
       "ink": WHITE, "footer": False}),
    _f("nl_old_blue", "NL", "99-AA-99", "AA-99-99", weight=0.1, **{**_NL, "band": "",
       "colour": PlateColour.BLUE, "ink": YELLOW}),
)  # fmt: skip
