"""One clip of the scenario, picture by picture."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from anpr.synthesis.street import sensor
from anpr.synthesis.street.actor import Actor, FlatPlate
from anpr.synthesis.street.camera import Camera, Floats
from anpr.synthesis.street.canvas import Bytes
from anpr.synthesis.street.frame import compose
from anpr.synthesis.street.looks import Look, look
from anpr.synthesis.street.motion import moment_of
from anpr.synthesis.street.place import Street, backdrop, make_street
from anpr.synthesis.street.plate_source import plate_of
from anpr.synthesis.street.scenario import FilmedCamera, FilmedClip, FilmedVehicle, Scenario
from anpr.synthesis.street.vehicle import Vehicle
from anpr.synthesis.street.vehicles import make_vehicle

Cast = list[tuple[FilmedVehicle, Vehicle, FlatPlate]]

COVERING = 0.7
"""Seconds it takes to draw something over the lens."""
FLICKER = 0.012
"""How much clouds change the light."""


def street_of(camera: FilmedCamera, scenario: Scenario) -> Street:
    """The street a camera looks along."""
    view, shape = camera.view, camera.street
    lens = Camera(view.x, view.height, view.yaw, view.pitch, view.focal, scenario.width,
                  scenario.height)  # fmt: skip
    return make_street(shape.seed, lens, left=shape.left, right=shape.right, end=shape.end,
                       lane=shape.lane)  # fmt: skip


def pictures(scenario: Scenario, clip: FilmedClip, *, only: range | None = None) -> Iterator[Bytes]:
    """The clip's pictures (height, width, 3; blue, green, red), all or those numbered `only`."""
    camera = scenario.camera_of(clip)
    street = street_of(camera, scenario)
    mood = look(clip.look, clip.sunny, clip.sun_from)
    empty = backdrop(street, mood.light)
    cast = _cast(clip, scenario)
    for number in only or range(scenario.frames_of(clip)):
        rng = np.random.default_rng([scenario.seed, scenario.clip.index(clip), number])
        seconds = number / scenario.fps
        light, _ = compose(street, empty, mood.light, _actors(cast, camera, seconds, number))
        light = _weather(light, mood, clip, seconds, rng)
        picture = sensor.developed(light, mood.sensor, rng)
        name = f"{camera.control_point} {camera.title}  RENDERED"
        sensor.caption(picture, name, _clock(clip, seconds))
        yield picture


def _cast(clip: FilmedClip, scenario: Scenario) -> Cast:
    """The clip's vehicles; a plate is on the same vehicle in every clip."""
    cast: Cast = []
    for filmed in clip.vehicle:
        rng = np.random.default_rng([scenario.seed, *filmed.plate.encode()])
        vehicle = make_vehicle(filmed.kind, rng, filmed.paint)
        plate = plate_of(filmed.plate, filmed.format, style=filmed.style, readable=filmed.readable)
        cast.append((filmed, vehicle, plate))
    return cast


def _actors(cast: Cast, camera: FilmedCamera, seconds: float, number: int) -> list[Actor]:
    towards = camera.approach == "towards"
    actors = []
    for filmed, vehicle, plate in cast:
        now = moment_of(filmed, seconds, towards)
        if now is None:
            continue
        sway = 0.06 * np.sin(now.y / 5.0 + len(filmed.plate) + int(filmed.at * 7))
        actors.append(Actor(
            vehicle, plate, filmed.x + float(sway), now.y, towards, swing=float(sway) * 0.12,
            nose_down=now.nose_down, braking=now.braking, headlights=False,
            beacon=filmed.beacon and number % 4 < 2, speed=now.speed,
        ))  # fmt: skip
    return actors


def _weather(
    light: Floats, mood: Look, clip: FilmedClip, seconds: float, rng: np.random.Generator
) -> Floats:
    light = light * np.float32(1 + FLICKER * np.sin(seconds * 0.9) + rng.normal(0, 0.002))
    if mood.glare:
        sensor.glare(light, mood.glare_at, mood.glare * (1 + 0.05 * float(np.sin(seconds * 1.3))))
    if mood.rain:
        sensor.rain(light, rng, mood.rain)
    for start, end in clip.covered:
        share = min((seconds - start) / COVERING, (end - seconds) / COVERING, 1.0)
        light = sensor.covered(light, max(0.0, share), rng, 5)
    return light


def _clock(clip: FilmedClip, seconds: float) -> str:
    return (clip.starts_at + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S")
