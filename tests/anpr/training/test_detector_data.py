"""Training tiles: boxes follow the pixels, and doubtful plates are left out of judgement."""

import numpy as np

from anpr.synthesis.scenes import FlatPlate, Scene
from anpr.training.detector_data import Tile, captioned, cut_tile
from anpr.training.detector_scenes import close_up, mirrored, repainted

GREEN = (0, 255, 0)


def scene_with_plate(box: tuple[int, int, int, int] = (300, 200, 400, 222)) -> Scene:
    image = np.full((480, 640, 3), 60, np.uint8)
    x1, y1, x2, y2 = box
    image[y1:y2, x1:x2] = GREEN
    return Scene(image, [tuple(float(v) for v in box)])


def green_box(image: np.ndarray) -> np.ndarray:
    places = np.argwhere(image[..., 1].astype(int) > image[..., 2].astype(int) + 90)
    (y1, x1), (y2, x2) = places.min(axis=0), places.max(axis=0) + 1
    return np.array([x1, y1, x2, y2])


def test_boxes_follow_the_plate_at_every_scale() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        tile = cut_tile(scene_with_plate(), 256, rng)
        for box in tile.plates:
            assert np.abs(green_box(tile.image) - box).max() <= 2.5


def test_plates_are_shown_at_many_sizes() -> None:
    rng = np.random.default_rng(2)
    tiles = [cut_tile(scene_with_plate(), 256, rng) for _ in range(200)]
    widths = [box[2] - box[0] for tile in tiles for box in tile.plates]

    assert min(widths) < 30 and max(widths) > 180


def test_a_plate_too_small_to_judge_is_ignored() -> None:
    small = scene_with_plate((300, 200, 306, 202))
    rng = np.random.default_rng(3)
    tiles = [cut_tile(Scene(small.image, [(20.0, 20.0, 120.0, 45.0), *small.plates]), 256, rng)
             for _ in range(50)]  # fmt: skip

    for tile in tiles:
        assert all(box[2] - box[0] >= 9 for box in tile.plates)
    assert any(tile.ignored for tile in tiles)


def test_a_mirrored_scene_moves_its_boxes() -> None:
    rng = np.random.default_rng(4)
    flipped = next(s for s in (mirrored(scene_with_plate(), rng) for _ in range(20))
                   if s.plates != scene_with_plate().plates)  # fmt: skip

    assert flipped.plates == [(240.0, 200.0, 340.0, 222.0)]
    assert green_box(flipped.image).tolist() == [240, 200, 340, 222]


def test_a_repainted_scene_shows_the_new_plate_where_the_old_one_was() -> None:
    red = FlatPlate(np.full((110, 520, 3), (0, 0, 255), np.uint8), 520.0, 110.0)
    new = repainted(scene_with_plate(), lambda _: red, np.random.default_rng(5), keep=True)

    x1, y1, x2, y2 = new.plates[0]
    assert abs((x1 + x2) / 2 - 350) < 3 and abs((y1 + y2) / 2 - 211) < 3
    assert new.image[211, 350].tolist() != list(GREEN)


def test_a_near_plate_fills_the_picture_and_is_boxed() -> None:
    red = FlatPlate(np.full((110, 520, 3), (0, 0, 255), np.uint8), 520.0, 110.0)
    rng = np.random.default_rng(8)
    for _ in range(20):
        near = close_up(scene_with_plate(), lambda _: red, rng)
        x1, y1, x2, y2 = near.plates[0]
        side = near.image.shape[0]

        assert x2 - x1 > 0.33 * side
        assert near.image[round((y1 + y2) / 2), round((x1 + x2) / 2)].argmax() == 2


def test_a_scene_without_a_plate_worth_nearing_stays_what_it_is() -> None:
    far = scene_with_plate((300, 200, 316, 204))

    assert close_up(far, lambda _: None, np.random.default_rng(9)) is far  # type: ignore[arg-type,return-value]


def test_half_of_the_tiles_are_turned_and_their_boxes_with_them() -> None:
    rng = np.random.default_rng(10)
    tiles = [cut_tile(scene_with_plate(), 256, rng) for _ in range(100)]
    ratios = [(b[3] - b[1]) / (b[2] - b[0]) for t in tiles for b in t.plates if b[2] - b[0] > 60]

    assert 0.2 < np.mean([ratio > 22 / 100 * 1.25 for ratio in ratios]) < 0.7


def test_a_removed_plate_leaves_nothing_to_find() -> None:
    bare = repainted(scene_with_plate(), lambda _: None, np.random.default_rng(6), keep=False)  # type: ignore[arg-type,return-value]

    assert bare.plates == []
    assert int(bare.image[190:232, 290:410, 1].max()) < 100


def test_a_plate_below_a_burnt_in_clock_counts_no_more() -> None:
    tile = Tile(np.zeros((256, 256, 3), np.uint8), [(0.0, 0.0, 256.0, 256.0)], [])

    marked = captioned(tile, np.random.default_rng(7))

    assert marked.plates == []
    assert marked.ignored == [(0.0, 0.0, 256.0, 256.0)]
    assert tile.image.max() == 0
