"""Light in a narrow street: sky, sun with the houses' shadow, mirrored surroundings, infrared.

Colours are linear red, green, blue; 1.0 is about what white paper throws back on a bright day.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from anpr.synthesis.street.camera import Floats
from anpr.synthesis.street.canvas import Lamp
from anpr.synthesis.street.mesh import Surface

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Canyon:
    """The street as light sees it: two rows of houses and what closes the view."""

    left: float
    """x of the left house fronts, negative."""
    right: float
    end: float
    """y of the house across the far end."""
    left_roofs: tuple[tuple[float, float], ...] = ((-99.0, 12.0),)
    """From which y on the houses are how high."""
    right_roofs: tuple[tuple[float, float], ...] = ((-99.0, 12.0),)

    def roof(self, on_right: npt.NDArray[np.bool_], y: Floats) -> Floats:
        """Height of the eaves over positions `y` on the right or left side."""
        return np.where(on_right, _step(self.right_roofs, y), _step(self.left_roofs, y))


@dataclass(frozen=True)
class Light:
    """One mood of a street."""

    sky: Rgb = (0.55, 0.62, 0.72)
    """From above."""
    horizon: Rgb = (0.9, 0.92, 0.95)
    """Colour of the visible sky low down."""
    ground: Rgb = (0.22, 0.21, 0.19)
    """Thrown back from the paving."""
    walls: Rgb = (0.34, 0.31, 0.27)
    """How bright the house fronts look when mirrored."""
    sun: Rgb = (0.0, 0.0, 0.0)
    sun_from: tuple[float, float, float] = (0.5, -0.3, 0.8)
    """Towards the sun; need not be a unit vector."""
    infrared: float = 0.0
    """Strength of the lamp beside the lens; above 0 the picture is monochrome."""
    lamps: dict[Lamp, float] = field(default_factory=dict)
    """Lights that are on wherever they are, and how bright."""
    exposure: float = 1.0
    wet: float = 0.0
    """0 dry to 1 soaked."""

    @property
    def sun_direction(self) -> Floats:
        raw = np.array(self.sun_from, np.float32)
        return np.asarray(raw / np.linalg.norm(raw), np.float32)


def shade(
    surface: Surface, eye: Floats, light: Light, canyon: Canyon, lamps: dict[Lamp, float],
    shadow: Floats | None = None,
) -> Floats:  # fmt: skip
    """Light (n, 3) that reaches the eye. `shadow` (n,) is 1 where other things hide the sun."""
    view = eye - surface.position
    distance = np.linalg.norm(view, axis=1, keepdims=True)
    view = view / np.maximum(distance, 1e-3)
    colour = _seen_colour(surface, light)
    seen = colour * _falling(surface, light, canyon, shadow)
    if light.infrared > 0:
        seen += colour * _lamp_beside_lens(surface.normal, view, distance, light)
    seen += _mirrored(surface, view, light, canyon)
    return np.asarray(seen + _shining(surface, colour, {**light.lamps, **lamps}), np.float32)


def sunlit(position: Floats, light: Light, canyon: Canyon) -> Floats:
    """How much of the sun (0 to 1) the houses let through to each position (n,)."""
    sun = light.sun_direction
    if abs(sun[0]) < 1e-3:
        return np.ones(len(position), np.float32)
    on_right = np.full(len(position), bool(sun[0] > 0))
    edge = canyon.right if sun[0] > 0 else canyon.left
    reach = np.maximum((edge - position[:, 0]) / sun[0], 0.0)
    height = position[:, 2] + reach * sun[2]
    roof = canyon.roof(on_right, position[:, 1] + reach * sun[1])
    return np.asarray(np.clip((height - roof) / (0.02 * reach + 0.05) + 0.5, 0, 1), np.float32)


def surroundings(position: Floats, direction: Floats, light: Light, canyon: Canyon) -> Floats:
    """What is seen from `position` in `direction` (n, 3): houses, paving or sky."""
    rx = np.where(np.abs(direction[:, 0]) < 1e-3, 1e-3, direction[:, 0])
    on_right = rx > 0
    side = np.where(on_right, canyon.right, canyon.left)
    reach = np.clip((side - position[:, 0]) / rx, 0.0, 300.0)
    y, z = position[:, 1] + reach * direction[:, 1], position[:, 2] + reach * direction[:, 2]
    roof = canyon.roof(on_right, y)
    wall = np.clip((roof - z) / (0.3 + 0.04 * reach) + 0.5, 0, 1)[:, None]
    rise = np.clip(direction[:, 2:3], 0, 1) ** 0.6
    above = _rgb(light.horizon) * (1 - rise) + 1.1 * _rgb(light.sky) * rise
    fronts = _rgb(light.walls) * _window_pattern(y, z, on_right, light, canyon)[:, None]
    seen = above * (1 - wall) + fronts * wall
    low = np.clip(-z * 2.0 / (1 + 0.2 * reach), 0, 1)[:, None]
    return np.asarray(seen * (1 - low) + _rgb(light.ground) * low, np.float32)


def _window_pattern(
    y: Floats, z: Floats, on_right: npt.NDArray[np.bool_], light: Light, canyon: Canyon
) -> Floats:
    window = ((y / 2.3) % 1.0 < 0.42) & ((z / 3.1 + 0.2) % 1.0 < 0.55)
    faint = np.where(window, 0.45, 1.0) * np.where(z < 3.2, 0.7, 1.0)
    lit_side = on_right == (light.sun_direction[0] < 0)
    return faint * np.where(lit_side & (max(light.sun) > 0), 1.6, 1.0)


def _falling(surface: Surface, light: Light, canyon: Canyon, shadow: Floats | None) -> Floats:
    """Light that falls on the surface from sky, ground and sun."""
    up = 0.5 + 0.5 * surface.normal[:, 2:3]
    height = surface.position[:, 2:3]
    open_sky = 0.55 + 0.45 * np.clip(height / 12.0, 0, 1)
    contact = 0.5 + 0.5 * np.clip((height + 0.12) / 0.7, 0, 1)
    contact = np.where(up > 0.9, 1.0, contact)
    light_in = (_rgb(light.sky) * up * open_sky + _rgb(light.ground) * (1 - up)) * contact
    if max(light.sun) > 0:
        facing = np.clip(surface.normal @ light.sun_direction, 0, 1)
        facing = facing * sunlit(surface.position, light, canyon)
        if shadow is not None:
            facing = facing * (1 - shadow)
        light_in = light_in + _rgb(light.sun) * facing[:, None]
    return np.asarray(light_in, np.float32)


def _lamp_beside_lens(normal: Floats, view: Floats, distance: Floats, light: Light) -> Floats:
    facing = np.clip((normal * view).sum(1, keepdims=True), 0, 1) ** 0.8
    return np.asarray(
        light.infrared * facing * (8.0 / np.maximum(distance, 3.0)) ** 1.7, np.float32
    )


def _mirrored(surface: Surface, view: Floats, light: Light, canyon: Canyon) -> Floats:
    slant = (surface.normal * view).sum(1, keepdims=True)
    gloss = surface.gloss[:, None]
    share = gloss + (1 - gloss) * np.clip(1 - slant, 0, 1) ** 5 * np.minimum(gloss * 14, 1)
    share = np.where(gloss > 0.01, share, 0.0)
    bounce = 2 * slant * surface.normal - view
    seen = surroundings(surface.position, bounce, light, canyon) * share
    if max(light.sun) > 0:
        glint = np.clip((bounce @ light.sun_direction - 0.985) / 0.015, 0, 1) ** 3
        glint = glint * sunlit(surface.position, light, canyon) * (surface.gloss > 0.02)
        seen = seen + _rgb(light.sun) * 9.0 * glint[:, None] * share
    return np.asarray(seen if light.infrared == 0 else _grey(seen), np.float32)


def _shining(surface: Surface, colour: Floats, lamps: dict[Lamp, float]) -> Floats:
    power = np.zeros(len(Lamp), np.float32)
    for lamp, strength in lamps.items():
        power[lamp] = strength
    return colour * power[surface.lamp][:, None]


def _seen_colour(surface: Surface, light: Light) -> Floats:
    if light.infrared == 0:
        return surface.colour
    # Cloth, paint and leaves throw back more near infrared than light.
    return np.asarray(0.06 + 0.8 * _grey(surface.colour), np.float32)


def _grey(colour: Floats) -> Floats:
    return np.repeat((colour @ np.array([0.35, 0.45, 0.2], np.float32))[:, None], 3, 1)


def _step(steps: tuple[tuple[float, float], ...], y: Floats) -> Floats:
    starts, heights = np.array([s for s, _ in steps]), np.array([h for _, h in steps], np.float32)
    return heights[np.clip(np.searchsorted(starts, y, side="right") - 1, 0, len(steps) - 1)]


def _rgb(colour: Rgb) -> Floats:
    return np.array(colour, np.float32)
