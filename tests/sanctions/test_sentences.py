"""What a person reads when something goes wrong is in Spanish and Basque, stored or raised."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import SarbideError
from sanctions.errors import WrongAmount
from sanctions.evidence.timestamps import unavailable
from sanctions.sentences import kept, sentence, shown
from tests.test_translations import LANGUAGES, translations

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "sanctions").rglob("*.py"))


def error_classes() -> set[str]:
    """Names of everything in the tree of errors that our own modules define."""
    found = {"SarbideError"}
    trees = [
        ast.parse(path.read_text())
        for folder in ("core", "sanctions")
        for path in (ROOT / folder).rglob("*.py")
    ]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        more = {
            one.name
            for one in classes
            if any(getattr(base, "id", getattr(base, "attr", "")) in found for base in one.bases)
        }
        if more <= found:
            return found
        found |= more


def raised_sentences() -> Iterator[tuple[str, str]]:
    """Where an error is made in `sanctions`, and the message id it is made with."""
    names = error_classes()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                for part in _arms(node.args[0]) if name in names else ():
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", part


def titles() -> Iterator[tuple[str, str]]:
    names = error_classes()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name in names:
                yield from ((node.name, title) for title in _title(node))


def _title(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        is_title = isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "title"
        if is_title and isinstance(line.value, ast.Constant):
            yield str(line.value.value)


def _arms(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from _arms(value.body)
        yield from _arms(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_an_error_is_translated(language: str) -> None:
    known = translations(language)
    sentences = list(raised_sentences())
    assert len(sentences) > 100
    assert [one for one in sentences if one[1] not in known] == []
    assert [one for one in titles() if one[1] not in known] == []


class TestKept:
    def test_an_error_is_shown_in_the_readers_language(self) -> None:
        error = unavailable("http://tsa", "it does not answer")  # type: ignore[arg-type]
        assert "no responde. Se le vuelve a pedir" in shown(kept(error), "es")
        assert "ez du erantzuten" in shown(kept(error), "eu")
        assert shown(kept(error), "en") == str(error)

    def test_amounts_and_references_stay(self) -> None:
        error = WrongAmount("Waits for the document '%(kind)s'.", kind="Resolution 7")
        assert shown(kept(error), "es") == "Espera el documento «Resolution 7»."

    @pytest.mark.parametrize(
        "words",
        ["", "What a person wrote.", '{"sentence": 1', '{"sentence": "x"}', "100 % (sic) %(a)s"],
    )
    def test_what_people_wrote_stays_as_they_wrote_it(self, words: str) -> None:
        assert shown(words, "es") == words

    def test_a_value_that_is_missing_breaks_nothing(self) -> None:
        assert shown(sentence("Waits for the document '%(kind)s'.", other=1), "es").startswith(
            "Waits for the document"
        )

    def test_nothing_is_nothing(self) -> None:
        assert shown(None, "es") == ""
        assert issubclass(WrongAmount, SarbideError)
