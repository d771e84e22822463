"""From what the configuration names to the footage it stands for."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from anpr.pictures.images import PHOTO_SUFFIXES, VIDEO_SUFFIXES
from control_points.cameras.footage import Footage, PhotoSeries, VideoClip
from control_points.cameras.source_names import SourceKind
from control_points.config import CameraConfig, EdgeConfig
from core.errors import InvalidInput

PHOTO_RATE = 5.0
"""Photos a second of a folder, unless the configuration says otherwise."""


class ManifestClip(BaseModel):
    """What the edge needs of a clip; what a manifest says beyond it is for others."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: Annotated[str, Field(min_length=1)]
    control_point: str
    camera: str
    starts_at: AwareDatetime
    fps: Annotated[float, Field(gt=0, le=240)]


class Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    clips: tuple[ManifestClip, ...]


def load_manifest(path: Path) -> Manifest:
    """Raises InvalidInput naming the file and what is wrong in it."""
    try:
        return Manifest.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidInput(f"The manifest {path} can't be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"The manifest {path}: {place}: {first['msg']}.") from error
    except ValueError as error:
        raise InvalidInput(f"The manifest {path} is not valid JSON: {error}.") from error


def footage_of(camera: CameraConfig, config: EdgeConfig) -> list[Footage]:
    """The recorded stretches of a camera that is not live, in the order they were filmed.

    Raises:
        InvalidInput: nothing there, or nothing that is a video or photo.
    """
    source = camera.named_source(config.base)
    if source.kind is SourceKind.MANIFEST and config.manifest is not None:
        return _listed(camera, config.placed(config.manifest))
    path = Path(source.address)
    if path.is_dir():
        return _in_folder(camera, path)
    if not path.is_file():
        raise InvalidInput(
            f"Camera {camera.camera}: there is no file or folder {path}. Check cameras.source."
        )
    if path.suffix.lower() in PHOTO_SUFFIXES:
        return [_photos(camera, [path], path.name)]
    return [_clip(camera, path)]


def _listed(camera: CameraConfig, manifest: Path) -> list[Footage]:
    clips = [c for c in load_manifest(manifest).clips if c.camera == camera.camera]
    if not clips:
        raise InvalidInput(
            f"Camera {camera.camera}: the manifest {manifest} lists no clip of it. Check the "
            "camera's name."
        )
    for clip in clips:
        if clip.control_point != camera.control_point:
            raise InvalidInput(
                f"Camera {camera.camera}: {clip.file} was filmed at {clip.control_point}, not at "
                f"{camera.control_point}. Correct cameras.control_point."
            )
    return [
        VideoClip(manifest.parent / c.file, c.file, c.starts_at.astimezone(UTC), c.fps)
        for c in sorted(clips, key=lambda c: c.starts_at)
    ]


def _in_folder(camera: CameraConfig, folder: Path) -> list[Footage]:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    photos = [path for path in files if path.suffix.lower() in PHOTO_SUFFIXES]
    videos = [path for path in files if path.suffix.lower() in VIDEO_SUFFIXES]
    if not photos and not videos:
        raise InvalidInput(
            f"Camera {camera.camera}: the folder {folder} holds no video or photo. Put footage "
            "there, or name another source."
        )
    if camera.starts_at and len(videos) + bool(photos) > 1:
        raise InvalidInput(
            f"Camera {camera.camera}: starts_at can't be right for {len(videos)} clips in "
            f"{folder}. Name the start of each in a manifest."
        )
    clips: list[Footage] = [_clip(camera, path) for path in videos]
    series: list[Footage] = [_photos(camera, photos, folder.name)] if photos else []
    return sorted(clips + series, key=lambda footage: footage.starts_at)


def _clip(camera: CameraConfig, path: Path) -> VideoClip:
    return VideoClip(path, path.name, _start(camera, path), camera.frames_per_second)


def _photos(camera: CameraConfig, paths: list[Path], name: str) -> PhotoSeries:
    rate = camera.frames_per_second or PHOTO_RATE
    return PhotoSeries(tuple(paths), name, _start(camera, paths[0]), rate)


def _start(camera: CameraConfig, path: Path) -> datetime:
    """The configured start, else the file's own time: the same at every run."""
    if camera.starts_at is None:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return camera.starts_at.astimezone(UTC)
