"""All that is painted on one vehicle."""

import numpy as np

from anpr.synthesis.street.body import Skins, length_of
from anpr.synthesis.street.canvas import Canvas, Colour
from anpr.synthesis.street.paints import SCALE, Livery
from anpr.synthesis.street.profiles import Profile
from anpr.synthesis.street.skin_front import paint_bonnet, paint_front, paint_windscreen
from anpr.synthesis.street.skin_rear import paint_rear, paint_rear_window, paint_van_tail
from anpr.synthesis.street.skin_side import paint_side


def make_skins(profile: Profile, paint: Colour, livery: Livery, rng: np.random.Generator) -> Skins:
    """All canvases of a vehicle."""
    gloss = 0.045
    half = profile.width / 2 + 0.02

    def strip(line: tuple[tuple[float, float], ...]) -> Canvas:
        return Canvas(2 * half, length_of(line), SCALE, left=-half, base=paint, base_gloss=gloss)

    front, bonnet = strip(profile.front), strip(profile.bonnet)
    paint_front(front, profile, paint, rng)
    paint_bonnet(bonnet, paint, livery)
    screen, window = strip(profile.windscreen), strip(profile.rear_window)
    paint_windscreen(screen, profile, rng)
    roof, rear = strip(profile.roof), strip(profile.rear)
    if profile.kind in ("van", "bus", "lorry"):
        paint_van_tail(window, rear, profile, paint, livery, rng)
    else:
        paint_rear_window(window, rng)
        paint_rear(rear, profile, paint, rng)
    left, right = (paint_side(profile, paint, livery, mirrored) for mirrored in (True, False))
    return Skins(front, bonnet, screen, roof, window, rear, left, right)
