"""Where a vehicle is at a time: passing steadily, or along a path with stops and turns."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from anpr.synthesis.street.scenario import READING_DISTANCE, FilmedVehicle

NEAREST, FARTHEST = 2.0, 34.0
"""Metres from the mast between which a vehicle is drawn."""


@dataclass(frozen=True)
class Moment:
    """A vehicle's place and movement along the street."""

    y: float
    speed: float
    """Metres a second, positive away from the camera."""
    braking: bool
    nose_down: float
    """Radians; a vehicle that brakes dips."""


def moment_of(vehicle: FilmedVehicle, seconds: float, towards: bool) -> Moment | None:
    """The vehicle `seconds` after the clip's start; None while it is out of sight."""
    y = _distance(vehicle, seconds, towards)
    step = 0.05
    before, after = (_distance(vehicle, seconds + s, towards) for s in (-step, step))
    speed = (after - before) / (2 * step)
    bend = (after - 2 * y + before) / step**2
    if not NEAREST < y < FARTHEST:
        return None
    slowing = bend * np.sign(speed) < -0.8 if abs(speed) > 0.1 else bool(vehicle.path)
    return Moment(y, speed, bool(slowing), float(np.clip(bend * 0.004, -0.012, 0.012)))


def _distance(vehicle: FilmedVehicle, seconds: float, towards: bool) -> float:
    if vehicle.path:
        return _along(vehicle.path, seconds)
    away = -1.0 if towards else 1.0
    return READING_DISTANCE + away * vehicle.speed * (seconds - vehicle.at)


def _along(path: tuple[tuple[float, float], ...], seconds: float) -> float:
    """Through the path's points, at rest at the inner ones, at a steady pace outside."""
    times, places = [t for t, _ in path], [y for _, y in path]
    if seconds <= times[0]:
        pace = 1.5 * (places[1] - places[0]) / (times[1] - times[0])
        return places[0] + pace * (seconds - times[0])
    for (t1, y1), (t2, y2) in pairwise(path):
        if seconds <= t2:
            share = (seconds - t1) / (t2 - t1)
            return y1 + (y2 - y1) * _eased(share, t1 == times[0], t2 == times[-1])
    return places[-1]


def _eased(share: float, from_moving: bool, to_moving: bool) -> float:
    """Progress 0 to 1 that ends at rest, starts at rest, or both."""
    if from_moving:
        return 1.5 * share - 0.5 * share**3
    if to_moving:
        return 1 - (1.5 * (1 - share) - 0.5 * (1 - share) ** 3)
    return share * share * (3 - 2 * share)
