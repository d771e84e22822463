"""Measured accuracy counts what was read, not what was hoped for."""

import numpy as np
import pytest

from anpr.training.recogniser_data import ALPHABET, REGIONS, encode_text
from anpr.training.recogniser_measure import Predict, Score, edit_distance, score


def reader_of(reads: list[str], country: str = "ES") -> Predict:
    """A reader that answers with these texts, whatever it is shown."""
    slots = np.stack([np.eye(len(ALPHABET), dtype=np.float32)[encode_text(r)] for r in reads])
    regions = np.tile(
        np.eye(len(REGIONS), dtype=np.float32)[REGIONS.index(country)], (len(reads), 1)
    )
    return lambda crops: (slots[: len(crops)], regions[: len(crops)])


def measured(truths: list[str], reads: list[str], country: str | None = "ES") -> Score:
    blank = np.zeros((len(truths), 64, 128, 3), np.uint8)
    return score(reader_of(reads), blank, truths, [country] * len(truths))


def test_one_wrong_character_makes_a_read_wrong() -> None:
    result = measured(["1234BCD", "5678FGH"], ["1234BCD", "5678FGK"])

    assert (result.plates, result.exact, result.character_errors) == (2, 1, 1)
    assert [(truth, read) for truth, read, _ in result.wrong] == [("5678FGH", "5678FGK")]
    assert "1/2 exact (50.0 %)" in str(result)


def test_folding_counts_o_as_zero_and_i_as_one() -> None:
    result = measured(["B01XEN"], ["BO1XEN"])
    assert (result.exact, result.folded) == (0, 1)


def test_countries_are_counted_apart() -> None:
    assert measured(["1234BCD"], ["1234BCD"], "ES").country == 1
    assert measured(["1234BCD"], ["1234BCD"], "RO").country == 0


def test_no_plates_is_said_so() -> None:
    assert str(Score(0, 0, 0, 0, 0, 0, ())) == "no plates"


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("", "", 0), ("ABC", "", 3), ("ABC", "ABD", 1), ("1234", "234", 1), ("AB", "BA", 2)],
)
def test_edit_distance(a: str, b: str, distance: int) -> None:
    assert edit_distance(a, b) == distance == edit_distance(b, a)
