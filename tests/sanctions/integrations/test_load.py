"""A day's five hundred cases go out in minutes, each once, also when the line is bad."""

import time

import pytest

from sanctions.integrations.handover.models import HandoverBatch, HandoverItem, ItemState
from tests.sanctions.integrations.world import World

CASES = 500


@pytest.fixture
def procedure() -> str:
    return "handed_over"


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_five_hundred_cases_are_handed_over_each_once_over_a_bad_line(world: World) -> None:
    for number in range(CASES):
        world.validated(plate=f"{1000 + number}BCD")
    world.turn()
    for kind in ("lost_answer", "error", "reset", "malformed"):
        world.misbehave("handover", kind, path="/batches")
    started = time.monotonic()
    for _ in range(8):
        world.turn()
        world.wake()
    took = time.monotonic() - started
    items = world.all(HandoverItem)
    assert [item.state for item in items] == [ItemState.ACCEPTED] * CASES
    assert len({item.number for item in items}) == CASES
    sent = [
        ticket["NUM_EXPEDIENT"]
        for batch in world.received("handover", "/batches")
        for ticket in batch["body"].get("BUTLLETES", [])
    ]
    assert len(sent) == len(set(sent)) == CASES
    assert len(world.all(HandoverBatch)) == CASES // 50
    assert took < 120
    print(f"{CASES} cases handed over in {took:.1f} s")
