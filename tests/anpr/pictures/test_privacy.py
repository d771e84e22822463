import zlib

import cv2
import numpy as np
import pytest

from anpr.pictures.background import SETTLE, SIZE, Background, packed, unpacked
from anpr.pictures.privacy import mask_context
from anpr.types import Box, Image
from tests.anpr.scenes import a_street, noisy

PLATE = Box(280, 260, 360, 280)
OTHER = Box(500, 250, 560, 266)
FACE_IN_WINDSCREEN = Box(300, 140, 330, 175)
BYSTANDER = Box(40, 150, 90, 300)
BONNET = Box(240, 215, 400, 255)


def a_scene() -> Image:
    """A street with fine stripes where somebody or something must (not) be made out."""
    image = a_street()
    for box in (PLATE, OTHER, FACE_IN_WINDSCREEN, BYSTANDER, BONNET):
        image[box.y1 : box.y2, box.x1 : box.x2] = 30
        image[box.y1 : box.y2, box.x1 : box.x2 : 4] = 230
    return image


def detail(image: Image, box: Box) -> float:
    part = image[box.y1 : box.y2, box.x1 : box.x2]
    return float(cv2.Laplacian(part, cv2.CV_32F).var())


def shows(image: Image, box: Box) -> bool:
    return detail(image, box) > 0.5 * detail(a_scene(), box)


def is_hidden(image: Image, box: Box) -> bool:
    return detail(image, box) < 0.01 * detail(a_scene(), box)


class TestMaskContext:
    def test_the_plate_and_the_vehicle_around_it_stay(self) -> None:
        masked = mask_context(a_scene(), PLATE)
        assert shows(masked, PLATE)
        assert shows(masked, BONNET)

    def test_windscreen_and_bystanders_cannot_be_made_out(self) -> None:
        masked = mask_context(a_scene(), PLATE)
        assert is_hidden(masked, FACE_IN_WINDSCREEN)
        assert is_hidden(masked, BYSTANDER)

    def test_other_plates_are_hidden_even_on_the_vehicle_itself(self) -> None:
        near = Box(376, 284, 410, 292)
        scene = a_scene()
        scene[near.y1 : near.y2, near.x1 : near.x2 : 4] = 230
        masked = mask_context(scene, PLATE, [OTHER, near])
        assert is_hidden(masked, OTHER)
        assert detail(masked, near) < 0.01 * detail(scene, near)
        assert shows(masked, PLATE)

    def test_a_box_that_reaches_into_the_own_plate_hides_nothing_of_it(self) -> None:
        beside = Box(PLATE.x2 - 16, PLATE.y1, PLATE.x2 + 64, PLATE.y2)
        masked = mask_context(a_scene(), PLATE, [beside])
        own = slice(PLATE.y1, PLATE.y2), slice(PLATE.x1, PLATE.x2)
        assert np.array_equal(masked[own], a_scene()[own])

    def test_without_a_plate_everything_is_hidden(self) -> None:
        masked = mask_context(a_scene(), None)
        assert all(is_hidden(masked, box) for box in (PLATE, BONNET, BYSTANDER))

    def test_the_original_is_left_alone(self) -> None:
        scene = a_scene()
        mask_context(scene, PLATE)
        assert np.array_equal(scene, a_scene())

    def test_a_plate_at_the_pictures_edge_is_no_problem(self) -> None:
        masked = mask_context(a_scene(), Box(0, 340, 50, 360), [Box(600, 0, 640, 12)])
        assert masked.shape == a_scene().shape


BESIDE = Box(186, 240, 214, 345)
"""A pedestrian who walks past the bumper, inside the rectangle that geometry leaves open."""
VEHICLE = Box(240, 120, 420, 330)


def filled(image: Image, box: Box, tone: int) -> None:
    image[box.y1 : box.y2, box.x1 : box.x2] = tone
    image[box.y1 : box.y2, box.x1 : box.x2 : 4] = 255 - tone


def settled() -> Background:
    background = Background()
    for seed in range(SETTLE + 2):
        background.update(noisy(a_street(), seed))
    return background


def a_passage(*, bystander: bool) -> Image:
    image = a_street()
    image[VEHICLE.y1 : VEHICLE.y2, VEHICLE.x1 : VEHICLE.x2] = (150, 30, 30)
    filled(image, PLATE, 30)
    if bystander:
        filled(image, BESIDE, 20)
    return noisy(image, 99)


class TestBackgroundSubtraction:
    def test_somebody_beside_the_vehicle_is_hidden_where_geometry_alone_would_show_them(
        self,
    ) -> None:
        scene = a_passage(bystander=True)
        seen = detail(scene, BESIDE)
        assert detail(mask_context(scene, PLATE), BESIDE) > 0.5 * seen
        masked = mask_context(scene, PLATE, foreground=settled().foreground(scene))
        assert detail(masked, BESIDE) < 0.05 * seen

    def test_the_vehicle_and_its_plate_stay(self) -> None:
        scene = a_passage(bystander=True)
        masked = mask_context(scene, PLATE, foreground=settled().foreground(scene))
        assert detail(masked, PLATE) > 0.5 * detail(scene, PLATE)
        bumper = Box(250, 285, 400, 325)
        assert np.array_equal(
            masked[bumper.y1 : bumper.y2, bumper.x1 : bumper.x2],
            scene[bumper.y1 : bumper.y2, bumper.x1 : bumper.x2],
        )

    def test_a_street_in_another_light_has_nothing_new(self) -> None:
        darker = (a_street() * 0.8).astype(np.uint8)
        foreground = settled().foreground(darker)
        assert foreground is not None
        assert foreground.mean() < 0.25

    def test_a_vehicle_that_stands_for_a_minute_is_still_new(self) -> None:
        background, scene = settled(), a_passage(bystander=False)
        for _ in range(60):
            background.update(scene)
        foreground = background.foreground(scene)
        assert foreground is not None
        assert foreground[VEHICLE.y1 : VEHICLE.y2, VEHICLE.x1 : VEHICLE.x2].mean() > 0.5

    def test_before_the_background_is_known_geometry_alone_decides(self) -> None:
        assert Background().foreground(a_street()) is None


class TestForegroundOnTheWire:
    def test_it_masks_as_well_after_the_journey(self) -> None:
        scene = a_passage(bystander=True)
        foreground = settled().foreground(scene)
        assert foreground is not None
        content = packed(foreground)
        assert len(content) < 2_000
        travelled = unpacked(content, scene.shape[1], scene.shape[0])
        masked = mask_context(scene, PLATE, foreground=travelled)
        assert detail(masked, BESIDE) < 0.05 * detail(scene, BESIDE)

    @pytest.mark.parametrize(
        "content",
        [b"", b"no deflated bits", zlib.compress(b"short"), zlib.compress(bytes(100_000_000))],
        ids=["empty", "other", "short", "bomb"],
    )
    def test_anything_else_is_refused(self, content: bytes) -> None:
        with pytest.raises(ValueError, match="foreground"):
            unpacked(content, *SIZE)
