from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.pictures.images import frames_of_video
from anpr.pictures.quality import QualityMonitor
from anpr.types import Image
from tests.anpr.scenes import a_street, noisy, with_vehicle

STREET = a_street()


def watched(frames: int = 30) -> QualityMonitor:
    """A monitor that knows the street by now."""
    monitor = QualityMonitor()
    for i in range(frames):
        monitor.update(noisy(STREET, i))
    return monitor


def after(monitor: QualityMonitor, picture: Image, frames: int) -> str:
    seen = [noisy(picture, 1000 + i) for i in range(8)]
    for i in range(frames):
        monitor.update(seen[i % len(seen)])
    return monitor.verdict


def dimmed(image: Image, to: float) -> Image:
    return (image * to).astype(np.uint8)


def turned_away(image: Image) -> Image:
    return a_street(seed=99)


def under_a_cloth(image: Image) -> Image:
    return np.full_like(image, (70, 80, 90))


def under_a_hand(image: Image) -> Image:
    shade = np.linspace(10, 45, image.shape[1])[None, :, None]
    return np.broadcast_to(shade, image.shape).astype(np.uint8)


class TestVerdicts:
    @pytest.mark.parametrize(
        ("spoil", "verdict"),
        [
            (under_a_cloth, "covered"),
            (under_a_hand, "covered"),
            (turned_away, "moved"),
            (lambda image: cv2.GaussianBlur(image, (0, 0), 3), "blurred"),
            (lambda image: dimmed(image, 0.1), "dark"),
        ],
    )
    def test_a_fault_is_told_and_is_over_when_it_ends(
        self, spoil: Callable[[Image], Image], verdict: str
    ) -> None:
        monitor = watched()
        assert monitor.verdict == "good"
        assert after(monitor, spoil(STREET), 24) == verdict
        assert after(monitor, STREET, 8) == "good"

    def test_a_night_street_with_lamps_is_good(self) -> None:
        night = dimmed(STREET, 0.3)
        night[100:110, 100:110] = 250
        assert after(QualityMonitor(), night, 40) == "good"

    def test_dusk_that_falls_slowly_is_no_fault_until_it_is_dark(self) -> None:
        monitor = watched()
        for i in range(300):
            monitor.update(noisy(dimmed(STREET, 1 - i / 400), i))
            assert monitor.verdict == "good"

    def test_a_camera_that_was_covered_before_the_start(self) -> None:
        assert after(QualityMonitor(), np.full_like(STREET, 90), 8) == "covered"


class TestPatience:
    def test_a_lorry_close_to_the_lens_is_no_fault(self) -> None:
        monitor = watched()
        for x in range(-300, 640, 60):
            lorry = with_vehicle(STREET, x=max(0, x), y=40, size=300)
            monitor.update(noisy(lorry, x + 400))
            assert monitor.verdict == "good"

    def test_a_single_bad_picture_changes_nothing(self) -> None:
        monitor = watched()
        assert monitor.update(np.zeros_like(STREET)) == "good"

    def test_after_minutes_a_moved_cameras_new_view_is_its_scene(self) -> None:
        monitor = watched()
        other = turned_away(STREET)
        assert after(monitor, other, 100) == "moved"
        assert after(monitor, other, 700) == "good"


@pytest.mark.slow
@pytest.mark.shared_data
class TestOnARealCamera:
    """A toll gate's fixed camera with traffic, spoilt from its hundredth frame on."""

    @pytest.fixture(scope="class")
    @staticmethod
    def frames(shared_data: Path) -> list[Image]:
        video = shared_data / "plates" / "gate_video" / "cars.mp4"
        every = (image for index, _, image in frames_of_video(video) if index % 3 == 0)
        return [cv2.resize(image, (640, 360), interpolation=cv2.INTER_AREA) for image in every]  # type: ignore[misc]

    def verdicts(
        self, frames: list[Image], spoil: Callable[[Image], Image] = lambda i: i
    ) -> list[str]:
        monitor = QualityMonitor()
        for image in frames[:60]:
            monitor.update(image)
        return [monitor.update(spoil(image)) for image in frames[60:]]

    def test_traffic_is_no_fault(self, frames: list[Image]) -> None:
        assert set(self.verdicts(frames)) == {"good"}

    @pytest.mark.parametrize(
        ("spoil", "verdict"),
        [
            (under_a_cloth, "covered"),
            (lambda image: np.roll(image, (140, 250), axis=(0, 1)), "moved"),
            (lambda image: cv2.GaussianBlur(image, (0, 0), 4), "blurred"),
            (lambda image: dimmed(image, 0.08), "dark"),
        ],
    )
    def test_each_fault_is_told(
        self, frames: list[Image], spoil: Callable[[Image], Image], verdict: str
    ) -> None:
        assert self.verdicts(frames, spoil)[-1] == verdict
