"""Surfaces of vehicles and street furniture, and what each pixel of a picture shows of them.

A model is a set of curved patches with painted skins. `rasterise` draws every small facet's number
with the farthest first, then works out position, normal and paint for each pixel from its facet.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis.street.camera import NEAR, Camera, Floats, Region
from anpr.synthesis.street.canvas import Bytes, Canvas

_FIXED = 4
_GUTTER = 6


@dataclass(frozen=True)
class Patch:
    """A grid of points (rows, columns, 3) in metres, painted with a canvas."""

    points: Floats
    skin: Canvas
    paint: Floats
    """(rows, columns, 2): where each point is on the canvas, in metres."""

    def normals(self) -> Floats:
        """Unit normals (rows, columns, 3); which of the two sides is left open."""
        down, across = np.gradient(self.points, axis=0), np.gradient(self.points, axis=1)
        raw = np.cross(down, across)
        return np.asarray(
            raw / np.maximum(np.linalg.norm(raw, axis=-1, keepdims=True), 1e-9), np.float32
        )


@dataclass(frozen=True)
class Surface:
    """What pixels show: arrays with one row a pixel."""

    position: Floats
    normal: Floats
    colour: Floats
    """Red, green, blue; share of light thrown back, linear."""
    gloss: Floats
    lamp: npt.NDArray[np.uint8]


@dataclass
class Model:
    """Facets of all patches of one body, ready to be placed in the world."""

    corners: Floats
    """(facets, 4, 3): positions of the corners in the model's own metres."""
    normals: Floats
    paint: Floats
    """(facets, 4, 2): pixels of the atlas."""
    colour: Bytes
    """The atlas: all skins in one picture, with gloss and lamps beside it."""
    gloss: Bytes
    lamp: Bytes
    scale: float
    """Pixels a metre of the atlas."""
    _levels: dict[int, Bytes] = field(default_factory=dict)

    def atlas(self, coarseness: int) -> Bytes:
        """The colours, smoothed by powers of two for when the body is far away."""
        if coarseness not in self._levels:
            sigma = 0.45 * 2**coarseness
            self._levels[coarseness] = (
                self.colour
                if coarseness == 0
                else np.asarray(cv2.GaussianBlur(self.colour, (0, 0), sigma), np.uint8)
            )
        return self._levels[coarseness]


def build(patches: list[Patch]) -> Model:
    """Join patches into one model; their skins are laid under each other in one atlas."""
    skins = list({id(p.skin): p.skin for p in patches}.values())
    tops = np.cumsum([0] + [s.colour.shape[0] + 2 * _GUTTER for s in skins])
    wide = max(s.colour.shape[1] for s in skins) + 2 * _GUTTER
    shape = int(tops[-1]), wide
    colour, gloss = np.zeros((*shape, 3), np.uint8), np.zeros(shape, np.uint8)
    lamp = np.zeros(shape, np.uint8)
    for skin, top in zip(skins, tops, strict=False):
        _lay(colour, skin.colour, int(top))
        _lay(gloss, skin.gloss, int(top))
        _lay(lamp, skin.lamp, int(top))
    place = {id(s): int(t) + _GUTTER for s, t in zip(skins, tops, strict=False)}
    parts = [_facets(p, place[id(p.skin)]) for p in patches]
    corners, normals, paint = (np.concatenate([p[i] for p in parts]) for i in range(3))
    return Model(corners, normals, paint, colour, gloss, lamp, max(s.scale for s in skins))


def _lay(atlas: Bytes, skin: Bytes, top: int) -> None:
    framed = cv2.copyMakeBorder(skin, _GUTTER, _GUTTER, _GUTTER, _GUTTER, cv2.BORDER_REPLICATE)
    atlas[top : top + framed.shape[0], : framed.shape[1]] = framed


def _facets(patch: Patch, top: int) -> tuple[Floats, Floats, Floats]:
    skin = patch.skin
    x = (patch.paint[..., 0] - skin.left) * skin.scale + _GUTTER
    y = skin.colour.shape[0] - (patch.paint[..., 1] - skin.bottom) * skin.scale + top
    pixels = np.stack([x, y], -1).astype(np.float32)
    return _quads(patch.points), _quads(patch.normals()), _quads(pixels)


def _quads(grid: Floats) -> Floats:
    four = [grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]]
    return np.stack(four, 2).reshape(-1, 4, grid.shape[-1])


def placed(model: Model, at: tuple[float, float], heading: float, pitch: float = 0.0) -> Model:
    """The model at (x, y), turned by `heading` radians to the left, nose down by `pitch`."""
    c, s = np.cos(heading), np.sin(heading)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    cp, sp = np.cos(pitch), np.sin(pitch)
    turn = (turn @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])).astype(np.float32)
    moved = model.corners @ turn.T + np.array([*at, 0.0], np.float32)
    return Model(moved, model.normals @ turn.T, model.paint, model.colour, model.gloss,
                 model.lamp, model.scale, model._levels)  # fmt: skip


def bounds(model: Model, camera: Camera, margin: int = 3) -> Region:
    """The part of the picture the model may cover."""
    pixels, depth = camera.project(model.corners)
    seen = pixels[depth > NEAR]
    if not len(seen):
        return Region(0, 0, 0, 0)
    (x1, y1), (x2, y2) = np.floor(seen.min(0)) - margin, np.ceil(seen.max(0)) + margin
    return Region(
        int(np.clip(x1, 0, camera.width)), int(np.clip(y1, 0, camera.height_px)),
        int(np.clip(x2, 0, camera.width)), int(np.clip(y2, 0, camera.height_px)),
    )  # fmt: skip


def rasterise(
    model: Model, camera: Camera, region: Region
) -> tuple[npt.NDArray[np.bool_], Surface] | None:
    """Which pixels of the region (in `camera`'s pixels) the model covers, and what they show."""
    if region.is_empty:
        return None
    pixels, depth = camera.project(model.corners)
    ahead = np.flatnonzero(depth.min(1) > NEAR)
    order = ahead[np.argsort(-depth[ahead].mean(1), kind="stable")]
    numbers = np.zeros((region.height, region.width), np.int32)
    shift = np.array([region.x1, region.y1], np.float32)
    fixed = np.round((pixels - shift) * (1 << _FIXED) - 8).astype(np.int32)
    for facet in order:
        cv2.fillConvexPoly(numbers, fixed[facet], int(facet) + 1, cv2.LINE_8, _FIXED)
    covered = numbers > 0
    rows, columns = np.nonzero(covered)
    if not len(rows):
        return None
    spots = np.stack([columns + 0.5, rows + 0.5], 1).astype(np.float32) + shift
    return covered, _surface(model, camera, numbers[covered] - 1, pixels, depth, spots)


def _surface(
    model: Model, camera: Camera, facet: npt.NDArray[np.int32], pixels: Floats, depth: Floats,
    spots: Floats,
) -> Surface:  # fmt: skip
    """Interpolate the facets' values at the pixels `spots` (n, 2)."""
    share = _inside(pixels)
    values = np.concatenate([model.corners, model.normals, model.paint], -1)
    middle = values.mean(1)
    along = (values[:, 1] + values[:, 2] - values[:, 0] - values[:, 3]) / 2
    down = (values[:, 2] + values[:, 3] - values[:, 0] - values[:, 1]) / 2
    away = spots - pixels.mean(1)[facet]
    turn = share[facet]
    a = np.clip(turn[:, 0, 0] * away[:, 0] + turn[:, 0, 1] * away[:, 1], -0.6, 0.6)[:, None]
    b = np.clip(turn[:, 1, 0] * away[:, 0] + turn[:, 1, 1] * away[:, 1], -0.6, 0.6)[:, None]
    found = middle[facet] + a * along[facet] + b * down[facet]
    view = camera.position - found[:, :3]
    normal = found[:, 3:6] / np.maximum(np.linalg.norm(found[:, 3:6], axis=1, keepdims=True), 1e-6)
    normal = normal * np.where((normal * view).sum(1, keepdims=True) < 0, -1, 1)
    near = max(float(np.median(depth)), 1.0)
    ratio = model.scale / (camera.focal / near)
    return _painted(model, found[:, :3], normal.astype(np.float32), found[:, 6:8], ratio)


def _painted(
    model: Model, position: Floats, normal: Floats, paint: Floats, ratio: float
) -> Surface:
    coarseness = int(np.clip(np.round(np.log2(max(ratio, 1.0))), 0, 4))
    x, y = paint[:, 0].reshape(1, -1) - 0.5, paint[:, 1].reshape(1, -1) - 0.5
    colour = _sample(model.atlas(coarseness), x, y, cv2.INTER_LINEAR)
    gloss = _sample(model.gloss, x, y, cv2.INTER_LINEAR)
    lamp = _sample(model.lamp, x, y, cv2.INTER_NEAREST)
    linear = (colour.reshape(-1, 3)[:, ::-1].astype(np.float32) / 255.0) ** 2.2
    return Surface(position, normal, linear, gloss.ravel().astype(np.float32) / 255.0, lamp.ravel())


def _sample(atlas: Bytes, x: Floats, y: Floats, how: int) -> Bytes:
    """cv2.remap takes at most 32,767 columns, so long lists are folded."""
    count = x.shape[1]
    rows = -(-count // 8192)
    spare = rows * 8192 - count
    fold_x = np.pad(x.ravel(), (0, spare)).reshape(rows, 8192).astype(np.float32)
    fold_y = np.pad(y.ravel(), (0, spare)).reshape(rows, 8192).astype(np.float32)
    drawn = cv2.remap(atlas, fold_x, fold_y, how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn, np.uint8).reshape(rows * 8192, -1)[:count]


def _inside(pixels: Floats) -> Floats:
    """(facets, 2, 2): turns an offset in pixels into shares of the facet's two directions."""
    along = (pixels[:, 1] + pixels[:, 2] - pixels[:, 0] - pixels[:, 3]) / 2
    down = (pixels[:, 2] + pixels[:, 3] - pixels[:, 0] - pixels[:, 1]) / 2
    area = along[:, 0] * down[:, 1] - along[:, 1] * down[:, 0]
    area = np.where(np.abs(area) < 1e-3, 1e-3, area)
    rows = np.stack([
        np.stack([down[:, 1], -down[:, 0]], 1), np.stack([-along[:, 1], along[:, 0]], 1),
    ], 1)  # fmt: skip
    return (rows / area[:, None, None]).astype(np.float32)
