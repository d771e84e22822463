"""Putting a plate into a picture, and taking one out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]
Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels."""


@dataclass(frozen=True)
class PlatePose:
    """How a flat plate looks from the camera, as its four corners."""

    corners: Points
    """(4, 2): top left, top right, bottom right, bottom left, in pixels."""

    @property
    def box(self) -> Box:
        """The upright rectangle around the corners."""
        (x1, y1), (x2, y2) = self.corners.min(axis=0), self.corners.max(axis=0)
        return float(x1), float(y1), float(x2), float(y2)


def random_pose(
    centre: tuple[float, float], width: float, height: float, rng: np.random.Generator
) -> PlatePose:
    """A plate of about this size, turned and slanted as cameras beside a street see it."""
    yaw, pitch = rng.normal(0, 0.22), rng.normal(0, 0.1)
    x, y = width / 2 * max(0.55, np.cos(yaw)), height / 2 * max(0.8, np.cos(pitch))
    near = 1.0 + np.clip(yaw, -0.6, 0.6) * 0.12
    corners = np.array([[-x, -y * near], [x, -y / near], [x, y / near], [-x, y * near]])
    corners[:, 1] += corners[:, 0] * (np.tan(rng.normal(0, 0.05)) + yaw * rng.normal(0, 0.35))
    return PlatePose((corners + centre).astype(np.float32))


def paste_plate(
    image: Image, plate: Image, pose: PlatePose, *, white: npt.NDArray[np.float64] | None = None,
    blur: float = 0.0,
) -> None:  # fmt: skip
    """Draw `plate` at `pose` into `image`, in place.

    `white` is the colour (blue, green, red) that the plate's white has in this light; without it
    the plate keeps its own colours. `blur` is a Gaussian sigma in picture pixels.
    """
    x1, y1, x2, y2 = _clipped(pose.box, image, margin=2)
    if x2 - x1 < 2 or y2 - y1 < 2:
        return
    small = _shrunk(plate, pose)
    h, w = small.shape[:2]
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, pose.corners - np.array([x1, y1], np.float32))
    size = (x2 - x1, y2 - y1)
    drawn = cv2.warpPerspective(small, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(np.full((h, w), 255, np.uint8), matrix, size)
    if blur > 0.2:
        drawn, cover = cv2.GaussianBlur(drawn, (0, 0), blur), cv2.GaussianBlur(cover, (0, 0), blur)
    light = drawn.astype(np.float32)
    if white is not None:
        light *= (np.asarray(white) / 255.0).astype(np.float32)
    share = cover[..., None].astype(np.float32) / 255.0
    part = image[y1:y2, x1:x2]
    np.copyto(part, np.clip(part * (1 - share) + light * share, 0, 255).astype(np.uint8))


def white_level(image: Image, box: Box) -> npt.NDArray[np.float64]:
    """The colour (blue, green, red) of the brightest tenth of a plate: its white in this light."""
    x1, y1, x2, y2 = _clipped(box, image)
    part = image[y1:y2, x1:x2].reshape(-1, 3)
    if not len(part):
        return np.array([200.0, 200.0, 200.0])
    bright = part[part.sum(axis=1) >= np.quantile(part.sum(axis=1), 0.85)]
    return np.asarray(np.clip(bright.mean(axis=0) * 1.03, 30.0, 255.0), np.float64)


def paint_over(image: Image, box: Box, rng: np.random.Generator) -> None:
    """Remove what is in the box by spanning its surroundings across it, in place."""
    margin = max(2.0, 0.06 * (box[2] - box[0]))
    grown = (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)
    x1, y1, x2, y2 = _clipped(grown, image)
    if x2 - x1 < 3 or y2 - y1 < 3:
        return
    across, down = (
        np.linspace(0, 1, x2 - x1)[None, :, None],
        np.linspace(0, 1, y2 - y1)[:, None, None],
    )
    part = cv2.GaussianBlur(image[y1:y2, x1:x2], (0, 0), 1.2).astype(np.float64)
    level = part[:, :1] * (1 - across) + part[:, -1:] * across
    upright = part[:1] * (1 - down) + part[-1:] * down
    filled = 0.35 * level + 0.65 * upright + rng.normal(0, 2.5, part.shape)
    image[y1:y2, x1:x2] = np.clip(filled, 0, 255).astype(np.uint8)


def _shrunk(plate: Image, pose: PlatePose) -> Image:
    """The plate at about the size it will have, so that warping does not alias."""
    wide = float(np.linalg.norm(pose.corners[1] - pose.corners[0])) + 1.0
    factor = wide * 1.5 / plate.shape[1]
    if factor >= 1.0:
        return plate
    size = max(6, int(plate.shape[1] * factor)), max(3, int(plate.shape[0] * factor))
    return np.asarray(cv2.resize(plate, size, interpolation=cv2.INTER_AREA), np.uint8)


def _clipped(box: Box, image: Image, margin: int = 0) -> tuple[int, int, int, int]:
    h, w = image.shape[:2]
    x1, y1 = max(0, int(box[0]) - margin), max(0, int(box[1]) - margin)
    return x1, y1, min(w, int(box[2]) + 1 + margin), min(h, int(box[3]) + 1 + margin)
