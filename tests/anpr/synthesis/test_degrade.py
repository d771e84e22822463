"""Degraded crops keep what makes them readable and lose what cameras lose."""

import numpy as np
import pytest

from anpr.synthesis import degrade, weathering
from anpr.synthesis.plates import render_plate

PLATE = render_plate("1234 BCD", "es_current", np.random.default_rng(2)).image


def contrast(picture: np.ndarray) -> float:
    grey = picture.astype(float).mean(axis=2)
    return float(np.percentile(grey, 95) - np.percentile(grey, 5))


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_crops_are_rgb_and_wide_enough_to_read(strength: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(30):
        crop = degrade.degrade(PLATE, rng, strength)
        assert crop.dtype == np.uint8
        assert crop.shape[2] == 3
        assert crop.shape[1] >= degrade.MINIMUM_WIDTH * 0.5
        assert crop.shape[0] >= 10


def test_a_stronger_degradation_leaves_less_contrast_and_fewer_pixels() -> None:
    def measured(strength: float) -> tuple[float, float]:
        rng = np.random.default_rng(8)
        crops = [degrade.degrade(PLATE, rng, strength) for _ in range(80)]
        return (
            float(np.mean([contrast(c) for c in crops])),
            float(np.median([c.shape[1] for c in crops])),
        )

    (fine_contrast, fine_width), (poor_contrast, poor_width) = measured(0.05), measured(1.0)
    assert poor_contrast < fine_contrast * 0.85
    assert poor_width < fine_width * 0.8


def test_some_crops_are_grey_as_under_infrared_and_some_are_pink() -> None:
    rng = np.random.default_rng(3)
    means = [degrade.colour_cast(PLATE[:, :, :3], rng, 0.5).mean(axis=(0, 1)) for _ in range(200)]

    grey = sum(float(np.ptp(m)) < 4 for m in means)
    pink = sum(m[0] > 1.2 * m[1] and m[2] > m[1] for m in means)
    assert grey > 15
    assert pink > 15


def test_soiling_leaves_the_outline_alone() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        soiled = degrade.soil(PLATE, rng, 1.0)
        assert (soiled[:, :, 3] == PLATE[:, :, 3]).all()


def test_a_dealer_frame_surrounds_the_plate() -> None:
    framed = weathering.dealer_frame(PLATE, np.random.default_rng(5))

    height, width = PLATE.shape[:2]
    assert framed.shape[0] > height
    assert framed.shape[1] > width
    assert (framed[:, :, 3] == 255).all()


def test_in_a_dealer_frame_the_plate_stands_one_rim_in() -> None:
    held, rim = weathering.framed(PLATE, np.random.default_rng(5))

    inside = held[rim : rim + PLATE.shape[0], rim : rim + PLATE.shape[1], :3].astype(int)
    middle = slice(20, -20)
    assert (inside[middle, middle] == PLATE[middle, middle, :3]).all()


def test_headlights_thin_the_strokes() -> None:
    """Light bleeds from the shining foil over the ink; blur alone leaves as much ink."""
    grey = PLATE[:, 60:-10, :3].mean(axis=2)
    ink = [
        (degrade.overexposed(PLATE[:, :, :3], np.random.default_rng(seed), 0.5)[:, 60:-10]
         .mean(axis=2) < 128).mean()
        for seed in range(20)
    ]  # fmt: skip
    assert np.median(ink) < 0.85 * (grey < 128).mean()


def test_the_homography_leads_from_the_plate_into_the_crop() -> None:
    spotted = PLATE.copy()
    spotted[40:70, 300:330, :3] = (255, 0, 0)
    for seed in range(10):
        crop, matrix = degrade.photographed(spotted, np.random.default_rng(seed), 0.0)
        without, _ = degrade.photographed(PLATE, np.random.default_rng(seed), 0.0)
        x, y, w = matrix @ (315, 55, 1)
        changed = np.abs(crop.astype(int) - without).max(axis=2)
        rows, columns = np.nonzero(changed > 0.5 * changed.max())
        assert abs(np.median(columns) - x / w) < 5
        assert abs(np.median(rows) - y / w) < 5


def test_the_same_seed_degrades_alike() -> None:
    first, second = (degrade.degrade(PLATE, np.random.default_rng(6), 0.7) for _ in range(2))
    assert (first == second).all()
