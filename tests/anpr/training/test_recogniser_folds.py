"""Five folds together: every plate is judged once, by a recogniser that never saw it."""

import pytest

from anpr.training import photos
from anpr.training.recogniser_folds import EACH_ALONE, FoldResult, summary


def test_every_fold_is_left_out_once() -> None:
    left_out = [fold for group in EACH_ALONE for fold in group]
    assert sorted(left_out) == list(range(photos.FOLDS))


def test_the_summary_counts_photos_and_the_cars_on_them() -> None:
    first = FoldResult(frozenset({0}), (("B11AAA", "B11AAA"), ("B11AAA", "B11AAB")))
    second = FoldResult(frozenset({1}), (("B22BBB", "B22BBB"), ("B33CCC", "B33CCC")))

    told = summary([first, second])

    assert "3 of 4 photos exact (75.0 %" in told
    assert "3 plates recur" in told
    assert first.exact.value == pytest.approx(0.5)
