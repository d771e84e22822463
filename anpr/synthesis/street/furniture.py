"""What stands in and hangs over a street: bollards, lanterns, glazed bays, awnings, planters."""

import numpy as np

from anpr.synthesis.street.canvas import Canvas, Colour, Lamp
from anpr.synthesis.street.light import Canyon
from anpr.synthesis.street.mesh import Patch
from anpr.synthesis.street.solids import ball, box, plain, sheet, tube

AWNINGS: tuple[Colour, ...] = ((150, 32, 34), (34, 82, 60), (36, 54, 104), (198, 160, 90))


def furnish(lane: tuple[float, float], canyon: Canyon, seed: int) -> list[Patch]:
    """Everything fixed in a street; the same seed gives the same things."""
    rng = np.random.default_rng(seed + 1)
    patches = _bollards(lane, rng)
    for side in (-1, 1):
        wall = canyon.right if side > 0 else canyon.left
        patches += _hanging(wall, side, rng)
        patches += _standing(wall, lane[1] if side > 0 else lane[0], side, rng)
    return patches


def _bollards(lane: tuple[float, float], rng: np.random.Generator) -> list[Patch]:
    skin = Canvas(1.0, 1.0, 40.0, base=(34, 36, 38), base_gloss=0.04)
    skin.box(0, 0.78, 1, 0.88, (206, 206, 200))
    cap = plain((40, 42, 44), 0.05)
    gap = float(rng.uniform(1.9, 3.0))
    patches = []
    for side, x in zip((-1, 1), lane, strict=True):
        if rng.random() < 0.25:
            continue
        for y in np.arange(float(rng.uniform(4, 6)), 34, gap):
            at = x + side * 0.3
            patches.append(tube((at, y, 0), (at, y, 0.92), 0.065, skin, 9))
            patches.append(ball((at, y, 0.93), (0.075, 0.075, 0.06), cap, 5))
    return patches


def _hanging(wall: float, side: int, rng: np.random.Generator) -> list[Patch]:
    patches: list[Patch] = []
    y = float(rng.uniform(8, 12))
    while y < 40:
        chance = rng.random()
        if chance < 0.3:
            patches += _lantern(wall, side, y)
        elif chance < 0.6:
            patches += _bay(wall, side, y, rng)
        elif chance < 0.85:
            patches += _awning(wall, side, y, rng)
        else:
            patches += _shop_board(wall, side, y, rng)
        y += float(rng.uniform(2.8, 6.0))
    return patches


def _lantern(wall: float, side: int, y: float) -> list[Patch]:
    iron, x = plain((26, 26, 28), 0.03), wall - side * 0.75
    glass = plain((250, 236, 196), 0.05, Lamp.SIGN)
    return [
        tube((wall, y, 4.3), (x, y, 4.55), 0.025, iron, 6),
        *box((x - 0.12, y - 0.12, 3.95), (x + 0.12, y + 0.12, 4.35), glass, parts=1),
        ball((x, y, 4.42), (0.18, 0.18, 0.1), iron, 5),
        ball((x, y, 3.95), (0.12, 0.12, 0.05), iron, 5),
    ]


def _bay(wall: float, side: int, y: float, rng: np.random.Generator) -> list[Patch]:
    """A mirador: a white glazed box over two or three floors."""
    floors = int(rng.integers(2, 4))
    skin = Canvas(2.0, 3.1 * floors, 40.0, base=(232, 230, 220))
    tall = Canvas(0.7, 3.1 * floors, 40.0, base=(226, 224, 214))
    for canvas, wide in ((skin, 2.0), (tall, 0.7)):
        for floor in range(floors):
            foot = 3.1 * floor
            for x in np.arange(0.08, wide - 0.3, 0.48):
                canvas.box(x, foot + 1.0, x + 0.4, foot + 2.8, (58, 66, 74), gloss=0.1)
                canvas.box(x, foot + 0.2, x + 0.4, foot + 0.85, (214, 212, 204))
            canvas.shade(0, foot + 2.5, wide, foot + 3.1, 1.0, 0.75)
    x, low, high = wall - side * 0.65, 3.8, 3.8 + 3.1 * floors
    near = sheet(((wall, y, low), (x, y, low), (x, y, high), (wall, y, high)), tall)
    front = sheet(((x, y, low), (x, y + 2, low), (x, y + 2, high), (x, y, high)), skin)
    under = plain((120, 116, 108))
    base = sheet(((wall, y, low), (x, y, low), (x, y + 2, low), (wall, y + 2, low)), under, 2)
    return [front, near, base]


def _awning(wall: float, side: int, y: float, rng: np.random.Generator) -> list[Patch]:
    colour = AWNINGS[int(rng.integers(len(AWNINGS)))]
    skin = Canvas(2.8, 1.0, 40.0, base=colour)
    if rng.random() < 0.6:
        for x in np.arange(0, 2.8, 0.4):
            skin.box(x, 0, x + 0.2, 1.0, (232, 226, 210))
    x = wall - side * 1.05
    slope = sheet(((x, y, 2.55), (x, y + 2.8, 2.55), (wall, y + 2.8, 3.0), (wall, y, 3.0)), skin)
    edge = sheet(((x, y, 2.35), (x, y + 2.8, 2.35), (x, y + 2.8, 2.55), (x, y, 2.55)), skin)
    return [slope, edge]


def _shop_board(wall: float, side: int, y: float, rng: np.random.Generator) -> list[Patch]:
    paint = AWNINGS[int(rng.integers(len(AWNINGS)))]
    words = ("BAR", "OPTIKA", "TABAKO", "GOZO", "KAFE", "+")[int(rng.integers(6))]
    skin = Canvas(0.7, 0.7, 80.0, base=paint)
    if words == "+":
        skin.box(0, 0, 0.7, 0.7, (236, 240, 236))
        skin.box(0.26, 0.08, 0.44, 0.62, (18, 140, 70), lamp=Lamp.SIGN)
        skin.box(0.08, 0.26, 0.62, 0.44, (18, 140, 70), lamp=Lamp.SIGN)
    else:
        skin.text(0.35, 0.35, words, 0.14, (240, 234, 214), squeeze=0.8)
    out, inner = wall - side * 0.95, wall - side * 0.2
    left, right = min(out, inner), max(out, inner)
    board = sheet(((left, y, 3.3), (right, y, 3.3), (right, y, 4.0), (left, y, 4.0)), skin, 3)
    return [board, tube((wall, y, 4.03), (out, y, 4.03), 0.02, plain((30, 30, 30)), 5)]


def _standing(wall: float, kerb: float, side: int, rng: np.random.Generator) -> list[Patch]:
    patches: list[Patch] = []
    if abs(wall - kerb) < 1.0:
        return patches
    for y in rng.uniform(9, 34, int(rng.integers(2, 6))):
        x = wall - side * float(rng.uniform(0.35, 0.6))
        patches += (_planter if rng.random() < 0.6 else _bin)(x, float(y), rng)
    return patches


def _planter(x: float, y: float, rng: np.random.Generator) -> list[Patch]:
    pot = plain(((120, 74, 50), (90, 92, 92), (62, 58, 54))[int(rng.integers(3))])
    patches = box((x - 0.27, y - 0.27, 0), (x + 0.27, y + 0.27, 0.5), pot, parts=2)
    for _ in range(9):
        green = (34 + int(rng.integers(44)), 70 + int(rng.integers(60)), 36)
        at = x + float(rng.normal(0, 0.14)), y + float(rng.normal(0, 0.14))
        size = float(rng.uniform(0.1, 0.2))
        leaf = plain(green)
        patches.append(ball((*at, float(rng.uniform(0.6, 1.2))), (size, size, size * 1.2), leaf, 5))
    return patches


def _bin(x: float, y: float, rng: np.random.Generator) -> list[Patch]:
    skin = plain(((44, 52, 50), (30, 62, 92))[int(rng.integers(2))], 0.03)
    return [tube((x, y, 0.1), (x, y, 0.95), 0.21, skin, 14),
            ball((x, y, 0.95), (0.23, 0.23, 0.1), skin, 6)]  # fmt: skip
