"""Recorded pictures: clips and series of photos, each one uninterrupted stretch of one camera.

When a frame was taken is arithmetic (start + index / rate), never the time of reading, so that
replaying a stretch repeats its passages' ids.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from anpr.pictures.images import load_image
from anpr.types import Image
from control_points.errors import CaptureFailed
from core.errors import InvalidInput

TOLERATED_LOSS = 0.02
"""Share of frames that a container may promise too many without being called truncated."""
FALLBACK_RATE = 25.0
"""Frames a second of a video that does not say."""


class Footage(Protocol):
    """One stretch. `name` and `starts_at` together are its identity in the journal."""

    @property
    def name(self) -> str: ...

    @property
    def starts_at(self) -> datetime: ...

    def frames(self, first: int) -> Iterator[tuple[int, datetime, Image]]:
        """Index, time and picture of every frame from `first` on.

        Raises:
            CaptureFailed: after the frames that could be read, if there should have been more.
        """
        ...


@dataclass(frozen=True)
class VideoClip:
    """A video file."""

    path: Path
    name: str
    starts_at: datetime
    rate: float | None = None
    """Frames a second; None: what the file says."""

    def frames(self, first: int) -> Iterator[tuple[int, datetime, Image]]:
        video = self._open()
        try:
            yield from self._read(video, first)
        finally:
            video.release()

    def _open(self) -> cv2.VideoCapture:
        if not self.path.is_file():
            raise CaptureFailed(f"{self.path}: there is no such file.")
        video = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG)
        if not video.isOpened():
            video.release()
            raise CaptureFailed(
                f"{self.path}: this is not a video, or its index is missing because it was cut "
                "short. Copy it again from its source."
            )
        return video

    def _read(self, video: cv2.VideoCapture, first: int) -> Iterator[tuple[int, datetime, Image]]:
        promised = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
        rate = self.rate or video.get(cv2.CAP_PROP_FPS) or FALLBACK_RATE
        index = 0
        # Skipped by decoding: seeking is not exact to the frame in every container.
        while index < first and video.grab():
            index += 1
        while True:
            read, image = video.read()
            if not read:
                break
            at = self.starts_at + timedelta(seconds=index / rate)
            yield index, at, np.asarray(image, dtype=np.uint8)
            index += 1
        self._check_whole(index, promised)

    def _check_whole(self, read: int, promised: int) -> None:
        if read == 0:
            raise CaptureFailed(f"{self.path}: there is no readable frame in this video.")
        if promised > 0 and read + 1 < promised * (1 - TOLERATED_LOSS):
            raise CaptureFailed(
                f"{self.path}: the video ends after {read} of {promised} frames; it is damaged "
                "or cut short. Copy it again from its source."
            )


@dataclass(frozen=True)
class PhotoSeries:
    """Photos that a camera put into a folder, in the order of their names."""

    paths: tuple[Path, ...]
    name: str
    starts_at: datetime
    rate: float
    """Photos a second."""

    def frames(self, first: int) -> Iterator[tuple[int, datetime, Image]]:
        problems: list[str] = []
        for index in range(first, len(self.paths)):
            try:
                image = load_image(self.paths[index])
            except InvalidInput as error:
                problems.append(str(error))
                continue
            yield index, self.starts_at + timedelta(seconds=index / self.rate), image
        if problems:
            more = f" ({len(problems) - 1} more like this)" if len(problems) > 1 else ""
            raise CaptureFailed(problems[0] + more)
