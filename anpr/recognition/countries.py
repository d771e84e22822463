"""Country names that recognisers use, as ISO 3166 alpha-2 codes."""

_BY_NAME = {
    "albania": "AL", "andorra": "AD", "austria": "AT", "belarus": "BY", "belgium": "BE",
    "bosnia and herzegovina": "BA", "bulgaria": "BG", "croatia": "HR", "cyprus": "CY",
    "czech republic": "CZ", "czechia": "CZ", "denmark": "DK", "estonia": "EE", "finland": "FI",
    "france": "FR", "georgia": "GE", "germany": "DE", "gibraltar": "GI", "greece": "GR",
    "hungary": "HU", "iceland": "IS", "ireland": "IE", "italy": "IT", "kosovo": "XK",
    "latvia": "LV", "liechtenstein": "LI", "lithuania": "LT", "luxembourg": "LU", "malta": "MT",
    "moldova": "MD", "monaco": "MC", "montenegro": "ME", "netherlands": "NL",
    "north macedonia": "MK", "norway": "NO", "poland": "PL", "portugal": "PT", "romania": "RO",
    "russia": "RU", "san marino": "SM", "serbia": "RS", "slovakia": "SK", "slovenia": "SI",
    "spain": "ES", "sweden": "SE", "switzerland": "CH", "turkey": "TR", "ukraine": "UA",
    "united kingdom": "GB", "uk": "GB",
}  # fmt: skip


def country_code(label: str) -> str | None:
    """ISO code of a recogniser's region label ("ES", "Spain"); None for any other label."""
    if len(label) == 2 and label.isalpha() and label.lower() not in _BY_NAME:
        return label.upper()
    return _BY_NAME.get(label.strip().lower())
