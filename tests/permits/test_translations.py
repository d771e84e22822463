"""Every sentence of the register speaks Spanish and Basque too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import permits

FOLDER = Path(permits.__file__).parent
NOT_FOR_SCREENS = {
    "__main__.py",
    "command.py",
    "command_line.py",
    "commands.py",
    "explaining.py",
    "replay.py",
}
"""The command line and the errors of stored documents are for the people who run Sarbide."""


def sentences_in_code() -> Iterator[str]:
    """Messages with values, and whole sentences, that appear as plain strings in the code."""
    for path in FOLDER.rglob("*.py"):
        if "seed" in path.parts or path.name in NOT_FOR_SCREENS:
            continue
        tree = ast.parse(path.read_text())
        skipped = {id(part) for node in ast.walk(tree) for part in unspoken(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_message = re.match(r"^(?:[A-Z].* .*[.:]|.*%\()", node.value, re.DOTALL)
                if is_message and id(node) not in skipped:
                    yield node.value


def unspoken(node: ast.AST) -> list[ast.AST]:
    """Docstrings, and the pieces of f-strings."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return [node.value]
    return list(node.values) if isinstance(node, ast.JoinedStr) else []


def catalogue(language: str) -> Catalog:
    with (FOLDER / "translations" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", ["es", "eu"])
def test_every_sentence_is_translated(language: str) -> None:
    known = catalogue(language)
    sentences = set(sentences_in_code())
    assert len(sentences) > 50
    assert [one for one in sorted(sentences) if not (known.get(one) and known[one].string)] == []


@pytest.mark.parametrize("language", ["es", "eu"])
def test_translations_use_the_values_of_their_message(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = set(re.findall(r"%\((\w+)\)s", ids[-1]))
            assert all(set(re.findall(r"%\((\w+)\)s", text)) == wanted for text in texts), ids
