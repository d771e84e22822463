"""Plates of central, eastern and south-eastern Europe, current and still driven."""

from anpr.synthesis.formats import GREEN, RED, WHITE, PlateColour, PlateFormat, codes

CYRILLIC_LOOKALIKES = "ABCEHIKMOPTXY"
"""Letters that look alike in Latin, Greek and Cyrillic; texts are written in Latin."""

ROMANIAN = codes(
    "AB AR AG BC BH BN BT BR BV BZ CL CS CJ CT CV DB DJ GL GR GJ HD HR IF IL IS MH MM MS NT "
    "OT PH SJ SM SB SV TR TM TL VL VN VS"
)
SLOVAK = codes(
    "BA BB BJ BL BN BR BS BT BY CA DK DS DT GA GL HC HE IL KA KE KI KK KM KN KS LC LE LM LV "
    "MA MI ML MT MY NM NO NR NZ PB PD PE PK PN PO PP PT PU PV RA RK RS RV SA SB SC SE SI SK "
    "SL SN SO SP SV TN TO TR TS TT TV VK VT ZA ZC ZH ZM ZV"
)
_CROATIAN = codes(
    "ZG ST RI OS ZD PU SK VZ SB KA BJ VU DU SI CK KC KR DA DJ GS IM KT KZ MA NA NG OG PZ SL "
    "VK VT ZU BM CK DE"
)
_SLOVENE = codes("LJ MB CE KR KP GO NM MS SG KK PO")
_SERBIAN = codes(
    "BG NS NI KG SU ZR PA KV CA SM LE UE VA SD PO PK BO ZA JA VR PI KS KI SO BP IN RU ST SA"
)
_BULGARIAN = codes("A B BH BP BT E EB EH K KH M H OB P PA PB PK PP C CA CB CH CM CO CC CT T TX X Y")
_UKRAINIAN = codes(
    "AA AB AC AE AH AI AK AM AO AP AT AX BA BB BC BE BH BI BK BM BO BT BX CA CB CE CH KA KB "
    "KC KE HH HC II IM KK MM PP"
)
_MONTENEGRIN = codes("PG NK BR KO TV HN CT PV BP UL DG MK AN KL")
_MACEDONIAN = codes("SK BT KU OH PP ST TE GV KI KO VE SR GE NE DB KR RA SN")
_TURKISH = tuple(f"{n:02d}" for n in (*range(1, 82), 34, 34, 34, 6, 35))
_POLISH = codes(
    "WA WB WD WE WF WH WI WJ WK WN WT WU WX WY WPI WPR WWL KR KRA KWI KT PO PZ PY PK PKO GD "
    "GA GDA GWE DW DX DWR DLU SK SB SC SD SG SH SI SJ SL SM SO SR ST SW SY SZ SBE EL EP EPA "
    "ES LU LB LUB RZ RP RZE BI BIA BL CB CT CW CTR TK TKI ZS ZK ZPL FZ FG FSL OP OPO NO NE "
    "NOL ND"
)
_TALL = {"width_mm": 340, "height_mm": 200, "char_height_mm": 75}


def _f(name: str, country: str, *patterns: str, **fields: object) -> PlateFormat:
    merged: dict[str, object] = {"name": name, "country": country, "patterns": patterns, **fields}
    return PlateFormat(**merged)  # type: ignore[arg-type]


EAST: tuple[PlateFormat, ...] = (
    _f("ro_bucharest", "RO", "'B' 99 AAA", "'B' 999 AAA", weight=3, band="RO", group_gap_mm=26,
       char_width_mm=42, letters="ABCDEFGHIJKLMNOPRSTUVWXYZ", equal_cells=0.1),
    _f("ro_county", "RO", "P 99 AAA", weight=3, band="RO", codes=ROMANIAN, group_gap_mm=26,
       char_width_mm=42, letters="ABCDEFGHIJKLMNOPRSTUVWXYZ", equal_cells=0.1),
    _f("ro_temporary", "RO", "'B' '0'99999", "P '0'99999", "'B' 999999", "P 9999", weight=0.6,
       ink=RED, band="RO", codes=ROMANIAN, border=RED, char_width_mm=40, group_gap_mm=26),
    _f("ro_electric", "RO", "P 99 AAA", "'B' 999 AAA", weight=0.3, ink=GREEN, border=GREEN,
       band="RO", codes=ROMANIAN, group_gap_mm=26, char_width_mm=42),
    _f("ro_two_row", "RO", "P 99/AAA", "'B' 99/AAA", "'B' 999/AAA", weight=0.6, band="RO",
       codes=ROMANIAN, **{**_TALL, "width_mm": 280}),
    _f("sk_standard", "SK", "P{coat}999AA", "P{coat}_999_AA", weight=4, band="SK", codes=SLOVAK,
       char_gap_mm=9, group_gap_mm=22, char_width_mm=44, family="din"),
    _f("sk_2023", "SK", "AA{sticker}999AA", "AA 999 AA", "AA{coat}999AA", weight=1.5, band="SK",
       char_width_mm=44, group_gap_mm=24),
    _f("sk_electric", "SK", "'EL'{coat}999AA", "'EL' 999AA", weight=0.3, ink=GREEN, border=GREEN,
       band="SK"),
    _f("sk_two_row", "SK", "P{coat}/999AA", weight=0.4, band="SK", codes=SLOVAK, **_TALL),
    _f("cz_standard", "CZ", "9A9{stickers}9999", "9AA{stickers}9999", "9A9 9999", "9AA 9999",
       weight=4, band="CZ", letters="ABCEHJKLMPSTUVXYZ", char_width_mm=42, group_gap_mm=30,
       family="din", equal_cells=0.6),
    _f("cz_electric", "CZ", "'EL'9{stickers}99AA", "'EL' 999AA", weight=0.2, band="CZ", ink=GREEN),
    _f("cz_old", "CZ", "AAA 99-99", "AA 99-99", "AAA-99-99", weight=0.4, group_gap_mm=22,
       char_width_mm=40),
    _f("cz_two_row", "CZ", "9A9/9999", "9A9{stickers}/9999", weight=0.4, band="CZ", **_TALL),
    _f("pl_standard", "PL", "P{hologram}99999", "P{hologram}9999A", "P{hologram}999AA",
       "P{hologram}9A999", "P{hologram}99A9", weight=4, band="PL", codes=_POLISH, height_mm=114,
       char_height_mm=80, char_width_mm=40, family="condensed", letters="ACEFGHJKLMNPRSTUVWXY"),
    _f("pl_three_letter", "PL", "AAA{hologram}9999", "AAA{hologram}A999", "AAA{hologram}99AA",
       "AAA{hologram}9AA9", "AAA{hologram}99999", weight=2, band="PL", height_mm=114,
       char_height_mm=80, char_width_mm=38, family="condensed", letters="ACEFGHJKLMNPRSTUVWXY"),
    _f("pl_electric", "PL", "P{hologram}99999", "P{hologram}999AA", weight=0.3, band="PL",
       codes=_POLISH, colour=PlateColour.GREEN, paper=(165, 222, 178), char_height_mm=80,
       char_width_mm=40, family="condensed"),
    _f("pl_two_row", "PL", "P{hologram}/99999", "P{hologram}/9999A", "AAA/99AA", weight=0.5,
       band="PL", codes=_POLISH, family="condensed",
       **{**_TALL, "width_mm": 305, "height_mm": 214}),
    _f("hu_1990", "HU", "AAA-999", weight=2, band="H", char_width_mm=42, group_gap_mm=34,
       equal_cells=0.6),
    _f("hu_2022", "HU", "AA{coat}AA-999", "AA AA-999", weight=2, band="H", char_width_mm=40,
       group_gap_mm=22, equal_cells=0.6),
    _f("hu_two_row", "HU", "AAA/999", "AA AA/999", weight=0.3, band="H", **{**_TALL,
       "width_mm": 280, "char_width_mm": 38}),
    _f("hu_yellow", "HU", "AAA-999", "AA AA-999", weight=0.2, band="H", colour=PlateColour.YELLOW,
       char_width_mm=40),
    _f("bg_standard", "BG", "P 9999 AA", weight=2, band="BG", letters="ABEKMHOPCTYX",
       codes=_BULGARIAN, char_width_mm=42, group_gap_mm=24),
    _f("bg_two_row", "BG", "P 99/99 AA", "P/9999 AA", "P 9999/AA", weight=0.3, band="BG",
       letters="ABEKMHOPCTYX", codes=_BULGARIAN, **_TALL),
    _f("md_standard", "MD", "AAA 999", weight=1.5, band="MD", band_style="flag", group_gap_mm=36),
    _f("md_old", "MD", "'C' AA 999", "AA AA 999", "'K' AA 999", weight=0.6, band="MD",
       band_style="flag", char_width_mm=42),
    _f("ua_standard", "UA", "P 9999 AA", weight=2.5, band="UA", band_style="ua", codes=_UKRAINIAN,
       letters=CYRILLIC_LOOKALIKES, char_width_mm=42, group_gap_mm=24, family="din", height_mm=112),
    _f("ua_electric", "UA", "P 9999 AA", weight=0.3, band="UA", band_style="ua", ink=GREEN,
       codes=_UKRAINIAN, letters=CYRILLIC_LOOKALIKES, char_width_mm=42),
    _f("ua_two_row", "UA", "P/9999/AA", "P 99/99 AA", "P9999/AA", weight=0.3, band="UA",
       band_style="ua", codes=_UKRAINIAN, letters=CYRILLIC_LOOKALIKES, **{**_TALL,
       "width_mm": 300, "char_height_mm": 58, "char_width_mm": 32}),
    _f("by_standard", "BY", "9999 AA-9", weight=1, band="BY", band_style="flag", char_width_mm=42,
       letters="ABCEHIKMOPTX", group_gap_mm=24),
    _f("rs_standard", "RS", "P{coat}999-AA", "P{coat}9999-AA", weight=2.5, band="SRB",
       band_style="plain", codes=_SERBIAN, char_width_mm=42, group_gap_mm=20),
    _f("hr_standard", "HR", "P{coat}999-AA", "P{coat}9999-AA", "P{coat}999-A", "P{coat}9999-A",
       weight=2, band="HR", codes=_CROATIAN, char_width_mm=42, group_gap_mm=20),
    _f("hr_old", "HR", "P{coat}999-AA", "P{coat}9999-AA", weight=0.5, codes=_CROATIAN,
       char_width_mm=42, group_gap_mm=20),
    _f("hr_two_row", "HR", "P{coat}/999-AA", "P{coat}/9999-AA", weight=0.3, band="HR",
       codes=_CROATIAN, **_TALL),
    _f("si_standard", "SI", "P{coat}AA-999", "P{coat}99-AAA", "P{coat}A9-999", "P{coat}999-AA",
       "P{coat}AA-99A", "P{coat}AA 999", weight=1.5, band="SLO", codes=_SLOVENE, border=GREEN,
       char_width_mm=40, group_gap_mm=20, family="condensed"),
    _f("ba_standard", "BA", "A99-A-999", "999-A-999", weight=1, band="BIH", band_style="plain",
       letters="AEJKMOT", char_width_mm=40, group_gap_mm=20),
    _f("me_standard", "ME", "P{coat}AA999", "P{coat}AA 999", weight=0.7, band="MNE",
       band_style="plain", codes=_MONTENEGRIN),
    _f("mk_standard", "MK", "P{coat}9999-AA", "P 9999 AA", "P{coat}999-AA", weight=0.7, band="NMK",
       band_style="plain", codes=_MACEDONIAN, char_width_mm=40, group_gap_mm=20),
    _f("al_standard", "AL", "AA 999AA", weight=0.5, band="AL", band_style="plain",
       right_band="blue", char_width_mm=42),
    _f("tr_standard", "TR", "P AA 9999", "P AAA 99", "P AAA 999", "P AA 999", "P A 9999",
       weight=1.5, band="TR", band_style="plain", codes=_TURKISH, char_width_mm=40,
       group_gap_mm=22, family="condensed", letters="ABCDEFGHIJKLMNOPRSTUVYZ"),
    _f("tr_two_row", "TR", "P AA/9999", "P AAA/99", "P/AA 999", weight=0.3, band="TR",
       band_style="plain", codes=_TURKISH, **_TALL),
    _f("ee_standard", "EE", "999 AAA", "99 AAA", weight=1, band="EST", group_gap_mm=36,
       letters="ABDEFGHIJKLMNOPRSTUVXYZ"),
    _f("lv_standard", "LV", "AA-9999", "AA-999", "AA-99", weight=1.2, band="LV", group_gap_mm=30),
    _f("lt_standard", "LT", "AAA 999", weight=1.2, band="LT", group_gap_mm=36,
       letters="ABCDEFGHIJKLMNOPRSTUVZ"),
    _f("lt_two_row", "LT", "AAA/999", weight=0.2, band="LT", **{**_TALL, "width_mm": 300}),
    _f("tr_official", "TR", "P AA 999", "P AAA 99", weight=0.1, band="TR", band_style="plain",
       codes=_TURKISH, colour=PlateColour.BLACK, ink=WHITE),
)  # fmt: skip
