"""Camera, movement and surfaces of rendered streets."""

import itertools

import numpy as np
import pytest

from anpr.synthesis.street.actor import Actor, FlatPlate
from anpr.synthesis.street.camera import Camera
from anpr.synthesis.street.canvas import Canvas
from anpr.synthesis.street.frame import plate_in_picture
from anpr.synthesis.street.light import Canyon, Light, sunlit
from anpr.synthesis.street.mesh import build, rasterise
from anpr.synthesis.street.motion import moment_of
from anpr.synthesis.street.profiles import PROFILES
from anpr.synthesis.street.scenario import READING_DISTANCE, FilmedVehicle
from anpr.synthesis.street.solids import plain, sheet
from anpr.synthesis.street.vehicles import KINDS, make_vehicle

CAMERA = Camera(x=-2.0, height=3.0, yaw_deg=8.0, pitch_deg=9.0, focal=400, width=320, height_px=180)


def a_plate(width_mm: float = 520, height_mm: float = 110) -> FlatPlate:
    return FlatPlate("1234BCD", np.full((110, 520, 3), 230, np.uint8), width_mm, height_mm)


def a_passage(**changes: object) -> FilmedVehicle:
    facts = {"plate": "1234BCD", "kind": "saloon", "at": 2.0, "why": "-", "expect": ("a", "b")}
    return FilmedVehicle.model_validate(facts | changes)


def test_a_point_on_a_pixels_ray_is_projected_onto_that_pixel() -> None:
    ray = CAMERA.rays(CAMERA.whole)[40, 250]
    pixel, _ = CAMERA.project((CAMERA.position + 12.0 * ray)[None])
    assert pixel[0] == pytest.approx([250.5, 40.5], abs=0.01)


def test_more_pixels_show_the_same_view() -> None:
    point = np.array([[0.5, 11.0, 0.4]], np.float32)
    coarse, _ = CAMERA.project(point)
    fine, _ = CAMERA.scaled(3).project(point)
    assert fine == pytest.approx(3 * coarse, abs=0.01)


@pytest.mark.parametrize("towards", [True, False])
def test_a_vehicle_is_at_the_reading_distance_at_its_time(towards: bool) -> None:
    now = moment_of(a_passage(), 2.0, towards)
    assert now is not None
    assert now.y == pytest.approx(READING_DISTANCE)
    assert (now.speed < 0) == towards


def test_a_vehicle_that_backs_out_comes_to_rest_and_goes_back() -> None:
    turning = a_passage(path=((0.0, 27.0), (3.5, 10.0), (5.3, 10.0), (11.0, 27.0)))
    places = [m.y if (m := moment_of(turning, t / 8, True)) else None for t in range(100)]
    seen = [y for y in places if y is not None]
    nearest = int(np.argmin(seen))
    assert min(seen) == pytest.approx(10.0, abs=0.05)
    assert all(a >= b for a, b in itertools.pairwise(seen[: nearest + 1]))
    assert seen[-1] > 20
    assert max(abs(np.diff(seen))) < 1.2


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"motorcycle"}))
@pytest.mark.parametrize("towards", [True, False])
def test_a_plate_is_seen_upright_and_from_left_to_right(kind: str, towards: bool) -> None:
    vehicle = make_vehicle(kind, np.random.default_rng(2))
    corners = plate_in_picture(CAMERA, Actor(vehicle, a_plate(), 0.0, 9.0, towards))
    top_left, top_right, low_right, low_left = corners
    assert top_left[0] < top_right[0]
    assert low_left[0] < low_right[0]
    assert top_left[1] < low_left[1]


def test_a_motorcycle_has_no_plate_in_front() -> None:
    vehicle = make_vehicle("motorcycle", np.random.default_rng(2))
    assert not len(plate_in_picture(CAMERA, Actor(vehicle, a_plate(220, 160), 0.0, 9.0, True)))
    assert len(plate_in_picture(CAMERA, Actor(vehicle, a_plate(220, 160), 0.0, 9.0, False)))


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_bodys_lines_join_end_to_end(name: str) -> None:
    profile = PROFILES[name]
    lines = [profile.front, profile.bonnet, profile.windscreen, profile.roof,
             profile.rear_window, profile.rear]  # fmt: skip
    for one, following in itertools.pairwise(lines):
        assert one[-1] == following[0]


def test_a_body_is_as_long_and_wide_as_its_profile_says() -> None:
    vehicle = make_vehicle("saloon", np.random.default_rng(5))
    points = vehicle.model.corners.reshape(-1, 3)
    body = points[np.abs(points[:, 0]) < vehicle.width / 2 + 0.01]
    assert np.ptp(body[:, 1]) == pytest.approx(vehicle.length, abs=0.25)
    assert np.ptp(points[:, 0]) < vehicle.width + 0.5


def test_an_unknown_kind_of_vehicle_is_named() -> None:
    with pytest.raises(ValueError, match="'hovercraft'"):
        make_vehicle("hovercraft", np.random.default_rng(0))


def _wall(y: float, skin: Canvas, half: float) -> object:
    return sheet(((-half, y, 0), (half, y, 0), (half, y, 3), (-half, y, 3)), skin)


def test_what_is_nearer_hides_what_is_behind() -> None:
    red, blue = plain((255, 0, 0)), plain((0, 0, 255))
    model = build([_wall(8.0, red, 1.0), _wall(14.0, blue, 6.0)])
    found = rasterise(model, CAMERA, CAMERA.whole)
    assert found is not None
    covered, surface = found
    picture = np.zeros((*covered.shape, 3), np.float32)
    picture[covered] = surface.colour
    (u, v), _ = (a[0] for a in CAMERA.project(np.array([[0.0, 8.0, 1.0]], np.float32)))
    assert picture[int(v), int(u)] == pytest.approx([1, 0, 0], abs=0.02)
    (u, v), _ = (a[0] for a in CAMERA.project(np.array([[5.0, 14.0, 1.0]], np.float32)))
    assert picture[int(v), int(u)] == pytest.approx([0, 0, 1], abs=0.02)


def test_houses_hide_a_low_sun_and_not_a_high_one() -> None:
    canyon = Canyon(-4.0, 4.0, 40.0)
    middle = np.array([[0.0, 10.0, 0.0]], np.float32)
    low = Light(sun=(2, 2, 2), sun_from=(1.0, 0.0, 0.5))
    high = Light(sun=(2, 2, 2), sun_from=(0.2, 0.0, 1.0))
    assert sunlit(middle, low, canyon)[0] == 0
    assert sunlit(middle, high, canyon)[0] == 1
