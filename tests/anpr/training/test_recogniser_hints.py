"""Tokens are told which character lies on them, and its number in reading order."""

import numpy as np

from anpr.training.recogniser_data import SLOTS, Crops, encode_text
from anpr.training.recogniser_hints import IGNORED, NO_SLOT, NOTHING, token_labels


def crop_of(text: str, places: list[tuple[float, float, float, float]]) -> Crops:
    known = np.zeros((1, SLOTS, 4), np.float16)
    known[0, : len(places)] = np.array(places).reshape(-1, 4)
    return Crops(
        np.zeros((1, 64, 128, 3), np.uint8), encode_text(text)[None], np.zeros(1, np.int16), known
    )


def test_the_tokens_under_a_character_know_it() -> None:
    characters, numbers = token_labels(crop_of("AB", [(30, 32, 8, 20), (90, 32, 8, 20)]))
    grid, order = characters.reshape(4, 32), numbers.reshape(4, 32)

    assert set(grid[1:3, 7].tolist()) == {10}
    assert set(grid[1:3, 22].tolist()) == {11}
    assert set(order[1:3, 22].tolist()) == {1}
    assert grid[1, 15] == NOTHING
    assert order[1, 15] == NO_SLOT


def test_the_second_row_goes_on_counting() -> None:
    _, numbers = token_labels(crop_of("A1", [(64, 16, 10, 10), (64, 48, 10, 10)]))
    assert numbers.reshape(4, 32)[:, 16].tolist() == [0, 0, 1, 1]


def test_a_thin_character_has_a_token_all_the_same() -> None:
    for x in np.arange(20, 30, 0.5):
        characters, _ = token_labels(crop_of("1", [(x, 32, 0.6, 20)]))
        assert 1 in characters


def test_a_real_photo_says_nothing_about_its_tokens() -> None:
    characters, numbers = token_labels(crop_of("AB", []))
    assert set(characters.ravel().tolist()) == set(numbers.ravel().tolist()) == {IGNORED}
