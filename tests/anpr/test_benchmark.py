from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.benchmark import Figures, as_text, measure_clip, photos_in, shipped_clips
from anpr.benchmark_cameras import CamerasFigures, measure_cameras
from anpr.reader import PlateReader
from anpr.types import Box, Image
from core.errors import SetupProblem
from tests.anpr.fakes import PaintDetector, PaintRecogniser, paint

STREET: Image = np.full((240, 320, 3), 40, np.uint8)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """One vehicle comes down the picture and leaves; eight frames a second."""
    path = tmp_path / "a.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"HFYU"), 8, (320, 240))
    for i in range(12):
        top = 100 + 12 * i
        shown = top + 14 < 240
        plate = Box(100 - 2 * i, top, 160 + 2 * i, top + 14)
        writer.write(paint(STREET, plate) if shown else STREET)
    for _ in range(16):
        writer.write(STREET)
    writer.release()
    return path


class TestMeasureClip:
    def test_every_frame_is_timed_and_each_vehicle_voted_once(self, clip: Path) -> None:
        figures = measure_clip(PlateReader(PaintDetector(), PaintRecogniser()), clip)
        assert (figures.frames, figures.vehicles) == (28, 1)
        assert len(figures.frame_latencies) == 28
        assert min(figures.frame_latencies) > 0
        assert figures.frames_per_second == pytest.approx(28 / figures.cpu_seconds)
        assert figures.frames_per_second_here == pytest.approx(28 / figures.wall_seconds)

    def test_the_wait_is_from_the_last_sight_to_the_vote(self, clip: Path) -> None:
        (wait,) = measure_clip(PlateReader(PaintDetector(), PaintRecogniser()), clip).waits
        assert 0.4 < wait <= 1.75

    def test_the_table_names_every_figure(self, clip: Path) -> None:
        figures = measure_clip(PlateReader(PaintDetector(), PaintRecogniser()), clip)
        cameras = CamerasFigures(4, 400, 300, 20.0, 9.0, 6)
        table = as_text(Figures(9.5, 18.25, (figures,), 310.0, "a b", cameras))
        assert "4 cameras of 5 frames/s on one core, motion in 75% of frames" in table
        assert "45% of the core" in table
        assert "9.5 ms CPU" in table
        assert "18.2 ms CPU" in table
        assert "310 MB" in table
        assert "99th percentile" in table
        assert "your" not in table

    def test_own_photos_have_lines_of_their_own(self, clip: Path) -> None:
        figures = measure_clip(PlateReader(PaintDetector(), PaintRecogniser()), clip)
        own = (11.0, 12.0, 40.0)
        table = as_text(Figures(9.5, 18.25, (figures,), 310.0, "a b", own_photos_ms=own))
        assert "your 3 photos as they are, median" in table
        assert "12.0 ms CPU" in table


class TestMeasureCameras:
    def test_every_camera_has_its_own_vehicles(self, clip: Path) -> None:
        reader = PlateReader(PaintDetector(), PaintRecogniser())
        figures = measure_cameras(reader, [clip], cameras=3, rate=4.0)
        assert (figures.cameras, figures.vehicles) == (3, 3)
        assert figures.frames == 3 * 14
        assert figures.seconds == pytest.approx(3.5)

    def test_only_frames_with_movement_are_read(self, clip: Path) -> None:
        reader = PlateReader(PaintDetector(), PaintRecogniser())
        figures = measure_cameras(reader, [clip], cameras=1, rate=8.0)
        assert 10 <= figures.read < figures.frames


class TestPhotosIn:
    def test_the_photos_of_a_folder_by_name(self, tmp_path: Path) -> None:
        for name in ("b.jpg", "a.PNG", "labels.tsv"):
            (tmp_path / name).touch()
        assert [p.name for p in photos_in(tmp_path)] == ["a.PNG", "b.jpg"]

    def test_none_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(SetupProblem, match="--photos"):
            photos_in(tmp_path)


class TestShippedClips:
    def test_one_clip_a_camera(self, tmp_path: Path) -> None:
        for name in ("CP-02_0900", "CP-01_1000", "CP-01_0830"):
            (tmp_path / f"{name}.mp4").touch()
        assert [p.stem for p in shipped_clips(tmp_path)] == ["CP-01_0830", "CP-02_0900"]

    def test_no_clip_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(SetupProblem, match="--clip"):
            shipped_clips(tmp_path)
