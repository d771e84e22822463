"""Number plates: one normal form, and what is known of each country's formats."""

import re
import unicodedata
from dataclasses import dataclass

from core.errors import InvalidInput
from core.plate_formats import FORMATS, PlateFormat

MAX_LENGTH = 10
MIN_LENGTH = 2


def normalise(text: str) -> str:
    """Return `text` as NFKC upper-case A-Z and 0-9; everything else is dropped.

    O and 0 stay distinct: which of them a plate carries is evidence, not spelling.
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@dataclass(frozen=True, order=True)
class PlateNumber:
    """A number plate in normal form. Country is kept apart: it is often not known."""

    text: str

    def __post_init__(self) -> None:
        if self.text != normalise(self.text) or not MIN_LENGTH <= len(self.text) <= MAX_LENGTH:
            raise InvalidInput(
                "'%(plate)s' is not a number plate: %(least)s to %(most)s letters A-Z and digits "
                "0-9 are expected.",
                plate=self.text[:20],
                least=MIN_LENGTH,
                most=MAX_LENGTH,
            )

    @classmethod
    def parse(cls, raw: str) -> "PlateNumber":
        """Normalise what a person typed ("1234 bbc", "1234-BBC").

        Raises:
            InvalidInput: characters other than letters, digits, spaces, dots and dashes, or
                a length outside 2-10.
        """
        compact = re.sub(r"[\s.\-·]", "", unicodedata.normalize("NFKC", raw))
        foreign = next((c for c in compact if c.isalpha() and not c.isascii()), None)
        if foreign is not None:
            raise InvalidInput(
                "'%(plate)s' is not a number plate: use letters A-Z and digits 0-9 only. "
                "'%(letter)s' is none of them, even if it looks like one.",
                plate=raw.strip()[:20],
                letter=foreign,
            )
        if not re.fullmatch(r"[A-Za-z0-9]+", compact):
            raise InvalidInput(
                "'%(plate)s' is not a number plate: use letters A-Z and digits 0-9 only.",
                plate=raw.strip()[:20],
            )
        return cls(normalise(compact))

    def __str__(self) -> str:
        return self.text


def matching_formats(plate: PlateNumber, country: str | None = None) -> tuple[PlateFormat, ...]:
    """Formats whose pattern `plate` fits, only those of `country` (ISO 3166 alpha-2) if given."""
    return tuple(
        fmt
        for fmt in FORMATS
        if (country is None or fmt.country == country) and fmt.fits(plate.text)
    )


def is_valid_syntax(plate: PlateNumber, country: str | None = None) -> bool:
    """Whether any known format of `country` (or of any country) has this shape."""
    return bool(matching_formats(plate, country))
