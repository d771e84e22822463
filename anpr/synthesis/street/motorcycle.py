"""Motorcycles and scooters with their riders, from round bodies."""

import numpy as np

from anpr.synthesis.street.canvas import Colour, Lamp
from anpr.synthesis.street.mesh import Patch, build
from anpr.synthesis.street.solids import ball, box, plain, tube
from anpr.synthesis.street.vehicle import Vehicle

LENGTH, WIDTH, HEIGHT = 2.0, 0.78, 1.62


def make_motorcycle(rng: np.random.Generator, paint: Colour) -> Vehicle:
    """A scooter and its rider; the plate is at the rear only, as on all Spanish motorcycles."""
    patches = _machine(paint) + _rider(rng)
    if rng.random() < 0.6:
        patches += box((-0.2, 1.62, 0.86), (0.2, 2.0, 1.2), plain((28, 28, 30), 0.04))
    return Vehicle("motorcycle", build(patches), LENGTH, WIDTH, HEIGHT, None, (2.02, 0.66),
                   ((0.0, 0.3, 0.95),), ((0.0, 2.0, 0.84),), (), (0.3, 1.65))  # fmt: skip


def _machine(paint: Colour) -> list[Patch]:
    body, dark = plain(paint, 0.05), plain((24, 24, 26), 0.03)
    rubber, metal = plain((18, 18, 19)), plain((150, 152, 156), 0.2)
    tail, lamp = plain((150, 14, 18), 0.1, Lamp.TAIL), plain((236, 238, 240), 0.1, Lamp.HEAD)
    amber = plain((222, 140, 50), 0.1)
    return [
        ball((0, 0.30, 0.30), (0.07, 0.30, 0.30), rubber, 12),
        ball((0, 1.65, 0.30), (0.09, 0.30, 0.30), rubber, 12),
        ball((0, 0.45, 0.72), (0.2, 0.16, 0.36), body, 12),
        ball((0, 1.45, 0.66), (0.19, 0.5, 0.2), body, 12),
        ball((0, 1.25, 0.84), (0.17, 0.5, 0.08), dark, 8),
        ball((0, 1.0, 0.36), (0.2, 0.5, 0.1), dark, 8),
        ball((0, 0.33, 0.92), (0.09, 0.05, 0.08), lamp, 6),
        ball((0, 1.95, 0.84), (0.11, 0.05, 0.045), tail, 6),
        ball((-0.17, 1.9, 0.8), (0.035, 0.04, 0.03), amber, 5),
        ball((0.17, 1.9, 0.8), (0.035, 0.04, 0.03), amber, 5),
        *box((-0.125, 1.97, 0.56), (0.125, 2.0, 0.77), dark, parts=2),
        tube((0.16, 1.3, 0.38), (0.18, 1.95, 0.46), 0.055, metal, 10),
        tube((-0.36, 0.62, 1.06), (0.36, 0.62, 1.06), 0.02, dark, 6),
        tube((-0.24, 0.6, 1.08), (-0.34, 0.56, 1.3), 0.01, dark, 5),
        tube((0.24, 0.6, 1.08), (0.34, 0.56, 1.3), 0.01, dark, 5),
        ball((-0.35, 0.56, 1.32), (0.075, 0.03, 0.05), dark, 6),
        ball((0.35, 0.56, 1.32), (0.075, 0.03, 0.05), dark, 6),
    ]


def _rider(rng: np.random.Generator) -> list[Patch]:
    cloth = tuple(int(c) for c in rng.integers(24, 110, 3))
    jacket = plain((cloth[0], cloth[1], cloth[2]))
    trousers = plain((34, 38, 52))
    tone = int(rng.integers(20, 236))
    helmet = plain((tone, tone, tone), 0.06)
    skin = plain((20, 22, 26), 0.1)
    return [
        ball((0, 1.22, 1.14), (0.23, 0.17, 0.34), jacket, 12),
        ball((0, 1.3, 0.86), (0.2, 0.2, 0.14), trousers, 8),
        ball((0, 1.12, 1.58), (0.135, 0.15, 0.155), helmet, 12),
        ball((0, 1.0, 1.57), (0.1, 0.06, 0.06), skin, 8),
        *(tube((s * 0.22, 1.2, 1.32), (s * 0.33, 0.95, 1.1), 0.06, jacket, 8) for s in (-1, 1)),
        *(tube((s * 0.33, 0.95, 1.1), (s * 0.33, 0.64, 1.06), 0.05, jacket, 8) for s in (-1, 1)),
        *(tube((s * 0.13, 1.3, 0.84), (s * 0.2, 0.8, 0.74), 0.085, trousers, 8) for s in (-1, 1)),
        *(tube((s * 0.2, 0.8, 0.74), (s * 0.2, 0.85, 0.36), 0.06, trousers, 8) for s in (-1, 1)),
    ]
