"""Street pictures at random with the boxes of their plates, to train and test a detector.

rng = numpy.random.default_rng(3)
image, plates = street_frame(rng)              # plates: [((x1, y1, x2, y2), "1234BCD"), ...]
for image, plates in street_frames(rng, 100): ...   # faster: a street serves several pictures
"""

from collections.abc import Iterator

import cv2
import numpy as np

from anpr.synthesis.catalogue import random_format
from anpr.synthesis.plates import random_plate, render_plate
from anpr.synthesis.street.actor import Actor, FlatPlate
from anpr.synthesis.street.camera import Camera
from anpr.synthesis.street.canvas import Bytes
from anpr.synthesis.street.frame import Shown, compose
from anpr.synthesis.street.looks import Look, random_look
from anpr.synthesis.street.place import Backdrop, Street, backdrop, make_street
from anpr.synthesis.street.plate_source import flat
from anpr.synthesis.street.sensor import developed, glare, rain
from anpr.synthesis.street.vehicle import Vehicle
from anpr.synthesis.street.vehicles import KINDS, make_vehicle

PlateBox = tuple[float, float, float, float]
Labelled = tuple[Bytes, list[tuple[PlateBox, str]]]

_SPANISH_SHARE = 0.6


def street_frame(rng: np.random.Generator, width: int = 1280, height: int = 720) -> Labelled:
    """One picture (height, width, 3; blue, green, red) and its plates as (x1, y1, x2, y2), text."""
    return next(street_frames(rng, 1, width=width, height=height))


def street_frames(
    rng: np.random.Generator, count: int, *, per_street: int = 8, width: int = 1280,
    height: int = 720,
) -> Iterator[Labelled]:  # fmt: skip
    """`count` pictures; street, camera and light change every `per_street` of them."""
    for number in range(count):
        if number % per_street == 0:
            look = random_look(rng)
            street = _random_street(rng, width, height)
            empty = backdrop(street, look.light, finer=1)
        yield _picture(street, empty, look, rng)


def _random_street(rng: np.random.Generator, width: int, height: int) -> Street:
    half = float(rng.uniform(2.6, 6.0))
    camera = Camera(
        x=float(rng.uniform(-half + 0.8, half - 0.8)), height=float(rng.uniform(2.0, 4.5)),
        yaw_deg=float(rng.uniform(-6, 6)), pitch_deg=float(rng.uniform(4, 15)),
        focal=width * float(rng.uniform(0.8, 1.9)), width=width, height_px=height,
        roll_deg=float(rng.normal(0, 1.5)),
    )  # fmt: skip
    lane = min(half - 0.6, 1.5 + float(rng.uniform(0, 1.2)))
    return make_street(int(rng.integers(2**31)), camera, left=-half, right=half,
                       end=float(rng.uniform(30, 60)), lane=(-lane, lane))  # fmt: skip


def _picture(street: Street, empty: Backdrop, look: Look, rng: np.random.Generator) -> Labelled:
    actors = _traffic(street, rng)
    light, shown = compose(street, empty, look.light, actors)
    if look.glare:
        glare(light, (float(rng.uniform(0, 1)), float(rng.uniform(-0.2, 0.2))), look.glare)
    if look.rain:
        rain(light, rng, look.rain)
    picture = developed(light, look.sensor, rng)
    if rng.random() < 0.6:
        _, data = cv2.imencode(
            ".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 92))]
        )
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return picture, visible_plates(shown, picture.shape[1], picture.shape[0])


def _traffic(street: Street, rng: np.random.Generator) -> list[Actor]:
    actors: list[Actor] = []
    y = _nearest_plate(street.camera) * float(rng.uniform(0.95, 1.9))
    for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.05, 0.45, 0.35, 0.15]))):
        vehicle = make_vehicle(str(rng.choice(KINDS)), rng)
        towards = bool(rng.random() < 0.5) and vehicle.plate_front is not None
        spare = max(0.1, street.lane[1] - vehicle.width / 2)
        actors.append(Actor(
            vehicle, _random_plate(vehicle, rng), float(rng.uniform(-spare, spare)), y, towards,
            swing=float(rng.normal(0, 0.06)), braking=bool(rng.random() < 0.4),
            headlights=bool(rng.random() < 0.5), beacon=bool(rng.random() < 0.7),
            speed=float(rng.uniform(-7, 7)),
        ))  # fmt: skip
        y += vehicle.length + float(rng.uniform(1.0, 9.0))
    return actors


def _nearest_plate(camera: Camera) -> float:
    """From how many metres on a plate at bumper height is in the picture."""
    below = np.radians(camera.pitch_deg) + np.arctan(camera.height_px / 2 / camera.focal)
    return max(2.5, (camera.height - 0.5) / float(np.tan(below)))


def _random_plate(vehicle: Vehicle, rng: np.random.Generator) -> FlatPlate:
    if vehicle.kind == "motorcycle":
        digits = "".join(str(d) for d in rng.integers(0, 10, 4))
        text = digits + "".join(rng.choice(list("BCDFGHJKLMNPRSTVWXYZ"), 3))
        return flat(render_plate(text, "es_current_motorcycle", rng))
    country = "ES" if rng.random() < _SPANISH_SHARE else random_format(rng).country
    for _ in range(20):
        plate = random_plate(rng, country)
        if plate.width_mm >= 300:
            break
    return flat(plate)


def visible_plates(shown: list[Shown], width: int, height: int) -> list[tuple[PlateBox, str]]:
    """Boxes of plates that lie wholly in the picture and behind no nearer vehicle."""
    found: list[tuple[PlateBox, str]] = []
    for one in shown:  # the farthest comes first
        found = [f for f in found if not _hidden(f[0], one)]
        if not len(one.corners):
            continue
        (x1, y1), (x2, y2) = one.corners.min(0), one.corners.max(0)
        if x1 >= 0 and y1 >= 0 and x2 <= width and y2 <= height and x2 - x1 >= 8:
            found.append(((float(x1), float(y1), float(x2), float(y2)), one.actor.plate.text))
    return found


def _hidden(box: PlateBox, nearer: Shown) -> bool:
    """Whether the nearer vehicle may stand before the box."""
    body = nearer.body
    return bool(box[2] > body.x1 and box[0] < body.x2 and box[3] > body.y1 and box[1] < body.y2)
