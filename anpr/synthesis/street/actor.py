"""A vehicle at one moment: where it stands, which plate it carries, which lights are on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anpr.synthesis.street.camera import Floats
from anpr.synthesis.street.canvas import Bytes, Lamp
from anpr.synthesis.street.light import Light
from anpr.synthesis.street.mesh import Model, placed
from anpr.synthesis.street.vehicle import Vehicle


@dataclass(frozen=True)
class FlatPlate:
    """A plate seen straight on."""

    text: str
    image: Bytes
    """(H, W, 3) red, green, blue."""
    width_mm: float
    height_mm: float
    dirt: Floats | None = None
    """(H, W): 0 clean to 1 covered."""


@dataclass(frozen=True)
class Actor:
    """A vehicle at one moment."""

    vehicle: Vehicle
    plate: FlatPlate
    x: float
    y: float
    """Of the end that faces the camera."""
    towards: bool
    """Whether its front faces the camera."""
    swing: float = 0.0
    """Turned to the left by this many radians."""
    nose_down: float = 0.0
    braking: bool = False
    headlights: bool = False
    beacon: bool = False
    speed: float = 0.0
    """Metres a second along y, positive away from the camera."""


def lamps_of(actor: Actor, light: Light) -> dict[Lamp, float]:
    """Which lights of a vehicle are on, in multiples of their lens's colour."""
    night = light.infrared > 0 or max(light.sky) < 0.1
    lamps = {Lamp.DAY: 1.4}
    if actor.headlights or night:
        lamps |= {Lamp.HEAD: 5.0, Lamp.TAIL: 1.2, Lamp.DAY: 0.6}
    if actor.braking:
        lamps[Lamp.BRAKE] = 3.0
    if actor.beacon:
        lamps[Lamp.BEACON] = 4.0
    return lamps


def in_world(actor: Actor) -> Model:
    """The vehicle's surface where it stands."""
    if actor.towards:
        return placed(actor.vehicle.model, (actor.x, actor.y), actor.swing, actor.nose_down)
    turned = np.pi + actor.swing
    at = actor.x, actor.y + actor.vehicle.length * float(np.cos(actor.swing))
    return placed(actor.vehicle.model, at, turned, actor.nose_down)


def world_points(actor: Actor, points: npt.ArrayLike) -> Floats:
    """Points (n, 3) of the vehicle's own metres in the world."""
    local = np.asarray(points, np.float32)
    turn = actor.swing + (0.0 if actor.towards else np.pi)
    c, s = float(np.cos(turn)), float(np.sin(turn))
    spin = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32)
    far = 0.0 if actor.towards else actor.vehicle.length * float(np.cos(actor.swing))
    return np.asarray(local @ spin.T + np.array([actor.x, actor.y + far, 0.0]), np.float32)
