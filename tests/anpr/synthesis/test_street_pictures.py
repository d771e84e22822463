"""Whole pictures of rendered streets."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.synthesis.plates import render_plate
from anpr.synthesis.street import sensor
from anpr.synthesis.street.actor import Actor
from anpr.synthesis.street.camera import Camera
from anpr.synthesis.street.clip import pictures
from anpr.synthesis.street.frame import compose
from anpr.synthesis.street.looks import LOOKS, look
from anpr.synthesis.street.place import Backdrop, Street, backdrop, make_street
from anpr.synthesis.street.plate_source import flat, plate_of
from anpr.synthesis.street.random_frames import street_frame, visible_plates
from anpr.synthesis.street.scenario import load_scenario
from anpr.synthesis.street.vehicles import make_vehicle
from core.errors import InvalidInput

FOLDER = Path(__file__).resolve().parents[3] / "sample_footage"


@pytest.fixture(scope="module")
def street() -> Street:
    camera = Camera(-2.0, 3.0, 8.0, 9.0, focal=780, width=640, height_px=360)
    return make_street(3, camera, end=24.0)


@pytest.fixture(scope="module")
def empty(street: Street) -> Backdrop:
    return backdrop(street, look("day").light, finer=1)


def _parked(towards: bool, y: float = 8.0, text: str = "4821KDM") -> Actor:
    plate = flat(render_plate(text, "es_current", np.random.default_rng(1)))
    return Actor(make_vehicle("saloon", np.random.default_rng(4)), plate, 0.0, y, towards)


@pytest.mark.parametrize("towards", [True, False])
def test_a_plate_reads_in_the_picture_as_it_was_drawn(
    street: Street, empty: Backdrop, towards: bool
) -> None:
    actor = _parked(towards)
    light, shown = compose(street, empty, look("day").light, [actor])
    picture = sensor.developed(light, look("day").sensor, np.random.default_rng(0))
    h, w = actor.plate.image.shape[:2]
    square_on = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    matrix = cv2.getPerspectiveTransform(shown[0].corners.astype(np.float32), square_on)
    seen = cv2.cvtColor(cv2.warpPerspective(picture, matrix, (w, h)), cv2.COLOR_BGR2GRAY)
    drawn = cv2.cvtColor(actor.plate.image, cv2.COLOR_RGB2GRAY)
    drawn = cv2.GaussianBlur(drawn, (0, 0), 0.6 * w / np.ptp(shown[0].corners[:, 0]))
    inner = np.s_[h // 6 : -h // 6, w // 10 : -w // 20]
    likeness = np.corrcoef(seen[inner].ravel(), drawn[inner].ravel())[0, 1]
    mirrored = np.corrcoef(seen[inner][:, ::-1].ravel(), drawn[inner].ravel())[0, 1]
    assert likeness > 0.7
    assert mirrored < likeness - 0.3


def test_the_same_moment_gives_the_same_picture(street: Street, empty: Backdrop) -> None:
    one, other = (compose(street, empty, look("day").light, [_parked(True)])[0] for _ in range(2))
    assert np.array_equal(one, other)


def test_a_vehicle_darkens_the_ground_under_it(street: Street, empty: Backdrop) -> None:
    light, _ = compose(street, empty, look("day").light, [_parked(False)])
    spot, _ = street.camera.project(np.array([[0.0, 7.95, 0.0]], np.float32))
    x, y = (int(v) for v in spot[0])
    assert light[y, x].mean() < 0.7 * empty.lit[y, x].mean()


def test_a_plate_behind_another_vehicle_is_not_listed(street: Street, empty: Backdrop) -> None:
    near, far = _parked(True, 7.0, "1111BBB"), _parked(True, 13.0, "2222CCC")
    _, shown = compose(street, empty, look("day").light, [near, far])
    assert [text for _, text in visible_plates(shown, 640, 360)] == ["1111BBB"]
    _, shown = compose(street, empty, look("day").light, [far])
    assert [text for _, text in visible_plates(shown, 640, 360)] == ["2222CCC"]


@pytest.mark.parametrize("name", LOOKS)
def test_every_look_shows_more_than_darkness_or_white(street: Street, name: str) -> None:
    mood = look(name)
    lit = backdrop(street, mood.light, finer=1).lit
    picture = sensor.developed(lit, mood.sensor, np.random.default_rng(0))
    assert 10 < picture.mean() < 200
    assert picture.std() > 6


def test_infrared_has_no_colour_and_plates_that_shine(street: Street) -> None:
    mood = look("night-infrared")
    empty = backdrop(street, mood.light, finer=1)
    light, shown = compose(street, empty, mood.light, [_parked(True)])
    picture = sensor.developed(light, mood.sensor, np.random.default_rng(0))
    assert np.array_equal(picture[..., 0], picture[..., 2])
    (x1, y1), (x2, y2) = shown[0].corners.min(0).astype(int), shown[0].corners.max(0).astype(int)
    assert np.quantile(picture[y1:y2, x1:x2], 0.9) > 3 * np.median(picture)


def test_mud_hides_the_characters_and_not_the_plate() -> None:
    clean, dirty = (
        plate_of("1234BCD", "es_current"),
        plate_of("1234BCD", "es_current", readable=False),
    )
    assert clean.dirt is None
    assert dirty.dirt is not None
    h, w = dirty.dirt.shape
    assert dirty.dirt[h // 4 : -h // 4, w // 4 : -w // 12].mean() > 0.9
    assert dirty.dirt[: h // 20].mean() < 0.5


def test_a_random_picture_boxes_its_plates_within_itself() -> None:
    picture, plates = street_frame(np.random.default_rng(12), 320, 180)
    assert picture.shape == (180, 320, 3)
    for (x1, y1, x2, y2), text in plates:
        assert 0 <= x1 < x2 <= 320
        assert 0 <= y1 < y2 <= 180
        assert text.isalnum()


def test_a_scenario_with_a_mistake_names_its_place(tmp_path: Path) -> None:
    text = (FOLDER / "scenario.toml").read_text(encoding="utf-8")
    broken = tmp_path / "scenario.toml"
    broken.write_text(text.replace('why = "Ambulance."', "wy = 1"), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"clip\.\d+\.vehicle\.\d+"):
        load_scenario(broken)


@pytest.mark.slow
def test_rendering_again_gives_the_shipped_pictures() -> None:
    scenario = load_scenario(FOLDER / "scenario.toml")
    clip = next(clip for clip in scenario.clip if clip.look == "night-infrared")
    fresh = next(iter(pictures(scenario, clip, only=range(0, 1))))
    shipped = cv2.VideoCapture(str(FOLDER / clip.file)).read()[1]
    assert np.abs(fresh.astype(float) - shipped).mean() < 4
