import numpy as np
import pytest

from anpr.recognition.rectification import crop_plate
from anpr.types import Box, Image

RAMP: Image = np.broadcast_to(
    np.linspace(0, 255, 400, dtype=np.uint8)[None, :, None], (200, 400, 3)
).copy()


class TestCropPlate:
    def test_a_crop_is_wider_and_higher_than_its_box(self) -> None:
        crop = crop_plate(RAMP, Box(100, 80, 200, 110))
        assert 104 <= crop.shape[1] <= 112
        assert 32 <= crop.shape[0] <= 36

    @pytest.mark.parametrize(
        "box",
        [Box(0, 0, 30, 10), Box(370, 190, 400, 200), Box(0, 0, 400, 200), Box(399, 0, 400, 1)],
    )
    def test_at_the_edge_it_stays_within_the_picture_and_is_never_empty(self, box: Box) -> None:
        crop = crop_plate(RAMP, box)
        assert crop.size > 0
        assert crop.shape[0] <= 200
        assert crop.shape[1] <= 400

    def test_a_flat_crop_is_stretched(self) -> None:
        fog = (100 + RAMP // 12).astype(np.uint8)
        crop = crop_plate(fog, Box(0, 0, 400, 200))
        assert np.ptp(crop) > 4 * np.ptp(fog)

    def test_a_good_crop_is_left_as_it_is(self) -> None:
        crop = crop_plate(RAMP, Box(0, 0, 400, 200))
        assert np.array_equal(crop, RAMP)

    def test_a_crop_of_one_tone_is_not_blown_up_into_noise(self) -> None:
        flat = np.full((40, 100, 3), 90, np.uint8)
        assert np.array_equal(crop_plate(flat, Box(0, 0, 100, 40)), flat)
