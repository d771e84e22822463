"""Pictures from files: photos one by one, videos frame by frame, each problem told once."""

import os
import warnings
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageFile, ImageOps, UnidentifiedImageError

from anpr.errors import UnreadablePicture, UnreadableVideo
from anpr.pictures.plain_pictures import decode_plain, is_plain
from anpr.types import Image

PHOTO_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".gif"}
)
VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".avi", ".webm", ".mpg", ".mpeg", ".ts", ".mjpeg", ".mjpg"}
)
MIN_SIDE = 16
"""No plate can be read in fewer pixels."""
MAX_SIDE = 16_000
MAX_PIXELS = 64_000_000
"""192 MB in memory; an 8K picture has 33 million pixels."""
LOST_FRAMES = 0.98
"""Share of the promised frames that a whole video holds; containers miscount by one or two."""
# OpenCV and FFmpeg would print their own complaints about a broken file beside ours.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
# Pillow warns on its own from 89 million pixels; such pictures are refused below anyway.
warnings.filterwarnings("ignore", category=Pillow.DecompressionBombWarning)
_DEPTHS = (10, 12, 14, 16)


def load_image(path: str | Path) -> Image:
    """Return the photo at `path` upright, as height x width x 3, BGR, 8 bits.

    Turns by EXIF orientation; grey, palette and CMYK pictures become colour, transparent parts
    become grey, and 16-bit pictures are scaled down from the depth they really use.

    Raises:
        UnreadablePicture: no such file, not a picture, cut short, or smaller than 16 or larger
            than 16,000 pixels a side or 64 million in all. Refused by the header, before memory
            is taken.
    """
    path = Path(path)
    return _told(str(path), lambda: _decode(str(path), path.read_bytes()))


def image_from_bytes(content: bytes) -> Image:
    """Return the photo whose file holds `content`, as `load_image` does.

    Raises:
        UnreadablePicture: as `load_image`.
    """
    return _told("The photo", lambda: _decode("The photo", content))


def _told(path: str, decoded: Callable[[], Image]) -> Image:
    """What a library raises, in words; `path` names the picture."""
    try:
        return decoded()
    except UnreadablePicture:
        raise
    except FileNotFoundError as error:
        raise UnreadablePicture(f"{path}: there is no such file.") from error
    except IsADirectoryError as error:
        raise UnreadablePicture(f"{path}: this is a folder, not a picture.") from error
    except PermissionError as error:
        raise UnreadablePicture(f"{path}: you may not read this file.") from error
    except UnidentifiedImageError as error:
        raise UnreadablePicture(
            f"{path}: this is not a picture, whatever its name says. Give a JPEG, PNG, WebP, "
            "TIFF or BMP file."
        ) from error
    except (Pillow.DecompressionBombError, MemoryError) as error:
        raise UnreadablePicture(_too_large(path, "179 million or more")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadablePicture(
            f"{path}: the picture is damaged or cut short. Copy it again from its source."
        ) from error


def frames_of_video(path: str | Path) -> Iterator[tuple[int, float, Image]]:
    """Yield frame index, seconds from the start and picture of each frame of a video file.

    Raises:
        UnreadableVideo: no such file, not a video, or no frame in it; and, after the frames that
            could be read, when the file ends before its time.
    """
    path = Path(path)
    capture = _open_video(path)
    try:
        promised = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        rate = capture.get(cv2.CAP_PROP_FPS) or 25.0
        index = 0
        while True:
            read, image = capture.read()
            if not read:
                break
            yield index, index / rate, np.asarray(image, dtype=np.uint8)
            index += 1
    finally:
        capture.release()
    _check_whole(path, index, promised)


def _open_video(path: Path) -> cv2.VideoCapture:
    if not path.is_file():
        raise UnreadableVideo(f"{path}: there is no such file.")
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        capture.release()
        raise UnreadableVideo(
            f"{path}: this is not a video, or its index is missing because the recording was cut "
            "short. Copy it again from its source."
        )
    return capture


def _check_whole(path: Path, read: int, promised: int) -> None:
    if read == 0:
        raise UnreadableVideo(f"{path}: there is no readable frame in this video.")
    if promised > 0 and read < LOST_FRAMES * promised - 1:
        raise UnreadableVideo(
            f"{path}: the video ends after {read} of {promised} frames; the file is damaged or "
            "cut short. Copy it again from its source."
        )


def _decode(path: str, content: bytes) -> Image:
    # A picture that lacks its end must be an error, not a grey area.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Pillow.open(BytesIO(content)) as picture:
        _check_size(path, *picture.size)
        if is_plain(picture, content):
            return decode_plain(picture, content)
        picture.load()
        if picture.mode.startswith(("I", "F")):
            return _from_deep(_upright(picture))
        rgb = np.asarray(_in_colour(_upright(picture)))
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _upright(picture: Pillow.Image) -> Pillow.Image:
    return ImageOps.exif_transpose(picture)


def _check_size(path: str, width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE:
        raise UnreadablePicture(
            f"{path}: {width} x {height} pixels are too few to show a plate; {MIN_SIDE} a side "
            "is the least."
        )
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise UnreadablePicture(_too_large(path, f"{width} x {height}"))


def _too_large(path: str, pixels: str) -> str:
    return (
        f"{path}: {pixels} pixels are more than Sarbide reads; make it at most {MAX_SIDE:,} a "
        f"side and {MAX_PIXELS // 1_000_000} million in all."
    )


def _in_colour(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode == "RGB":
        return picture
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        ground = Pillow.new("RGBA", clear.size, (128, 128, 128, 255))
        return Pillow.alpha_composite(ground, clear).convert("RGB")
    return picture.convert("RGB")


def _from_deep(picture: Pillow.Image) -> Image:
    """Scale from the depth in use: a 12-bit camera's picture stored in 16 bits is not black."""
    values = np.asarray(picture, dtype=np.float32)
    top = float(values.max(initial=1.0))
    depth = next((bits for bits in _DEPTHS if top < 2**bits), 16)
    full = 1.0 if picture.mode.startswith("F") and top <= 1.0 else float(2**depth - 1)
    grey = np.clip(values * (255.0 / full), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
