"""How far told confidences are right, over reads whose truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from anpr.evaluation.share import Share
from anpr.recognition.calibration import PROMISE

BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0001)
"""Bounds of the groups of confidence."""


@dataclass(frozen=True)
class Bin:
    """Reads of about the same confidence."""

    low: float
    high: float
    mean_confidence: float
    right: Share


@dataclass(frozen=True)
class Reliability:
    """How far confidences are right, over the reads of one source."""

    source: str
    reads: int
    claimed: int
    """Reads of confidence 0.95 or more."""
    wrong: Share
    """Wrong ones among them."""
    bins: tuple[Bin, ...]

    @property
    def expected_error(self) -> float:
        """Expected calibration error: mean distance of confidence and share right (0 to 1)."""
        away = [b.right.of * abs(b.mean_confidence - b.right.value) for b in self.bins]
        return sum(away) / self.reads if self.reads else 0.0


def reliability(source: str, confidences: Sequence[float], rights: Sequence[bool]) -> Reliability:
    """Figures and bins over the reads of one source."""
    claimed = [r for c, r in zip(confidences, rights, strict=True) if c >= PROMISE]
    bins = []
    for low, high in pairwise(BINS):
        inside = [(c, r) for c, r in zip(confidences, rights, strict=True) if low <= c < high]
        if inside:
            mean = sum(c for c, _ in inside) / len(inside)
            share = Share(sum(r for _, r in inside), len(inside))
            bins.append(Bin(low, min(1.0, high), mean, share))
    wrong = Share(len(claimed) - sum(claimed), len(claimed))
    return Reliability(source, len(confidences), len(claimed), wrong, tuple(bins))
