"""The ordinance as a table: every row is decided as it says, in the words that it says."""

import pytest

from core.plates import PlateNumber, normalise
from permits.access import decide
from permits.replay import decision_from_json, decision_to_json, query_to_json, replay
from permits.words import sentences
from tests.permits.scenarios.reading import Scenario, names, query_of, scenarios

ROWS = scenarios()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_passage_is_decided_as_the_ordinance_says(row: Scenario) -> None:
    decision = decide(query_of(row))
    found = f"{decision.outcome.value} {decision.reason.value}"
    if decision.warning_only:
        found += ", warning"
    told = " ".join(sentences(decision.trace, "en", names()))
    assert (found, row.words) == (row.answer, row.words if row.words in told else told)


@pytest.mark.parametrize("row", ROWS[::7], ids=str)
def test_the_stored_row_replays_alike(row: Scenario) -> None:
    query = query_of(row)
    decision = decide(query)
    assert replay(query_to_json(query)) == decision
    assert decision_from_json(decision_to_json(decision)) == decision


@pytest.mark.parametrize("language", ["es", "eu"])
def test_every_row_has_its_words_in_every_language(language: str) -> None:
    for row in ROWS:
        decision = decide(query_of(row))
        english, other = (sentences(decision.trace, one, names()) for one in ("en", language))
        assert len(english) == len(other)
        assert all(a != b for a, b in zip(english, other, strict=True)), row


def test_the_table_is_as_long_as_an_ordinance() -> None:
    assert len(ROWS) >= 150
    assert len({str(row) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("typed", ["1234 BBC", "1234-bbc", " 1234.bbc ", "1234·BBC", "１２３４BBC"])
def test_a_plate_is_the_same_however_it_is_typed(typed: str) -> None:
    assert PlateNumber.parse(typed) == PlateNumber("1234BBC")
    assert normalise(typed) == "1234BBC"
