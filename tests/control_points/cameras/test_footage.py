"""Recorded pictures: exact times, exact resumption, and one clear error for what is broken."""

import json
from datetime import timedelta
from pathlib import Path

import cv2
import pytest

from anpr.types import Image
from control_points.cameras.footage import Footage, PhotoSeries, VideoClip
from control_points.cameras.sources import footage_of, load_manifest
from control_points.config import CameraConfig, EdgeConfig
from control_points.errors import CaptureFailed
from core.errors import InvalidInput
from tests.control_points.builders import MORNING
from tests.control_points.streets import RATE, film, frames, street

HOLD = "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd28="


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("video") / "one.mp4", "1234BBC")


def looked_at(footage: Footage, first: int = 0) -> tuple[list[int], str | None]:
    """Indices of the frames it gives, and the problem at the end."""
    seen: list[int] = []
    try:
        seen.extend(index for index, _, _ in footage.frames(first))
    except CaptureFailed as error:
        return seen, str(error)
    return seen, None


def a_camera(source: Path | str, **changes: object) -> CameraConfig:
    fields: dict[str, object] = {
        "camera": "CP-01-A",
        "control_point": "CP-01",
        "direction": "entry",
        "source": str(source),
    }
    return CameraConfig.model_validate(fields | changes)


def a_config(camera: CameraConfig, manifest: Path | None = None) -> EdgeConfig:
    return EdgeConfig.model_validate(
        {
            "device": "edge-1",
            "key_file": "key",
            "data_dir": "data",
            "centre": {
                "url": "http://localhost",
                "signing_public_key": HOLD,
                "picture_public_key": HOLD,
            },
            "cameras": [camera],
            "manifest": manifest,
        }
    )


def found(source: Path | str, **changes: object) -> list[Footage]:
    camera = a_camera(source, **changes)
    return footage_of(camera, a_config(camera))


class TestVideos:
    def test_times_follow_from_start_and_rate(self, video: Path) -> None:
        clip = VideoClip(video, "one", MORNING, RATE)
        times = [at for _, at, _ in clip.frames(0)]
        assert times[0] == MORNING
        assert times[24] == MORNING + timedelta(seconds=3)
        assert len(times) == len(list(frames("1234BBC")))

    def test_resuming_gives_exactly_the_frames_that_are_left(self, video: Path) -> None:
        clip = VideoClip(video, "one", MORNING, RATE)
        whole = {index: image for index, _, image in clip.frames(0)}
        rest: list[tuple[int, Image]] = [(index, image) for index, _, image in clip.frames(11)]
        assert [index for index, _ in rest] == list(whole)[11:]
        assert all((image == whole[index]).all() for index, image in rest)

    def test_a_truncated_video_gives_the_frames_it_has_and_then_the_error(
        self, tmp_path: Path
    ) -> None:
        whole = film(tmp_path / "whole.avi", "1234BBC")
        cut = tmp_path / "cut.avi"
        cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        seen, problem = looked_at(VideoClip(cut, "cut", MORNING, RATE))
        assert 5 < len(seen) < 32
        assert problem is not None
        assert f"cut.avi: the video ends after {len(seen)} of 32 frames" in problem

    def test_a_video_without_its_index_is_named(self, video: Path, tmp_path: Path) -> None:
        cut = tmp_path / "cut.mp4"
        cut.write_bytes(video.read_bytes()[:2000])
        seen, problem = looked_at(VideoClip(cut, "cut", MORNING))
        assert seen == []
        assert "cut.mp4: this is not a video, or its index is missing" in str(problem)

    def test_a_text_file_named_mp4_is_named(self, tmp_path: Path) -> None:
        text = tmp_path / "notes.mp4"
        text.write_text("no film here" * 100)
        assert "notes.mp4: this is not a video" in str(looked_at(VideoClip(text, "x", MORNING))[1])


class TestPhotos:
    def test_a_text_file_named_jpg_is_named_and_the_others_go_on(self, tmp_path: Path) -> None:
        for number in (1, 3):
            cv2.imwrite(str(tmp_path / f"{number}.jpg"), street())
        (tmp_path / "2.jpg").write_text("not a photo")
        (series,) = found(tmp_path)
        seen, problem = looked_at(series)
        assert seen == [0, 2]
        assert "2.jpg" in str(problem)

    def test_several_bad_photos_make_one_error(self, tmp_path: Path) -> None:
        paths = tuple(tmp_path / f"{number}.jpg" for number in range(3))
        for path in paths:
            path.write_text("not a photo")
        _, problem = looked_at(PhotoSeries(paths, "bad", MORNING, 5))
        assert "0.jpg" in str(problem)
        assert "(2 more like this)" in str(problem)

    @pytest.mark.parametrize("size", [(1, 1), (20_000, 3)])
    def test_a_picture_of_impossible_size_is_named(
        self, tmp_path: Path, size: tuple[int, int]
    ) -> None:
        cv2.imwrite(str(tmp_path / "odd.png"), cv2.resize(street(), size))
        assert "odd.png" in str(looked_at(found(tmp_path)[0])[1])


class TestFinding:
    def test_an_empty_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match=r"CP-01-A: the folder .* holds no video or photo"):
            found(tmp_path)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match=r"there is no file or folder .*gone\.mp4"):
            found(tmp_path / "gone.mp4")

    def test_without_a_start_the_file_s_own_time_counts_at_every_run(self, video: Path) -> None:
        assert found(video)[0].starts_at == found(video)[0].starts_at
        assert found(video, starts_at="2026-10-20T09:30:00+02:00")[0].starts_at == MORNING

    def test_one_start_can_not_be_right_for_two_clips(self, tmp_path: Path) -> None:
        for name in ("a.mp4", "b.mp4"):
            (tmp_path / name).write_bytes(b"x")
        with pytest.raises(InvalidInput, match="in a manifest"):
            found(tmp_path, starts_at="2026-10-20T09:30:00+02:00")


class TestManifests:
    @staticmethod
    def manifest(folder: Path, *clips: tuple[str, str, str]) -> Path:
        path = folder / "manifest.json"
        content = [
            {
                "file": file,
                "camera": camera,
                "control_point": "CP-01",
                "starts_at": start,
                "fps": 8,
                "vehicles": [],
            }
            for file, camera, start in clips
        ]
        path.write_text(json.dumps({"rendered": True, "clips": content}))
        return path

    def test_a_camera_s_clips_come_in_the_order_they_were_filmed(self, tmp_path: Path) -> None:
        path = self.manifest(
            tmp_path,
            ("late.mp4", "CP-01-A", "2026-10-20T21:00:00+02:00"),
            ("early.mp4", "CP-01-A", "2026-10-20T09:30:00+02:00"),
            ("other.mp4", "CP-02-A", "2026-10-20T09:00:00+02:00"),
        )
        camera = a_camera("manifest")
        clips = footage_of(camera, a_config(camera, path))
        assert [clip.name for clip in clips] == ["early.mp4", "late.mp4"]
        assert clips[0].starts_at == MORNING

    def test_a_camera_it_does_not_list_is_named(self, tmp_path: Path) -> None:
        camera = a_camera("manifest")
        with pytest.raises(InvalidInput, match="lists no clip of it"):
            footage_of(camera, a_config(camera, self.manifest(tmp_path)))

    def test_a_clip_of_another_point_is_named(self, tmp_path: Path) -> None:
        path = self.manifest(tmp_path, ("a.mp4", "CP-01-A", "2026-10-20T09:30:00+02:00"))
        camera = a_camera("manifest", control_point="CP-09")
        with pytest.raises(InvalidInput, match="was filmed at CP-01, not at CP-09"):
            footage_of(camera, a_config(camera, path))

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{", "is not valid JSON"),
            ('{"clips": [{"file": "a.mp4"}]}', "clips.0.control_point"),
            (
                '{"clips": [{"file": "a", "camera": "c", "control_point": "p", "fps": 8, '
                '"starts_at": "2026-10-20T09:30:00"}]}',
                "clips.0.starts_at",
            ),
        ],
    )
    def test_a_broken_manifest_is_explained(self, tmp_path: Path, text: str, words: str) -> None:
        path = tmp_path / "manifest.json"
        path.write_text(text)
        with pytest.raises(InvalidInput, match=words):
            load_manifest(path)
