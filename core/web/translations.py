"""Spanish, Basque and English: gettext catalogues, and which language a request speaks.

Message ids are English sentences; English therefore needs no catalogue. Every package with words
keeps ``translations/es.po`` and ``translations/eu.po``; they are read once and merged.
"""

import io
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from core.words import Word

LANGUAGES = {"es": "Castellano", "eu": "Euskara", "en": "English"}
"""Code and own name, in the order of the language switch."""

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("core", "permits", "sanctions", "control_center", "mobile_api")

current_language: ContextVar[str] = ContextVar("current_language", default="en")
"""Language of the page being rendered; templates and their macros read it."""


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> NullTranslations:
    """All packages' translations into `language`."""
    merged = Translations()
    for package in _PACKAGES:
        source = _ROOT / package / "translations" / f"{language}.po"
        if source.exists():
            merged.merge(_compile(source, language))
    return merged if merged.files else NullTranslations()


def _compile(source: Path, language: str) -> Translations:
    with source.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    compiled.name = source.name
    return Translations(compiled)


def translate(message: str, language: str, **values: object) -> str:
    """`message` (a message id) in `language`, with ``%(name)s`` filled in from `values`.

    Values that are a `Word` are translated too. A message without translation stays English:
    better than nothing.
    """
    words = catalogue(language)
    text: str = words.gettext(message) if message else ""
    if not values or "%(" not in text:
        return text
    return text % {
        name: words.gettext(value) if isinstance(value, Word) else value
        for name, value in values.items()
    }


def negotiate(asked: str | None, cookie: str | None, accept: str, default: str) -> str:
    """The language of a request: what it asks for, else its cookie, else its browser's list."""
    for choice in (asked, cookie):
        if choice in LANGUAGES:
            return choice
    preferred = [part.split(";")[0].strip().lower() for part in accept.split(",") if part.strip()]
    known = negotiate_locale(preferred, list(LANGUAGES), sep="-")
    return known or default
