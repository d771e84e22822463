"""All plate formats by name, the countries they belong to, and how to draw one at random."""

from collections.abc import Callable

import numpy as np

from anpr.synthesis.formats import PlateFormat
from anpr.synthesis.formats_east import EAST
from anpr.synthesis.formats_small import SMALL_STATES
from anpr.synthesis.formats_spain import SPAIN
from anpr.synthesis.formats_special import SPECIAL
from anpr.synthesis.formats_west import WEST

FORMATS: dict[str, PlateFormat] = {
    f.name: f for f in (*SPAIN, *WEST, *EAST, *SMALL_STATES, *SPECIAL)
}

COUNTRIES: tuple[str, ...] = tuple(sorted({f.country for f in FORMATS.values()}))

_COUNTRY_WEIGHTS = {
    "ES": 9.0, "DE": 3.5, "FR": 2.5, "IT": 2.0, "PT": 2.0, "GB": 2.5, "RO": 3.0, "SK": 3.0,
    "CZ": 3.0, "PL": 2.0, "NL": 1.5, "BE": 1.3, "AT": 1.3, "CH": 1.3, "HU": 1.3, "UA": 1.3,
    "AL": 0.4, "ME": 0.5, "MK": 0.5, "CY": 0.4, "LU": 0.6, "BA": 0.6,
    "AD": 0.8, "GI": 0.4, "IS": 0.3, "LI": 0.3, "MC": 0.4, "MT": 0.4, "RU": 0.8, "SM": 0.3,
    "XK": 0.4, "GE": 0.4,
}  # fmt: skip
"""How often a country is drawn: its vehicles on Spanish roads, and how varied its plates are."""


class UnknownFormatError(KeyError):
    """No plate format has this name."""


def plate_format(name: str) -> PlateFormat:
    """The format called `name`; UnknownFormatError names the near misses."""
    try:
        return FORMATS[name]
    except KeyError:
        near = ", ".join(sorted(n for n in FORMATS if n[:2] == name[:2])) or "see FORMATS"
        raise UnknownFormatError(f"no plate format {name!r}; there are: {near}") from None


def random_format(
    rng: np.random.Generator,
    country: str | None = None,
    where: Callable[[PlateFormat], bool] = lambda _: True,
) -> PlateFormat:
    """Draw a format by weight, of one country (ISO alpha-2) or of all, among those `where` holds.

    Raises
    ------
    UnknownFormatError
        If the country has no such format.
    """
    own = [f for f in FORMATS.values() if country in (None, f.country) and where(f)]
    if not own:
        raise UnknownFormatError(f"no plate format of country {country!r} is asked for")
    countries = sorted({f.country for f in own})
    shares = np.array([_COUNTRY_WEIGHTS.get(c, 1.0) for c in countries])
    chosen = countries[int(rng.choice(len(countries), p=shares / shares.sum()))]
    national = [f for f in own if f.country == chosen]
    weights = np.array([f.weight for f in national])
    return national[int(rng.choice(len(national), p=weights / weights.sum()))]
