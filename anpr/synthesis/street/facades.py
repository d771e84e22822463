"""House fronts of an old town: shops below, windows, balconies and glazed bays above."""

from dataclasses import dataclass

import numpy as np

from anpr.synthesis.street.canvas import Canvas, Colour

SHOPS = (
    "OKINDEGIA", "HARATEGIA", "LIBURUDENDA", "TABERNA", "FARMAZIA", "ZAPATERÍA", "KAFETEGIA",
    "MERCERÍA", "ARRAINDEGIA", "OPTIKA", "ETXE OSTATUA", "BURDINDEGIA", "GOZOTEGIA", "SOMBRERERÍA",
    "LOREDENDA", "JATETXEA", "BACALAO", "PAPERDENDA", "ULTRAMARINOS", "ILE-APAINDEGIA",
)  # fmt: skip
PLASTER: tuple[Colour, ...] = (
    (214, 196, 160), (226, 217, 198), (201, 162, 118), (186, 128, 104), (196, 205, 190),
    (221, 208, 170), (176, 176, 170), (205, 178, 150), (168, 110, 88), (190, 198, 205),
    (222, 190, 148), (150, 142, 128),
)  # fmt: skip
WOOD: tuple[Colour, ...] = (
    (238, 236, 228), (82, 52, 34), (36, 66, 52), (108, 30, 28), (60, 66, 84), (228, 222, 206),
)  # fmt: skip
STONE: tuple[Colour, ...] = ((150, 140, 122), (128, 122, 112), (166, 156, 138), (112, 108, 102))
SHOP_PAINT: tuple[Colour, ...] = (
    (38, 58, 48), (92, 28, 28), (34, 40, 62), (70, 48, 30), (44, 44, 44), (24, 84, 96),
    (150, 106, 40), (196, 186, 164), (110, 40, 70),
)  # fmt: skip
FLOOR = 3.1
GROUND_FLOOR = 3.7
SCALE = 64.0


@dataclass(frozen=True)
class House:
    """One house of a row: where it stands and how it is divided."""

    start: float
    width: float
    height: float
    plaster: Colour
    columns: int
    floors: int


def row_of_houses(rng: np.random.Generator, start: float, end: float) -> list[House]:
    """Houses from `start` to `end` metres along the street."""
    houses: list[House] = []
    at = start
    while at < end:
        width = float(rng.uniform(5.2, 9.5))
        floors = int(rng.integers(2, 5))
        height = GROUND_FLOOR + floors * FLOOR + float(rng.uniform(0.3, 0.9))
        plaster = PLASTER[int(rng.integers(len(PLASTER)))]
        columns = max(2, round(width / float(rng.uniform(2.0, 2.7))))
        houses.append(House(at, width, height, plaster, columns, floors))
        at += width
    return houses


def paint_row(houses: list[House], rng: np.random.Generator, mirrored: bool = False) -> Canvas:
    """The fronts of a row of houses, x along the street, y up; `mirrored` for the right side."""
    left, right = houses[0].start, houses[-1].start + houses[-1].width
    canvas = Canvas(right - left, max(h.height for h in houses), SCALE, left=left)
    for house in houses:
        _front(canvas, house, rng, mirrored)
    canvas.mottle(rng, 1.6, 4.0)
    canvas.mottle(rng, 0.12, 2.5)
    return canvas


def _front(canvas: Canvas, house: House, rng: np.random.Generator, mirrored: bool) -> None:
    x1, x2 = house.start, house.start + house.width
    canvas.box(x1, 0, x2, house.height, house.plaster)
    if rng.random() < 0.35:
        _ashlar(canvas, x1, GROUND_FLOOR, x2, house.height, house.plaster)
    wood = WOOD[int(rng.integers(len(WOOD)))]
    style = int(rng.integers(3))
    step = house.width / house.columns
    for floor in range(house.floors):
        foot = GROUND_FLOOR + floor * FLOOR
        for column in range(house.columns):
            _opening(canvas, x1 + (column + 0.5) * step, foot, wood, style, rng)
        canvas.box(x1, foot - 0.1, x2, foot + 0.04, _darker(house.plaster, 0.86))
        canvas.box(x1, foot - 0.16, x2, foot - 0.1, _darker(house.plaster, 0.6))
    canvas.box(x1, house.height - 0.45, x2, house.height, _darker(house.plaster, 0.8))
    canvas.shade(x1, house.height - 1.1, x2, house.height - 0.45, 1.0, 0.6)
    _ground_floor(canvas, house, rng, mirrored)
    canvas.box(x2 - 0.05, 0, x2 + 0.05, house.height, _darker(house.plaster, 0.55))
    if rng.random() < 0.5:
        canvas.box(x2 - 0.35, 0.3, x2 - 0.25, house.height - 0.4, (96, 92, 86))


def _opening(
    canvas: Canvas, x: float, foot: float, wood: Colour, style: int, rng: np.random.Generator
) -> None:
    half, low, high = 0.52, foot + (0.12 if style else 0.85), foot + 2.5
    if rng.random() < 0.18:
        style = 2 - style
    stone = (190, 182, 166)
    canvas.box(x - half - 0.14, low - 0.1, x + half + 0.14, high + 0.16, stone)
    canvas.box(x - half, low, x + half, high, wood)
    _panes(canvas, x - half + 0.07, low + 0.07, x + half - 0.07, high - 0.07, rng)
    canvas.box(x - 0.04, low, x + 0.04, high, wood)
    canvas.shade(x - half, high - 0.3, x + half, high, 1.0, 0.45)
    if style == 0 and rng.random() < 0.7:
        for side in (-1, 1):
            edge = x + side * (half + 0.3)
            canvas.box(edge - 0.26, low, edge + 0.26, high, _darker(wood, 0.8))
            for slat in np.arange(low + 0.1, high, 0.12):
                canvas.box(edge - 0.22, slat, edge + 0.22, slat + 0.03, _darker(wood, 0.55))
    if style:
        _balcony(canvas, x, foot, rng)


def _panes(
    canvas: Canvas, x1: float, y1: float, x2: float, y2: float, rng: np.random.Generator
) -> None:
    glass = (int(rng.integers(26, 62)),) * 3
    canvas.box(x1, y1, x2, y2, glass, gloss=0.1)
    chance = rng.random()
    if chance < 0.35:
        canvas.box(x1, y1, x1 + (x2 - x1) * 0.36, y2, (170, 166, 156), gloss=0.05)
        canvas.box(x2 - (x2 - x1) * 0.3, y1, x2, y2, (164, 160, 150), gloss=0.05)
    elif chance < 0.6:
        drop = y2 - (y2 - y1) * float(rng.uniform(0.2, 0.9))
        canvas.box(x1, drop, x2, y2, (186, 180, 164), gloss=0.03)
    middle = y1 * 0.4 + y2 * 0.6
    canvas.box(x1, middle - 0.025, x2, middle + 0.025, (150, 146, 138))


def _balcony(canvas: Canvas, x: float, foot: float, rng: np.random.Generator) -> None:
    half, iron = 0.85, (28, 28, 30)
    canvas.box(x - half, foot - 0.06, x + half, foot + 0.1, (168, 160, 146))
    canvas.shade(x - half, foot - 0.8, x + half, foot - 0.06, 1.0, 0.5)
    for bar in np.arange(x - half, x + half + 0.01, 0.13):
        canvas.box(float(bar) - 0.014, foot + 0.1, float(bar) + 0.014, foot + 1.02, iron)
    canvas.box(x - half, foot + 0.98, x + half, foot + 1.05, iron)
    if rng.random() < 0.4:
        for spot in rng.uniform(x - half + 0.1, x + half - 0.1, 9):
            green = (40 + int(rng.integers(40)), 84 + int(rng.integers(50)), 44)
            canvas.ellipse(
                float(spot), foot + 0.95 + float(rng.uniform(-0.2, 0.15)), 0.14, 0.13, green
            )
        for spot in rng.uniform(x - half + 0.1, x + half - 0.1, 6):
            canvas.ellipse(float(spot), foot + 1.0, 0.05, 0.05, (196, 44, 58))


def _ground_floor(canvas: Canvas, house: House, rng: np.random.Generator, mirrored: bool) -> None:
    x1, x2 = house.start, house.start + house.width
    stone = STONE[int(rng.integers(len(STONE)))]
    canvas.box(x1, 0, x2, GROUND_FLOOR - 0.15, stone)
    _ashlar(canvas, x1, 0, x2, GROUND_FLOOR - 0.15, stone)
    bays = max(2, round(house.width / 2.6))
    step = house.width / bays
    door = int(rng.integers(bays))
    paint = SHOP_PAINT[int(rng.integers(len(SHOP_PAINT)))]
    shut = rng.random() < 0.25
    for bay in range(bays):
        left = x1 + bay * step + 0.28
        right = x1 + (bay + 1) * step - 0.28
        if bay == door:
            _portal(canvas, (left + right) / 2, rng)
        elif shut:
            _shutter(canvas, left, right, rng)
        else:
            _shop_window(canvas, left, right, paint, rng)
    _sign(canvas, x1, x2, paint, rng, mirrored)
    canvas.box(x1, 0, x2, 0.35, _darker(stone, 0.7))


def _portal(canvas: Canvas, x: float, rng: np.random.Generator) -> None:
    wood = ((72, 44, 28), (40, 54, 48), (54, 34, 26))[int(rng.integers(3))]
    canvas.box(x - 0.8, 0, x + 0.8, 2.75, (176, 166, 148))
    canvas.box(x - 0.62, 0, x + 0.62, 2.6, wood, gloss=0.03)
    for px in (x - 0.31, x + 0.31):
        for py in (0.5, 1.3):
            canvas.box(px - 0.2, py, px + 0.2, py + 0.62, _darker(wood, 0.75))
    canvas.box(x - 0.5, 2.1, x + 0.5, 2.5, (40, 44, 48), gloss=0.1)
    canvas.line([(x, 0), (x, 2.1)], _darker(wood, 0.4), 0.03)


def _shutter(canvas: Canvas, x1: float, x2: float, rng: np.random.Generator) -> None:
    tone = int(rng.integers(95, 160))
    canvas.box(x1, 0.05, x2, 2.7, (tone, tone, tone + 4), gloss=0.04)
    for slat in np.arange(0.1, 2.7, 0.11):
        canvas.box(x1, float(slat), x2, float(slat) + 0.035, (tone // 2, tone // 2, tone // 2))
    if rng.random() < 0.5:
        ink = tuple(int(c) for c in rng.integers(30, 200, 3))
        at = [
            (float(x), float(y))
            for x, y in zip(
                np.linspace(x1 + 0.2, x2 - 0.2, 7), rng.uniform(0.7, 1.9, 7), strict=True
            )
        ]
        canvas.line(at, (ink[0], ink[1], ink[2]), 0.07)


def _shop_window(
    canvas: Canvas, x1: float, x2: float, paint: Colour, rng: np.random.Generator
) -> None:
    canvas.box(x1, 0.05, x2, 2.72, paint, gloss=0.04)
    inside = int(rng.integers(40, 100))
    warm = (inside + 34, inside + 18, inside)
    canvas.box(x1 + 0.1, 0.55, x2 - 0.1, 2.6, warm, gloss=0.1)
    for _ in range(int(rng.integers(4, 11))):
        x = float(rng.uniform(x1 + 0.2, x2 - 0.4))
        y = float(rng.choice([0.6, 1.15, 1.7]))
        ink = tuple(int(c) for c in rng.integers(60, 170, 3))
        goods = (ink[0], ink[1], ink[2])
        canvas.box(x, y, x + float(rng.uniform(0.12, 0.4)), y + float(rng.uniform(0.15, 0.45)),
                   goods, gloss=0.08)  # fmt: skip
    canvas.box((x1 + x2) / 2 - 0.03, 0.5, (x1 + x2) / 2 + 0.03, 2.6, paint, gloss=0.04)


def _sign(
    canvas: Canvas, x1: float, x2: float, paint: Colour, rng: np.random.Generator, mirrored: bool
) -> None:
    if rng.random() < 0.15:
        return
    canvas.box(x1 + 0.4, 2.78, x2 - 0.4, 3.34, paint, gloss=0.03)
    ink = ((238, 226, 190), (245, 245, 245), (226, 190, 92))[int(rng.integers(3))]
    words = SHOPS[int(rng.integers(len(SHOPS)))]
    font = ("serif", "sans", "narrow")[int(rng.integers(3))]
    canvas.text((x1 + x2) / 2, 3.06, words, 0.3, ink, font=font, mirrored=mirrored)
    canvas.shade(x1 + 0.3, 2.5, x2 - 0.3, 2.78, 1.0, 0.55)


def _ashlar(canvas: Canvas, x1: float, y1: float, x2: float, y2: float, tone: Colour) -> None:
    joint = _darker(tone, 0.78)
    for row, y in enumerate(np.arange(y1 + 0.42, y2, 0.42)):
        canvas.box(x1, float(y) - 0.012, x2, float(y) + 0.012, joint)
        for x in np.arange(x1 + (0.45 if row % 2 else 0.9), x2, 0.9):
            canvas.box(float(x) - 0.01, float(y) - 0.42, float(x) + 0.01, float(y), joint)


def _darker(colour: Colour, factor: float) -> Colour:
    return (
        min(255, int(colour[0] * factor)),
        min(255, int(colour[1] * factor)),
        min(255, int(colour[2] * factor)),
    )
