"""Rendered scenes label exactly the plates that can be seen.

Each scene is rendered twice from one seed, with plates of two colours: where the pictures differ,
there is a plate.
"""

from functools import cache

import numpy as np

from anpr.synthesis.scenes import FlatPlate, PlateSource, Scene, render_scene


@cache
def plain(*colour: int) -> PlateSource:
    plate = FlatPlate(np.full((110, 520, 3), colour, np.uint8), 520.0, 110.0)
    return lambda _rng: plate


@cache
def rendered(seed: int, source: PlateSource) -> Scene:
    return render_scene(np.random.default_rng(seed), source, width=384, height=256)


def scene_and_plate_pixels(seed: int) -> tuple[Scene, np.ndarray]:
    scene, other = rendered(seed, plain(255, 255, 255)), rendered(seed, plain(0, 0, 0))
    return scene, (scene.image.astype(int) - other.image).max(axis=2) > 25


def test_the_same_seed_renders_the_same_scene() -> None:
    first, second = (render_scene(np.random.default_rng(9), plain(200, 0, 0)) for _ in range(2))

    assert np.array_equal(first.image, second.image)
    assert first.plates == second.plates


def test_every_box_is_filled_by_its_plate() -> None:
    for seed in range(6):
        scene, plate = scene_and_plate_pixels(seed)
        for x1, y1, x2, y2 in scene.plates:
            if x2 - x1 >= 14:
                assert plate[round(y1) : round(y2), round(x1) : round(x2)].mean() > 0.4


def test_no_whole_plate_is_left_without_a_box() -> None:
    for seed in range(6):
        scene, plate = scene_and_plate_pixels(seed)
        labelled = int(plate.sum())
        for x1, y1, x2, y2 in scene.plates:
            plate[int(y1) - 2 : int(y2) + 3, int(x1) - 2 : int(x2) + 3] = False
        # What is left was cut by the picture's edge or hidden by a nearer vehicle.
        assert plate.sum() <= max(60, 0.3 * labelled)


def test_scenes_hold_near_and_far_vehicles_and_some_hold_none() -> None:
    many = [rendered(seed, plain(255, 255, 255)) for seed in range(20)]
    widths = [x2 - x1 for scene in many for x1, _, x2, _ in scene.plates]

    assert min(widths) < 25 < 60 < max(widths)
    assert any(not scene.plates for scene in many)
