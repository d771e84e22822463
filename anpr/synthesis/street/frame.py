"""One picture of the camera: the empty street, vehicles with shadows and plates, lights."""

from dataclasses import dataclass

import cv2
import numpy as np

from anpr.synthesis.street.actor import Actor, in_world, lamps_of, world_points
from anpr.synthesis.street.camera import Camera, Floats, Region
from anpr.synthesis.street.glow import add_blooms
from anpr.synthesis.street.light import Light, shade
from anpr.synthesis.street.mesh import Model, Surface, bounds, rasterise
from anpr.synthesis.street.place import Backdrop, Street
from anpr.synthesis.street.shadows import add_reflection, add_shadow
from anpr.synthesis.street.vehicle import plate_corners

FINER = 2
"""Vehicles are drawn with this many times as many pixels a side, then averaged ..."""
LARGE = 70_000
"""... unless they cover more pixels than this: then their own detail is fine enough."""


@dataclass(frozen=True)
class Shown:
    """Where a vehicle and its plate are in the picture."""

    actor: Actor
    corners: Floats
    """Of the plate, (4, 2) pixels; empty when it is behind the lens."""
    body: Region


def compose(
    street: Street, empty: Backdrop, light: Light, actors: list[Actor]
) -> tuple[Floats, list[Shown]]:
    """Linear colours (height, width, 3) of the street with its vehicles, and their plates."""
    picture = empty.lit.copy()
    models = [in_world(actor) for actor in actors]
    order = sorted(range(len(actors)), key=lambda i: -actors[i].y)
    for i in order:
        add_shadow(picture, street, empty, light, actors[i], models[i])
    if light.wet:
        for i in order:
            add_reflection(picture, street, empty, light, actors[i], models[i])
    shown: list[Shown] = []
    for i in order:
        shown.append(_vehicle(picture, street, light, actors[i], models[i]))
    for i in order:
        add_blooms(picture, street.camera, light, actors[i])
    return picture, shown


def _vehicle(picture: Floats, street: Street, light: Light, actor: Actor, model: Model) -> Shown:
    coarse = bounds(model, street.camera)
    finer = 1 if coarse.width * coarse.height > LARGE else FINER
    fine = street.camera.scaled(finer)
    region = Region(*(v * finer for v in (coarse.x1, coarse.y1, coarse.x2, coarse.y2)))
    corners = plate_in_picture(street.camera, actor)
    found = rasterise(model, fine, region)
    if found is None:
        return Shown(actor, corners, coarse)
    covered, surface = found
    seen = shade(surface, fine.position, light, street.canyon, lamps_of(actor, light))
    drawn = np.zeros((region.height, region.width, 3), np.float32)
    drawn[covered] = seen
    share = covered.astype(np.float32)
    _plate(drawn, share, fine, region, street, light, actor)
    blur = _smear(fine, actor) if finer > 1 else max(0.4, _smear(fine, actor))
    size = coarse.width, coarse.height
    drawn, share = _softened(drawn, blur, size), _softened(share, blur, size)
    part = share[..., None]
    window = picture[coarse.y1 : coarse.y2, coarse.x1 : coarse.x2]
    np.copyto(window, window * (1 - part) + drawn)
    return Shown(actor, corners, coarse)


def plate_in_picture(camera: Camera, actor: Actor) -> Floats:
    """Corners (4, 2) in pixels of the plate that faces the camera; empty when there is none."""
    flat = plate_corners(actor.vehicle, actor.towards, actor.plate.width_mm / 1000,
                         actor.plate.height_mm / 1000)  # fmt: skip
    if flat is None:
        return np.zeros((0, 2), np.float32)
    pixels, depth = camera.project(world_points(actor, flat))
    return pixels if depth.min() > 0.5 else np.zeros((0, 2), np.float32)


def _plate(
    drawn: Floats, share: Floats, fine: Camera, region: Region, street: Street, light: Light,
    actor: Actor,
) -> None:  # fmt: skip
    """Screw the plate on, lit like the vehicle, in place."""
    corners = plate_in_picture(fine, actor)
    if not len(corners):
        return
    image = _plate_light(actor, street, light)
    wide = float(np.linalg.norm(corners[1] - corners[0]))
    factor = wide * 1.3 / image.shape[1]
    if factor < 1:
        size = max(8, round(image.shape[1] * factor)), max(4, round(image.shape[0] * factor))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
    h, w = image.shape[:2]
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    shifted = (corners - np.array([region.x1, region.y1])).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, shifted)
    frame = drawn.shape[1], drawn.shape[0]
    bright = cv2.warpPerspective(image, matrix, frame, flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.ones((h, w), np.float32), matrix, frame)[..., None]
    np.copyto(drawn, drawn * (1 - cover) + bright * cover)
    np.maximum(share, cover[..., 0], out=share)


def _plate_light(actor: Actor, street: Street, light: Light) -> Floats:
    """The plate's linear colours (H, W, 3) in this light."""
    linear = (actor.plate.image.astype(np.float32) / 255.0) ** 2.2
    if light.infrared > 0:
        grey = linear.mean(2, keepdims=True) ** 0.9
        linear = np.repeat(0.02 + grey * 1.25, 3, axis=2)
    if actor.plate.dirt is not None:
        mud = np.array([0.17, 0.135, 0.095], np.float32)
        cover = actor.plate.dirt[..., None]
        linear = linear * (1 - cover) + mud * cover
    middle = world_points(actor, [[0.0, 0.0 if actor.towards else actor.vehicle.length, 0.5]])
    normal = np.array([[0.0, -1.0, 0.08]], np.float32)
    one = Surface(middle, normal, np.ones((1, 3), np.float32), np.zeros(1, np.float32),
                  np.zeros(1, np.uint8))  # fmt: skip
    falls = shade(one, street.camera.position, light, street.canyon, {})
    thrown_back = 2.6 if light.infrared > 0 else 1.1
    return np.asarray(linear * falls[0] * thrown_back, np.float32)


def _smear(camera: Camera, actor: Actor) -> float:
    """Standard deviation in pixels of what moves while the shutter is open (1/300 s)."""
    ends = np.array([[actor.x, actor.y, 0.5], [actor.x, actor.y + actor.speed / 300, 0.5]])
    pixels, _ = camera.project(ends.astype(np.float32))
    return 0.3 * float(np.linalg.norm(pixels[1] - pixels[0]))


def _softened(drawn: Floats, blur: float, size: tuple[int, int]) -> Floats:
    """Blurred along the movement, edges smoothed, and brought to `size` (width, height)."""
    if blur > 0.2:
        drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.4, sigmaY=blur), np.float32)
    if (drawn.shape[1], drawn.shape[0]) == size:
        return drawn
    return np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA), np.float32)
