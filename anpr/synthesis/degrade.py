"""From a clean plate to what a camera delivers: a crop as a detector would cut it.

    crop = degrade(plate.image, rng, strength=0.6)     # RGB, as small as 40 px wide

`strength` runs from 0 (a fine picture) to 1 (the worst a person can still read, mostly).
`soil`, `colour_cast` and `sensor` can be used alone, for scenes and films.
"""

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import weathering

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

MINIMUM_WIDTH = 40
"""Pixels: narrower plates are not drawn, for nobody reads them."""
OBLIQUE = 0.5
"""Share of the pictures that are taken from aslant, whatever their quality."""

_CASTS: tuple[tuple[tuple[float, float, float], float, float], ...] = (
    ((1.0, 1.0, 1.0), 0.08, 9.0),
    ((1.0, 0.66, 0.74), 0.14, 1.6),
    ((0.72, 0.64, 1.0), 0.12, 0.8),
    ((1.0, 0.25, 0.36), 0.14, 0.7),
    ((1.0, 0.82, 0.55), 0.12, 1.0),
    ((0.78, 0.9, 1.0), 0.1, 0.9),
    ((0.85, 1.0, 0.8), 0.08, 0.4),
)
"""Light and sensor casts (RGB gains), their spread and weight: neutral, dusk seen pink,
blue hour, brake lights, sodium lamps, shade, fluorescent tubes."""
_CAST_SHARES = np.array([weight for _, _, weight in _CASTS])
_CAST_SHARES /= _CAST_SHARES.sum()


def degrade(image: Picture, rng: np.random.Generator, strength: float = 0.5) -> Picture:
    """One crop of a plate as a camera and a detector would deliver it.

    Parameters
    ----------
    image: RGB or RGBA, 8 bits, the plate filling the picture.
    strength: 0 to 1.

    Returns
    -------
    RGB, 8 bits; the plate is at least `MINIMUM_WIDTH` pixels wide in it.
    """
    return photographed(image, rng, strength)[0]


def photographed(
    image: Picture, rng: np.random.Generator, strength: float = 0.5
) -> tuple[Picture, npt.NDArray[np.float64]]:
    """As `degrade`, with the 3 x 3 homography from the plate's pixels to the crop's."""
    plate = soil(_with_alpha(image), rng, strength)
    crop, matrix = _in_perspective(plate, rng, _obliqueness(rng, strength), _width(rng, strength))
    if rng.random() < 0.12 + 0.25 * strength:
        crop = overexposed(crop, rng, strength)
    crop = colour_cast(crop, rng, strength)
    return sensor(crop, rng, strength), matrix


def soil(plate: Picture, rng: np.random.Generator, strength: float) -> Picture:
    """Screws, dirt, shadow, rain and reflections on the plate itself (RGBA in and out)."""
    rgb = plate[:, :, :3].astype(np.float32)
    if rng.random() < 0.35:
        weathering.screws(rgb, rng)
    if rng.random() < 0.45 * strength:
        weathering.dirt(rgb, rng, strength)
    if rng.random() < 0.35:
        weathering.shadow(rgb, rng)
    if rng.random() < 0.25 * strength:
        weathering.rain(rgb, rng)
    if rng.random() < 0.3:
        weathering.lamps(rgb, rng, strength)
    if rng.random() < 0.2:
        weathering.glare(rgb, rng, strength)
    return _joined(_to_bytes(rgb), plate[:, :, 3])


def overexposed(image: Picture, rng: np.random.Generator, strength: float) -> Picture:
    """Headlights on the foil: light bleeds over the strokes and thins them before it clips.

    The lens blurs linear light and the sensor clips what is too bright afterwards, so dark
    strokes lose their edges to the shining ground; a blur after the clipping never does that.
    """
    light = (image.astype(np.float32) / 255) ** np.float32(2.0)
    sigma = max(0.5, image.shape[1] * rng.uniform(0.004, 0.008 + 0.01 * strength))
    bled = cv2.GaussianBlur(light, (0, 0), sigma)
    halo = cv2.GaussianBlur(light, (0, 0), sigma * 4) * np.float32(rng.uniform(0, 0.25))
    gain = rng.uniform(1.0, 1.6 + 2.2 * strength) / max(float(np.quantile(bled, 0.9)), 0.05)
    return _to_bytes(255 * np.clip((bled + halo) * gain, 0, 1) ** 0.5)


def colour_cast(image: Picture, rng: np.random.Generator, strength: float) -> Picture:
    """Light colour, exposure and contrast; now and then grey as under infrared lamps."""
    picture = image.astype(np.float32)
    if rng.random() < 0.15:
        picture = _infrared(picture, rng)
    else:
        gains, spread, _ = _CASTS[int(rng.choice(len(_CASTS), p=_CAST_SHARES))]
        picture *= (np.array(gains) * rng.normal(1, spread, 3)).astype(np.float32)
    if rng.random() < 0.5 + 0.3 * strength:
        haze = rng.uniform(0, 0.5 * strength)
        veil = picture.mean((0, 1)) * rng.uniform(0.5, 1.2)
        picture = (picture * (1 - haze) + veil * haze).astype(np.float32)
    exposure = float(np.exp(rng.normal(-0.1, 0.2 + 0.4 * strength)))
    return _to_bytes(255 * np.clip(picture * exposure / 255, 0, None) ** rng.uniform(0.75, 1.3))


def sensor(image: Picture, rng: np.random.Generator, strength: float) -> Picture:
    """Defocus, motion, noise, sharpening and JPEG, in the order in which they arise."""
    picture = image
    width = picture.shape[1]
    if rng.random() < 0.65:
        sigma = rng.uniform(0.2, 0.35 + strength * max(1.0, width / 90))
        picture = cv2.GaussianBlur(picture, (0, 0), sigma).astype(np.uint8)
    if rng.random() < 0.35 * strength:
        picture = _motion(picture, rng, max(2.0, width * 0.06 * strength))
    if rng.random() < 0.6:
        picture = _noisy(picture, rng, rng.uniform(1, 4 + 16 * strength))
    if rng.random() < 0.2:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
        picture = cv2.addWeighted(picture, 1.8, soft, -0.8, 0).astype(np.uint8)
    if rng.random() < 0.7:
        quality = int(rng.uniform(92 - 70 * strength, 96))
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return picture


def _with_alpha(image: Picture) -> Picture:
    if image.shape[2] == 4:
        return image
    return _joined(image, np.full(image.shape[:2], 255, np.uint8))


def _joined(rgb: Picture, alpha: Picture) -> Picture:
    joined = np.empty((*alpha.shape, 4), np.uint8)
    joined[:, :, :3], joined[:, :, 3] = rgb, alpha
    return joined


def _width(rng: np.random.Generator, strength: float) -> int:
    """Width in pixels: a small plate is likelier the stronger the degradation."""
    if rng.random() < 0.25 + 0.5 * strength:
        return int(rng.uniform(MINIMUM_WIDTH + (1 - strength) * 50, 135))
    return int(rng.uniform(110, 270))


def _obliqueness(rng: np.random.Generator, strength: float) -> float:
    """0 to 1: seen straight on or aslant; in every other picture however fine it is otherwise.

    A phone or a camera at the kerb takes sharp pictures of plates that hang at ten degrees.
    """
    return max(strength, float(rng.beta(1.6, 1.4))) if rng.random() < OBLIQUE else strength


def _in_perspective(
    plate: Picture, rng: np.random.Generator, obliqueness: float, out_width: int
) -> tuple[Picture, npt.NDArray[np.float64]]:
    """The plate in perspective before a car's body, cut out imprecisely."""
    height, width = plate.shape[:2]
    out_height = max(12, round(out_width * height / width * rng.uniform(0.85, 1.15)))
    corners = _corners(rng, obliqueness, out_width, out_height)
    corners, size = _cut(corners, rng, obliqueness)
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(source, corners), np.float64)
    small, shrinking = _shrunk(plate, matrix, out_width)
    seen = cv2.warpPerspective(small, shrinking, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    alpha = seen[:, :, 3:] / 255
    body = weathering.bodywork(size, rng)
    return _to_bytes(seen[:, :, :3] * alpha + body * (1 - alpha)), matrix


def _shrunk(
    plate: Picture, matrix: npt.NDArray[np.float64], out_width: int
) -> tuple[Picture, npt.NDArray[np.float64]]:
    """Average first where the camera resolves less than the drawing, as its pixels do."""
    factor = out_width / plate.shape[1]
    if factor > 0.75:
        return plate, matrix
    size = (max(8, round(plate.shape[1] * factor)), max(8, round(plate.shape[0] * factor)))
    small = cv2.resize(plate, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    back = np.diag([plate.shape[1] / size[0], plate.shape[0] / size[1], 1.0])
    return small, matrix @ back


def _corners(
    rng: np.random.Generator, obliqueness: float, width: int, height: int
) -> npt.NDArray[np.float32]:
    """Where the plate's corners come to lie: turned, sheared, seen from the side or above."""
    w, h = width, height
    corners = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
    turn = np.radians(rng.normal(0, 1.5 + 5 * obliqueness))
    shear = rng.normal(0, 0.03 + 0.14 * obliqueness)
    squeeze = 1 - abs(rng.normal(0, 0.08 + 0.2 * obliqueness)) if rng.random() < 0.5 else 1.0
    taper = rng.normal(0, 0.02 + 0.07 * obliqueness) * h
    slope = rng.normal(0, 0.02 + 0.22 * obliqueness)
    centre = np.array([w / 2, h / 2], np.float32)
    away = corners - centre
    away[:, 1] += away[:, 0] / w * h * slope
    away[:, 0] = (away[:, 0] + away[:, 1] * shear) * max(squeeze, 0.5)
    away[[1, 2], 1] += np.array([taper, -taper])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(away @ rotation.T + centre, np.float32)


def _cut(
    corners: npt.NDArray[np.float32], rng: np.random.Generator, obliqueness: float
) -> tuple[npt.NDArray[np.float32], tuple[int, int]]:
    """Shift the corners into a detector's box: loose by up to 12 % a side or cut by up to 6 %."""
    low, high = corners.min(0), corners.max(0)
    extent = high - low
    spread = 0.02 + 0.025 * obliqueness
    margins = np.clip(rng.normal(0.02, spread, 4), -0.06, 0.12)
    if rng.random() < 0.15:
        margins = np.clip(margins + rng.uniform(0.0, 0.08, 4), -0.06, 0.14)
    margins[[1, 3]] *= np.array([1.6, 1.6])
    start = low - extent * margins[:2]
    end = high + extent * margins[2:]
    size = np.maximum(np.round(end - start), 10).astype(int)
    return (corners - start).astype(np.float32), (int(size[0]), int(size[1]))


def _infrared(picture: Floats, rng: np.random.Generator) -> Floats:
    """Grey under infrared lamps: the foil shines, coloured paints pale, dark surroundings."""
    weights = rng.dirichlet([4, 2, 2]).astype(np.float32)
    grey = (picture @ weights)[:, :, None]
    if rng.random() < 0.6:
        grey = 128 + (grey - 110) * rng.uniform(1.0, 1.7)
    tint = 1 + rng.normal(0, 0.015, 3).astype(np.float32)
    return (grey * tint).astype(np.float32)


def _motion(picture: Picture, rng: np.random.Generator, length: float) -> Picture:
    size = int(np.clip(rng.uniform(2, length + 1), 2, 15)) | 1
    kernel = np.zeros((size, size), np.float32)
    angle = rng.normal(0, 0.5) if rng.random() < 0.7 else rng.uniform(0, np.pi)
    half = (size - 1) / 2
    dx, dy = np.cos(angle) * half, np.sin(angle) * half
    ends = (round(half - dx), round(half - dy)), (round(half + dx), round(half + dy))
    cv2.line(kernel, *ends, 1.0)
    return cv2.filter2D(picture, -1, kernel / kernel.sum()).astype(np.uint8)


def _noisy(picture: Picture, rng: np.random.Generator, sigma: float) -> Picture:
    height, width = picture.shape[:2]
    noise = rng.standard_normal((height, width, 3), np.float32)
    if rng.random() < 0.5:
        noise = cv2.GaussianBlur(noise, (0, 0), 0.8) * 2.0
    if rng.random() < 0.4:
        noise = noise[:, :, :1]
    return _to_bytes(picture + noise * sigma)


def _to_bytes(picture: npt.NDArray[np.floating]) -> Picture:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
