import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from anpr.errors import UnreadablePicture, UnreadableVideo
from anpr.pictures.images import MAX_SIDE, frames_of_video, image_from_bytes, load_image

RED_LEFT = np.zeros((60, 100, 3), np.uint8)
RED_LEFT[:, :50] = (200, 0, 0)
"""RGB: the left half is red."""


def is_red(pixel: np.ndarray) -> bool:
    blue, green, red = (int(v) for v in pixel)
    return red > 120 and blue < 80 and green < 80


class TestEveryKindOfPicture:
    def test_colour_comes_out_as_bgr(self, tmp_path: Path) -> None:
        Pillow.fromarray(RED_LEFT).save(tmp_path / "a.png")
        image = load_image(tmp_path / "a.png")
        assert image.shape == (60, 100, 3)
        assert is_red(image[30, 10])
        assert not is_red(image[30, 90])

    def test_a_phone_held_upright_is_turned_by_its_exif_orientation(self, tmp_path: Path) -> None:
        exif = Pillow.Exif()
        exif[0x0112] = 6
        Pillow.fromarray(RED_LEFT).save(tmp_path / "a.jpg", exif=exif, quality=95)
        image = load_image(tmp_path / "a.jpg")
        assert image.shape == (100, 60, 3)
        assert is_red(image[10, 30])

    def test_grey_has_three_equal_channels(self, tmp_path: Path) -> None:
        Pillow.fromarray(np.full((40, 40), 90, np.uint8)).save(tmp_path / "a.png")
        assert np.all(load_image(tmp_path / "a.png") == 90)

    def test_what_is_transparent_becomes_grey_and_the_rest_stays(self, tmp_path: Path) -> None:
        rgba = np.zeros((40, 40, 4), np.uint8)
        rgba[:, :20] = (200, 0, 0, 255)
        Pillow.fromarray(rgba).save(tmp_path / "a.png")
        image = load_image(tmp_path / "a.png")
        assert is_red(image[20, 5])
        assert list(image[20, 35]) == [128, 128, 128]

    @pytest.mark.parametrize("bits", [12, 16])
    def test_deep_pictures_use_their_own_depth(self, tmp_path: Path, bits: int) -> None:
        deep = np.full((40, 40), 2**bits - 1, np.uint16)
        deep[:, :20] = 0
        Pillow.fromarray(deep).save(tmp_path / "a.png")
        image = load_image(tmp_path / "a.png")
        assert image.max() == 255
        assert image.min() == 0

    @pytest.mark.parametrize("mode", ["CMYK", "P", "1", "LA"])
    def test_rarer_modes_become_colour(self, tmp_path: Path, mode: str) -> None:
        suffix = "tif" if mode == "CMYK" else "png"
        Pillow.fromarray(RED_LEFT).convert(mode).save(tmp_path / f"a.{suffix}")
        assert load_image(tmp_path / f"a.{suffix}").shape == (60, 100, 3)

    def test_a_png_is_turned_by_its_exif_orientation_too(self, tmp_path: Path) -> None:
        exif = Pillow.Exif()
        exif[0x0112] = 6
        Pillow.fromarray(RED_LEFT).save(tmp_path / "a.png", exif=exif)
        assert load_image(tmp_path / "a.png").shape == (100, 60, 3)

    def test_sixteen_bits_a_channel_in_colour(self, tmp_path: Path) -> None:
        deep = np.zeros((60, 100, 3), np.uint16)
        deep[:, :50, 2] = 200 * 257
        cv2.imwrite(str(tmp_path / "a.png"), deep)
        image = load_image(tmp_path / "a.png")
        assert image.dtype == np.uint8
        assert is_red(image[30, 10])

    @pytest.mark.parametrize("filler", [b"", b"\0" * 500])
    def test_what_a_camera_appends_behind_the_end_does_not_matter(
        self, tmp_path: Path, filler: bytes
    ) -> None:
        Pillow.fromarray(RED_LEFT).save(tmp_path / "a.jpg", quality=95)
        with (tmp_path / "a.jpg").open("ab") as file:
            file.write(filler)
        assert is_red(load_image(tmp_path / "a.jpg")[30, 10])

    def test_bytes_give_the_same_picture_as_their_file(self, tmp_path: Path) -> None:
        Pillow.fromarray(RED_LEFT).save(tmp_path / "a.jpg")
        content = (tmp_path / "a.jpg").read_bytes()
        assert np.array_equal(image_from_bytes(content), load_image(tmp_path / "a.jpg"))

    def test_an_8k_picture_is_read(self, tmp_path: Path) -> None:
        Pillow.new("L", (7680, 4320), 50).save(tmp_path / "a.png")
        assert load_image(tmp_path / "a.png").shape == (4320, 7680, 3)


class TestBadPictures:
    def refusal(self, path: Path) -> str:
        with pytest.raises(UnreadablePicture) as caught:
            load_image(path)
        assert str(path) in caught.value.message
        assert "\n" not in caught.value.message
        return caught.value.message

    def test_a_text_file_named_jpg(self, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").write_text("not a picture at all")
        assert "not a picture" in self.refusal(tmp_path / "a.jpg")

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").touch()
        assert "not a picture" in self.refusal(tmp_path / "a.jpg")

    @pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
    def test_a_picture_cut_short(self, tmp_path: Path, kind: str) -> None:
        noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), dtype=np.uint8)
        whole = tmp_path / f"whole.{kind}"
        Pillow.fromarray(noise).save(whole)
        (tmp_path / f"a.{kind}").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        assert "cut short" in self.refusal(tmp_path / f"a.{kind}")

    def test_one_pixel(self, tmp_path: Path) -> None:
        Pillow.new("RGB", (1, 1)).save(tmp_path / "a.png")
        assert "1 x 1 pixels are too few" in self.refusal(tmp_path / "a.png")

    @pytest.mark.parametrize("size", [(20_000, 20), (MAX_SIDE, 5_000)])
    def test_more_pixels_than_memory_should_hold(
        self, tmp_path: Path, size: tuple[int, int]
    ) -> None:
        Pillow.new("1", size).save(tmp_path / "a.png")
        assert f"{size[0]} x {size[1]} pixels are more" in self.refusal(tmp_path / "a.png")

    def test_twenty_thousand_pixels_a_side(self, tmp_path: Path) -> None:
        Pillow.new("1", (20_000, 20_000)).save(tmp_path / "a.png")
        assert "make it at most 16,000 a side" in self.refusal(tmp_path / "a.png")

    def test_a_huge_picture_is_refused_before_it_takes_memory(self, tmp_path: Path) -> None:
        Pillow.new("1", (20_000, 20_000)).save(tmp_path / "a.png")
        script = (
            "import re, sys\n"
            "from pathlib import Path\n"
            "from anpr.errors import UnreadablePicture\n"
            "from anpr.pictures.images import load_image\n"
            "def peak():\n"
            "    status = Path('/proc/self/status').read_text()\n"
            "    return int(re.search(r'VmHWM:\\s*(\\d+)', status)[1])\n"
            "before = peak()\n"
            "try:\n    load_image(sys.argv[1])\n"
            "except UnreadablePicture:\n"
            "    print(peak() - before)\n"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "a.png")]
        grown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert int(grown) < 50_000

    def test_no_such_file_and_a_folder(self, tmp_path: Path) -> None:
        assert "no such file" in self.refusal(tmp_path / "none.jpg")
        assert "folder" in self.refusal(tmp_path)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Forty frames at 8 a second, each of another grey."""
    path = tmp_path / "a.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 8, (320, 240))
    noise = np.random.default_rng(1).integers(0, 60, (240, 320, 3), dtype=np.uint8)
    for i in range(40):
        writer.write(noise + np.uint8(3 * i))
    writer.release()
    return path


class TestVideos:
    def test_frames_come_with_index_and_seconds(self, video: Path) -> None:
        frames = list(frames_of_video(video))
        assert [index for index, _, _ in frames] == list(range(40))
        assert frames[8][1] == pytest.approx(1.0)
        assert frames[0][2].shape == (240, 320, 3)

    def test_a_video_cut_short_gives_its_frames_and_then_says_so(self, video: Path) -> None:
        video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
        read = []
        with pytest.raises(UnreadableVideo, match="cut short"):
            for index, _, _ in frames_of_video(video):
                read.append(index)
        assert 5 < len(read) < 35

    @pytest.mark.parametrize("content", [b"", b"not a video", bytes(2000)])
    def test_what_is_no_video_is_one_clear_error(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "a.mp4").write_bytes(content)
        with pytest.raises(UnreadableVideo, match=r"a\.mp4: this is not a video"):
            list(frames_of_video(tmp_path / "a.mp4"))

    def test_a_missing_video(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableVideo, match="no such file"):
            list(frames_of_video(tmp_path / "a.mp4"))
