"""What a vehicle does to the ground: contact and sun shadows, its image in wet paving."""

import cv2
import numpy as np

from anpr.synthesis.street.actor import Actor, lamps_of, world_points
from anpr.synthesis.street.camera import Camera, Floats, Region
from anpr.synthesis.street.light import Light, shade
from anpr.synthesis.street.mesh import Model, Surface, bounds, rasterise
from anpr.synthesis.street.place import Backdrop, Street


def add_shadow(
    picture: Floats, street: Street, empty: Backdrop, light: Light, actor: Actor, model: Model
) -> None:
    """Darken the ground under and beside a vehicle, in place."""
    camera = street.camera
    if max(light.sun) > 0:
        _sun_shadow(picture, street, empty, light, model)
    half, length = actor.vehicle.width / 2, actor.vehicle.length
    foot = [[-half, 0.1, 0], [half, 0.1, 0], [half, length - 0.1, 0], [-half, length - 0.1, 0]]
    pixels, depth = camera.project(world_points(actor, foot))
    if depth.min() < 1.0:
        return
    across = camera.focal / max(float(depth.min()), 1.0)
    for spread, dark in ((0.28, 0.42), (0.07, 0.62)):
        region, mask = _mask(camera, pixels, spread * across)
        if region.is_empty:
            continue
        window = np.s_[region.y1 : region.y2, region.x1 : region.x2]
        on = mask * empty.ground[window]
        picture[window] *= (1 - (dark if light.infrared == 0 else dark * 0.6) * on)[..., None]


def _sun_shadow(
    picture: Floats, street: Street, empty: Backdrop, light: Light, model: Model
) -> None:
    sun = light.sun_direction
    points = model.corners.reshape(-1, 3)[::3]
    cast = points - sun * (points[:, 2:3] / sun[2])
    pixels, depth = street.camera.project(cast.astype(np.float32))
    if (depth > 1.0).sum() < 3:
        return
    hull = np.asarray(cv2.convexHull(pixels[depth > 1.0]), np.float32)[:, 0]
    region, mask = _mask(street.camera, hull, 1.2)
    if region.is_empty:
        return
    window = np.s_[region.y1 : region.y2, region.x1 : region.x2]
    part = (mask * empty.ground[window])[..., None]
    picture[window] = picture[window] * (1 - part) + empty.shaded[window] * part


def _mask(camera: Camera, outline: Floats, blur: float) -> tuple[Region, Floats]:
    """A soft-edged polygon and the part of the picture it lies in."""
    margin = 3 * blur + 2
    (x1, y1), (x2, y2) = outline.min(0) - margin, outline.max(0) + margin
    region = Region(
        int(np.clip(x1, 0, camera.width)), int(np.clip(y1, 0, camera.height_px)),
        int(np.clip(x2, 0, camera.width)), int(np.clip(y2, 0, camera.height_px)),
    )  # fmt: skip
    mask = np.zeros((region.height, region.width), np.float32)
    if region.is_empty:
        return region, mask
    shifted = np.round((outline - np.array([region.x1, region.y1], np.float32)) * 16).astype(
        np.int32
    )
    cv2.fillPoly(mask, [shifted], 1.0, cv2.LINE_8, 4)
    if blur > 0.3:
        mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), blur), np.float32)
    return region, mask


def add_reflection(
    picture: Floats, street: Street, empty: Backdrop, light: Light, actor: Actor, model: Model
) -> None:
    """The vehicle mirrored in the wet ground, in place."""
    flip = np.array([1, 1, -1], np.float32)
    below = Model(model.corners * flip, model.normals * flip, model.paint, model.colour,
                  model.gloss, model.lamp, model.scale, model._levels)  # fmt: skip
    region = bounds(below, street.camera)
    found = rasterise(below, street.camera, region)
    if found is None:
        return
    covered, surface = found
    upright = Surface(surface.position * flip, surface.normal * flip, surface.colour,
                      surface.gloss, surface.lamp)  # fmt: skip
    seen = shade(upright, street.camera.position, light, street.canyon, lamps_of(actor, light))
    drawn = np.zeros((region.height, region.width, 3), np.float32)
    drawn[covered] = seen
    share = covered.astype(np.float32)
    drawn, share = (np.asarray(cv2.GaussianBlur(a, (0, 0), 1.2, sigmaY=5.0), np.float32)
                    for a in (drawn, share))  # fmt: skip
    window = np.s_[region.y1 : region.y2, region.x1 : region.x2]
    part = (0.5 * empty.wetness[window])[..., None]
    picture[window] = picture[window] * (1 - part * share[..., None]) + drawn * part
