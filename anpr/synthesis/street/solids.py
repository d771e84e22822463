"""Simple bodies as patches: boxes, round posts, balls, discs."""

import numpy as np

from anpr.synthesis.street.camera import Floats
from anpr.synthesis.street.canvas import Canvas, Colour, Lamp
from anpr.synthesis.street.mesh import Patch

Vector = tuple[float, float, float]


def plain(colour: Colour, gloss: float = 0.0, lamp: Lamp = Lamp.NONE) -> Canvas:
    """A small canvas of one colour."""
    canvas = Canvas(1.0, 1.0, 8.0, base=colour, base_gloss=gloss)
    canvas.lamp[:] = int(lamp)
    return canvas


def sheet(corners: tuple[Vector, Vector, Vector, Vector], skin: Canvas, parts: int = 6) -> Patch:
    """A flat (or slightly twisted) four-cornered sheet.

    Corners are lower left, lower right, upper right and upper left as the skin is painted.
    """
    low_left, low_right, high_right, high_left = (np.array(c, np.float32) for c in corners)
    u, v = np.meshgrid(np.linspace(0, 1, parts + 1), np.linspace(0, 1, parts + 1))
    u3, v3 = u[..., None], v[..., None]
    points = (low_left * (1 - u3) + low_right * u3) * (1 - v3)
    points = points + (high_left * (1 - u3) + high_right * u3) * v3
    paint = np.stack([skin.left + u * skin.width, skin.bottom + v * skin.height], -1)
    return Patch(points.astype(np.float32), skin, paint.astype(np.float32))


def box(
    low: Vector, high: Vector, skin: Canvas, *, front: Canvas | None = None, parts: int = 3
) -> list[Patch]:
    """An upright box without its underside; `front` is the skin of the side at low y."""
    (x1, y1, z1), (x2, y2, z2) = low, high
    faces = [
        ((x1, y1, z1), (x2, y1, z1), (x2, y1, z2), (x1, y1, z2)),
        ((x2, y2, z1), (x1, y2, z1), (x1, y2, z2), (x2, y2, z2)),
        ((x1, y2, z1), (x1, y1, z1), (x1, y1, z2), (x1, y2, z2)),
        ((x2, y1, z1), (x2, y2, z1), (x2, y2, z2), (x2, y1, z2)),
        ((x1, y1, z2), (x2, y1, z2), (x2, y2, z2), (x1, y2, z2)),
    ]
    skins = [front or skin, skin, skin, skin, skin]
    return [sheet(face, s, parts) for face, s in zip(faces, skins, strict=True)]


def ball(centre: Vector, radii: Vector, skin: Canvas, parts: int = 14) -> Patch:
    """An ellipsoid."""
    turn = np.linspace(0, 2 * np.pi, 2 * parts + 1)
    rise = np.linspace(-np.pi / 2, np.pi / 2, parts + 1)
    a, e = np.meshgrid(turn, rise)
    unit = np.stack([np.cos(a) * np.cos(e), np.sin(a) * np.cos(e), np.sin(e)], -1)
    points = np.array(centre) + np.array(radii) * unit
    return Patch(points.astype(np.float32), skin, _spread(points.shape[:2], skin))


def tube(start: Vector, end: Vector, radius: float, skin: Canvas, parts: int = 10) -> Patch:
    """A round bar from `start` to `end`; the skin's height runs along it."""
    a, b = np.array(start, np.float64), np.array(end, np.float64)
    along = (b - a) / np.linalg.norm(b - a)
    other = np.array([1.0, 0, 0]) if abs(along[0]) < 0.9 else np.array([0, 1.0, 0])
    side = np.cross(along, other)
    side /= np.linalg.norm(side)
    third = np.cross(along, side)
    turn = np.linspace(0, 2 * np.pi, parts + 1)
    ring = radius * (np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * third)
    steps = np.linspace(0, 1, 5)[:, None, None]
    points = (a + steps * (b - a)) + ring[None]
    return Patch(points.astype(np.float32), skin, _spread(points.shape[:2], skin))


def disc(centre: Vector, radius: float, side: float, skin: Canvas, parts: int = 18) -> Patch:
    """A round plate that faces left (`side` < 0) or right, painted as seen from there."""
    turn = np.linspace(0, 2 * np.pi, parts + 1)
    reach = np.array([0.0, 0.35, 0.7, 1.0])
    a, r = np.meshgrid(turn, reach)
    y, z = r * np.cos(a), r * np.sin(a)
    bulge = np.sign(side) * 0.02 * (1 - r**2)
    points = np.array(centre) + np.stack([bulge, radius * y, radius * z], -1)
    u = skin.left + skin.width * (0.5 + 0.5 * y)
    v = skin.bottom + skin.height * (0.5 + 0.5 * z)
    return Patch(points.astype(np.float32), skin, np.stack([u, v], -1).astype(np.float32))


def _spread(shape: tuple[int, ...], skin: Canvas) -> Floats:
    v, u = np.meshgrid(np.linspace(0, 1, shape[0]), np.linspace(0, 1, shape[1]), indexing="ij")
    paint = np.stack([skin.left + u * skin.width, skin.bottom + v * skin.height], -1)
    return np.asarray(paint, np.float32)
