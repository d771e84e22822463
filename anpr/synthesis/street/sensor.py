"""From light to a camera's picture: exposure, lens flare, rain before the lens, noise, caption."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from anpr.synthesis.street.camera import Floats
from anpr.synthesis.street.canvas import Bytes

_STEPS = 4096
_SPARE = 96
"""Pixels by which the field of noise is larger than a picture."""
_WHITE = 4.0
"""Linear light at which the table of `developed` ends; brighter is white."""


@dataclass(frozen=True)
class Sensor:
    """How one camera turns light into a picture."""

    exposure: float = 1.7
    noise: float = 1.6
    """Standard deviation in levels of 255 at middle grey."""
    softness: float = 0.45
    """Gaussian sigma of the lens in pixels."""
    warmth: float = 1.0
    vignette: float = 0.18
    monochrome: bool = False


def developed(light: Floats, sensor: Sensor, rng: np.random.Generator) -> Bytes:
    """The picture (height, width, 3; blue, green, red) that the sensor makes of linear light."""
    seen = light[..., :1] if sensor.monochrome else light
    if sensor.softness > 0.25:
        soft = np.asarray(cv2.GaussianBlur(seen, (0, 0), sensor.softness), np.float32)
        seen = soft.reshape(seen.shape)
    seen = seen * _shading(light.shape[0], light.shape[1], sensor.vignette)
    seen *= np.float32(sensor.exposure * _STEPS / _WHITE)
    np.clip(seen, 0, _STEPS - 1, out=seen)
    levels = _table()[seen.astype(np.uint16)]
    if not sensor.monochrome:
        levels *= np.array([sensor.warmth, 1.0, 1 / sensor.warmth], np.float32)
    levels += _noise(light.shape, sensor, rng)
    np.clip(levels, 0, 255, out=levels)
    whole = np.repeat(levels, 3, 2) if sensor.monochrome else levels[..., ::-1]
    return np.ascontiguousarray(whole).astype(np.uint8)


@lru_cache(maxsize=1)
def _table() -> Floats:
    light = np.arange(_STEPS, dtype=np.float32) * (_WHITE / _STEPS)
    pressed = light * (1 + light / 9.0) / (1 + light * 0.6)
    return np.asarray(np.clip(pressed, 0, 1) ** (1 / 2.2) * 255.0, np.float32)


@lru_cache(maxsize=8)
def _shading(height: int, width: int, strength: float) -> Floats:
    y = np.linspace(-1, 1, height)[:, None] * height / width
    x = np.linspace(-1, 1, width)[None]
    return np.asarray(1 - strength * (x**2 + y**2), np.float32)[..., None]


def _noise(shape: tuple[int, ...], sensor: Sensor, rng: np.random.Generator) -> Floats:
    """Grain, in levels; each picture takes another part of one large field."""
    grain = _grain(shape[0], shape[1], sensor.monochrome)
    y, x = (int(v) for v in rng.integers(0, _SPARE, 2))
    flip = -1.0 if rng.random() < 0.5 else 1.0
    part = grain[y : y + shape[0], x : x + shape[1]]
    return np.asarray(part * np.float32(sensor.noise * flip), np.float32)


@lru_cache(maxsize=4)
def _grain(height: int, width: int, monochrome: bool) -> Floats:
    """Noise of unit strength, larger than a picture, for a sensor with or without colour."""
    rng = np.random.default_rng(4)
    h, w = height + _SPARE, width + _SPARE
    fine = rng.standard_normal((h, w, 1), np.float32)
    if monochrome:
        return fine
    half = rng.standard_normal((h // 2, w // 2, 3), np.float32)
    return np.asarray(fine + 0.5 * cv2.resize(half, (w, h)), np.float32)


def glare(light: Floats, at: tuple[float, float], power: float) -> None:
    """A low sun beside the view: a veil over the picture, a bright patch, rays; in place."""
    light += np.float32(power) * _flare(light.shape[0], light.shape[1], at)


@lru_cache(maxsize=4)
def _flare(height: int, width: int, at: tuple[float, float]) -> Floats:
    """What a sun at (share of width, share of height) adds to a picture."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(x - at[0] * width, y - at[1] * height) / width
    angle = np.arctan2(y - at[1] * height, x - at[0] * width)
    rays = 0.5 + 0.5 * np.sin(angle * 17) * np.sin(angle * 7 + 1.0)
    veil = 0.10 * np.exp(-away * 1.4) + 0.30 * np.exp(-away * 4.0)
    veil += 1.6 * np.exp(-((away / 0.07) ** 2)) + 0.08 * rays * np.exp(-away * 3.0)
    added = veil[..., None] * np.array([1.0, 0.93, 0.78], np.float32)
    for step, size in ((0.45, 0.02), (0.7, 0.035), (1.25, 0.05)):
        spot = [(place + (0.5 - place) * 2 * step) for place in at]
        off = np.hypot(x - spot[0] * width, y - spot[1] * height) / (size * width)
        ring = np.exp(-(np.minimum(off, 4.0) ** 6))
        added += (0.02 * ring)[..., None] * np.array([0.6, 1.0, 0.8], np.float32)
    return np.asarray(added, np.float32)


def rain(light: Floats, rng: np.random.Generator, density: float = 1.0) -> None:
    """Streaks of falling drops, near ones long and faint; in place."""
    h, w = light.shape[:2]
    streaks = np.zeros((h, w), np.float32)
    slant = 0.09
    for reach, count, bright in ((16, 240, 0.05), (34, 120, 0.045), (70, 34, 0.035)):
        for x, y in rng.uniform(0, 1, (int(count * density), 2)):
            start = int(x * w), int(y * h)
            end = int(x * w + slant * reach), int(y * h + reach * rng.uniform(0.7, 1.3))
            cv2.line(streaks, start, end, bright, 1 if reach < 60 else 2, cv2.LINE_8)
    soft = cv2.GaussianBlur(streaks, (0, 0), 0.7)
    light += soft[..., None]
    light += 0.012 * density


def covered(light: Floats, share: float, rng: np.random.Generator, seed: int) -> Floats:
    """A cloth drawn over the lens from above; `share` 0 to 1 of the way. Returns new light."""
    if share <= 0:
        return light
    h, w = light.shape[:2]
    own = np.random.default_rng(seed)
    folds = cv2.resize(
        own.normal(0, 1, (6, 14)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC
    )
    weave = np.clip(0.030 + 0.007 * folds, 0.004, 0.1)[..., None]
    cloth = weave * np.array([0.8, 0.72, 0.6], np.float32)
    edge = share * (h * 1.25) + 14 * np.sin(np.arange(w) / 90.0) + float(rng.normal(0, 3))
    y = np.arange(h, dtype=np.float32)[:, None]
    mask = 1 / (1 + np.exp(np.clip((y - edge[None]) / 24.0, -30, 30)))
    return np.asarray(light * (1 - mask[..., None]) + cloth * mask[..., None], np.float32)


def caption(picture: Bytes, left: str, right: str) -> None:
    """Burn in the camera's name and clock as recorders do, in place."""
    for words, x in ((left, 14), (right, picture.shape[1] - 14)):
        (wide, _), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
        at = (x if x < 100 else x - wide, 24)
        cv2.putText(picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 3, cv2.LINE_AA)
        cv2.putText(
            picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (235, 235, 235), 1, cv2.LINE_AA
        )
