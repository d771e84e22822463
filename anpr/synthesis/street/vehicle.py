"""A vehicle as the street knows it: its surface, its lamps, and where its plates are."""

from dataclasses import dataclass, field

import numpy as np

from anpr.synthesis.street.camera import Floats
from anpr.synthesis.street.mesh import Model


@dataclass(frozen=True)
class Vehicle:
    """A vehicle at rest with its front at y = 0, facing towards -y; metres."""

    kind: str
    model: Model
    length: float
    width: float
    height: float
    plate_front: tuple[float, float] | None
    """y and height of the plate's middle; None on motorcycles."""
    plate_rear: tuple[float, float]
    heads: tuple[tuple[float, float, float], ...]
    tails: tuple[tuple[float, float, float], ...]
    beacons: tuple[tuple[float, float, float], ...] = ()
    wheels: tuple[float, ...] = field(default=())


def plate_corners(vehicle: Vehicle, front: bool, width_m: float, height_m: float) -> Floats | None:
    """Corners (4, 3) of a plate as read: upper left, upper right, lower right, lower left."""
    place = vehicle.plate_front if front else vehicle.plate_rear
    if place is None:
        return None
    y, z = place
    side, out = (1.0, -0.02) if front else (-1.0, 0.025)
    x, h = width_m / 2 * side, height_m / 2
    lean = 0.0 if front else 0.02
    return np.array(
        [[-x, y + out - lean, z + h], [x, y + out - lean, z + h],
         [x, y + out + lean, z - h], [-x, y + out + lean, z - h]], np.float32,
    )  # fmt: skip
