"""A street without traffic: what every pixel of the camera's view belongs to, and how it is lit."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis.street import facades, furniture, paving
from anpr.synthesis.street.camera import Camera, Floats, Region
from anpr.synthesis.street.canvas import Bytes, Canvas
from anpr.synthesis.street.light import Canyon, Light, shade, surroundings
from anpr.synthesis.street.mesh import Patch, Surface, bounds, build, rasterise

_BLURS = (0.0, 1.5, 4.0, 10.0)
"""Smoothing, in pixels of a canvas along the street, from which each pixel picks by distance."""


@dataclass(frozen=True)
class Street:
    """One control point's street and camera."""

    camera: Camera
    canyon: Canyon
    lane: tuple[float, float]
    """x of the kerbs."""
    walls: tuple[Canvas, Canvas]
    """House fronts on the left and right."""
    facing: Canvas
    """The house that closes the view."""
    ground: Canvas
    seed: int
    cables: tuple[tuple[float, float, float], ...] = ()
    """Wires across the street: distance, height, sag."""


@dataclass(frozen=True)
class Backdrop:
    """The empty street in one light: linear colours of the picture with and without sun."""

    lit: Floats
    """(height, width, 3)"""
    shaded: Floats
    """The same with every pixel in shadow."""
    ground: npt.NDArray[np.bool_]
    """Where paving is seen."""
    wetness: Floats
    """(height, width): how much of what stands there is mirrored by the ground."""


def make_street(
    seed: int, camera: Camera, *, left: float = -3.6, right: float = 3.6, end: float = 46.0,
    lane: tuple[float, float] = (-1.8, 1.8),
) -> Street:  # fmt: skip
    """Build the houses and paving of a street; the same seed gives the same street."""
    rng = np.random.default_rng(seed)
    rows = [facades.row_of_houses(rng, -4.0, end + 3) for _ in range(2)]
    across = facades.row_of_houses(rng, left - 8, right + 8)
    walls = [facades.paint_row(houses, rng, side == 1) for side, houses in enumerate(rows)]
    canyon = Canyon(
        left, right, end,
        *(tuple((h.start, h.height) for h in houses) for houses in rows),
    )  # fmt: skip
    ground = paving.paint_ground(rng, left, right, lane)
    cables = tuple(
        (float(y), float(rng.uniform(6.5, 9.0)), float(rng.uniform(0.15, 0.6)))
        for y in rng.uniform(14, 40, int(rng.integers(1, 4)))
    )
    facing = facades.paint_row(across, rng)
    return Street(camera, canyon, lane, (walls[0], walls[1]), facing, ground, seed, cables)


def backdrop(street: Street, light: Light, *, finer: int = 2) -> Backdrop:
    """Render the empty street, `finer` times supersampled."""
    camera = street.camera.scaled(finer)
    strips = [
        _strip(street, camera, Region(0, y, camera.width, min(y + 240, camera.height_px)), light)
        for y in range(0, camera.height_px, 240)
    ]
    lit, shaded, ground, wet = (np.concatenate([s[i] for s in strips]) for i in range(4))
    furniture_model = furniture.furnish(street.lane, street.canyon, street.seed)
    _add_furniture(furniture_model, street, camera, light, lit, shaded, ground)
    _add_cables(street, camera, light, lit, shaded)
    size = street.camera.width, street.camera.height_px
    small = [_shrunk(a, size) for a in (lit, shaded, ground.astype(np.float32), wet)]
    return Backdrop(small[0], small[1], small[2] > 0.5, small[3])


def _shrunk(picture: Floats, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _strip(
    street: Street, camera: Camera, region: Region, light: Light
) -> tuple[Floats, Floats, npt.NDArray[np.bool_], Floats]:
    rays = camera.rays(region).reshape(-1, 3)
    surface, sky, ground = _first_hits(street, camera, rays)
    lit = shade(surface, camera.position, light, street.canyon, {})
    dark = shade(surface, camera.position, light, street.canyon, {}, np.ones(len(rays), np.float32))
    heaven = surroundings(
        np.repeat(camera.position[None], len(rays), 0), rays, light, street.canyon
    )
    if light.infrared:
        heaven = heaven * 0 + 0.004
    for picture in (lit, dark):
        picture[sky] = heaven[sky]
    wet = np.where(ground, light.wet * _puddles(surface.position, street.seed), 0).astype(
        np.float32
    )
    if light.wet:
        for picture in (lit, dark):
            _mirror_street(street, picture, surface, rays, wet, light)
    shape = region.height, region.width
    return (lit.reshape(*shape, 3), dark.reshape(*shape, 3), ground.reshape(shape),
            wet.reshape(shape))  # fmt: skip


def _first_hits(
    street: Street, camera: Camera, rays: Floats
) -> tuple[Surface, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """What each ray meets first, which rays meet nothing, and which meet the ground."""
    canyon, eye = street.canyon, camera.position
    return _hits(street, np.repeat(eye[None], len(rays), 0), rays, canyon)


def _hits(
    street: Street, origin: Floats, rays: Floats, canyon: Canyon
) -> tuple[Surface, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    rx = np.where(np.abs(rays[:, 0]) < 1e-6, 1e-6, rays[:, 0])
    on_right = rx > 0
    to_side = (np.where(on_right, canyon.right, canyon.left) - origin[:, 0]) / rx
    to_end = (canyon.end - origin[:, 1]) / np.maximum(rays[:, 1], 1e-6)
    to_ground = np.where(rays[:, 2] < -1e-6, -origin[:, 2] / np.minimum(rays[:, 2], -1e-6), np.inf)
    reach = np.minimum(np.minimum(to_side, to_end), to_ground)
    at = (origin + rays * reach[:, None]).astype(np.float32)
    ground, end = reach == to_ground, reach == to_end
    side = ~ground & ~end
    roof = np.where(end, _end_roof(street, at[:, 0]), canyon.roof(on_right, at[:, 1]))
    sky = ~ground & (at[:, 2] > roof)
    surface = _painted(street, at, reach, ground, end, side, on_right)
    return surface, sky, ground


def _end_roof(street: Street, x: Floats) -> Floats:
    """The facing row's canvas is as high as its highest house; lower ones leave sky above."""
    return np.full(len(x), street.facing.height - 0.05, np.float32)


def _painted(
    street: Street, at: Floats, reach: Floats, ground: npt.NDArray[np.bool_],
    end: npt.NDArray[np.bool_], side: npt.NDArray[np.bool_], on_right: npt.NDArray[np.bool_],
) -> Surface:  # fmt: skip
    n = len(at)
    colour, gloss = np.zeros((n, 3), np.float32), np.zeros(n, np.float32)
    normal = np.zeros((n, 3), np.float32)
    camera = street.camera
    across = np.maximum(np.abs(at[:, 0] - camera.x), 0.5)
    step_wall = reach**2 / (camera.focal * across)
    step_ground = reach**2 / (camera.focal * camera.height)
    parts = [
        (ground, street.ground, at[:, 0], at[:, 1], step_ground, 0, (0, 0, 1)),
        (end, street.facing, at[:, 0], at[:, 2], reach / camera.focal, 1, (0, -1, 0)),
        (side & ~on_right, street.walls[0], at[:, 1], at[:, 2], step_wall, 1, (1, 0, 0)),
        (side & on_right, street.walls[1], at[:, 1], at[:, 2], step_wall, 1, (-1, 0, 0)),
    ]
    for where, canvas, u, v, step, axis, direction in parts:
        if where.any():
            colour[where], gloss[where] = _look_up(canvas, u[where], v[where], step[where], axis)
            normal[where] = direction
    return Surface(at, normal, colour, gloss, np.zeros(n, np.uint8))


def _look_up(
    canvas: Canvas, u: Floats, v: Floats, step: Floats, axis: int
) -> tuple[Floats, Floats]:
    """Colours and gloss at (u, v) metres, smoothed along `axis` to about `step` metres."""
    x = (u - canvas.left) * canvas.scale - 0.5
    y = canvas.colour.shape[0] - (v - canvas.bottom) * canvas.scale - 0.5
    spread = step * canvas.scale * 0.5
    level = np.searchsorted(np.array([0.8, 2.5, 6.5]), spread)
    colour, gloss = np.zeros((len(u), 3), np.float32), np.zeros(len(u), np.float32)
    for number, blur in enumerate(_BLURS):
        here = level == number
        if here.any():
            colour[here] = _sampled(_smoothed(canvas.colour, blur, axis), x[here], y[here])
            gloss[here] = _sampled(canvas.gloss, x[here], y[here])[:, 0]
    return (colour[:, ::-1] / 255.0) ** 2.2, gloss / 255.0


def _smoothed(picture: Bytes, blur: float, axis: int) -> Bytes:
    if blur == 0:
        return picture
    sigma_x, sigma_y = (blur, 0.6) if axis == 1 else (0.6, blur)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_x, sigmaY=sigma_y), np.uint8)


def _sampled(picture: Bytes, x: Floats, y: Floats) -> Floats:
    rows = -(-len(x) // 8192)
    spare = rows * 8192 - len(x)
    fx = np.pad(x, (0, spare)).reshape(rows, 8192).astype(np.float32)
    fy = np.pad(y, (0, spare)).reshape(rows, 8192).astype(np.float32)
    drawn = cv2.remap(picture, fx, fy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, np.float32).reshape(rows * 8192, -1)[: len(x)]


def _puddles(position: Floats, seed: int) -> Floats:
    """Share of light a wet ground mirrors: everywhere a little, in hollows much."""
    phase = seed % 17
    x, y = position[:, 0], position[:, 1]
    wave = np.sin(x * 1.7 + phase) * np.cos(y * 0.55 + phase) + 0.5 * np.sin(y * 1.3 + x * 2.9)
    return np.asarray(0.35 + 0.65 * np.clip(wave * 1.5 - 0.3, 0, 1), np.float32)


def _mirror_street(
    street: Street, picture: Floats, surface: Surface, rays: Floats, wet: Floats, light: Light
) -> None:
    """Let wet ground throw back the houses and the sky, in place."""
    where = wet > 0
    bounce = rays[where] * np.array([1, 1, -1], np.float32)
    origin = surface.position[where] + np.array([0, 0, 0.01], np.float32)
    if not len(origin):
        return
    seen, sky, _ = _hits(street, origin, bounce, street.canyon)
    shown = shade(seen, origin.mean(0), light, street.canyon, {})
    shown[sky] = surroundings(origin, bounce, light, street.canyon)[sky]
    grazing = 1 - np.abs(rays[where, 2:3])
    share = wet[where, None] * (0.06 + 0.75 * grazing**4)
    picture[where] = picture[where] * (1 - 0.45 * light.wet) * (1 - share) + shown * share


def _add_furniture(
    patches: list[Patch], street: Street, camera: Camera, light: Light, lit: Floats,
    shaded: Floats, ground: npt.NDArray[np.bool_],
) -> None:  # fmt: skip
    model = build(patches)
    region = bounds(model, camera)
    found = rasterise(model, camera, region)
    if found is None:
        return
    covered, surface = found
    window = np.s_[region.y1 : region.y2, region.x1 : region.x2]
    count = np.ones(len(surface.position), np.float32)
    lit[window][covered] = shade(surface, camera.position, light, street.canyon, {})
    shaded[window][covered] = shade(surface, camera.position, light, street.canyon, {}, count)
    ground[window][covered] = False


def _add_cables(street: Street, camera: Camera, light: Light, lit: Floats, shaded: Floats) -> None:
    for y, z, sag in street.cables:
        x = np.linspace(street.canyon.left, street.canyon.right, 24)
        hang = z - sag * (1 - ((x - x.mean()) / (np.ptp(x) / 2)) ** 2)
        points, _ = camera.project(np.stack([x, np.full_like(x, y), hang], 1).astype(np.float32))
        path = [np.round(points * 16).astype(np.int32)]
        for picture in (lit, shaded):
            cv2.polylines(picture, path, False, (0.02, 0.02, 0.02), 2, cv2.LINE_8, 4)
