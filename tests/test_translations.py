"""Every word on a screen exists in Spanish and in Basque, with the same values to fill in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("core", "permits", "sanctions", "control_center", "mobile_api")
LANGUAGES = ("es", "eu")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "TraceLine": None, "N_": None}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
FROM_THE_FRAMEWORK = {"Method Not Allowed"}
"""Phrases of the HTTP server that an error page shows."""
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def used_messages(package: str) -> Iterator[str]:
    options = {"**/templates/**.html": {"encoding": "utf-8", "extensions": "jinja2.ext.i18n"}}
    found = extract_from_dir(
        str(ROOT / package),
        METHODS,
        options_map=options,
        keywords=KEYWORDS,  # type: ignore[arg-type]
    )
    for _, _, message, _, _ in found:
        yield message if isinstance(message, str) else message[0]


def translations(language: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for package in PACKAGES:
        source = ROOT / package / "translations" / f"{language}.po"
        if source.exists():
            with source.open("rb") as file:
                for message in read_po(file, locale=language):
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    text = message.string if isinstance(message.string, str) else message.string[0]
                    if key and text and not message.fuzzy:
                        merged[key] = text
    return merged


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_is_translated(package: str, language: str) -> None:
    known = translations(language)
    assert sorted(set(used_messages(package)) - set(known)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_the_same_values(language: str) -> None:
    wrong = {
        message: text
        for message, text in translations(language).items()
        if set(PLACEHOLDER.findall(message)) != set(PLACEHOLDER.findall(text))
    }
    assert wrong == {}


def written_texts() -> set[str]:
    """Every string in our code: messages of errors and tables are translated when shown."""
    return {
        node.value
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    used = {message for package in PACKAGES for message in used_messages(package)}
    used |= written_texts() | FROM_THE_FRAMEWORK
    assert sorted(set(translations(language)) - used) == []
