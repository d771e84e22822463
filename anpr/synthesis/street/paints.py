"""Paints, glass and liveries: the colours of vehicles."""

from dataclasses import dataclass

import numpy as np

from anpr.synthesis.street.canvas import Colour

SCALE = 220.0
GLASS: Colour = (22, 26, 28)
GLASS_GLOSS = 0.10
PLASTIC: Colour = (26, 26, 28)
CHROME: Colour = (170, 172, 176)

PAINTS: tuple[tuple[Colour, float], ...] = (
    ((226, 228, 230), 9.0), ((176, 180, 184), 6.0), ((120, 124, 128), 5.0), ((64, 67, 72), 5.0),
    ((22, 23, 26), 6.0), ((28, 44, 84), 3.0), ((20, 74, 128), 2.0), ((140, 22, 26), 3.0),
    ((92, 16, 22), 1.5), ((36, 62, 48), 1.2), ((196, 186, 164), 1.5), ((214, 118, 30), 0.8),
    ((110, 84, 62), 1.0), ((70, 110, 128), 1.2), ((222, 186, 46), 0.6),
)  # fmt: skip
"""Red, green, blue of usual paints and how often they are seen."""


def random_paint(rng: np.random.Generator) -> Colour:
    """A paint as often as it is driven."""
    weights = np.array([w for _, w in PAINTS])
    return PAINTS[int(rng.choice(len(PAINTS), p=weights / weights.sum()))][0]


@dataclass(frozen=True)
class Livery:
    """What a fleet paints over its vehicles."""

    words: tuple[str, ...] = ()
    """On the sides, largest first."""
    ink: Colour = (30, 30, 30)
    stripe: Colour | None = None
    checks: Colour | None = None
    """A chequered band of emergency services."""
    front_words: str = ""


def tinted(colour: Colour, factor: float) -> Colour:
    """A colour made darker (below 1) or lighter."""
    return (
        min(255, int(colour[0] * factor)), min(255, int(colour[1] * factor)),
        min(255, int(colour[2] * factor)),
    )  # fmt: skip
