import cv2
import numpy as np
import pytest

from anpr.recognition.plate_colour import plate_colour
from anpr.types import Box, Image
from tests.anpr.scenes import a_street

BOX = Box(240, 180, 400, 216)
PAINTS = {
    "white": ((240, 242, 240), (25, 25, 25)),
    "yellow": ((30, 190, 240), (25, 25, 25)),
    "blue": ((165, 75, 25), (240, 240, 240)),
    "green": ((70, 130, 25), (240, 240, 240)),
    "red": ((40, 30, 185), (240, 240, 240)),
}
"""Ground and ink, blue first."""


def with_plate(colour: str) -> Image:
    ground, ink = PAINTS[colour]
    street = a_street()
    cv2.rectangle(street, (BOX.x1, BOX.y1), (BOX.x2 - 1, BOX.y2 - 1), ground, -1)
    cv2.rectangle(street, (BOX.x1, BOX.y1), (BOX.x1 + 14, BOX.y2 - 1), (153, 51, 0), -1)
    cv2.putText(street, "1234 BBC", (BOX.x1 + 20, BOX.y2 - 8), 0, 0.9, ink, 3, cv2.LINE_AA)
    return street


def lit(image: Image, blue: float, green: float, red: float) -> Image:
    return np.clip(image * np.array([blue, green, red]), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("colour", PAINTS)
class TestColours:
    def test_by_day(self, colour: str) -> None:
        assert plate_colour(with_plate(colour), BOX) == colour

    def test_in_warm_light_and_in_the_blue_of_dusk(self, colour: str) -> None:
        for cast in ((0.75, 0.9, 1.1), (1.1, 0.9, 0.75), (1.0, 0.75, 1.0)):
            assert plate_colour(lit(with_plate(colour), *cast), BOX) == colour

    def test_at_dusk(self, colour: str) -> None:
        assert plate_colour(lit(with_plate(colour), 0.45, 0.45, 0.45), BOX) == colour

    def test_small_and_blurred(self, colour: str) -> None:
        small = cv2.resize(with_plate(colour), None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
        box = Box(96, 72, 160, 86)
        assert plate_colour(np.asarray(small, np.uint8), box) == colour


class TestNotToBeTold:
    def test_in_infrared_nothing_has_a_colour(self) -> None:
        grey = cv2.cvtColor(with_plate("yellow"), cv2.COLOR_BGR2GRAY)
        assert plate_colour(np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)), BOX) is None

    def test_nor_in_the_dark(self) -> None:
        assert plate_colour(lit(with_plate("white"), 0.08, 0.08, 0.08), BOX) is None

    def test_a_box_of_a_few_pixels_is_no_crash(self) -> None:
        assert plate_colour(with_plate("white"), Box(240, 180, 244, 182)) is None
