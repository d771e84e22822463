"""What each country's plates may say, as evidence for the reader.

`core.plate_formats` tells whether a text could be a plate at all and is generous. This table is
narrow: which letters a series uses, where a number may not begin with a zero, which districts
exist. That is what tells O from 0 and I from 1. A text outside it is only less likely, never
impossible: personalised, diplomatic and new plates exist. Sources: the countries' registration
rules as their authorities publish them; Spain: RD 2822/1998, annex XVIII.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from core.plate_formats import FORMATS

_ROMANIAN = (
    "(?:AB|AG|AR|BC|BH|BN|BR|BT|BV|BZ|CJ|CL|CS|CT|CV|DB|DJ|GJ|GL|GR|HD|HR|IF|IL|IS|MH|MM|MS|NT|OT|"
    "PH|SB|SJ|SM|SV|TL|TM|TR|VL|VN|VS)"
)
_IRISH = (
    "(?:C|CE|CN|CW|D|DL|G|KE|KK|KY|L|LC|LD|LH|LK|LM|LS|MH|MN|MO|OY|RN|SO|T|TC|TN|TS|W|WC|WD|WH|WW|"
    "WX)"
)
_AUSTRIAN = (
    "(?:AM|B|BA|BB|BD|BG|BH|BK|BL|BM|BN|BP|BR|BZ|DL|DO|E|EF|EU|FB|FE|FF|FK|FR|FV|FW|G|GB|GD|GF|GM|"
    "GR|GS|GU|HA|HB|HE|HF|HL|HO|I|IL|IM|JE|JO|JU|JW|K|KB|KF|KG|KI|KL|KO|KR|KS|KU|L|LA|LB|LE|LF|LI|"
    "LL|LN|LZ|MA|MD|ME|MI|MT|MU|MZ|ND|NK|OP|OW|P|PE|PL|PT|RA|RE|RI|RO|S|SB|SD|SE|SL|SO|SP|SR|SV|"
    "SW|SZ|T|TA|TD|TK|TU|UU|V|VB|VI|VK|VL|VO|W|WB|WD|WE|WL|WN|WO|WT|WU|WY|WZ|ZE|ZT|ZW)"
)
_SWISS = "(?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)"
_SLOVENE = "(?:LJ|MB|CE|KR|KP|GO|NM|MS|SG|KK|PO)"
_CROATIAN = (
    "(?:ZG|ST|RI|OS|ZD|PU|SK|VZ|SB|KA|BJ|VU|DU|SI|CK|KC|KR|DA|DJ|GS|IM|KT|KZ|MA|NA|NG|OG|PZ|SL|VK|"
    "VT|ZU|BM|DE)"
)
_MONTENEGRIN = "(?:AN|BA|BD|BP|BR|CT|DG|GS|HN|KL|KO|MK|NK|PG|PL|PT|PV|RO|SN|TV|TZ|UL|ZB|ZT)"
_CONSONANT = "[BCDFGHJKLMNPRSTVWXYZ]"
_FRENCH = "[A-HJ-NP-TV-Z]"
_ITALIAN = "[A-HJ-NPR-TV-Z]"
_BRITISH = "[A-HJ-PR-Z]"
_POLISH = "[0-9ACEFGHJKLMNPRSTUVWXY]"
_GREEK = "[ABEZHIKMNOPTYX]"
_CYRILLIC = "[ABCEHIKMOPTXY]"

GRAMMAR: Mapping[str, str] = {
    "AL": rf"{_ITALIAN}{{2}}\d{{3}}{_ITALIAN}{{2}}",
    "AT": rf"{_AUSTRIAN}[1-9]\d{{0,4}}[A-Z]{{1,3}}|{_AUSTRIAN}[1-9]\d{{1,5}}",
    "BA": r"[AEJKMOT]\d{2}[AEJKMOT]\d{3}|\d{3}[AEJKMOT]\d{3}",
    "BE": r"[1-9][A-Z]{3}\d{3}|[A-Z]{3}\d{3}|\d{3}[A-Z]{3}",
    "BG": r"[ABEKMHOPCTYX]{1,2}\d{4}[ABEKMHOPCTYX]{2}",
    "BY": rf"\d{{4}}{_CYRILLIC}{{2}}[1-8]",
    "CH": rf"{_SWISS}[1-9]\d{{0,5}}",
    "CY": r"[A-Z]{3}\d{3}",
    "CZ": r"[1-9][ABCEHJKLMPSTUZ][0-9A-FH-NPR-VX-Z]\d{4}|[A-Z]{2,3}\d{4}|EL\d{3}[A-Z]{2}",
    "DE": r"[A-Z]{1,3}[A-Z]{1,2}[1-9]\d{0,3}[EH]?",
    "DK": r"[A-Z]{2}\d{5}",
    "EE": r"\d{3}[A-Z]{3}|\d{2,4}[A-Z]{2}",
    "FI": r"[A-Z]{2,3}[1-9]\d{0,2}",
    "FR": rf"{_FRENCH}{{2}}\d{{3}}{_FRENCH}{{2}}|[1-9]\d{{0,3}}{_FRENCH}{{1,3}}(?:\d{{2}}|2[AB])",
    "GB": (
        rf"[A-HJ-PR-Y]{_BRITISH}\d{{2}}{_BRITISH}{{3}}|[A-HJ-NPR-TV-Y][1-9]\d{{0,2}}{_BRITISH}{{3}}"
        rf"|{_BRITISH}{{3}}[1-9]\d{{0,2}}[A-HJ-NPR-TV-Y]|[A-Z]{{3}}[1-9]\d{{0,3}}"
    ),
    "GR": rf"{_GREEK}{{3}}\d{{4}}|{_GREEK}{{2,3}}\d{{1,3}}",
    "HR": rf"{_CROATIAN}\d{{3,4}}[A-Z]{{1,2}}",
    "HU": r"[A-Z]{4}\d{3}|[A-Z]{3}\d{3}",
    "IE": rf"\d{{2}}[12]?{_IRISH}[1-9]\d{{0,5}}",
    "IT": rf"{_ITALIAN}{{2}}\d{{3}}{_ITALIAN}{{2}}|{_ITALIAN}{{2}}\d{{5}}",
    "LT": r"[A-Z]{3}\d{3}",
    "LV": r"[A-Z]{2}[1-9]\d{0,3}",
    "ME": rf"{_MONTENEGRIN}[A-Z]{{2}}\d{{3}}",
    "MK": r"[A-Z]{2}\d{4}[A-Z]{2}",
    "NL": (
        rf"{_CONSONANT}{{2}}\d{{2}}{_CONSONANT}{{2}}|\d{{2}}{_CONSONANT}{{3}}\d|\d{{2}}{_CONSONANT}{{4}}"
        rf"|\d{_CONSONANT}{{3}}\d{{2}}|{_CONSONANT}\d{{3}}{_CONSONANT}{{2}}|{_CONSONANT}{{2}}\d{{3}}{_CONSONANT}"
        rf"|{_CONSONANT}{{4}}\d{{2}}|{_CONSONANT}{{3}}\d{{2}}{_CONSONANT}|{_CONSONANT}\d{{2}}{_CONSONANT}{{3}}"
        rf"|\d{{2}}{_CONSONANT}{{2}}\d{{2}}|{_CONSONANT}{{2}}\d{{4}}|\d{{4}}{_CONSONANT}{{2}}"
    ),
    "NO": r"[A-HJ-LNPR-VX-Z]{2}[1-9]\d{3,4}",
    "PL": rf"[BCDEFGKLNOPRSTWZ][A-Z]{{1,2}}{_POLISH}{{4,5}}",
    "RO": (
        rf"(?:{_ROMANIAN}|B)\d{{2}}[A-HJ-NPR-Z][A-PR-Z]{{2}}|B\d{{3}}[A-HJ-NPR-Z][A-PR-Z]{{2}}"
        rf"|(?:{_ROMANIAN}|B)\d{{3,6}}"
    ),
    "SE": r"[A-HJ-PR-UW-Z]{3}\d{2}[0-9A-HJ-NPR-UW-Z]",
    "SI": (
        rf"{_SLOVENE}(?:[A-Z]{{2}}\d{{3}}|\d{{2}}[A-Z]{{3}}|[A-Z]\d{{4}}|\d{{3}}[A-Z]{{2}}"
        r"|[A-Z]{2}\d{2}[A-Z])"
    ),
    "SK": r"[A-Z]{2}\d{3}[A-Z]{2}",
    "TR": r"(?:0[1-9]|[1-7]\d|8[01])[A-Z]{1,3}\d{2,5}",
    "UA": rf"{_CYRILLIC}{{2}}\d{{4}}{_CYRILLIC}{{2}}",
}  # fmt: skip
"""Country to what its series look like; countries left out keep the patterns of `core`."""

MISFIT = 0.008
"""How likely a plate is to fit no format of its country, compared with one that does. Coverage of
the table is not complete, and personalised plates are about one in a hundred where they exist."""
LOOSE_FIT = 0.02
"""The same for a text that fits only `core`'s generous pattern of the country."""
OTHER_FIT = 0.02
"""The same for a text that fits another country's format only: the country may be misjudged."""
ANY_FIT = 0.3
"""Where the country is open: with so many formats, a misread text often fits one of them."""


@lru_cache(maxsize=1)
def _narrow() -> dict[str, re.Pattern[str]]:
    own = {country: re.compile(pattern) for country, pattern in GRAMMAR.items()}
    return {**_loose(), **own}


@lru_cache(maxsize=1)
def _loose() -> dict[str, re.Pattern[str]]:
    patterns: dict[str, list[str]] = {}
    for known in FORMATS:
        patterns.setdefault(known.country, []).append(known.pattern)
    return {country: re.compile("|".join(several)) for country, several in patterns.items()}


def fits(text: str, country: str | None = None) -> bool:
    """Whether `text` (normal form) has a shape of `country`, or of any country when None.

    A country without a known format fits nothing, and so does the empty text.
    """
    if country is None:
        return _fits_any(text)
    return _matches(_narrow(), country, text) or _matches(_loose(), country, text)


def plausibility(text: str, countries: Mapping[str, float]) -> float:
    """How well `text` agrees with what is known of its country, 0 to 1.

    Args:
        text: a plate in normal form.
        countries: probabilities of the countries it may be of; they may sum to less than 1, and
            the rest stands for any country.
    """
    rest = max(0.0, 1.0 - sum(countries.values()))
    named = 0.0
    for country, share in countries.items():
        named += share * _plausibility_in(text, country)
    return named + rest * (ANY_FIT if _fits_any(text) else MISFIT)


@lru_cache(maxsize=8192)
def _plausibility_in(text: str, country: str) -> float:
    for pattern, share in _by_country().get(country, ()):
        if pattern.fullmatch(text):
            return share
    return OTHER_FIT if _fits_any(text) else MISFIT


@lru_cache(maxsize=1)
def _by_country() -> dict[str, tuple[tuple[re.Pattern[str], float], ...]]:
    """A country's patterns, the narrow one first, and how well a text fits that matches it."""
    narrow, loose = _narrow(), _loose()
    known = {country: ((pattern, 1.0),) for country, pattern in narrow.items()}
    return {
        country: (*first, (loose[country], LOOSE_FIT))
        if country in GRAMMAR and country in loose
        else first
        for country, first in known.items()
    }


@lru_cache(maxsize=8192)
def _fits_any(text: str) -> bool:
    return _any_format().fullmatch(text) is not None


@lru_cache(maxsize=1)
def _any_format() -> re.Pattern[str]:
    """One pattern of all: asked some hundred times a doubtful plate."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in _narrow().values()))


def _matches(table: Mapping[str, re.Pattern[str]], country: str, text: str) -> bool:
    pattern = table.get(country)
    return pattern is not None and pattern.fullmatch(text) is not None
