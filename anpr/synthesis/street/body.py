"""A vehicle's outer skin as curved patches, drawn along its profile."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anpr.synthesis.street.camera import Floats
from anpr.synthesis.street.canvas import Canvas
from anpr.synthesis.street.mesh import Patch
from anpr.synthesis.street.profiles import Line, Profile, smooth

STEP = 0.055
COLUMNS = np.concatenate([np.linspace(-1, -0.86, 4), np.linspace(-0.8, 0.8, 15),
                          np.linspace(0.86, 1, 4)])  # fmt: skip
SILL = 0.22


@dataclass(frozen=True)
class Skins:
    """One canvas for each part; x is metres from the middle, y metres along the part."""

    front: Canvas
    bonnet: Canvas
    windscreen: Canvas
    roof: Canvas
    rear_window: Canvas
    rear: Canvas
    left: Canvas
    """Sides: x is metres from the front bumper, y metres above the ground."""
    right: Canvas


def length_of(line: Line) -> float:
    """Metres along a part."""
    points = smooth(line, STEP)
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def body(profile: Profile, skins: Skins) -> list[Patch]:
    """The closed body without wheels and extras."""
    parts = {
        "front": (profile.front, skins.front), "bonnet": (profile.bonnet, skins.bonnet),
        "windscreen": (profile.windscreen, skins.windscreen), "roof": (profile.roof, skins.roof),
        "rear_window": (profile.rear_window, skins.rear_window),
        "rear": (profile.rear, skins.rear),
    }  # fmt: skip
    patches, stations = [], []
    for name, (line, skin) in parts.items():
        points = smooth(line, STEP)
        stations.append(points)
        patches.append(_across(profile, name, points, skin))
    whole = np.vstack(stations)
    patches.append(_side(profile, whole, -1, skins.left))
    patches.append(_side(profile, whole, 1, skins.right))
    return patches


def half_width(profile: Profile, y: npt.NDArray[np.float64], z: npt.NDArray[np.float64]) -> Floats:
    """Half the body's width along its side: drawn in at the ends, at the sill and upwards."""
    half = profile.width / 2
    nose = np.clip(1 - y / 0.55, 0, 1) ** 2 * 0.07
    tail = np.clip(1 - (profile.length - y) / 0.55, 0, 1) ** 2 * 0.05
    up = np.clip((z - profile.belt) / max(profile.height - profile.belt, 0.1), 0, 1)
    low = np.clip((0.55 - z) / 0.4, 0, 1)
    return np.asarray(half * (1 - nose - tail - profile.tumble * up**1.15 - 0.03 * low), np.float32)


def _across(profile: Profile, name: str, points: npt.NDArray[np.float64], skin: Canvas) -> Patch:
    """The strip over the vehicle's whole width that follows one part of the profile."""
    y, z = points[:, 0], points[:, 1]
    t = COLUMNS[None, :]
    half = half_width(profile, y, z)[:, None]
    x = half * t
    drop = profile.round * np.abs(t) ** 5 * _flatness(name)
    along_y = _pushed(profile, name, y[:, None], t)
    grid = np.stack([x, along_y, z[:, None] - drop], -1)
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    paint = np.stack([x + 0 * run[:, None], run[:, None] + 0 * x], -1)
    return Patch(grid.astype(np.float32), skin, paint.astype(np.float32))


def _flatness(name: str) -> float:
    """How much of a part looks upwards, where its edges are rounded."""
    return {"bonnet": 1.0, "roof": 1.0, "windscreen": 0.5, "rear_window": 0.4}.get(name, 0.0)


def _pushed(
    profile: Profile, name: str, y: npt.NDArray[np.float64], t: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Front and rear seen from above are bows: their corners stand back."""
    ends = {"front": 1.0, "bonnet": 1.0, "windscreen": 0.8, "rear_window": -0.6, "rear": -1.0}
    bow = profile.bulge * ends.get(name, 0.0) * np.abs(t) ** 2.6
    if name == "bonnet":
        fade = np.clip(1 - (y - y.min()) / max(float(np.ptp(y)), 0.05), 0.7, 1)
        bow = bow * fade
    return np.asarray(y + bow, np.float64)


def _side(profile: Profile, points: npt.NDArray[np.float64], side: int, skin: Canvas) -> Patch:
    """One flank, from the sill up to the edge of bonnet and roof."""
    y, top = points[:, 0], points[:, 1]
    belt = np.minimum(profile.belt, top)
    low = np.linspace(0, 1, 8)[:, None]
    high = np.linspace(0, 1, 7)[1:, None]
    sill = np.minimum(SILL + 0 * top, top)
    z = np.vstack([sill + (belt - sill) * low, belt + (top - belt) * high])
    flat = np.where(top > profile.belt, 1.0, 0.8)
    z[-1] = top - profile.round * flat
    y_grid = np.repeat(y[None], len(z), 0)
    ends = np.clip(1 - y / 0.12, 0, 1) - np.clip(1 - (profile.length - y) / 0.12, 0, 1)
    y_grid = y_grid + profile.bulge * ends[None]
    x = side * half_width(profile, y_grid, z)
    grid = np.stack([x, y_grid, z], -1).astype(np.float32)
    paint = np.stack([y_grid, z], -1).astype(np.float32)
    return Patch(grid, skin, paint)
