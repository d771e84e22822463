"""New scenes out of real photos: other plates, none at all, nearer, mirrored, more lettering."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import backgrounds
from anpr.synthesis.paste import Box, paint_over, paste_plate, random_pose, white_level
from anpr.synthesis.scenes import FlatPlate, PlateSource, Scene

Image = npt.NDArray[np.uint8]

CLOSE_UP = 512
"""Side in pixels of a scene that one plate nearly fills."""


def repainted(scene: Scene, plates: PlateSource, rng: np.random.Generator, *, keep: bool) -> Scene:
    """The scene with every plate painted over and, when `keep`, a rendered one in its place."""
    image = scene.image.copy()
    found: list[Box] = []
    ignored: list[Box] = []
    for box in scene.plates + scene.ignored:
        if box[2] - box[0] < 12:
            ignored.append(box)
            continue
        white = white_level(image, box)
        paint_over(image, box, rng)
        if keep:
            found.append(_hang(image, box, plates(rng), white, rng))
    return Scene(image, found, ignored, scene.traps)


def close_up(scene: Scene, plates: PlateSource, rng: np.random.Generator) -> Scene:
    """A plate of the scene so near that it fills the picture, drawn anew to have detail."""
    wide = [box for box in scene.plates if box[2] - box[0] >= 24]
    if not wide:
        return scene
    x1, y1, x2, y2 = wide[int(rng.integers(len(wide)))]
    scale = CLOSE_UP * rng.uniform(0.4, 1.0) / (x2 - x1)
    x0 = (x1 + x2) / 2 - CLOSE_UP / scale * rng.uniform(0.42, 0.58)
    y0 = (y1 + y2) / 2 - CLOSE_UP / scale * rng.uniform(0.25, 0.75)
    matrix = np.array([[scale, 0, -x0 * scale], [0, scale, -y0 * scale]])
    size, edge = (CLOSE_UP, CLOSE_UP), cv2.BORDER_REFLECT_101
    image = cv2.warpAffine(scene.image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=edge)
    plate = ((x1 - x0) * scale, (y1 - y0) * scale, (x2 - x0) * scale, (y2 - y0) * scale)
    near = Scene(np.asarray(image, np.uint8), [plate])
    return repainted(near, plates, rng, keep=True)


def mirrored(scene: Scene, rng: np.random.Generator) -> Scene:
    """Half of the time, left and right exchanged."""
    if rng.random() < 0.5:
        return scene
    wide = float(scene.image.shape[1])

    def flip(boxes: list[Box]) -> list[Box]:
        return [(wide - x2, y1, wide - x1, y2) for x1, y1, x2, y2 in boxes]

    image = np.ascontiguousarray(scene.image[:, ::-1])
    return Scene(image, flip(scene.plates), flip(scene.ignored), flip(scene.traps))


def with_boards(scene: Scene, rng: np.random.Generator) -> Scene:
    """Some lettering more in a picture without plates."""
    image = scene.image.copy()
    for _ in range(int(rng.integers(0, 4))):
        backgrounds.board(image, rng)
    return Scene(image, scene.plates, scene.ignored, scene.traps)


def _hang(
    image: Image,
    box: Box,
    plate: FlatPlate,
    white: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> Box:
    """A rendered plate about where the old one was; returns its box."""
    wide = (box[2] - box[0]) * rng.uniform(0.88, 1.1)
    high = wide * plate.height_mm / plate.width_mm
    if high > 1.6 * (box[3] - box[1]):  # a two-row plate in the place of a long one
        wide, high = wide * 0.62, high * 0.62
    centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    pose = random_pose(centre, wide, high, rng)
    blur = abs(rng.normal(0, 0.5)) + 0.004 * wide * float(rng.random())
    paste_plate(image, plate.image, pose, white=white, blur=blur)
    h, w = image.shape[:2]
    x1, y1, x2, y2 = pose.box
    return max(0.0, x1), max(0.0, y1), min(float(w), x2), min(float(h), y2)
