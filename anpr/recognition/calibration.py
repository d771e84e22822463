"""From what the models said of a read to the probability that its text is right.

A logistic regression on the read's signals, fitted by `python -m anpr.evaluation.calibrate` on
photos with known plates, then bent so that a confidence of 0.95 keeps its promise with a margin.
The file names the two models it was fitted for; with other models it says nothing.
"""

import json
import logging
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from anpr.errors import ModelProblem
from anpr.onnx_sessions import MODELS
from anpr.types import Signals

CALIBRATION = MODELS / "calibration.json"
TRUSTED_DETECTION = 0.6
"""Detector score from which its doubt no longer lowers the confidence of an uncalibrated read."""
UNCALIBRATED_MOST = 0.94
"""Without a measurement no read claims the 0.95 that stands for a measured promise."""
PROMISE = 0.95
"""Confidence from which at most 1 read in 200 may be wrong."""
FEATURES = ("log odds", "weakest", "detection", "width", "fits", "looked again", "agreement")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Calibration:
    """A fitted regression. `weights` in the order of `FEATURES`."""

    detector: str
    recogniser: str
    """Labels of the models it belongs to: file name and digest."""
    weights: tuple[float, ...]
    bias: float
    promised_at: float
    """Regression's probability that is told as `PROMISE`."""
    fitted_on: str
    """What photos, in words."""

    def confidence(self, signals: Signals) -> float:
        """Probability that the read's text is right, 0 to 1."""
        return self.told(self.log_odds(signals))

    def log_odds(self, signals: Signals) -> float:
        """The regression's answer, before it is bent."""
        values = features(signals)
        return self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))

    def told(self, log_odds: float) -> float:
        """The regression's probability from even odds down; above, drawn down to the promise."""
        bend = logit(PROMISE) / max(logit(PROMISE), logit(self.promised_at))
        return _logistic(log_odds if log_odds <= 0 else log_odds * bend)

    def belongs_to(self, detector: str, recogniser: str) -> bool:
        return (self.detector, self.recogniser) == (detector, recogniser)


def features(signals: Signals) -> tuple[float, ...]:
    """The regression's inputs, of similar size; named in `FEATURES`."""
    return (
        logit(min(max(signals.probability, 1e-4), 1 - 1e-4)) / 4,
        math.log(max(signals.weakest, 1e-3)),
        min(1.0, signals.detection / TRUSTED_DETECTION),
        math.log(min(max(signals.width, 20), 150) / 80),
        float(signals.fits_format),
        float(signals.looks > 1),
        1.0 - signals.agreement,
    )


def uncalibrated(signals: Signals) -> float:
    """What is told without a calibration: the weakest character's probability."""
    trust = min(1.0, signals.detection / TRUSTED_DETECTION)
    return min(UNCALIBRATED_MOST, signals.weakest * trust)


def load_calibration(
    detector: str, recogniser: str, path: Path = CALIBRATION
) -> Calibration | None:
    """The calibration in `path` if it was fitted for these two models, else None and a warning.

    Raises:
        ModelProblem: the file is there but is no calibration.
    """
    if not path.is_file():
        _logger.warning("%s is missing: confidences are not calibrated", path)
        return None
    calibration = read_calibration(path)
    if calibration.belongs_to(detector, recogniser):
        return calibration
    _logger.warning(
        "%s was fitted for %s and %s, not for %s and %s: confidences are not calibrated and stay "
        "below 0.95. Fit it anew: python -m anpr.evaluation.calibrate",
        path.name, calibration.detector, calibration.recogniser, detector, recogniser,
    )  # fmt: skip
    return None


def read_calibration(path: Path) -> Calibration:
    """Raises:
    ModelProblem: the file is damaged or of another kind.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        known = {name: stored[name] for name in Calibration.__dataclass_fields__}
        calibration = Calibration(**{**known, "weights": tuple(map(float, stored["weights"]))})
        matches = stored["features"] == list(FEATURES) and len(calibration.weights) == len(FEATURES)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelProblem(
            f"{path}: this is no calibration ({error}). Restore the shipped one or fit it anew: "
            "python -m anpr.evaluation.calibrate"
        ) from error
    if not matches:
        raise ModelProblem(
            f"{path}: this calibration was made by another version. Fit it anew: "
            "python -m anpr.evaluation.calibrate"
        )
    return calibration


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Write it as JSON that a person can read."""
    stored = {**asdict(calibration), "features": list(FEATURES)}
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def logit(probability: float) -> float:
    """Log odds of a probability strictly between 0 and 1."""
    return math.log(probability / (1.0 - probability))


def _logistic(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, log_odds))))
