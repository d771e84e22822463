import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.printing import show
from anpr.reader import PlateReader
from anpr.reading import (
    PictureResult,
    VehicleResult,
    picture_as_json,
    read_pictures,
    read_vehicles,
    vehicle_as_json,
)
from anpr.types import Box, Image
from tests.anpr.fakes import PaintDetector, PaintRecogniser, paint

STREET: Image = np.full((240, 320, 3), 40, np.uint8)
READER = PlateReader(PaintDetector(), PaintRecogniser())


def save(path: Path, tone: int | None = 250, box: Box | None = None) -> Path:
    picture = STREET if tone is None else paint(STREET, box or Box(100, 100, 180, 120), tone)
    cv2.imwrite(str(path), picture)
    return path


def approaching(folder: Path, frames: int = 10) -> None:
    for i in range(frames):
        box = Box(100 - 2 * i, 60 + 9 * i, 150 + 2 * i, 72 + 10 * i)
        save(folder / f"{i:03}.png", box=box)


class TestReadPictures:
    def results(self, *paths: Path) -> list[PictureResult]:
        return list(read_pictures(paths, READER))

    def test_the_documented_line(self, tmp_path: Path) -> None:
        (result,) = self.results(save(tmp_path / "a.png"))
        line = picture_as_json(result)
        assert list(line) == ["source", "frame", "plates"]
        assert line["source"] == str(tmp_path / "a.png")
        assert line["frame"] == 0
        (plate,) = line["plates"]
        assert list(plate) == [
            "text", "confidence", "country", "fits_format", "colour", "box", "candidates"
        ]  # fmt: skip
        assert plate["text"] == "1234BBC"
        assert plate["box"] == [100, 100, 180, 120]
        assert plate["candidates"][0]["text"] == "1234BBC"
        json.dumps(line)

    def test_the_order_given_is_kept(self, tmp_path: Path) -> None:
        paths = [save(tmp_path / f"{name}.png") for name in "cab"]
        assert [Path(r.source).stem for r in self.results(*paths)] == ["c", "a", "b"]

    def test_a_broken_picture_gets_its_error_and_the_others_go_on(self, tmp_path: Path) -> None:
        (tmp_path / "b.jpg").write_text("text")
        save(tmp_path / "a.png")
        save(tmp_path / "c.png", tone=None)
        first, broken, last = (picture_as_json(r) for r in self.results(tmp_path))
        assert "error" not in first
        assert broken["plates"] == []
        assert "not a picture" in broken["error"]
        assert last["plates"] == []
        assert "error" not in last

    def test_an_empty_folder_is_an_error_of_its_own(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("no picture")
        (result,) = self.results(tmp_path)
        assert result.error == f"{tmp_path}: there is no photo and no video in this folder."

    def test_a_missing_path_is_named(self, tmp_path: Path) -> None:
        (result,) = self.results(tmp_path / "none.jpg")
        assert "none.jpg: there is no such file" in str(result.error)

    def test_a_video_cut_short_gives_its_frames_and_one_error_at_the_end(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "a.avi"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 8, (320, 240))
        for _ in range(30):
            writer.write(paint(STREET, Box(100, 100, 180, 120)))
        writer.release()
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        *frames, last = self.results(path)
        assert [r.frame for r in frames] == list(range(len(frames)))
        assert len(frames) > 5
        assert all(r.error is None for r in frames)
        assert last.frame == len(frames)
        assert "cut short" in str(last.error)


class TestReadVehicles:
    def results(self, *paths: Path) -> list[VehicleResult]:
        return list(read_vehicles(paths, READER))

    def test_a_folder_of_frames_is_one_drive_past(self, tmp_path: Path) -> None:
        approaching(tmp_path)
        (result,) = self.results(tmp_path)
        line = vehicle_as_json(result)
        assert (line["text"], line["votes"], line["frames"]) == ("1234BBC", 10, 10)
        assert (line["first_frame"], line["last_frame"]) == (0, 9)

    def test_a_broken_frame_is_told_and_the_vehicle_is_still_voted(self, tmp_path: Path) -> None:
        approaching(tmp_path)
        (tmp_path / "004.png").write_text("text")
        broken, vehicle = self.results(tmp_path)
        assert "004.png" in str(broken.error)
        assert vehicle_as_json(vehicle)["text"] == "1234BBC"

    def test_one_photo_is_not_enough_to_vote(self, tmp_path: Path) -> None:
        (result,) = self.results(save(tmp_path / "a.png"))
        assert "single photo" in str(result.error)


class TestPrinting:
    @pytest.mark.parametrize("tone", [250, 100, None])
    def test_people_get_a_line_a_picture(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], tone: int | None
    ) -> None:
        (result,) = read_pictures([save(tmp_path / "a.png", tone)], READER)
        show(result, as_json=False)
        words = {250: "1234BBC", 100: "(unreadable)", None: "no plate"}[tone]
        assert words in capsys.readouterr().out

    def test_errors_go_to_standard_error(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (result,) = read_pictures([tmp_path / "none.jpg"], READER)
        show(result, as_json=False)
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "none.jpg" in captured.err
