"""What `python -m anpr read` does: files and folders in, one result a photo or video frame out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from anpr.errors import UnreadablePicture, UnreadableVideo
from anpr.pictures.images import PHOTO_SUFFIXES, VIDEO_SUFFIXES, frames_of_video, load_image
from anpr.reader import PlateReader
from anpr.types import Frame, Image, PlateCandidate, PlateConsensus, PlateRead
from anpr.vehicles.consensus import vote
from anpr.vehicles.tracking import ClosedTrack, VehicleTracker
from core.errors import InvalidInput

FOLDER_RATE = 5.0
"""Frames a second that the photos of a folder are taken for, when vehicles are asked for."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Files have no clock: their vehicles are timed from here."""


@dataclass(frozen=True)
class Picture:
    """A photo (frame 0) or a video frame, or why it can't be had."""

    source: str
    frame: int
    seconds: float
    image: Image | None
    error: str | None = None


@dataclass(frozen=True)
class PictureResult:
    """The plates of one picture, the best first, or why it could not be read."""

    source: str
    frame: int
    plates: tuple[PlateRead, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class VehicleResult:
    """One vehicle of a video or of a folder of consecutive photos; or the source's error."""

    source: str
    track: ClosedTrack | None = None
    consensus: PlateConsensus | None = None
    error: str | None = None


def read_pictures(paths: Iterable[Path], reader: PlateReader) -> Iterator[PictureResult]:
    """Read every picture of `paths` in the order given; a broken one yields its error."""
    for path in paths:
        for picture in pictures_of(path):
            reads = () if picture.image is None else tuple(reader.read_plates(picture.image))
            yield PictureResult(picture.source, picture.frame, reads, picture.error)


def read_vehicles(paths: Iterable[Path], reader: PlateReader) -> Iterator[VehicleResult]:
    """Follow and vote: each video, and each folder of photos, is one sequence of frames."""
    for path in paths:
        for part in _sequences(path):
            yield from _vehicles_of(part, reader)


def pictures_of(path: Path) -> Iterator[Picture]:
    """All pictures of a photo, a video, or a folder of them (by name, not into sub-folders)."""
    if path.is_dir():
        for member in _members(path):
            yield from pictures_of(member)
        if not _members(path):
            yield Picture(str(path), 0, 0.0, None, _empty(path))
    elif path.suffix.lower() in VIDEO_SUFFIXES:
        yield from _frames(path)
    else:
        yield _photo(path)


def _sequences(path: Path) -> list[list[Path]]:
    """A folder's photos are one sequence; each of its videos is one of its own."""
    if not path.is_dir():
        return [[path]]
    members = _members(path)
    photos = [m for m in members if m.suffix.lower() in PHOTO_SUFFIXES]
    videos = [[m] for m in members if m not in photos]
    return ([photos] if photos else []) + videos or [[path]]


def _vehicles_of(paths: list[Path], reader: PlateReader) -> Iterator[VehicleResult]:
    tracker = VehicleTracker()
    source = str(paths[0] if len(paths) == 1 else paths[0].parent)
    if len(paths) == 1 and paths[0].suffix.lower() in PHOTO_SUFFIXES:
        problem = f"{source}: a vehicle is voted over several frames; this is a single photo."
        yield VehicleResult(source, error=problem)
        return
    for index, picture in enumerate(p for path in paths for p in pictures_of(path)):
        if picture.image is None:
            yield VehicleResult(picture.source, error=picture.error)
            continue
        seconds = picture.seconds if len(paths) == 1 else index / FOLDER_RATE
        moment = _BEGINNING + timedelta(seconds=seconds)
        frame = Frame(picture.image, moment, source, index)
        yield from _results(source, tracker.update(frame, reader.read(picture.image)))
    yield from _results(source, tracker.flush())


def _results(source: str, tracks: list[ClosedTrack]) -> Iterator[VehicleResult]:
    for track in tracks:
        yield VehicleResult(source, track, vote(track))


def _members(folder: Path) -> list[Path]:
    known = PHOTO_SUFFIXES | VIDEO_SUFFIXES
    return sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in known)


def _empty(folder: Path) -> str:
    return f"{folder}: there is no photo and no video in this folder."


def _photo(path: Path) -> Picture:
    try:
        return Picture(str(path), 0, 0.0, load_image(path))
    except UnreadablePicture as error:
        return Picture(str(path), 0, 0.0, None, error.message)


def _frames(path: Path) -> Iterator[Picture]:
    following = 0
    try:
        for index, seconds, image in frames_of_video(path):
            following = index + 1
            yield Picture(str(path), index, seconds, image)
    except (UnreadableVideo, InvalidInput) as error:
        yield Picture(str(path), following, 0.0, None, error.message)


def picture_as_json(result: PictureResult) -> dict[str, Any]:
    """The documented line: source, frame, plates, and error where there is one."""
    plates = [_plate_as_json(read) for read in result.plates]
    line: dict[str, Any] = {"source": result.source, "frame": result.frame, "plates": plates}
    return line if result.error is None else {**line, "error": result.error}


def vehicle_as_json(result: VehicleResult) -> dict[str, Any]:
    """One vehicle after voting; `text` is null when a person must look."""
    if result.track is None or result.consensus is None:
        return {"source": result.source, "error": result.error}
    consensus, track = result.consensus, result.track
    return {
        "source": result.source,
        "text": consensus.plate.text if consensus.plate else None,
        "confidence": round(consensus.confidence, 4),
        "country": consensus.country,
        "fits_format": consensus.fits_format,
        "colour": consensus.colour,
        "votes": consensus.votes,
        "frames": consensus.frames,
        "first_frame": track.first.frame_index,
        "best_frame": consensus.best_frame.frame_index,
        "last_frame": track.last.frame_index,
        "box": list(consensus.best_frame.read.box.as_tuple()),
        "candidates": _candidates(consensus.candidates),
    }


def _plate_as_json(read: PlateRead) -> dict[str, Any]:
    return {
        "text": read.text,
        "confidence": round(read.confidence, 4),
        "country": read.country,
        "fits_format": read.fits_format,
        "colour": read.colour,
        "box": list(read.box.as_tuple()),
        "candidates": _candidates(read.candidates),
    }


def _candidates(candidates: tuple[PlateCandidate, ...]) -> list[dict[str, Any]]:
    return [{"text": c.text, "probability": round(c.probability, 4)} for c in candidates]
