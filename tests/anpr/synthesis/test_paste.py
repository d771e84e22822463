"""Plates go into pictures where the box says, and come out without a trace."""

import numpy as np

from anpr.synthesis.paste import PlatePose, paint_over, paste_plate, random_pose, white_level

GREY = np.full((200, 300, 3), 90, np.uint8)


def upright(x1: float, y1: float, x2: float, y2: float) -> PlatePose:
    return PlatePose(np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32))


def test_a_pasted_plate_fills_its_box_and_nothing_else() -> None:
    image = GREY.copy()
    paste_plate(image, np.full((110, 520, 3), 255, np.uint8), upright(100, 50, 204, 72))

    changed = np.argwhere((image != 90).any(axis=2))
    assert changed.min(axis=0).tolist() == [50, 100]
    assert changed.max(axis=0).tolist() == [71, 203]


def test_the_plates_white_becomes_the_white_of_the_picture() -> None:
    image = GREY.copy()
    plate = np.full((110, 520, 3), 255, np.uint8)
    paste_plate(image, plate, upright(100, 50, 204, 72), white=np.array([60.0, 30.0, 120.0]))

    assert image[60, 150].tolist() == [60, 30, 120]


def test_white_level_is_the_ground_and_not_the_characters() -> None:
    image = GREY.copy()
    image[50:72, 100:204] = (180, 190, 200)
    image[55:67, 120:180] = 15

    level = white_level(image, (100, 50, 204, 72))

    assert np.allclose(level, np.array([180, 190, 200]) * 1.03, atol=3)


def test_a_plate_painted_over_is_gone() -> None:
    image = GREY.copy()
    image[50:72, 100:204] = 250
    paint_over(image, (100, 50, 204, 72), np.random.default_rng(1))

    assert image[45:80, 95:210].max() < 110


def test_a_plate_at_the_edge_does_no_harm() -> None:
    image = GREY.copy()
    paste_plate(image, np.full((110, 520, 3), 255, np.uint8), upright(280, 190, 380, 212))
    paint_over(image, (-40, -20, 1, 1), np.random.default_rng(1))

    assert image[195, 290].tolist() == [255, 255, 255]
    assert image[100, 100].tolist() == [90, 90, 90]


def test_poses_keep_the_size_and_place_they_were_asked_for() -> None:
    rng = np.random.default_rng(2)
    boxes = np.array([random_pose((300, 200), 104, 22, rng).box for _ in range(300)])
    widths, middles = boxes[:, 2] - boxes[:, 0], boxes.reshape(-1, 2, 2).mean(axis=1)

    assert 85 < np.median(widths) <= 108
    assert abs(np.median(middles, axis=0) - (300, 200)).max() < 3
