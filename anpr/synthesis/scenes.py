"""Whole rendered pictures for the detector: a street, vehicles, and plates where they belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import backgrounds
from anpr.synthesis.paste import Box, PlatePose, paste_plate, random_pose
from anpr.synthesis.vehicles import Vehicle, draw_vehicle

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class FlatPlate:
    """A plate seen straight on, with its real size."""

    image: Image
    """(H, W, 3) blue, green, red."""

    width_mm: float
    height_mm: float


PlateSource = Callable[[np.random.Generator], FlatPlate]
"""Gives a plate to hang on the next vehicle."""


@dataclass(frozen=True)
class Scene:
    """A picture with all its plates boxed."""

    image: Image
    """(H, W, 3) blue, green, red."""

    plates: list[Box] = field(default_factory=list)
    """Every plate that can be told to be one."""

    ignored: list[Box] = field(default_factory=list)
    """Where a plate may or may not be made out; neither answer is wrong."""

    traps: list[Box] = field(default_factory=list)
    """What a detector is known to take for a plate and is none."""


def render_scene(
    rng: np.random.Generator, plates: PlateSource, *, width: int = 768, height: int = 512
) -> Scene:
    """A street with up to four vehicles, far ones first so that near ones hide them."""
    image, horizon = backgrounds.street(rng, width, height)
    found: list[Box] = []
    sizes = np.sort(rng.uniform(0.08, 0.75, int(rng.integers(0, 5))) ** 1.3)
    for size in sizes:
        foot = horizon + (height - horizon) * min(1.05, 0.12 + size * rng.uniform(0.9, 1.5))
        at = (float(rng.uniform(0.05, 0.95) * width), float(foot))
        vehicle = draw_vehicle(rng)
        covered, box = place_vehicle(image, vehicle, plates(rng), at, size * width, rng)
        found = [old for old in found if _overlap(old, covered) < 0.2]
        if box is not None:
            found.append(box)
    if rng.random() < 0.3:
        backgrounds.caption(image, rng)
    return Scene(image, [box for box in found if box[2] - box[0] >= 6])


def place_vehicle(
    image: Image, vehicle: Vehicle, plate: FlatPlate, foot: tuple[float, float], width: float,
    rng: np.random.Generator,
) -> tuple[Box, Box | None]:  # fmt: skip
    """Draw a vehicle standing at `foot`, `width` pixels wide, with its plate (one in ten without).

    Returns the area it covers and its plate's box, None when it shows no plate.
    """
    sprite, mask, pose = _dressed(vehicle, plate, rng)
    scale = width / sprite.shape[1]
    turn = np.array([[scale, rng.normal(0, 0.03), 0], [rng.normal(0, 0.05) * scale, scale, 0]])
    base = turn[:, :2] @ (sprite.shape[1] / 2, sprite.shape[0])
    turn[:, 2] = np.array(foot) - base
    _blend(image, sprite, mask, turn)
    rows, columns = sprite.shape[:2]
    ends = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]]) @ turn[:, :2].T + turn[:, 2]
    covered = PlatePose(ends.astype(np.float32)).box
    if pose is None:
        return covered, None
    corners = pose.corners @ turn[:, :2].T + turn[:, 2]
    return covered, _visible(PlatePose(corners.astype(np.float32)).box, image)


def _dressed(
    vehicle: Vehicle, plate: FlatPlate, rng: np.random.Generator
) -> tuple[Image, Image, PlatePose | None]:
    """The vehicle's picture and mask with the plate screwed on, and where that is."""
    sprite = vehicle.image.copy()
    if rng.random() < 0.1:
        return sprite, vehicle.mask, None
    size = plate.width_mm * vehicle.pixels_per_mm, plate.height_mm * vehicle.pixels_per_mm
    pose = random_pose(vehicle.plate_centre, size[0] * 1.05, size[1] * 1.1, rng)
    if rng.random() < 0.4:
        _holder(sprite, pose, rng)
    white = rng.uniform(90, 255) * rng.uniform(0.9, 1.0, 3)
    paste_plate(sprite, plate.image, pose, white=white)
    mask = vehicle.mask.copy()
    cv2.fillConvexPoly(mask, pose.corners.astype(np.int32), 255)
    return sprite, mask, pose


def _holder(image: Image, pose: PlatePose, rng: np.random.Generator) -> None:
    """The plastic frame around a plate, a little larger below, where dealers print their name."""
    middle = pose.corners.mean(axis=0)
    frame = middle + (pose.corners - middle) * np.array(
        [rng.uniform(1.02, 1.06), rng.uniform(1.1, 1.3)]
    )
    cv2.fillConvexPoly(image, frame.astype(np.int32), (int(rng.integers(10, 70)),) * 3, cv2.LINE_AA)


def _blend(image: Image, sprite: Image, mask: Image, turn: npt.NDArray[np.float64]) -> None:
    h, w = image.shape[:2]
    factor = float(turn[0, 0])
    if factor < 0.6:  # warping alone would alias
        blur = 0.45 / max(factor, 0.05)
        sprite = np.asarray(cv2.GaussianBlur(sprite, (0, 0), blur), np.uint8)
        mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), blur), np.uint8)
    drawn = cv2.warpAffine(sprite, turn, (w, h))
    share = cv2.warpAffine(mask, turn, (w, h))
    picked = share > 0
    part = share[picked].astype(np.float32)[:, None] / 255.0
    image[picked] = (image[picked] * (1 - part) + drawn[picked] * part).astype(np.uint8)


def _visible(box: Box, image: Image) -> Box | None:
    """The part inside the picture; None when less than two thirds of the plate is."""
    h, w = image.shape[:2]
    cut = max(0.0, box[0]), max(0.0, box[1]), min(float(w), box[2]), min(float(h), box[3])
    if cut[2] <= cut[0] or cut[3] <= cut[1]:
        return None
    return cut if _area(cut) >= 0.66 * _area(box) else None


def _overlap(box: Box, other: Box) -> float:
    """Share of `box` that `other` covers."""
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    return max(0.0, wide) * max(0.0, high) / max(_area(box), 1e-6)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
