import cv2
import numpy as np
import pytest

from anpr.recognition.recogniser import Recognition
from anpr.recognition.second_look import fuse, slant, turned, with_room
from anpr.types import Box, Image
from tests.anpr.builders import ALPHABET, slots_of, tokens_of


def text_of(recognition: Recognition) -> str:
    return "".join(ALPHABET[i] for i in recognition.slots.argmax(axis=1)).replace("_", "")


def a_plate(width: int = 260, height: int = 60, ground: int = 235, ink: int = 20) -> Image:
    plate = np.full((height, width, 3), ground, np.uint8)
    cv2.putText(plate, "1234 BBC", (12, height - 16), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (ink,) * 3, 4)
    return plate


def on_a_street(plate: Image) -> tuple[Image, Box]:
    street = np.full((300, 500, 3), 110, np.uint8)
    height, width = plate.shape[:2]
    street[100 : 100 + height, 120 : 120 + width] = plate
    return street, Box(120, 100, 120 + width, 100 + height)


class TestFusing:
    def test_a_single_look_stays_as_it_is(self) -> None:
        look = Recognition(slots_of("1234BBC"), {"ES": 0.9})
        assert fuse([look]) is look

    def test_two_looks_outvote_a_third(self) -> None:
        looks = [Recognition(slots_of(text)) for text in ("1234BBC", "1284BBC", "1234BBC")]
        assert text_of(fuse(looks)) == "1234BBC"

    def test_looks_that_agree_are_surer_together_but_not_without_end(self) -> None:
        one = Recognition(slots_of("1234BBC", 0.8))
        two, ten = fuse([one] * 2).slots.max(axis=1), fuse([one] * 10).slots.max(axis=1)
        assert np.all(two > 0.85)
        assert np.allclose(two, ten)

    def test_what_each_look_showed_where_is_kept(self) -> None:
        shown = [tokens_of("1234BBC"), tokens_of("1284BBC")]
        looks = [Recognition(slots_of("1234BBC"), {}, (one,)) for one in shown]
        kept = fuse(looks).sights
        assert [one is shown[i] for i, one in enumerate(kept)] == [True, True]

    def test_countries_are_averaged(self) -> None:
        looks = [Recognition(slots_of("AB123CD"), c) for c in ({"IT": 0.8}, {"FR": 0.6})]
        assert fuse(looks).countries == pytest.approx({"IT": 0.4, "FR": 0.3})


class TestWaysToLook:
    def test_either_end_gets_more_room(self) -> None:
        street, box = on_a_street(a_plate())
        left, right = with_room(street, box)
        assert left.shape == right.shape
        assert left.shape[1] > 1.1 * box.width
        assert not np.array_equal(left, right)

    def test_a_plate_that_hangs_level_is_turned_either_way(self) -> None:
        street, box = on_a_street(a_plate())
        assert len(turned(street, box, a_plate())) == 2

    def test_a_plate_that_hangs_aslant_is_set_upright(self) -> None:
        street, box = on_a_street(a_plate())
        shear = np.array([[1, 0, 0], [0.12, 1, -0.12 * 250]], np.float32)
        fallen = cv2.warpAffine(street, shear, (500, 300), borderMode=cv2.BORDER_REPLICATE)
        hanging = Box(box.x1, box.y1 - 18, box.x2, box.y2 + 18)
        first = np.asarray(fallen[hanging.y1 : hanging.y2, hanging.x1 : hanging.x2], np.uint8)
        (upright,) = turned(np.asarray(fallen, np.uint8), hanging, first)
        assert abs(slant(upright)) < abs(slant(first)) / 2

    @pytest.mark.parametrize("box", [Box(0, 0, 60, 20), Box(440, 280, 500, 300), Box(0, 0, 9, 2)])
    def test_at_the_pictures_edge_too(self, box: Box) -> None:
        street, _ = on_a_street(a_plate())
        crop = street[box.y1 : box.y2, box.x1 : box.x2]
        assert all(c.size > 0 for c in (*with_room(street, box), *turned(street, box, crop)))


class TestSlant:
    @pytest.mark.parametrize("slope", [-0.12, 0.0, 0.12])
    def test_it_is_told_within_two_degrees(self, slope: float) -> None:
        street, box = on_a_street(a_plate())
        shear = np.array([[1, 0, 0], [slope, 1, -slope * 250]], np.float32)
        fallen = cv2.warpAffine(street, shear, (500, 300), borderMode=cv2.BORDER_REPLICATE)
        reach = 18
        crop = fallen[box.y1 - reach : box.y2 + reach, box.x1 : box.x2]
        assert slant(np.asarray(crop, np.uint8)) == pytest.approx(slope, abs=0.035)
