"""Another plate in a real one's place keeps the photo's light, and nothing of the old text."""

import numpy as np
import pytest

from anpr.synthesis import plates
from anpr.training import recogniser_repaint as repaint
from anpr.training.recogniser_repaint import light_fields, repainted

CONTEXT = 0.25


def region(light: tuple[float, float, float] = (1, 1, 1), text: str = "B 123 ABC") -> np.ndarray:
    """A Romanian plate of 156 x 33 pixels with its surroundings, in coloured light."""
    rng = np.random.default_rng(1)
    plate = plates.render_plate(text, "ro_bucharest", rng, px_per_mm=0.3).rgb
    height, width = plate.shape[:2]
    dx, dy = round(width * CONTEXT), round(height * CONTEXT)
    picture = np.full((height + 2 * dy, width + 2 * dx, 3), 40, np.uint8)
    picture[dy : dy + height, dx : dx + width] = plate
    return (picture * np.array(light)).astype(np.uint8)


def middle(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    return picture[height // 3 : 2 * height // 3, width // 4 : 3 * width // 4].astype(float)


def test_the_new_plate_stands_in_the_photos_light() -> None:
    pink = region((1.0, 0.5, 0.7))
    drawn = [repainted(pink, CONTEXT, np.random.default_rng(n))[0] for n in range(12)]
    bright = np.median([np.quantile(middle(d), 0.9, axis=(0, 1)) for d in drawn], axis=0)

    assert bright[1] / bright[0] == pytest.approx(0.5, abs=0.12)
    assert bright[2] / bright[0] == pytest.approx(0.7, abs=0.12)


def test_beside_the_plate_the_photo_stays() -> None:
    before = region()
    after, _, _ = repainted(before, CONTEXT, np.random.default_rng(3))

    assert np.abs(after[:3].astype(float) - before[:3]).mean() < 6
    assert after.shape == before.shape


def test_what_it_says_is_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = plates.render_plate("CJ 77 XYZ", "ro_county", np.random.default_rng(2))
    monkeypatch.setattr(repaint.plates, "random_plate", lambda *_, **__: chosen)
    _, text, country = repainted(region(), CONTEXT, np.random.default_rng(4))

    assert (text, country) == ("CJ77XYZ", "RO")


def test_the_fields_know_nothing_of_the_characters() -> None:
    white, paint = light_fields(region(), CONTEXT)
    other_white, other_paint = light_fields(region(text="B 999 MWM"), CONTEXT)

    assert np.abs(middle(white) - middle(other_white)).mean() < 12
    assert np.abs(middle(paint) - middle(other_paint)).mean() < 12
    assert (middle(white) - middle(paint)).mean() > 100


def test_a_bleached_plate_stays_legible() -> None:
    pale = np.clip(region().astype(int) // 40 + 240, 0, 255).astype(np.uint8)
    seen = middle(repainted(pale, CONTEXT, np.random.default_rng(5))[0])

    assert np.quantile(seen, 0.95) - np.quantile(seen, 0.05) > 12


def test_one_row_stands_in_a_long_box_and_two_in_a_short_one() -> None:
    rng = np.random.default_rng(0)
    long, short = repaint._of_shape(4.5, rng), repaint._of_shape(1.4, rng)
    for one in plates.catalogue.FORMATS.values():
        if not one.light_on_dark:
            assert long(one) == (one.rows == 1)
            assert short(one) == (one.rows > 1)
