"""What stands under the picture's parts says how many characters there are."""

import numpy as np
import pytest

from anpr.recognition.decoding import decode
from anpr.recognition.sight import agreement, spelled
from tests.anpr.builders import ALPHABET, slots_of, tokens_of


@pytest.mark.parametrize("text", ["B21GSB", "1122BBB", "A", ""])
def test_equal_neighbours_with_nothing_between_are_one_character(text: str) -> None:
    assert spelled(tokens_of(text), ALPHABET) == text


def test_the_text_that_stands_there_agrees_best() -> None:
    texts = ["B21GSB", "BB21GSB", "B21GS", "B21GSBB", "821GSB"]
    scores = agreement([tokens_of("B21GSB")], texts, ALPHABET)

    assert texts[int(scores.argmax())] == "B21GSB"
    assert scores[0] - np.sort(scores)[-2] > 2


def test_two_rows_are_read_one_after_the_other() -> None:
    two = tokens_of("1234", slice(0, 2))
    two[2:] = tokens_of("BBC", slice(2, 4))[2:]
    scores = agreement([two], ["1234BBC", "BBC1234", "1234"], ALPHABET)

    assert scores.argmax() == 0


def test_every_look_has_its_say() -> None:
    texts = ["1234BBC", "1284BBC"]
    looks = [tokens_of(texts[0]), tokens_of(texts[1])]
    together = agreement(looks, texts, ALPHABET)
    alone = [agreement([look], texts, ALPHABET) for look in looks]

    assert together == pytest.approx((alone[0] + alone[1]) / 2)
    assert alone[0][0] > together[0] > alone[1][0]


def test_two_rows_beside_a_look_at_one_are_read_each_in_its_way() -> None:
    two = tokens_of("1234", slice(0, 2))
    two[2:] = tokens_of("BBC", slice(2, 4))[2:]
    one = tokens_of("1234BBC")
    together = agreement([one, two], ["1234BBC"], ALPHABET)
    alone = [agreement([look], ["1234BBC"], ALPHABET) for look in (one, two)]

    assert together == pytest.approx((alone[0] + alone[1]) / 2)


def test_a_character_that_the_slots_count_twice_is_read_once() -> None:
    slots = slots_of("BB21GSB", 0.7)

    assert decode(slots, ALPHABET, {}).text == "BB21GSB"
    assert decode(slots, ALPHABET, {}, [tokens_of("B21GSB")]).text == "B21GSB"


def test_slots_that_are_sure_of_a_double_letter_keep_it() -> None:
    blurred = tokens_of("1234BC", sure=0.5)
    assert decode(slots_of("1234BBC", 0.99), ALPHABET, {"ES": 0.9}, [blurred]).text == "1234BBC"


def test_where_both_agree_nothing_changes() -> None:
    slots = slots_of("1234BBC", 0.9)
    assert decode(slots, ALPHABET, {"ES": 0.9}, [tokens_of("1234BBC")]) == decode(
        slots, ALPHABET, {"ES": 0.9}
    )


def test_a_disagreement_makes_the_read_less_sure() -> None:
    slots = slots_of("1234BBC", 0.9)
    alone = decode(slots, ALPHABET, {"ES": 0.9})
    doubted = decode(slots, ALPHABET, {"ES": 0.9}, [tokens_of("1284BBC", sure=0.6)])

    assert doubted.text == "1234BBC"
    assert doubted.probability < alone.probability
