"""Which way a vehicle went, from how its plate grew, moved and where the track ended.

The camera is mounted so that vehicles coming towards it grow. `approach` of the camera's
configuration says which of the two is an entry.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anpr.vehicles.tracking import ClosedTrack

Direction = Literal["entry", "exit", "unknown", "reversed_out"]
"""The values of `control_points.protocol.Direction`."""
Approach = Literal["towards", "away"]
"""How entering vehicles move as the camera sees them."""

MIN_GROWTH = 0.12
"""Natural logarithm of the width's change that makes a direction."""
MIN_TRAVEL = 1.5
"""Plate heights of vertical movement that make a direction where the size says nothing."""
TURN_GROWTH = 0.2
"""Logarithmic growth before the turn, of a vehicle that came and backed out."""
TURN_RETURN = 0.5
"""Share of the way in that it must have gone back."""
FRAMES_A_SIDE = 2


@dataclass(frozen=True)
class CrossingLine:
    """A directed line in the picture, in pixels. Crossing it from left to right is an entry.

    Left is the side on one's left when standing at `start` and looking at `end`, in the picture
    as it is seen (y downwards).
    """

    start: tuple[float, float]
    end: tuple[float, float]


def direction_of(track: ClosedTrack, approach: Approach | CrossingLine) -> Direction:
    """Entry, exit, reversed out (came, stopped and backed out: it did not pass) or unknown."""
    widths = _smooth(np.array([r.read.box.width for r in track.reads], dtype=float))
    if _turned_back(np.log(np.maximum(widths, 1.0))):
        return "reversed_out"
    if isinstance(approach, CrossingLine):
        return _crossing(track, approach)
    towards = _came_towards(track, widths)
    if towards is None:
        return "unknown"
    return "entry" if towards == (approach == "towards") else "exit"


def _came_towards(track: ClosedTrack, widths: NDArray[np.float64]) -> bool | None:
    growth = float(np.log(max(1.0, widths[-1]) / max(1.0, widths[0])))
    if abs(growth) >= MIN_GROWTH:
        return growth > 0
    heights = [r.read.box.height for r in track.reads]
    middles = _smooth(np.array([r.read.box.centre[1] for r in track.reads]))
    travel = float(middles[-1] - middles[0]) / max(1.0, float(np.median(heights)))
    return travel > 0 if abs(travel) >= MIN_TRAVEL else None


def _turned_back(sizes: NDArray[np.float64]) -> bool:
    """Whether log sizes rose clearly and then fell most of the way back, or the reverse.

    A vehicle that reverses shows its plate from the same side all the time, so its track bends;
    a vehicle that passes never shrinks again.
    """
    return _bends(sizes) or _bends(-sizes)


def _bends(sizes: NDArray[np.float64]) -> bool:
    peak = int(np.argmax(sizes))
    if peak < FRAMES_A_SIDE or len(sizes) - 1 - peak < FRAMES_A_SIDE:
        return False
    there, back = float(sizes[peak] - sizes[0]), float(sizes[peak] - sizes[-1])
    return there >= TURN_GROWTH and back >= max(TURN_GROWTH / 2, TURN_RETURN * there)


def _crossing(track: ClosedTrack, line: CrossingLine) -> Direction:
    """Two frames on each side are needed: a plate that trembles on the line has not passed."""
    sides = [_is_right(line, *r.read.box.centre) for r in track.reads]
    count = min(FRAMES_A_SIDE, max(1, len(sides) // 2))
    first, last = set(sides[:count]), set(sides[-count:])
    if len(first) != 1 or len(last) != 1 or first == last:
        return "unknown"
    return "entry" if last == {True} else "exit"


def _is_right(line: CrossingLine, x: float, y: float) -> bool:
    (x1, y1), (x2, y2) = line.start, line.end
    return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running median of three: one bad box moves nothing."""
    if len(values) < 6:
        return values
    inner = np.median(np.stack([values[:-2], values[1:-1], values[2:]]), axis=0)
    ends = np.median(values[:3]), np.median(values[-3:])
    return np.concatenate([[ends[0]], inner, [ends[1]]])
