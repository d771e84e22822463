"""Where a plate will be next: an alpha-beta filter of constant velocity.

Source: Bar-Shalom, Li, Kirubarajan, "Estimation with Applications to Tracking and Navigation"
(2001), section 6.5. Position is in pixels and size in its logarithm, because an approaching plate
grows by a factor, not by pixels.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anpr.types import Box

_ALPHA = np.array([[1.0] * 4, [0.9, 0.9, 0.7, 0.7], [0.85, 0.85, 0.5, 0.5]])
_BETA = np.array([[1.0, 1.0, 0.5, 0.5], [0.7, 0.7, 0.3, 0.3], [0.45, 0.45, 0.2, 0.2]])
"""Gains of the first, second and every later update for x, y, log width and log height. A box's
size is measured less well than its place: one cut box must not shrink the track."""
_MAX_LOG_GROWTH = 1.5
"""Factor e^1.5 a second is more than any vehicle's plate grows."""

_MAX_LOG_CHANGE = 1.0
"""However long a plate is hidden, its size is not thought to change by more than a factor e."""


def _measure(box: Box) -> NDArray[np.float64]:
    x, y = box.centre
    return np.array([x, y, np.log(max(1, box.width)), np.log(max(1, box.height))])


@dataclass
class BoxFilter:
    """State of one plate: centre and log size, and their change per second."""

    state: NDArray[np.float64]
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(4))
    updates: int = 0

    @classmethod
    def starting_at(cls, box: Box) -> "BoxFilter":
        return cls(_measure(box))

    def predict(self, seconds: float) -> NDArray[np.float64]:
        """Centre x, y, log width and log height `seconds` after the last update."""
        change = self.velocity * seconds
        change[2:] = np.clip(change[2:], -_MAX_LOG_CHANGE, _MAX_LOG_CHANGE)
        return self.state + change

    def predict_box(self, seconds: float) -> Box:
        """The same as a box, which may lie outside the picture."""
        x, y, log_width, log_height = self.predict(seconds)
        width, height = np.exp(log_width), np.exp(log_height)
        return Box(
            round(x - width / 2), round(y - height / 2), round(x + width / 2), round(y + height / 2)
        )

    def update(self, box: Box, seconds: float) -> None:
        """Take in a measurement `seconds` (> 0) after the last one."""
        gain = min(self.updates, len(_ALPHA) - 1)
        predicted = self.predict(seconds)
        surprise = _measure(box) - predicted
        self.state = predicted + _ALPHA[gain] * surprise
        self.velocity = self.velocity + _BETA[gain] * surprise / seconds
        self.velocity[2:] = np.clip(self.velocity[2:], -_MAX_LOG_GROWTH, _MAX_LOG_GROWTH)
        self.updates += 1

    def stop(self) -> None:
        """Nothing moves any more."""
        self.velocity = np.zeros(4)

    @property
    def speed_in_widths(self) -> float:
        """Plate widths a second."""
        return float(np.hypot(*self.velocity[:2]) / np.exp(self.state[2]))
