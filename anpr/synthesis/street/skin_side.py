"""The painted flanks of a vehicle: windows, doors, lettering."""

import numpy as np

from anpr.synthesis.street.canvas import Canvas, Colour, Lamp
from anpr.synthesis.street.paints import GLASS, GLASS_GLOSS, PLASTIC, SCALE, Livery, tinted
from anpr.synthesis.street.profiles import Profile


def paint_side(profile: Profile, paint: Colour, livery: Livery, mirrored: bool) -> Canvas:
    """One flank; `mirrored` for the left one, whose canvas is seen from behind."""
    canvas = Canvas(profile.length + 0.3, profile.height + 0.1, SCALE, left=-0.1, base=paint,
                    base_gloss=0.045)  # fmt: skip
    length, top, belt = profile.length, profile.height - 0.16, profile.belt
    _side_windows(canvas, profile, top)
    if livery.stripe:
        canvas.box(0, belt - 0.32, length, belt - 0.16, livery.stripe, gloss=0.04)
    if livery.checks:
        _checks(canvas, length, belt - 0.42, livery.checks, paint)
    dark = tinted(paint, 0.4)
    for x in profile.doors:
        canvas.line([(x, 0.3), (x, belt)], dark, 0.012)
        canvas.box(x + 0.62, belt - 0.14, x + 0.8, belt - 0.1, tinted(paint, 0.7), gloss=0.1)
    canvas.line([(0.3, belt - 0.18), (length - 0.3, belt - 0.16)], tinted(paint, 0.7), 0.01)
    canvas.box(0, 0, length, 0.3, PLASTIC)
    for axle in profile.axles:
        canvas.ellipse(
            axle, profile.wheel, profile.wheel + 0.07, profile.wheel + 0.07, (10, 10, 10)
        )
    _side_lamps(canvas, profile)
    _side_words(canvas, profile, livery)
    if mirrored:  # words on the left flank run from rear to front of the canvas
        _turn_words(canvas, profile, livery)
    return canvas


def _side_windows(canvas: Canvas, profile: Profile, top: float) -> None:
    lean = 0.5 * (profile.windscreen[-1][0] - profile.windscreen[0][0])
    for number, (x1, x2) in enumerate(profile.windows):
        first, last = number == 0, number == len(profile.windows) - 1
        a = x1 + (lean * 1.15 if first and profile.kind != "bus" else 0.03)
        b = x2 - (0.14 if last and profile.kind == "car" else 0.03)
        pane = [(x1, profile.belt + 0.02), (x2, profile.belt + 0.02), (b, top), (a, top)]
        canvas.shape(pane, GLASS, gloss=GLASS_GLOSS)


def _checks(canvas: Canvas, length: float, y: float, colour: Colour, paint: Colour) -> None:
    for row in range(2):
        for number, x in enumerate(np.arange(0.2, length - 0.2, 0.2)):
            tone = colour if (number + row) % 2 else paint
            canvas.box(
                float(x), y + row * 0.1, float(x) + 0.2, y + row * 0.1 + 0.1, tone, gloss=0.04
            )


def _side_lamps(canvas: Canvas, profile: Profile) -> None:
    edge = profile.front[-1][1]
    canvas.shape([(-0.1, edge - 0.2), (0.32, edge - 0.06), (0.3, edge + 0.02), (-0.1, edge - 0.03)],
                 (150, 154, 160), gloss=0.12)  # fmt: skip
    tail = profile.rear[0][1] if profile.kind == "car" else profile.belt
    canvas.box(profile.length - 0.16, tail - 0.3, profile.length + 0.1, tail - 0.02, (150, 16, 20),
               gloss=0.1, lamp=Lamp.TAIL)  # fmt: skip


def _side_words(canvas: Canvas, profile: Profile, livery: Livery) -> None:
    if not livery.words:
        return
    tall = profile.kind in ("van", "bus")
    x = profile.length * (0.66 if tall else 0.5)
    y = profile.belt + 0.35 if profile.kind == "van" else profile.belt - 0.25
    size = 0.26 if profile.kind == "van" else 0.13
    for number, words in enumerate(livery.words):
        canvas.text(x, y - number * size * 1.4, words, size / (1 + 0.6 * number), livery.ink)


def _turn_words(canvas: Canvas, profile: Profile, livery: Livery) -> None:
    """Seen from the left, the canvas is mirrored; write the words mirrored so that they read."""
    if not livery.words:
        return
    low = round(canvas.colour.shape[0] - (profile.belt + 0.75) * canvas.scale)
    high = round(canvas.colour.shape[0] - (profile.belt - 0.75) * canvas.scale)
    x = profile.length * (0.66 if profile.kind in ("van", "bus") else 0.5) + 0.1
    reach = 1.3
    left, right = round((x - reach) * canvas.scale), round((x + reach) * canvas.scale)
    left, right = max(left, 0), min(right, canvas.colour.shape[1])
    part = canvas.colour[max(low, 0) : high, left:right]
    np.copyto(part, part[:, ::-1].copy())
