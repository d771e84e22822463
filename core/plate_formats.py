"""The shapes of European number plates, as regular expressions over the normal form.

Spain's come from the table that the Catalan traffic service publishes with its ticket exchange
(domain facts: current plates use consonants without Ñ and Q) and from RD 2822/1998, annex XVIII.
The other countries' are the current series and the older ones still driven. A plate that fits no
format is not rejected anywhere: the table is evidence, not a filter.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@dataclass(frozen=True)
class PlateFormat:
    """One country's format; `pattern` is matched against the whole normal form."""

    country: str
    """ISO 3166 alpha-2."""
    name: str
    pattern: str = field(repr=False)

    def fits(self, text: str) -> bool:
        """Whether `text` (normal form) has this shape."""
        return _compiled(self.pattern).fullmatch(text) is not None


_CONSONANT = "[BCDFGHJKLMNPRSTVWXYZ]"
_PROVINCE = (
    "(?:A|AB|AL|AV|B|BA|BI|BU|C|CA|CC|CE|CO|CR|CS|CU|GC|GE|GI|GR|GU|H|HU|IB|J|L|LE|LO|LU|M|MA|ML|"
    "MU|NA|O|OR|OU|P|PM|PO|S|SA|SE|SG|SO|SS|T|TE|TF|TO|V|VA|VI|Z|ZA)"
)

FORMATS: tuple[PlateFormat, ...] = (
    PlateFormat("ES", "current", rf"\d{{4}}{_CONSONANT}{{3}}"),
    PlateFormat("ES", "provincial", rf"{_PROVINCE}\d{{4}}[A-Z]{{1,2}}"),
    PlateFormat("ES", "provincial-numeric", rf"{_PROVINCE}\d{{4,6}}"),
    PlateFormat("ES", "trailer", rf"R\d{{4}}{_CONSONANT}{{3}}"),
    PlateFormat("ES", "moped", rf"C\d{{4}}{_CONSONANT}{{3}}"),
    PlateFormat("ES", "special", rf"E\d{{4}}{_CONSONANT}{{3}}"),
    PlateFormat("ES", "historic", rf"H\d{{4}}{_CONSONANT}{{3}}"),
    PlateFormat("ES", "tourist", rf"T\d{{4}}{_CONSONANT}{{3}}"),
    PlateFormat("ES", "temporary", rf"[PSV]\d{{4}}{_CONSONANT}{{3}}"),
    PlateFormat("ES", "diplomatic", r"(?:CD|OI|CC|TA)\d{4,6}"),
    PlateFormat(
        "ES",
        "state",
        r"(?:PMM|PGC|CNP|DGP|ET|EA|FN|FAE|MF|MMA|MOP|CME|CGPC|PME|E)\d{4,5}[A-Z]{0,2}",
    ),
    PlateFormat("AD", "current", r"[A-Z]\d{4}"),
    PlateFormat("AT", "current", r"[A-Z]{1,2}\d{1,5}[A-Z]{1,4}"),
    PlateFormat("BE", "current", r"[1-9][A-Z]{3}\d{3}"),
    PlateFormat("BE", "older", r"[A-Z]{3}\d{3}|\d{3}[A-Z]{3}"),
    PlateFormat("BG", "current", r"[ABEKMHOPCTYX]{1,2}\d{4}[ABEKMHOPCTYX]{2}"),
    PlateFormat("CH", "current", r"[A-Z]{2}\d{1,6}"),
    PlateFormat("CZ", "current", r"\d[A-Z]\w\d{4}|[A-Z]{3}\d{4}|[A-Z]{2}\d{5}"),
    PlateFormat("DE", "current", r"[A-Z]{1,3}[A-Z]{1,2}\d{1,4}[EH]?"),
    PlateFormat("DK", "current", r"[A-Z]{2}\d{5}"),
    PlateFormat("EE", "current", r"\d{3}[A-Z]{3}"),
    PlateFormat("FI", "current", r"[A-Z]{3}\d{1,3}"),
    PlateFormat("FR", "current", r"[A-HJ-NP-TV-Z]{2}\d{3}[A-HJ-NP-TV-Z]{2}"),
    PlateFormat("FR", "older", r"\d{1,4}[A-Z]{1,3}(?:\d{2}|2[AB])"),
    PlateFormat("GB", "current", r"[A-Z]{2}\d{2}[A-Z]{3}"),
    PlateFormat("GB", "older", r"[A-Z]\d{1,3}[A-Z]{3}|[A-Z]{3}\d{1,3}[A-Z]"),
    PlateFormat("GR", "current", r"[ABEZHIKMNOPTYX]{3}\d{4}"),
    PlateFormat("HR", "current", r"[A-Z]{2}\d{3,4}[A-Z]{1,2}"),
    PlateFormat("HU", "current", r"[A-Z]{4}\d{3}"),
    PlateFormat("HU", "older", r"[A-Z]{3}\d{3}"),
    PlateFormat("IE", "current", r"\d{2,3}[A-Z]{1,2}\d{1,6}"),
    PlateFormat("IT", "current", r"[A-HJ-NPR-TV-Z]{2}\d{3}[A-HJ-NPR-TV-Z]{2}"),
    PlateFormat("LT", "current", r"[A-Z]{3}\d{3}"),
    PlateFormat("LU", "current", r"[A-Z]{2}\d{4}|\d{4,5}"),
    PlateFormat("LV", "current", r"[A-Z]{2}\d{1,4}"),
    PlateFormat("MD", "current", r"[A-Z]{3}\d{3}|[A-Z]{1,2}[A-Z]{2}\d{3}"),
    PlateFormat("MT", "current", r"[A-Z]{3}\d{3}"),
    PlateFormat(
        "NL",
        "current",
        r"[A-Z]{2}\d{2}[A-Z]{2}|\d{2}[A-Z]{3}\d|\d[A-Z]{3}\d{2}|[A-Z]\d{3}[A-Z]{2}|[A-Z]{2}\d{3}[A-Z]"
        r"|\d{2}[A-Z]{4}|[A-Z]{4}\d{2}|[A-Z]{3}\d{2}[A-Z]|[A-Z]\d{2}[A-Z]{3}|\d{2}[A-Z]{2}\d{2}",
    ),
    PlateFormat("NO", "current", r"[A-Z]{2}\d{5}"),
    PlateFormat("PL", "current", r"[A-Z]{2,3}[A-Z0-9]{4,5}"),
    PlateFormat("PT", "current", r"[A-Z]{2}\d{2}[A-Z]{2}"),
    PlateFormat("PT", "older", r"\d{2}[A-Z]{2}\d{2}|\d{4}[A-Z]{2}|[A-Z]{2}\d{4}"),
    PlateFormat("RO", "current", r"[A-Z]{2}\d{2}[A-Z]{3}|B\d{2,3}[A-Z]{3}"),
    PlateFormat("RO", "temporary", r"(?:[A-Z]{2}|B)\d{3,6}"),
    PlateFormat("RS", "current", r"[A-Z]{2}\d{3,4}[A-Z]{2}"),
    PlateFormat("SE", "current", r"[A-Z]{3}\d{2}[A-Z0-9]"),
    PlateFormat("SI", "current", r"[A-Z]{2}[A-Z0-9]{4,5}"),
    PlateFormat("SK", "current", r"[A-Z]{2}\d{3}[A-Z]{2}|[A-Z]{2}\d{3}[A-Z0-9]{2}"),
    PlateFormat("UA", "current", r"[ABEIKMHOPCTX]{2}\d{4}[ABEIKMHOPCTX]{2}"),
)
