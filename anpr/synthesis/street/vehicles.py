"""Whole vehicles: body, wheels, mirrors, what a taxi, an ambulance or a lorry carries on top."""

from dataclasses import replace

import numpy as np

from anpr.synthesis.street.body import body
from anpr.synthesis.street.canvas import Canvas, Colour, Lamp
from anpr.synthesis.street.mesh import Patch, build
from anpr.synthesis.street.motorcycle import make_motorcycle
from anpr.synthesis.street.paints import Livery, random_paint
from anpr.synthesis.street.profiles import LORRY_CAB, PROFILES, Profile
from anpr.synthesis.street.skins import make_skins
from anpr.synthesis.street.solids import ball, box, disc, plain, sheet, tube
from anpr.synthesis.street.vehicle import Vehicle

KINDS = (
    "hatchback", "saloon", "suv", "people_carrier", "van", "big_van", "lorry", "minibus",
    "taxi", "police", "ambulance", "fire", "post", "cleaning", "motorcycle",
)  # fmt: skip

_FLEETS: dict[str, tuple[str, Colour, Livery]] = {
    "taxi": (
        "people_carrier",
        (232, 232, 230),
        Livery(("TAXI",), (24, 24, 24), stripe=(176, 30, 36)),
    ),
    "police": (
        "suv",
        (228, 230, 232),
        Livery(("UDALTZAINGOA",), (20, 40, 110), checks=(24, 60, 160), front_words="UDALTZAINGOA"),
    ),
    "ambulance": (
        "big_van",
        (240, 226, 40),
        Livery(("ANBULANTZIA",), (190, 30, 30), checks=(196, 60, 30), front_words="AIZTNALUBNA"),
    ),
    "fire": (
        "big_van",
        (188, 24, 26),
        Livery(("SUHILTZAILEAK",), (238, 238, 238), stripe=(230, 200, 40)),
    ),
    "post": ("van", (246, 196, 20), Livery(("POSTA",), (20, 40, 110))),
    "cleaning": (
        "van",
        (232, 234, 236),
        Livery(("GARBITASUNA", "UDALA"), (24, 110, 60), stripe=(60, 150, 70)),
    ),
    "minibus": ("minibus", (196, 28, 40), Livery(("HIRIBUSA",), (240, 240, 240))),
}
VAN_LIVERIES: tuple[Livery, ...] = (
    Livery(), Livery(),
    Livery(("GASTA", "Ekialdeko ogia"), (150, 40, 30)),
    Livery(("ARRAIN FRESKOA", "Bermeo"), (24, 70, 130), stripe=(60, 130, 190)),
    Livery(("BIDALKETA 24", "paketeak"), (220, 110, 20)),
    Livery(("LORE ETXEA",), (30, 110, 60)),
    Livery(("EDARIAK", "Ibaizabal banaketa"), (110, 30, 90), stripe=(170, 90, 150)),
)  # fmt: skip


def make_vehicle(kind: str, rng: np.random.Generator, paint: Colour | None = None) -> Vehicle:
    """A vehicle of one of `KINDS`, its build varied by `rng`.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    if kind == "motorcycle":
        return make_motorcycle(rng, paint or random_paint(rng))
    if kind == "lorry":
        return _lorry(rng, paint or random_paint(rng))
    if kind in _FLEETS:
        shape, own, livery = _FLEETS[kind]
        return _dress(kind, PROFILES[shape], paint or own, livery, rng)
    if kind not in PROFILES:
        raise ValueError(f"no vehicle of kind {kind!r}; there are {', '.join(KINDS)}")
    profile = PROFILES[kind]
    if profile.kind == "van":
        livery = VAN_LIVERIES[int(rng.integers(len(VAN_LIVERIES)))]
        colour = paint or ((234, 235, 236) if rng.random() < 0.7 else random_paint(rng))
        return _dress(kind, profile, colour, livery, rng)
    return _dress(kind, profile, paint or random_paint(rng), Livery(), rng)


def _dress(
    kind: str, base: Profile, paint: Colour, livery: Livery, rng: np.random.Generator
) -> Vehicle:
    profile = base.stretched(*(float(v) for v in rng.uniform(0.96, 1.04, 3)))
    patches = body(profile, make_skins(profile, paint, livery, rng))
    patches += wheels(profile, rng) + _mirrors(profile, paint)
    beacons: tuple[tuple[float, float, float], ...] = ()
    if kind == "taxi":
        patches += _taxi_sign(profile)
    if kind in ("police", "ambulance", "fire"):
        extra, beacons = _light_bar(profile)
        patches += extra
    return _finished(kind, profile, patches, beacons)


def _finished(
    kind: str, profile: Profile, patches: list[Patch],
    beacons: tuple[tuple[float, float, float], ...] = (),
) -> Vehicle:  # fmt: skip
    half = profile.width / 2
    lamp_z = profile.front[0][1] + 0.78 * (profile.front[-1][1] - profile.front[0][1])
    tail_z = profile.rear[0][1] - 0.12
    heads = ((-half * 0.84, 0.0, lamp_z), (half * 0.84, 0.0, lamp_z))
    tails = ((-half * 0.84, profile.length, tail_z), (half * 0.84, profile.length, tail_z))
    return Vehicle(kind, build(patches), profile.length, profile.width, profile.height,
                   profile.plate_front, profile.plate_rear, heads, tails, beacons,
                   profile.axles)  # fmt: skip


def wheels(profile: Profile, rng: np.random.Generator) -> list[Patch]:
    """Four wheels that stand a little proud of the arches."""
    skin, rubber = _wheel_skin(rng), plain((20, 20, 21), 0.01)
    patches = []
    for axle in profile.axles:
        for side in (-1, 1):
            x = side * (profile.width / 2 - 0.01)
            patches.append(disc((x, axle, profile.wheel), profile.wheel, side, skin))
            tread = tube((x, axle, profile.wheel), (x - side * 0.2, axle, profile.wheel),
                         profile.wheel, rubber, 20)  # fmt: skip
            patches.append(tread)
    return patches


def _wheel_skin(rng: np.random.Generator) -> Canvas:
    skin = Canvas(1.0, 1.0, 110.0, base=(20, 20, 21), base_gloss=0.01)
    tone = int(rng.integers(110, 180))
    metal = (tone, tone, tone + 4)
    skin.ellipse(0.5, 0.5, 0.34, 0.34, (34, 34, 36))
    spokes = int(rng.integers(5, 11))
    for turn in np.linspace(0, 2 * np.pi, spokes, endpoint=False):
        c, s = float(np.cos(turn)), float(np.sin(turn))
        skin.line([(0.5, 0.5), (0.5 + 0.33 * c, 0.5 + 0.33 * s)], metal, 0.06)
    skin.ellipse(0.5, 0.5, 0.09, 0.09, metal, gloss=0.1)
    return skin


def _mirrors(profile: Profile, paint: Colour) -> list[Patch]:
    skin = plain(paint if profile.kind == "car" else (24, 24, 26), 0.045)
    y = profile.windscreen[0][0] + (0.35 if profile.kind != "bus" else 0.0)
    tall = 0.11 if profile.kind == "car" else 0.2
    patches = []
    for side in (-1, 1):
        x = side * (profile.width / 2 + 0.1)
        patches.append(ball((x, y, profile.belt + 0.1), (0.11, 0.07, tall), skin, 6))
    return patches


def _taxi_sign(profile: Profile) -> list[Patch]:
    front = Canvas(0.46, 0.16, 200.0, base=(240, 240, 236))
    front.text(0.23, 0.08, "TAXI", 0.09, (20, 20, 20))
    green = plain((40, 200, 80), 0.05, Lamp.SIGN)
    y, z = profile.roof[1][0] + 0.2, profile.height - 0.01
    return [
        *box((-0.23, y, z), (0.23, y + 0.14, z + 0.17), plain((236, 236, 232)), front=front),
        ball((-0.34, y + 0.07, z + 0.06), (0.05, 0.05, 0.07), green, 5),
    ]


def _light_bar(
    profile: Profile,
) -> tuple[list[Patch], tuple[tuple[float, float, float], ...]]:
    y, z = profile.roof[1][0], profile.height - 0.02
    half = profile.width * 0.36
    blue, base = plain((50, 90, 235), 0.12, Lamp.BEACON), plain((30, 30, 34), 0.05)
    patches = box((-half, y, z), (half, y + 0.28, z + 0.05), base, parts=2)
    for side in (-1, 1):
        x1, x2 = sorted((side * half * 0.34, side * half))
        patches += box((x1, y + 0.02, z + 0.05), (x2, y + 0.26, z + 0.15), blue, parts=2)
    at = tuple((side * half * 0.67, y, z + 0.1) for side in (-1, 1))
    return patches, at


def _lorry(rng: np.random.Generator, paint: Colour) -> Vehicle:
    profile = LORRY_CAB.stretched(
        1.0, float(rng.uniform(0.97, 1.03)), float(rng.uniform(0.96, 1.04))
    )
    livery = Livery()
    patches = body(profile, make_skins(profile, paint, livery, rng)) + _mirrors(profile, paint)
    load = float(rng.uniform(3.6, 4.4))
    patches += _cargo(profile, load, rng)
    longer = replace(profile, axles=(0.75, 1.75 + load * 0.72), length=1.9 + load,
                     plate_rear=(1.93 + load, 0.62))  # fmt: skip
    patches += wheels(longer, rng)
    lamps = replace(longer, rear=((0.0, 0.98), (0.0, 0.6)))
    return _finished("lorry", lamps, patches)


def _cargo(profile: Profile, load: float, rng: np.random.Generator) -> list[Patch]:
    tone = int(rng.integers(190, 236))
    half, y1, y2 = profile.width / 2 + 0.06, 1.85, 1.85 + load
    low, high = 0.85, profile.height + float(rng.uniform(0.2, 0.5))
    side = Canvas(load, high - low, 90.0, base=(tone, tone, tone - 4), base_gloss=0.03)
    words = VAN_LIVERIES[int(rng.integers(2, len(VAN_LIVERIES)))]
    side.text(load / 2, (high - low) * 0.58, words.words[0], 0.34, words.ink, squeeze=0.9)
    tail = Canvas(2 * half, high - low, 90.0, base=(tone - 10,) * 3, base_gloss=0.03)
    for x in (half * 0.02, half, half * 1.98):
        tail.line([(x, 0), (x, high - low)], (90, 90, 92), 0.03)
    front, roof = plain((tone, tone, tone)), plain((tone - 8,) * 3)
    under = Canvas(2 * half, 0.45, 90.0, base=(26, 26, 28))
    for x in (0.12, 2 * half - 0.42):
        under.box(x, 0.12, x + 0.3, 0.3, (190, 24, 24), gloss=0.08, lamp=Lamp.TAIL)
    return [
        sheet(((-half, y1, low), (half, y1, low), (half, y1, high), (-half, y1, high)), front),
        sheet(((half, y2, low), (-half, y2, low), (-half, y2, high), (half, y2, high)), tail),
        sheet(((-half, y2, low), (-half, y1, low), (-half, y1, high), (-half, y2, high)), side, 14),
        sheet(((half, y1, low), (half, y2, low), (half, y2, high), (half, y1, high)), side, 14),
        sheet(((-half, y1, high), (half, y1, high), (half, y2, high), (-half, y2, high)), roof, 14),
        sheet(((half, y2, 0.42), (-half, y2, 0.42), (-half, y2, low), (half, y2, low)), under),
    ]  # fmt: skip
