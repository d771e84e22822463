"""Moods: which light and which camera settings make a day, rain, a low sun, an infrared night."""

from dataclasses import dataclass, replace

import numpy as np

from anpr.synthesis.street.canvas import Lamp
from anpr.synthesis.street.light import Light
from anpr.synthesis.street.sensor import Sensor

LOOKS = ("day", "rain", "glare", "night-infrared")


@dataclass(frozen=True)
class Look:
    """Light in the street and the camera's settings for it."""

    name: str
    light: Light
    sensor: Sensor
    glare: float = 0.0
    glare_at: tuple[float, float] = (0.2, -0.05)
    rain: float = 0.0


_ALWAYS = {Lamp.SIGN: 0.6}

_DULL = Look("day", Light(lamps=_ALWAYS), Sensor(exposure=2.15))
_SUNNY = Look(
    "day",
    Light(sky=(0.34, 0.43, 0.60), sun=(2.1, 1.9, 1.6), sun_from=(0.4, -0.5, 0.85), lamps=_ALWAYS),
    Sensor(exposure=1.45),
)
_RAIN = Look(
    "rain",
    Light(sky=(0.42, 0.46, 0.52), ground=(0.16, 0.16, 0.16), walls=(0.25, 0.24, 0.22),
          horizon=(0.72, 0.76, 0.8), wet=1.0, lamps={Lamp.SIGN: 1.6}),
    Sensor(exposure=2.4, noise=2.2, softness=0.55, warmth=0.98),
    rain=1.0,
)  # fmt: skip
_GLARE = Look(
    "glare",
    Light(sky=(0.36, 0.38, 0.44), horizon=(1.4, 1.2, 0.9), sun=(2.2, 1.6, 1.0),
          sun_from=(0.45, 0.75, 0.5), lamps=_ALWAYS),
    Sensor(exposure=1.55, noise=1.8, warmth=1.05),
    glare=0.85,
)  # fmt: skip
_INFRARED = Look(
    "night-infrared",
    Light(sky=(0.005, 0.005, 0.005), horizon=(0.01, 0.01, 0.01), ground=(0.004, 0.004, 0.004),
          walls=(0.012, 0.012, 0.012), infrared=0.30, lamps={Lamp.SIGN: 0.9}),
    Sensor(exposure=1.5, noise=3.0, softness=0.6, vignette=0.5, monochrome=True),
)  # fmt: skip


def look(
    name: str, sunny: bool = False, sun_from: tuple[float, float, float] | None = None
) -> Look:
    """The look called `name`, one of `LOOKS`; a day is dull unless `sunny`.

    Raises
    ------
    ValueError
        If there is no such look.
    """
    known = {"day": _SUNNY if sunny else _DULL, "rain": _RAIN, "glare": _GLARE,
             "night-infrared": _INFRARED}  # fmt: skip
    if name not in known:
        raise ValueError(f"no look {name!r}; there are {', '.join(LOOKS)}")
    chosen = known[name]
    if sun_from is None:
        return chosen
    return replace(chosen, light=replace(chosen.light, sun_from=sun_from))


def random_look(rng: np.random.Generator) -> Look:
    """Any mood, its light and exposure varied."""
    name = str(rng.choice(LOOKS, p=[0.55, 0.17, 0.12, 0.16]))
    azimuth, rise = rng.uniform(-np.pi, np.pi), rng.uniform(0.35, 1.1)
    sun = (float(np.sin(azimuth)), float(np.cos(azimuth)), float(np.tan(rise)))
    chosen = look(name, bool(rng.random() < 0.5), sun)
    sensor = replace(
        chosen.sensor,
        exposure=chosen.sensor.exposure * float(rng.uniform(0.7, 1.35)),
        noise=float(rng.uniform(0.8, 5.0)), softness=float(rng.uniform(0.3, 1.0)),
        warmth=float(rng.uniform(0.93, 1.08)),
    )  # fmt: skip
    return replace(chosen, sensor=sensor, glare=chosen.glare * float(rng.uniform(0.4, 1.2)),
                   rain=chosen.rain * float(rng.uniform(0.4, 1.6)))  # fmt: skip
