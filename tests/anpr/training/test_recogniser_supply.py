"""Crops reach the trainer in their order, whoever makes them, and the latest are kept."""

from collections.abc import Iterator

import numpy as np
import pytest

from anpr.training.recogniser_data import Crops
from anpr.training.recogniser_supply import Ahead, Ring
from tests.anpr.builders import numbered_crops


def numbered(number: int) -> Crops:
    return numbered_crops(2, first=10 * number)


def until_three(number: int) -> Crops:
    if number == 3:
        raise ValueError("no more crops")
    return numbered(number)


@pytest.fixture
def ahead() -> Iterator[Ahead]:
    process = Ahead(numbered, 4)
    yield process
    process.close()


@pytest.mark.slow
def test_crops_made_ahead_come_in_their_order(ahead: Ahead) -> None:
    taken = [ahead.take().countries.tolist() for _ in range(3)]

    assert taken == [[40, 41], [50, 51], [60, 61]]
    assert ahead.next == 7


@pytest.mark.slow
def test_a_maker_that_dies_is_not_waited_for_in_vain() -> None:
    process = Ahead(until_three, 2)
    try:
        assert process.take().countries[0] == 20
        with pytest.raises(RuntimeError, match="makes crops ended"):
            process.take()
    finally:
        process.close()


def test_the_ring_forgets_the_oldest_crops() -> None:
    ring = Ring(10)
    ring.add(numbered_crops(8))
    assert len(ring) == 8
    ring.add(numbered_crops(6, first=8))

    seen = set(ring.draw(500, np.random.default_rng(0)).countries.tolist())
    assert len(ring) == 10
    assert seen == set(range(4, 14))
