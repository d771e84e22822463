"""Training samples of the detector: tiles at many scales out of rendered scenes and real photos.

Scenes are kept in a ring that is refreshed all the time; each is cut into several tiles before it
goes. A tile is chosen so that one plate has a wanted width in it: the network sees every size of
plate equally often, whatever the pictures' own sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import backgrounds, lighting
from anpr.synthesis.paste import Box
from anpr.synthesis.scenes import PlateSource, Scene, render_scene
from anpr.training.detector_photos import PhotoSet
from anpr.training.detector_scenes import close_up, mirrored, repainted, with_boards

Image = npt.NDArray[np.uint8]

RING = 420
"""Scenes kept ready."""

TILES_PER_SCENE = 9
"""A scene is replaced after about this many tiles."""

STREET_SHARE = 0.5
"""Share of the rendered scenes that are frames of rendered streets, where there are any."""

NARROWEST, WIDEST = 11.0, 0.98
"""Plate widths in a tile: from so many pixels to this share of the tile, evenly in logarithm."""

FAINTEST = 9.0
"""Plates narrower than this many pixels in the tile may be found or not."""

PADDING = 114
"""The grey around a picture that does not fill the input; what the runtime pads with."""


@dataclass(frozen=True)
class Tile:
    """One training input with its boxes in tile pixels."""

    image: Image
    """(side, side, 3) blue, green, red."""

    plates: list[Box]
    ignored: list[Box]


@dataclass(frozen=True)
class Mix:
    """Shares of what a new scene of the ring is made from; they add up to 1."""

    rendered: float
    as_is: float = 0.0
    replaced: float = 0.0
    removed: float = 0.0
    negative: float = 0.0
    close_up: float = 0.0


KINDS = tuple(field.name for field in fields(Mix))
RIDE_KINDS = frozenset({"as_is", "replaced"})
"""What may be made from a frame of a drive."""

RENDERED_ONLY = Mix(1.0)
WITH_PHOTOS = Mix(0.22, 0.28, 0.22, 0.04, 0.14, 0.10)

RIDE_SHARE = 0.4
"""Share of the photos of such scenes that are frames of drives, where there are any."""

TURNED = 0.5
"""Share of the tiles that are turned and slanted, as a phone is held."""

DARK = 62.0
"""Mean grey level of a tile that is night already."""


class SceneRing:
    """An endless supply of tiles from one seeded generator."""

    def __init__(
        self, plates: PlateSource, photos: PhotoSet | None, frames: Sequence[Scene], seed: int
    ) -> None:
        """`frames` are further rendered pictures, mixed in among the rendered scenes."""
        self._rng = np.random.default_rng(seed)
        self._plates = plates
        self._photos = photos
        self._frames = frames
        self._mix = WITH_PHOTOS if photos is not None else RENDERED_ONLY
        self._ring: list[Scene] = []

    def tile(self, side: int) -> Tile:
        """The next sample of `side` pixels; one in five is a mosaic of four."""
        if self._rng.random() < 0.2:
            return self._mosaic(side)
        return self._single(side)

    def _single(self, side: int) -> Tile:
        rng = self._rng
        tile = cut_tile(self._next_scene(), side, rng)
        if rng.random() < 0.08:
            tile = captioned(tile, rng)
        is_dark = float(tile.image.mean()) < DARK
        image = lighting.vary(tile.image, tile.plates, rng, relight=not is_dark)
        return Tile(image, tile.plates, tile.ignored)

    def _mosaic(self, side: int) -> Tile:
        half = side // 2
        image = np.empty((side, side, 3), np.uint8)
        plates: list[Box] = []
        ignored: list[Box] = []
        for x, y in ((0, 0), (half, 0), (0, half), (half, half)):
            part = self._single(half)
            image[y : y + half, x : x + half] = part.image
            plates += [_moved(box, x, y) for box in part.plates]
            ignored += [_moved(box, x, y) for box in part.ignored]
        return Tile(image, plates, ignored)

    def _next_scene(self) -> Scene:
        if len(self._ring) < RING:
            self._ring.append(self._new_scene())
            return self._ring[-1]
        at = int(self._rng.integers(RING))
        if self._rng.random() < 1.0 / TILES_PER_SCENE:
            self._ring[at] = self._new_scene()
        return self._ring[at]

    def _new_scene(self) -> Scene:
        kind = KINDS[int(self._rng.choice(len(KINDS), p=astuple(self._mix)))]
        if kind == "negative":
            return self._without_plates()
        photos = self._photos_for(kind)
        if kind == "rendered" or not photos:
            return self._rendered()
        return self._from_photo(kind, photos[int(self._rng.integers(len(photos)))])

    def _photos_for(self, kind: str) -> list[Scene]:
        if self._photos is None:
            return []
        rides, photos = self._photos.rides, self._photos.train
        if kind in RIDE_KINDS and rides and (not photos or self._rng.random() < RIDE_SHARE):
            return rides
        return photos

    def _from_photo(self, kind: str, photo: Scene) -> Scene:
        rng = self._rng
        if kind == "as_is" and rng.random() < 0.4:
            return photo
        photo = mirrored(photo, rng)
        if kind == "as_is":
            return photo
        if kind == "close_up":
            return close_up(photo, self._plates, rng)
        return repainted(photo, self._plates, rng, keep=kind == "replaced")

    def _without_plates(self) -> Scene:
        images = self._photos.train_negatives if self._photos is not None else []
        if not images:
            return self._rendered()
        scene = Scene(images[int(self._rng.integers(len(images)))])
        return mirrored(with_boards(scene, self._rng), self._rng)

    def _rendered(self) -> Scene:
        if self._frames and self._rng.random() < STREET_SHARE:
            return self._frames[int(self._rng.integers(len(self._frames)))]
        return render_scene(self._rng, self._plates)


def captioned(tile: Tile, rng: np.random.Generator) -> Tile:
    """A clock burnt into the tile; a plate below it counts no more."""
    image = tile.image.copy()
    text = backgrounds.caption(image, rng)
    hidden = [box for box in tile.plates if _touch(box, text)]
    kept = [box for box in tile.plates if not _touch(box, text)]
    return Tile(image, kept, tile.ignored + hidden)


def cut_tile(scene: Scene, side: int, rng: np.random.Generator) -> Tile:
    """A square part around a plate, a trap or any place, at a random scale and often turned."""
    scale, centre = _view(scene, side, rng)
    stretch = float(np.clip(rng.normal(1.0, 0.06), 0.85, 1.18))
    turn = np.array([[scale, 0.0], [0.0, scale * stretch]])
    if rng.random() < TURNED:
        turn = _held_askew(rng) @ turn
    matrix = np.column_stack((turn, side / 2 - turn @ np.array(centre)))
    image = _window(scene.image, matrix, side, rng)
    plates = [_carried(box, matrix) for box in scene.plates]
    return _sorted_out(image, plates, [_carried(box, matrix) for box in scene.ignored])


def _held_askew(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Turned by up to 15 degrees and slanted a little, 2 x 2."""
    angle = np.radians(np.clip(rng.normal(0, 6.0), -15.0, 15.0))
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slanted = np.array([[1.0, rng.normal(0, 0.06)], [rng.normal(0, 0.05), 1.0]])
    return np.asarray(turned @ slanted)


def _carried(box: Box, matrix: npt.NDArray[np.float64]) -> Box:
    """The upright rectangle around a box after an affine map (2 x 3)."""
    x1, y1, x2, y2 = box
    corners = np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]]) @ matrix[:, :2].T + matrix[:, 2]
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _view(scene: Scene, side: int, rng: np.random.Generator) -> tuple[float, tuple[float, float]]:
    """Scale and the point of the scene that becomes the tile's middle."""
    h, w = scene.image.shape[:2]
    boxes = scene.plates
    if scene.traps and rng.random() < (0.3 if boxes else 0.8):
        boxes = scene.traps
    if not boxes:
        scale = side / max(h, w) * float(np.exp(rng.uniform(-0.3, 1.2)))
        return scale, (float(rng.uniform(0.1, 0.9) * w), float(rng.uniform(0.1, 0.9) * h))
    x1, y1, x2, y2 = boxes[int(rng.integers(len(boxes)))]
    wanted = float(np.exp(rng.uniform(np.log(NARROWEST), np.log(WIDEST * side))))
    # Not so small that the tile is mostly padding.
    scale = max(min(wanted / max(4.0, x2 - x1), 3.5), 0.55 * side / max(h, w))
    free = max(0.0, side - (x2 - x1) * scale) / scale / 2
    shift = rng.uniform(-0.92, 0.92, 2) * free
    x, y = (x1 + x2) / 2 + float(shift[0]), (y1 + y2) / 2 + float(shift[1])
    return scale, (_inside(x, side / scale, w), _inside(y, side / scale, h))


def _inside(middle: float, window: float, length: int) -> float:
    """The middle of a window moved so that it shows as much of the picture as it can."""
    slack = 0.06 * window
    low, high = sorted((window / 2 - slack, length - window / 2 + slack))
    return float(np.clip(middle, low, high))


def _window(
    image: Image, matrix: npt.NDArray[np.float64], side: int, rng: np.random.Generator
) -> Image:
    matrix = matrix.copy()
    smallest = float(np.linalg.norm(matrix[:, :2], axis=0).min())
    # The runtime reduces without a low-pass; half of the tiles are made the same way.
    if smallest < 0.75 and rng.random() < 0.5:
        area = cv2.INTER_AREA
        reduced = cv2.resize(image, None, fx=smallest, fy=smallest, interpolation=area)
        image = np.asarray(reduced, np.uint8)
        matrix[:, :2] /= smallest
    border = (PADDING,) * 3
    return np.asarray(cv2.warpAffine(image, matrix, (side, side), borderValue=border), np.uint8)


def _sorted_out(image: Image, plates: list[Box], ignored: list[Box]) -> Tile:
    """Boxes cut at the tile's edge; what is mostly outside or too small becomes ignored."""
    side = float(image.shape[0])
    kept: list[Box] = []
    loose: list[Box] = []
    for box in plates + ignored:
        cut = max(0.0, box[0]), max(0.0, box[1]), min(side, box[2]), min(side, box[3])
        if cut[2] - cut[0] < 1 or cut[3] - cut[1] < 1:
            continue
        share = (cut[2] - cut[0]) * (cut[3] - cut[1]) / ((box[2] - box[0]) * (box[3] - box[1]))
        good = share > 0.7 and cut[2] - cut[0] >= FAINTEST and box not in ignored
        (kept if good else loose).append(cut)
    return Tile(image, kept, loose)


def _moved(box: Box, x: float, y: float) -> Box:
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


def _touch(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
