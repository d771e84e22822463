import math

import numpy as np
import pytest

from anpr.evaluation.fitting import Sample, fit, out_of_fold
from anpr.evaluation.reliability import Reliability, reliability
from anpr.evaluation.reliability_report import as_markdown, diagram
from anpr.recognition.calibration import PROMISE
from anpr.types import Signals


def samples(count: int, source: str, seed: int, *, boast: float = 1.0) -> list[Sample]:
    """Reads whose text is right as often as the truth behind them says; the recogniser boasts by
    a factor in log odds."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        odds = float(rng.uniform(-3, 8))
        told = 1 / (1 + math.exp(-boast * odds))
        signals = Signals(told, told, 0.9, 100, fits_format=True, looks=1, agreement=1.0)
        is_right = bool(rng.random() < 1 / (1 + math.exp(-odds)))
        made.append(Sample(source, f"{source}{number}", signals, is_right))
    return made


class TestFit:
    @pytest.mark.parametrize("boast", [1.0, 2.5])
    def test_told_confidences_are_right_as_often_as_they_say(self, boast: float) -> None:
        known = samples(3000, "rendered", 1, boast=boast)
        calibration = fit(known, "d@1", "r@1", "tests")
        fresh = samples(3000, "rendered", 2, boast=boast)
        told = [calibration.confidence(s.signals) for s in fresh]
        figures = reliability("rendered", told, [s.is_right for s in fresh])
        assert figures.expected_error < 0.06

    def test_the_promise_is_kept_on_reads_that_were_not_fitted(self) -> None:
        calibration = fit(samples(3000, "rendered", 3), "d@1", "r@1", "tests")
        fresh = samples(4000, "rendered", 4)
        told = [calibration.confidence(s.signals) for s in fresh]
        figures = reliability("rendered", told, [s.is_right for s in fresh])
        assert figures.claimed > 500
        assert figures.wrong.value <= 0.005

    def test_each_source_must_keep_it(self) -> None:
        good, bad = samples(2000, "rendered", 5), samples(300, "real", 6)
        lying = [Sample(s.source, s.plate, s.signals, s.is_right and i % 9 > 0)
                 for i, s in enumerate(bad)]  # fmt: skip
        both = [*good, *lying]
        calibration = fit(both, "d@1", "r@1", "tests")
        told = [calibration.told(odds) for odds in out_of_fold(both, calibration)]
        claimed = [s.is_right for s, c in zip(both, told, strict=True) if c >= PROMISE]
        assert claimed.count(False) == 0
        blind = fit(good, "d@1", "r@1", "tests")
        assert any(not s.is_right for s in lying if blind.confidence(s.signals) >= PROMISE)

    def test_a_plates_own_reads_never_judge_it(self) -> None:
        known = samples(400, "real", 7)
        calibration = fit(known, "d@1", "r@1", "tests")
        fitted = [calibration.log_odds(s.signals) for s in known]
        assert not np.allclose(out_of_fold(known, calibration), fitted, atol=1e-6)


class TestReliability:
    def figures(self) -> Reliability:
        return reliability("real", [0.99, 0.97, 0.96, 0.6, 0.05], [True, True, False, True, False])

    def test_wrong_reads_are_counted_from_the_promise_on(self) -> None:
        figures = self.figures()
        assert (figures.reads, figures.claimed) == (5, 3)
        assert (figures.wrong.hits, figures.wrong.of) == (1, 3)
        assert PROMISE == 0.95

    def test_every_read_is_in_one_bin(self) -> None:
        assert sum(b.right.of for b in self.figures().bins) == 5

    def test_the_table_gives_counts_and_intervals(self) -> None:
        table = as_markdown([self.figures()])
        assert "| real | 5 | 3 | 1 (33.33 %) |" in table
        assert "0.95-0.98 | 0.965 | 1/2" in table

    def test_no_reads_at_all_is_no_crash(self) -> None:
        assert "| real | 0 | 0 | - | - |" in as_markdown([reliability("real", [], [])])

    def test_the_diagram_shows_a_dot_where_told_and_right_meet(self) -> None:
        right = reliability("real", [0.99] * 50, [True] * 50)
        wrong = reliability("real", [0.99] * 50, [False] * 50)
        pictures = [diagram([figures]) for figures in (right, wrong)]
        top, bottom = (slice(40, 90), slice(440, 500))
        red = [np.argwhere((p[:, :, 2] > 150) & (p[:, :, 0] < 90) & (np.arange(p.shape[1]) > 300))
               for p in pictures]  # fmt: skip
        assert red[0][:, 0].min() in range(top.start, top.stop)
        assert red[1][:, 0].max() in range(bottom.start, bottom.stop)
