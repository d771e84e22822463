"""The painted rear of a vehicle; canvases run from the roof downwards."""

import numpy as np

from anpr.synthesis.street.canvas import Canvas, Colour, Lamp
from anpr.synthesis.street.paints import CHROME, GLASS, GLASS_GLOSS, PLASTIC, Livery, tinted
from anpr.synthesis.street.profiles import Profile


def paint_rear_window(canvas: Canvas, rng: np.random.Generator) -> None:
    """A car's heated rear window."""
    half, high = canvas.width / 2, canvas.height
    low, top = half * 0.86, half * 0.7
    canvas.shape([(-top, 0.05), (top, 0.05), (low, high - 0.05), (-low, high - 0.05)], (18, 20, 22),
                 gloss=GLASS_GLOSS)  # fmt: skip
    for y in np.arange(0.1, high - 0.1, 0.045):
        canvas.line([(-top, float(y)), (top, float(y))], (34, 30, 28), 0.005)
    for x in (-0.42, 0.42):
        canvas.rounded(x * half - 0.12, 0.08, x * half + 0.12, high * 0.5, 0.05, (36, 36, 38),
                       gloss=GLASS_GLOSS)  # fmt: skip
    if rng.random() < 0.7:
        canvas.line([(0, high - 0.06), (0.34, high - 0.14)], (8, 8, 8), 0.02)
    canvas.box(-0.16, 0.0, 0.16, 0.035, (120, 16, 18), lamp=Lamp.BRAKE)


def paint_rear(canvas: Canvas, profile: Profile, paint: Colour, rng: np.random.Generator) -> None:
    """y runs from the window's lower edge (0) down to the bumper's lower edge."""
    half, high = profile.width / 2, canvas.height
    style = int(rng.integers(3))
    for side in (-1, 1):
        _tail_lamp(canvas, half, high, side, style)
    canvas.line([(-half * 0.72, 0.02), (-half * 0.7, high * 0.6), (half * 0.7, high * 0.6),
                 (half * 0.72, 0.02)], tinted(paint, 0.4), 0.012)  # fmt: skip
    canvas.ellipse(0, 0.07, 0.05, 0.05, CHROME, gloss=0.3)
    if rng.random() < 0.5:
        canvas.box(-half * 0.4, 0.14, half * 0.4, 0.165, CHROME, gloss=0.3)
    words = ("TDI", "HYBRID", "1.5", "ECO", "4x4", "GT")[int(rng.integers(6))]
    canvas.text(half * 0.55, 0.1, words, 0.035, CHROME, turned=True)
    canvas.line([(-half, high * 0.63), (half, high * 0.63)], tinted(paint, 0.4), 0.012)
    canvas.box(-half * 0.9, high * 0.84, half * 0.9, high, PLASTIC)
    for side in (-1, 1):
        canvas.box(side * half * 0.8 - 0.09, high * 0.76, side * half * 0.8 + 0.09, high * 0.8,
                   (130, 14, 16), gloss=0.1)  # fmt: skip


def _tail_lamp(canvas: Canvas, half: float, high: float, side: int, style: int) -> None:
    outer = half * 1.0
    inner = half * (0.6, 0.72, 0.5)[style]
    low = high * (0.34, 0.55, 0.3)[style]
    xs = [side * inner, side * outer]
    canvas.rounded(min(xs), 0.03, max(xs), low, 0.03, (120, 12, 16), gloss=0.1)
    middle = side * (inner + outer) / 2
    wide = (outer - inner) / 2 - 0.025
    canvas.rounded(middle - wide, 0.05, middle + wide, low * 0.45, 0.015, (206, 26, 30),
                   gloss=0.08, lamp=Lamp.TAIL)  # fmt: skip
    canvas.rounded(middle - wide, low * 0.5, middle + wide, low * 0.72, 0.015, (196, 28, 30),
                   gloss=0.08, lamp=Lamp.BRAKE)  # fmt: skip
    canvas.rounded(middle - wide, low * 0.76, middle, low - 0.025, 0.01, (224, 150, 60), gloss=0.08)
    canvas.rounded(
        middle, low * 0.76, middle + wide, low - 0.025, 0.01, (214, 214, 214), gloss=0.08
    )


def paint_van_tail(
    window: Canvas, rear: Canvas, profile: Profile, paint: Colour, livery: Livery,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """The doors of a van, or the back of a bus."""
    half, high = profile.width / 2, window.height
    glazed = profile.kind == "bus" or rng.random() < 0.5
    if glazed:
        for side in (-1, 1):
            xs = sorted((side * 0.06, side * half * 0.82))
            window.rounded(xs[0], high * 0.1, xs[1], high * 0.82, 0.05, GLASS, gloss=GLASS_GLOSS)
    elif livery.words:
        window.text(0, high * 0.35, livery.words[0], 0.2, livery.ink,
                    squeeze=_fit(livery.words[0], half), turned=True)  # fmt: skip
        for line, words in enumerate(livery.words[1:3]):
            window.text(0, high * 0.62 + 0.2 * line, words, 0.1, livery.ink, turned=True)
    dark = tinted(paint, 0.4)
    for canvas in (window, rear):
        canvas.line([(0, 0), (0, canvas.height)], dark, 0.014)
    for side in (-1, 1):
        xs = sorted((side * half * 0.86, side * half))
        window.rounded(
            xs[0], high * 0.55, xs[1], high * 0.98, 0.03, (130, 14, 16), gloss=0.1, lamp=Lamp.TAIL
        )
        rear.rounded(
            xs[0], 0.02, xs[1], rear.height * 0.2, 0.03, (190, 24, 24), gloss=0.1, lamp=Lamp.BRAKE
        )
        rear.rounded(
            xs[0], rear.height * 0.22, xs[1], rear.height * 0.34, 0.02, (220, 150, 60), gloss=0.08
        )
        window.box(
            side * half * 0.9 - 0.05, high * 0.2, side * half * 0.9 + 0.05, high * 0.26, dark
        )
    rear.box(-half, rear.height * 0.74, half, rear.height, PLASTIC)
    rear.box(-0.1, rear.height * 0.06, -0.03, rear.height * 0.14, PLASTIC)


def _fit(words: str, half: float) -> float:
    """How much to squeeze words of 0.2 m height so that they fit a van's tail."""
    return min(1.0, 1.6 * half / (0.2 * max(len(words), 1)))
