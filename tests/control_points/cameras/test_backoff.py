"""Doubling, bounded, and not all at once."""

import random

from control_points.cameras.backoff import Backoff


class TestWaiting:
    def test_waits_double_up_to_the_longest(self) -> None:
        backoff = Backoff(first=1, longest=60, chance=Even())
        assert [backoff.failed() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]

    def test_success_starts_over(self) -> None:
        backoff = Backoff(first=1, longest=60, chance=Even())
        backoff.failed()
        backoff.failed()
        backoff.worked()
        assert backoff.failed() == 1

    def test_two_boxes_do_not_come_back_together(self) -> None:
        first, second = (Backoff(chance=random.Random(seed)) for seed in (1, 2))
        assert first.failed() != second.failed()

    def test_jitter_stays_within_a_fifth(self) -> None:
        waits = [Backoff(first=10, chance=random.Random(seed)).failed() for seed in range(50)]
        assert 8 <= min(waits) < max(waits) <= 12


class Even(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2
