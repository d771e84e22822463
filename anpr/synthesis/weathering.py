"""What lies on a plate and around it: dirt, rain, light, screws, frames, the car's body.

All functions but `bodywork` and `dealer_frame` change a float32 picture (height x width x 3,
0-255 or above where light overshoots) in place.
"""

import cv2
import numpy as np
import numpy.typing as npt

from anpr.synthesis import ornaments

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def screws(picture: Floats, rng: np.random.Generator) -> None:
    """Two to four fixing screws or caps."""
    height, width = picture.shape[:2]
    colour = [float(rng.integers(30, 230))] * 3
    if rng.random() < 0.2:
        colour = [float(v) for v in rng.integers(20, 236, 3)]
    radius = max(1, round(min(height, width / 3) * rng.uniform(0.03, 0.065)))
    x, y = rng.uniform(0.08, 0.3), rng.uniform(0.35, 0.65)
    spots = [(x, y), (1 - x, y)]
    if rng.random() < 0.4:
        y = rng.uniform(0.06, 0.14)
        spots = [(x, y), (1 - x, y), (x, 1 - y), (1 - x, 1 - y)][: int(rng.integers(2, 5))]
    for sx, sy in spots:
        centre = round(sx * width), round(sy * height)
        cv2.circle(picture, centre, radius, colour, -1, cv2.LINE_AA)


def _clouds(shape: tuple[int, int], rng: np.random.Generator, cells: int) -> Floats:
    """Smooth noise between 0 and 1."""
    coarse = rng.random((cells, cells * 3), np.float32)
    size = (shape[1], shape[0])
    return cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)


def dirt(picture: Floats, rng: np.random.Generator, strength: float) -> None:
    """A film of mud or road salt, patchy, thicker towards one edge, and splashes."""
    height, width = picture.shape[:2]
    colour = np.array((110, 95, 75), np.float32) * rng.uniform(0.5, 1.6)
    film = _clouds((height, width), rng, int(rng.integers(3, 9)))
    slope = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    film = np.clip(film * 1.3 - 0.5 + slope * rng.uniform(-0.3, 0.5), 0, 1)
    alpha = (film * rng.uniform(0.2, 0.45 + 0.4 * strength))[:, :, None]
    picture[:] = picture * (1 - alpha) + colour * alpha
    for _ in range(int(rng.integers(0, 1 + int(8 * strength)))):
        centre = int(rng.integers(width)), int(rng.integers(height))
        radius = max(1, round(height * rng.uniform(0.01, 0.05)))
        cv2.circle(picture, centre, radius, [float(c) for c in colour], -1, cv2.LINE_AA)


def shadow(picture: Floats, rng: np.random.Generator) -> None:
    """A straight or soft shadow of bumper, tow bar or tree over part of the plate."""
    height, width = picture.shape[:2]
    if rng.random() < 0.5:
        depth = height * rng.uniform(0.1, 0.6)
        edge = np.arange(height, dtype=np.float32)[:, None]
        edge = edge + np.linspace(-1, 1, width, dtype=np.float32) * rng.normal(0, height * 0.2)
        softness = max(0.5, height * rng.uniform(0.005, 0.06))
        lit = 1 / (1 + np.exp(np.clip((depth - edge) / softness, -30, 30)))
    else:
        lit = (_clouds((height, width), rng, int(rng.integers(2, 5))) > 0.5).astype(np.float32)
        lit = cv2.GaussianBlur(lit, (0, 0), max(0.6, height * 0.04)).astype(np.float32)
    dark = rng.uniform(0.25, 0.8)
    picture *= (dark + (1 - dark) * lit)[:, :, None].astype(np.float32)


def rain(picture: Floats, rng: np.random.Generator) -> None:
    """Drops on the foil and slanting streaks before it."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(3, 25))):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        tone = float(rng.integers(90, 250))
        if rng.random() < 0.5:
            radius = max(1, round(height * rng.uniform(0.01, 0.035)))
            cv2.circle(picture, (x, y), radius, [tone] * 3, -1, cv2.LINE_AA)
        else:
            fall = round(height * rng.uniform(0.1, 0.4))
            cv2.line(picture, (x, y), (x + fall // 5, y + fall), [tone] * 3, 1, cv2.LINE_AA)


def _glow(shape: tuple[int, int], x: float, y: float, rx: float, ry: float) -> Floats:
    height, width = shape
    columns = ((np.arange(width, dtype=np.float32) - x) / rx) ** 2
    rows = ((np.arange(height, dtype=np.float32) - y) / ry) ** 2
    return np.exp(-(columns[None, :] + rows[:, None])).astype(np.float32)


def lamps(picture: Floats, rng: np.random.Generator, strength: float) -> None:
    """The plate's own lamps at night: one or two glows at the upper edge."""
    height, width = picture.shape[:2]
    level = rng.uniform(60, 160 + 260 * strength)
    places = [0.5] if rng.random() < 0.4 else [0.5 - (d := rng.uniform(0.1, 0.35)), 0.5 + d]
    for place in places:
        glow = _glow(
            (height, width), place * width, -height * rng.uniform(-0.05, 0.2),
            width * rng.uniform(0.015, 0.2), height * rng.uniform(0.15, 0.8),
        )  # fmt: skip
        picture += glow[:, :, None] * level
    if rng.random() < 0.5:
        picture *= rng.uniform(0.5, 1.0)


def glare(picture: Floats, rng: np.random.Generator, strength: float) -> None:
    """Sun or headlights reflected: a washed-out blot, or the whole plate overexposed."""
    height, width = picture.shape[:2]
    if rng.random() < 0.4:
        picture *= rng.uniform(1.1, 1.3 + 0.6 * strength)
        picture += rng.uniform(0, 70 * strength)
        return
    glow = _glow(
        (height, width), rng.uniform(0, 1) * width, rng.uniform(0, 1) * height,
        width * rng.uniform(0.06, 0.3), height * rng.uniform(0.2, 0.8),
    )  # fmt: skip
    picture += glow[:, :, None] * rng.uniform(40, 80 + 130 * strength)


def bodywork(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Paint, bumper or grille behind the plate; size is (width, height) in pixels."""
    width, height = size
    tone = rng.uniform(5, 90) if rng.random() < 0.6 else rng.uniform(60, 250)
    colour = tone + rng.normal(0, 12 if rng.random() < 0.6 else 45, 3)
    body = np.empty((height, width, 3), np.float32)
    body[:] = colour
    body *= _clouds((height, width), rng, 3)[:, :, None] * rng.uniform(0, 1.2) + 0.5
    if rng.random() < 0.35:
        period, phase = rng.uniform(3, 14), rng.uniform(0, 6)
        stripes = np.sin(np.arange(height, dtype=np.float32) / period * 6.28 + phase) > 0
        body[stripes] *= rng.uniform(0.3, 0.8)
    return np.clip(body, 0, 255).astype(np.float32)


_FRAME_TONES = ((20, 20, 22), (20, 20, 22), (235, 235, 235), (150, 152, 155), (25, 45, 110))


def dealer_frame(plate: Picture, rng: np.random.Generator) -> Picture:
    """Put an RGBA plate into a holder: a rim, and a strip with a dealer's name below it."""
    return framed(plate, rng)[0]


def framed(plate: Picture, rng: np.random.Generator) -> tuple[Picture, int]:
    """The plate in a dealer's holder (RGBA, larger), and the rim's width in pixels.

    The plate's top left corner comes to lie one rim to the right and down.
    """
    height, width = plate.shape[:2]
    rim = max(1, round(height * rng.uniform(0.02, 0.07)))
    strip = round(height * rng.uniform(0.08, 0.22)) if rng.random() < 0.75 else rim
    tone = _FRAME_TONES[int(rng.integers(len(_FRAME_TONES)))]
    colours = np.empty((height + rim + strip, width + 2 * rim, 3), np.uint8)
    colours[:] = tone
    alpha = plate[:, :, 3:].astype(np.float32) / 255
    inner = colours[rim : rim + height, rim : rim + width]
    inner[:] = plate[:, :, :3] * alpha + np.array(tone, np.float32) * (1 - alpha)
    if strip > 2 * rim or rng.random() < 0.3:
        box = (
            width * rng.uniform(0.05, 0.25),
            height + rim + strip * 0.18,
            width * 0.65,
            strip * 0.64,
        )
        ink = (235, 235, 235) if sum(tone) < 380 else (30, 30, 35)
        ornaments.small_text(colours, _dealer_name(rng), box, ink, rng)
    held = np.full((*colours.shape[:2], 4), 255, np.uint8)
    held[:, :, :3] = colours
    return held, rim


def _dealer_name(rng: np.random.Generator) -> str:
    letters = "AEIOURNTSLCMDPGBVF"
    words = [
        "".join(letters[i] for i in rng.integers(0, len(letters), int(rng.integers(3, 9))))
        for _ in range(int(rng.integers(1, 4)))
    ]
    return " ".join(words)
