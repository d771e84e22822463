"""What light, weather, lens and compression do to a whole picture.

Every function takes and returns a blue-green-red uint8 picture and leaves its geometry alone.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Box = tuple[float, float, float, float]


def vary(
    image: Image, boxes: list[Box], rng: np.random.Generator, *, relight: bool = True
) -> Image:
    """One random mixture: day, dusk, night or infrared; then lens, noise and compression.

    Without `relight` the light stays what it is: a picture taken at night needs no second one.
    """
    mood = rng.random() if relight else 1.0
    if mood < 0.25:
        image = night(image, boxes, rng)
    elif mood < 0.32:
        image = infrared(image, boxes, rng)
    else:
        image = tone(image, rng)
    if boxes and rng.random() < 0.08:
        image = glare(image, boxes, rng)
    if rng.random() < 0.08:
        image = haze(image, rng)
    if rng.random() < 0.06:
        image = rain(image, rng)
    if rng.random() < 0.3:
        image = soften(image, rng)
    if rng.random() < 0.5:
        image = grain(image, rng)
    if rng.random() < 0.4:
        image = compress(image, int(rng.integers(25, 90)))
    return image


def tone(image: Image, rng: np.random.Generator) -> Image:
    """Exposure, contrast and colour cast; sometimes grey, sometimes a strong pink or red cast."""
    if rng.random() < 0.08:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        image = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    cast = rng.normal(1.0, 0.07, 3)
    if rng.random() < 0.2:
        cast = np.array([rng.uniform(0.6, 1.3), rng.uniform(0.45, 0.9), rng.uniform(0.8, 1.4)])
    gamma, gain, lift = rng.uniform(0.6, 1.6), rng.uniform(0.65, 1.25), rng.uniform(-20, 25)
    ramp = (np.arange(256) / 255.0) ** gamma * 255.0 * gain + lift
    table = np.clip(ramp[:, None] * cast[None], 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table[None]), np.uint8)


def night(image: Image, boxes: list[Box], rng: np.random.Generator) -> Image:
    """Little light, plates that shine or drown, lamps that bloom, one colour over everything."""
    light = image.astype(np.float32) * rng.uniform(0.06, 0.4)
    for box in boxes:
        _shine(light, image, box, rng)
    if boxes and rng.random() < 0.8:
        light += _tail_lamps(light.shape, boxes, rng)
    if boxes and rng.random() < 0.5:
        light += _plate_lamps(light.shape, boxes, rng)
    for _ in range(int(rng.integers(0, 5))):
        light += _bloom(light.shape, (rng.uniform(0, 1), rng.uniform(0, 0.7)), rng)
    cast = np.array(
        [rng.uniform(0.5, 1.4), rng.uniform(0.4, 1.1), rng.uniform(0.8, 1.5)], np.float32
    )
    veil = cast * np.float32(rng.uniform(0, 28))
    return np.asarray(np.clip(light * cast + veil, 0, 255), np.uint8)


def infrared(image: Image, boxes: list[Box], rng: np.random.Generator) -> Image:
    """An infrared lamp beside the lens: grey, dark around, retroreflecting plates bright."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    light = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.float32) * rng.uniform(0.1, 0.5)
    lit = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    for box in boxes:
        _shine(light, lit, box, rng, low=0.6)
    return np.asarray(np.clip(light, 0, 255), np.uint8)


def glare(image: Image, boxes: list[Box], rng: np.random.Generator) -> Image:
    """Headlights or low sun on one plate: it and what is around it drown in one colour."""
    x1, y1, x2, y2 = boxes[int(rng.integers(len(boxes)))]
    wide = x2 - x1
    at = (x1 + x2) / 2 + wide * rng.normal(0, 0.3), y2 + wide * rng.uniform(-0.3, 0.3)
    radius, power = wide * rng.uniform(0.35, 1.0), rng.uniform(0.3, 0.8)
    share = _spot(image.shape, at, radius, power, flat=float(rng.uniform(1.0, 2.5)))
    lit = np.quantile(image[max(0, int(y1)) : int(y2) + 1, max(0, int(x1)) : int(x2) + 1], 0.9)
    colour = np.clip(lit * rng.uniform(0.9, 1.5) * rng.uniform(0.7, 1.1, 3), 40, 255)
    return (
        np.asarray(image * (1 - share) + colour * share, np.float32).clip(0, 255).astype(np.uint8)
    )


def haze(image: Image, rng: np.random.Generator) -> Image:
    """Mist, a dirty lens or low sun: everything nearer to one light grey."""
    share = rng.uniform(0.15, 0.5)
    return np.asarray(
        cv2.addWeighted(image, 1 - share, np.full_like(image, 205), share, 0), np.uint8
    )


def rain(image: Image, rng: np.random.Generator) -> Image:
    """Bright slanted streaks."""
    drops = np.zeros(image.shape[:2], np.uint8)
    slant = rng.normal(0, 3)
    for x, y in rng.integers(0, max(image.shape[:2]), (int(rng.integers(40, 160)), 2)):
        cv2.line(drops, (x, y), (int(x + slant), int(y + rng.integers(5, 22))), 255, 1, cv2.LINE_AA)
    soft = cv2.GaussianBlur(drops, (3, 3), 0)[..., None].astype(np.float32) * rng.uniform(0.15, 0.5)
    return np.clip(image + soft, 0, 255).astype(np.uint8)


def soften(image: Image, rng: np.random.Generator) -> Image:
    """Out of focus, or moved while the shutter was open."""
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.5)), np.uint8)
    reach = int(rng.integers(2, 6))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    turn = rng.uniform(0, np.pi)
    step = round(reach * float(np.cos(turn))), round(reach * float(np.sin(turn)))
    ends = (reach - step[0], reach - step[1]), (reach + step[0], reach + step[1])
    cv2.line(kernel, *ends, 1.0, 1)
    return np.asarray(cv2.filter2D(image, -1, kernel / max(1.0, float(kernel.sum()))), np.uint8)


def grain(image: Image, rng: np.random.Generator) -> Image:
    """Sensor noise, at times coarse, as after a camera's own denoising."""
    h, w = image.shape[:2]
    coarse = int(rng.integers(1, 3))
    noise = np.empty((h // coarse + 1, w // coarse + 1, 3), np.float32)
    cv2.setRNGSeed(int(rng.integers(2**31)))  # OpenCV's own generator, far faster for this
    cv2.randn(noise, np.zeros(3), np.full(3, rng.uniform(1.0, 11.0)))
    if coarse > 1:
        noise = np.asarray(cv2.resize(noise, (w, h)), np.float32)
    return np.clip(image + noise[:h, :w], 0, 255).astype(np.uint8)


def compress(image: Image, quality: int) -> Image:
    """Through JPEG and back."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _shine(light: Floats, lit: Image, box: Box, rng: np.random.Generator, low: float = 0.3) -> None:
    """Light the plate by itself; at times so much that its characters nearly drown."""
    x1, y1, x2, y2 = (max(0, int(v)) for v in box)
    if x2 <= x1 or y2 <= y1:
        return
    plate = lit[y1:y2, x1:x2].astype(np.float32)
    wash = rng.uniform(0.2, 0.75) if rng.random() < 0.35 else 0.0
    white = np.quantile(plate, 0.9)
    light[y1:y2, x1:x2] = (plate * (1 - wash) + white * wash) * rng.uniform(low, 1.3)


def _plate_lamps(shape: tuple[int, ...], boxes: list[Box], rng: np.random.Generator) -> Floats:
    """The lamps over a plate, and what the bumper below mirrors of the headlights behind."""
    x1, y1, x2, y2 = boxes[int(rng.integers(len(boxes)))]
    wide, colour = x2 - x1, rng.uniform(0.6, 1.0, 3).astype(np.float32)
    glow = np.zeros(shape, np.float32)
    for x in rng.uniform(x1, x2, int(rng.integers(0, 3))):
        at = (float(x), y1 - wide * rng.uniform(0, 0.06))
        glow += _spot(shape, at, wide * rng.uniform(0.02, 0.07), rng.uniform(80, 350)) * colour
    if rng.random() < 0.4:
        at = (float(rng.uniform(x1, x2)), y2 + wide * rng.uniform(0.05, 0.4))
        radius = wide * rng.uniform(0.04, 0.12)
        flat = rng.uniform(1.5, 6.0)
        glow += _spot(shape, at, radius, rng.uniform(100, 500), flat=float(flat)) * colour
    return glow


def _tail_lamps(shape: tuple[int, ...], boxes: list[Box], rng: np.random.Generator) -> Floats:
    x1, y1, x2, y2 = boxes[int(rng.integers(len(boxes)))]
    wide, side = x2 - x1, rng.uniform(0.9, 1.6)
    colour = np.array([0.25, 0.15, 1.0] if rng.random() < 0.7 else [0.9, 0.95, 1.0], np.float32)
    glow = np.zeros(shape, np.float32)
    height = (y1 + y2) / 2 - wide * rng.uniform(-0.1, 0.9)
    for sign in (-1, 1):
        at = ((x1 + x2) / 2 + sign * wide * side, height)
        glow += _spot(shape, at, wide * rng.uniform(0.12, 0.45), rng.uniform(150, 500)) * colour
    return glow


def _bloom(shape: tuple[int, ...], at: tuple[float, float], rng: np.random.Generator) -> Floats:
    colour = rng.uniform(0.3, 1.0, 3).astype(np.float32)
    spot = _spot(shape, (at[0] * shape[1], at[1] * shape[0]), shape[1] * rng.uniform(0.01, 0.06),
                 rng.uniform(100, 500))  # fmt: skip
    return np.asarray(spot * colour, np.float32)


def _spot(
    shape: tuple[int, ...],
    at: tuple[float, float],
    radius: float,
    power: float,
    flat: float = 1.0,
) -> Floats:
    """A soft round light, or one `flat` times as wide as high."""
    across = np.exp(-(((np.arange(shape[1]) - at[0]) / (radius * flat)) ** 2) / 2)
    down = np.exp(-(((np.arange(shape[0]) - at[1]) / radius) ** 2) / 2)
    return np.asarray((down[:, None] * across[None] * power)[..., None], np.float32)
