"""A fixed camera over a street: a pinhole that looks along it.

World coordinates are metres: x to the right, y along the street away from the camera, z up. The
camera's mast stands at y = 0.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

NEAR = 0.3
"""Nothing closer to the lens than this many metres is drawn."""


@dataclass(frozen=True)
class Region:
    """An upright part of a picture, in pixels; x2 and y2 exclusive."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def width(self) -> int:
        return max(0, self.x2 - self.x1)

    @property
    def height(self) -> int:
        return max(0, self.y2 - self.y1)

    @property
    def is_empty(self) -> bool:
        return self.width == 0 or self.height == 0


@dataclass(frozen=True)
class Camera:
    """Where the camera hangs, where it looks, and its lens."""

    x: float
    height: float
    yaw_deg: float
    """Positive: turned to the right."""
    pitch_deg: float
    """Positive: looking down."""
    focal: float
    """Focal length in pixels."""
    width: int = 1280
    height_px: int = 720
    roll_deg: float = 0.0

    @property
    def position(self) -> Floats:
        return np.array([self.x, 0.0, self.height], np.float32)

    @property
    def whole(self) -> Region:
        return Region(0, 0, self.width, self.height_px)

    def scaled(self, factor: float) -> "Camera":
        """The same view with `factor` times as many pixels a side."""
        return replace(
            self,
            focal=self.focal * factor,
            width=round(self.width * factor),
            height_px=round(self.height_px * factor),
        )

    def axes(self) -> tuple[Floats, Floats, Floats]:
        """Unit vectors in the world: to the right of the picture, up in it, into it."""
        yaw, pitch, roll = np.radians([self.yaw_deg, self.pitch_deg, self.roll_deg])
        into = np.array([np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), -np.sin(pitch)])
        level = np.array([np.cos(yaw), -np.sin(yaw), 0.0])
        upright = np.cross(level, into)
        right = np.cos(roll) * level + np.sin(roll) * upright
        up = np.cos(roll) * upright - np.sin(roll) * level
        return right.astype(np.float32), up.astype(np.float32), into.astype(np.float32)

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """Pixels (..., 2) and distances into the picture (...) of world points (..., 3)."""
        right, up, into = self.axes()
        away = points - self.position
        depth = away @ into
        safe = np.maximum(depth, NEAR)
        u = self.width / 2 + self.focal * (away @ right) / safe
        v = self.height_px / 2 - self.focal * (away @ up) / safe
        return np.stack([u, v], -1).astype(np.float32), depth.astype(np.float32)

    def rays(self, region: Region) -> Floats:
        """Unit directions (height, width, 3) through the middles of the region's pixels."""
        right, up, into = self.axes()
        u = (np.arange(region.x1, region.x2) + 0.5 - self.width / 2) / self.focal
        v = (self.height_px / 2 - np.arange(region.y1, region.y2) - 0.5) / self.focal
        away = into + u[None, :, None] * right + v[:, None, None] * up
        return np.asarray(away / np.linalg.norm(away, axis=-1, keepdims=True), np.float32)
