"""Light that spreads in the lens round lamps that are on."""

import numpy as np

from anpr.synthesis.street.actor import Actor, lamps_of, world_points
from anpr.synthesis.street.camera import Camera, Floats
from anpr.synthesis.street.canvas import Lamp
from anpr.synthesis.street.light import Light


def add_blooms(picture: Floats, camera: Camera, light: Light, actor: Actor) -> None:
    """Light that spreads in the lens round lamps that are on, in place."""
    lamps = lamps_of(actor, light)
    infrared = light.infrared > 0
    vehicle = actor.vehicle
    groups = [
        (vehicle.heads if actor.towards else (),
         lamps.get(Lamp.HEAD, 0.0) * (0.22 if infrared else 0.12), (1.0, 0.95, 0.85)),
        (() if actor.towards else vehicle.tails,
         0.12 * lamps.get(Lamp.TAIL, 0.0) + 0.25 * lamps.get(Lamp.BRAKE, 0.0), (1.0, 0.12, 0.08)),
        (vehicle.beacons, lamps.get(Lamp.BEACON, 0.0) * 0.5, (0.25, 0.45, 1.0)),
    ]  # fmt: skip
    for points, power, colour in groups:
        if not points or power <= 0:
            continue
        tint = (0.4, 0.4, 0.4) if infrared else colour
        pixels, depth = camera.project(world_points(actor, points))
        for (u, v), away in zip(pixels, depth, strict=True):
            if away > 1.0:
                size = 0.11 * camera.focal / float(away)
                add_glow(picture, (float(u), float(v)), size, power, tint)
                add_glow(picture, (float(u), float(v)), size * 4, power * 0.07, tint)


def add_glow(
    picture: Floats, at: tuple[float, float], size: float, power: float,
    colour: tuple[float, float, float],
) -> None:  # fmt: skip
    """Add a round glow of `size` pixels, in place."""
    h, w = picture.shape[:2]
    reach = int(size * 3.2) + 1
    x1, x2 = max(0, int(at[0]) - reach), min(w, int(at[0]) + reach)
    y1, y2 = max(0, int(at[1]) - reach), min(h, int(at[1]) + reach)
    if x2 <= x1 or y2 <= y1:
        return
    across = np.exp(-(((np.arange(x1, x2) - at[0]) / size) ** 2) / 2)
    down = np.exp(-(((np.arange(y1, y2) - at[1]) / size) ** 2) / 2)
    spot = (down[:, None] * across[None] * power).astype(np.float32)
    picture[y1:y2, x1:x2] += spot[..., None] * np.array(colour, np.float32)
