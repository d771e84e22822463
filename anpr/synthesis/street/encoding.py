"""Pictures to a video file, the same bytes each time: H.264 by ffmpeg on one thread."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from anpr.synthesis.street.canvas import Bytes
from core.errors import SetupProblem

QUALITY = 25
"""x264's constant rate factor: lower is better and larger."""


def write_video(path: Path, pictures: Iterable[Bytes], width: int, height: int, fps: int) -> int:
    """Encode pictures (height, width, 3; blue, green, red) and return how many there were.

    The file appears under its name only when it is complete.

    Raises:
        SetupProblem: ffmpeg is missing, or it failed.
    """
    if shutil.which("ffmpeg") is None:
        raise SetupProblem("ffmpeg is needed to encode the footage; run: apt-get install ffmpeg")
    fresh = path.with_suffix(".part")
    command = [
        "ffmpeg", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr24",
        "-s", f"{width}x{height}", "-r", str(fps), "-i", "-", "-an",
        "-c:v", "libx264", "-preset", "slow", "-crf", str(QUALITY), "-g", str(fps * 4),
        "-pix_fmt", "yuv420p", "-threads", "1", "-x264-params", "threads=1:lookahead-threads=1",
        "-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1",
        "-movflags", "+faststart", "-f", "mp4", str(fresh),
    ]  # fmt: skip
    count = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None and encoder.stderr is not None  # noqa: S101
        for picture in pictures:
            encoder.stdin.write(picture.tobytes())
            count += 1
        encoder.stdin.close()
        problem = encoder.stderr.read().decode(errors="replace").strip()
    if encoder.returncode:
        raise SetupProblem(f"ffmpeg could not write {path.name}: {problem[-300:]}")
    fresh.replace(path)
    return count
