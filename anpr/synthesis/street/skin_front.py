"""The painted front of a vehicle: bumper, grille, lamps, bonnet, windscreen."""

import numpy as np

from anpr.synthesis.street.canvas import Canvas, Colour, Lamp, Point
from anpr.synthesis.street.paints import CHROME, GLASS, GLASS_GLOSS, PLASTIC, Livery, tinted
from anpr.synthesis.street.profiles import Profile


def paint_front(canvas: Canvas, profile: Profile, paint: Colour, rng: np.random.Generator) -> None:
    """Bumper, grille and lamps; y runs up from the bumper's lower edge."""
    high, half = canvas.height, profile.width / 2
    canvas.box(-half, 0, half, high * 0.16, PLASTIC)
    style = int(rng.integers(4))
    low_grille = (-half * 0.62, high * 0.12, half * 0.62, high * 0.36)
    canvas.rounded(*low_grille, 0.04, (20, 20, 22))
    for y in np.arange(low_grille[1] + 0.03, low_grille[3], 0.045):
        canvas.box(
            low_grille[0] + 0.04, float(y), low_grille[2] - 0.04, float(y) + 0.012, (46, 46, 48)
        )
    for side in (-1, 1):
        x = side * half * 0.76
        canvas.rounded(x - 0.12, high * 0.2, x + 0.12, high * 0.4, 0.04, (24, 24, 26))
        canvas.ellipse(x, high * 0.3, 0.055, 0.05, (150, 152, 156), gloss=0.2)
    _grille(canvas, half, high, style, rng)
    for side in (-1, 1):
        _headlamp(canvas, half, high, side, style)
    canvas.line([(-half, high * 0.94), (half, high * 0.94)], tinted(paint, 0.35), 0.012)
    canvas.line([(-half, high * 0.5), (-half * 0.6, high * 0.44)], tinted(paint, 0.6), 0.01)
    canvas.line([(half, high * 0.5), (half * 0.6, high * 0.44)], tinted(paint, 0.6), 0.01)


def _grille(canvas: Canvas, half: float, high: float, style: int, rng: np.random.Generator) -> None:
    wide = half * float(rng.uniform(0.42, 0.56))
    y1, y2 = high * float(rng.uniform(0.58, 0.62)), high * float(rng.uniform(0.82, 0.9))
    if style == 0:
        y1 = high * 0.72
    canvas.rounded(
        -wide, y1, wide, y2, 0.045, CHROME if style in (1, 2) else (40, 40, 42), gloss=0.2
    )
    canvas.rounded(-wide + 0.015, y1 + 0.015, wide - 0.015, y2 - 0.015, 0.04, (16, 16, 18))
    if style in (0, 1):
        for y in np.arange(y1 + 0.035, y2 - 0.02, 0.04):
            canvas.box(
                -wide + 0.03, float(y), wide - 0.03, float(y) + 0.014, (96, 98, 100), gloss=0.15
            )
    else:
        for x in np.arange(-wide + 0.04, wide - 0.03, 0.035):
            canvas.box(float(x), y1 + 0.03, float(x) + 0.012, y2 - 0.03, (62, 62, 66), gloss=0.1)
    canvas.ellipse(0, (y1 + y2) / 2, 0.062, 0.062, (186, 188, 192), gloss=0.3)
    canvas.ellipse(0, (y1 + y2) / 2, 0.044, 0.044, (30, 34, 60), gloss=0.2)


def _headlamp(canvas: Canvas, half: float, high: float, side: int, style: int) -> None:
    def at(points: list[Point]) -> list[Point]:
        return [(side * x, y) for x, y in points]

    inner, outer, low, top = half * 0.56, half * 0.99, high * 0.6, high * 0.92
    lift = high * (0.1 if style % 2 else 0.02)
    outline = at([(inner, low + lift), (outer, low + high * 0.06), (outer, top),
                  (inner + 0.08, top - high * 0.03)])  # fmt: skip
    canvas.shape(outline, (70, 74, 78), gloss=0.12)
    middle = (low + top) / 2 + high * 0.02
    radius = min(0.075, (top - low) * 0.34)
    canvas.ellipse(
        side * half * 0.84, middle, radius * 1.35, radius * 1.25, (120, 124, 128), gloss=0.2
    )
    canvas.ellipse(
        side * half * 0.84, middle, radius, radius, (244, 246, 248), gloss=0.12, lamp=Lamp.HEAD
    )
    canvas.ellipse(
        side * half * 0.69, middle - 0.01, radius * 0.62, radius * 0.6, (196, 200, 204), gloss=0.2
    )
    strip = at([(inner + 0.04, top - 0.035), (outer, top - 0.012), (outer, top - 0.035),
                (inner + 0.04, top - 0.055)])  # fmt: skip
    canvas.shape(strip, (240, 242, 246), gloss=0.1, lamp=Lamp.DAY)
    canvas.box(side * outer - 0.03, low + 0.03, side * outer + 0.03, low + 0.1, (214, 130, 40))


def paint_bonnet(canvas: Canvas, paint: Colour, livery: Livery) -> None:
    """Lines and lettering of the bonnet."""
    half, high = canvas.width / 2, canvas.height
    dark = tinted(paint, 0.72)
    for side in (-1, 1):
        canvas.line([(side * half * 0.72, 0), (side * half * 0.56, high)], dark, 0.012)
        canvas.line([(side * half * 0.9, 0), (side * half * 0.9, high)], tinted(paint, 0.45), 0.01)
    canvas.box(-half, high - 0.1, half, high, (24, 24, 26))
    if livery.front_words:
        canvas.text(0, high * 0.45, livery.front_words, 0.16, livery.ink)


def paint_windscreen(canvas: Canvas, profile: Profile, rng: np.random.Generator) -> None:
    """Glass, wipers, mirror, and who sits behind it."""
    half, high = canvas.width / 2, canvas.height
    wide = half * (1 - profile.tumble * 0.25) - 0.05
    top = half * (1 - profile.tumble) - 0.06
    frame = [(-wide, 0.03), (wide, 0.03), (top, high - 0.04), (-top, high - 0.04)]
    canvas.shape(frame, (12, 12, 14), gloss=GLASS_GLOSS)
    canvas.shape([(-wide + 0.05, 0.09), (wide - 0.05, 0.09), (top - 0.04, high - 0.08),
                  (-top + 0.04, high - 0.08)], GLASS, gloss=GLASS_GLOSS)  # fmt: skip
    canvas.shade(-wide, 0, wide, high, 0.75, 1.6)
    _people(canvas, half, high, rng)
    canvas.box(-0.11, high - 0.2, 0.11, high - 0.13, (8, 8, 9), gloss=GLASS_GLOSS)
    canvas.box(-0.05, high - 0.13, 0.05, high - 0.06, (8, 8, 9), gloss=GLASS_GLOSS)
    if rng.random() < 0.8:
        canvas.box(0.12, high - 0.17, 0.21, high - 0.09, (196, 200, 160), gloss=GLASS_GLOSS)
    for x1, x2 in ((-0.62, 0.02), (0.08, 0.66)):
        canvas.line([(x1 * half, 0.06), (x2 * half, 0.13)], (10, 10, 10), 0.022)


def _people(canvas: Canvas, half: float, high: float, rng: np.random.Generator) -> None:
    skin, seat = (86, 68, 58), (38, 38, 40)
    seats = [-0.42, 0.42]
    for x in seats:
        canvas.rounded(x * half - 0.13, high * 0.3, x * half + 0.13, high * 0.72, 0.06, seat,
                       gloss=GLASS_GLOSS)  # fmt: skip
    taken = [0.42] if rng.random() < 0.65 else seats  # the driver sits on the left, seen in front
    for x in taken:
        cloth = tuple(int(c) for c in rng.integers(30, 96, 3))
        at = x * half
        canvas.ellipse(
            at, high * 0.28, 0.24, high * 0.24, (cloth[0], cloth[1], cloth[2]), gloss=GLASS_GLOSS
        )
        canvas.ellipse(at, high * 0.64, 0.095, high * 0.15, (30, 24, 22), gloss=GLASS_GLOSS)
        canvas.ellipse(at, high * 0.58, 0.075, high * 0.12, skin, gloss=GLASS_GLOSS)
    canvas.ellipse(0.42 * half, high * 0.1, 0.17, high * 0.12, (14, 14, 15), gloss=GLASS_GLOSS)
