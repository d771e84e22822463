"""Light and weather change how a picture looks and never where things are."""

import numpy as np
import pytest

from anpr.synthesis import lighting

BOX = (60.0, 40.0, 100.0, 50.0)


def picture() -> np.ndarray:
    image = np.full((96, 160, 3), 120, np.uint8)
    image[40:50, 60:100] = 240
    return image


@pytest.mark.parametrize("seed", range(25))
def test_any_mixture_keeps_shape_and_type(seed: int) -> None:
    changed = lighting.vary(picture(), [BOX], np.random.default_rng(seed))

    assert changed.shape == (96, 160, 3)
    assert changed.dtype == np.uint8


def test_the_same_seed_gives_the_same_light() -> None:
    first, second = (lighting.vary(picture(), [BOX], np.random.default_rng(4)) for _ in range(2))

    assert np.array_equal(first, second)


def test_under_infrared_the_plate_outshines_a_grey_picture() -> None:
    changed = lighting.infrared(picture(), [BOX], np.random.default_rng(3)).astype(int)

    assert np.ptp(changed, axis=2).max() == 0
    assert changed[45, 80, 0] > 2 * changed[10, 10, 0]


def test_night_is_dark_away_from_lamps_and_plates() -> None:
    dark = [lighting.night(picture(), [BOX], np.random.default_rng(i))[80, 20] for i in range(20)]

    assert np.median(dark) < 60


def test_glare_drowns_the_plate_and_spares_the_far_corner() -> None:
    image = picture()
    x1, y1, x2, y2 = (int(edge) for edge in BOX)
    image[y1:y2, x1:x2:2] = 20
    contrast = [
        float(lighting.glare(image, [BOX], np.random.default_rng(seed))[y1:y2, x1:x2].std())
        for seed in range(20)
    ]

    assert np.median(contrast) < 0.8 * image[y1:y2, x1:x2].std()
    assert np.abs(lighting.glare(image, [BOX], np.random.default_rng(1))[:4, :4].astype(int)
                  - image[:4, :4]).max() <= 3  # fmt: skip
