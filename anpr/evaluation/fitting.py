"""Fitting a calibration to reads of known plates, and checking it on reads that it never saw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anpr.recognition.calibration import FEATURES, PROMISE, Calibration, features, logit
from anpr.training.photos import fold
from anpr.types import Signals

FOLDS = 5
RIDGE = 2.0
"""Weight of the quadratic penalty, in reads: few photos must not make steep weights."""
STEPS = 30
ALLOWED_WRONG = 0.0025
"""Share of wrong reads from the promise on, half of what is promised: the reads of tomorrow are
others."""
MOST_DRAWN_DOWN = 0.9995


@dataclass(frozen=True)
class Sample:
    """One read whose truth is known."""

    source: str
    """`real` or `rendered`: never mixed in a figure."""
    plate: str
    """The plate's text; samples of one plate stay in one fold."""
    signals: Signals
    is_right: bool


def fit(samples: Sequence[Sample], detector: str, recogniser: str, fitted_on: str) -> Calibration:
    """Fit on all samples; where the promise lies is told by reads of folds that were left out."""
    fitted = _regression(samples, detector, recogniser, fitted_on)
    return replace(fitted, promised_at=_promised_at(samples, out_of_fold(samples, fitted)))


def out_of_fold(samples: Sequence[Sample], like: Calibration) -> list[float]:
    """Log odds of each sample by a regression that saw no read of its plate."""
    answers = [0.0] * len(samples)
    for number in range(FOLDS):
        inside = [s for s in samples if fold(s.plate, FOLDS) != number]
        part = _regression(inside, like.detector, like.recogniser, like.fitted_on)
        for i, s in enumerate(samples):
            if fold(s.plate, FOLDS) == number:
                answers[i] = part.log_odds(s.signals)
    return answers


def _regression(
    samples: Sequence[Sample], detector: str, recogniser: str, fitted_on: str
) -> Calibration:
    inputs = np.array([(*features(s.signals), 1.0) for s in samples])
    rights = np.array([s.is_right for s in samples], dtype=float)
    found = _newton(inputs, rights, _weights(samples))
    weights, bias = tuple(map(float, found[: len(FEATURES)])), float(found[-1])
    return Calibration(detector, recogniser, weights, bias, PROMISE, fitted_on)


def _weights(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Every source counts alike, however many reads it has."""
    counts = {source: sum(s.source == source for s in samples) for source in _sources(samples)}
    share = len(samples) / max(1, len(counts))
    return np.array([share / counts[s.source] for s in samples])


def _newton(
    inputs: NDArray[np.float64], rights: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted, penalised logistic regression by Newton's method; the bias is not penalised."""
    penalty = np.full(inputs.shape[1], RIDGE)
    penalty[-1] = 1e-3
    found = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        odds = 1.0 / (1.0 + np.exp(-np.clip(inputs @ found, -30, 30)))
        gradient = inputs.T @ (weights * (rights - odds)) - penalty * found
        curvature = (inputs * (weights * odds * (1 - odds))[:, None]).T @ inputs
        step = np.linalg.solve(curvature + np.diag(penalty), gradient)
        found = found + step / max(1.0, float(np.abs(step).max()) / 4.0)
    return found


def _promised_at(samples: Sequence[Sample], log_odds: Sequence[float]) -> float:
    """The lowest probability from which every source keeps the allowed share of wrong reads."""
    lowest = logit(PROMISE)
    for source in _sources(samples):
        own = sorted(
            ((o, s.is_right) for s, o in zip(samples, log_odds, strict=True) if s.source == source),
            reverse=True,
        )
        lowest = max(lowest, _keeps_from(own))
    return min(MOST_DRAWN_DOWN, float(1.0 / (1.0 + np.exp(-lowest))))


def _keeps_from(ranked: Sequence[tuple[float, bool]]) -> float:
    """Log odds from which no more than the allowed share is wrong, for the most reads; `ranked`
    with the surest first."""
    wrong = kept = 0
    for count, (_, is_right) in enumerate(ranked, start=1):
        wrong += not is_right
        if wrong <= ALLOWED_WRONG * count:
            kept = count
    return ranked[kept][0] + 1e-6 if kept < len(ranked) else -np.inf


def _sources(samples: Sequence[Sample]) -> list[str]:
    return sorted({s.source for s in samples})
