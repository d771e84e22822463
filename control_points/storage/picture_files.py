"""Sealed pictures on the edge's disk. What is here can only be opened at the centre."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from control_points.errors import SpoolFailed
from control_points.protocol import PictureKind

_SUFFIX = ".sealed"


def picture_context(passage_id: UUID, kind: PictureKind) -> bytes:
    """What a sealed picture is bound to, so that it can't be shown as another passage's."""
    return f"{passage_id}|{kind.value}".encode()


class PictureFiles:
    """One file a picture, named by passage and kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def write(self, passage_id: UUID, kind: PictureKind, sealed: bytes) -> None:
        """Whole or not at all, and on the disk when this returns. Raises SpoolFailed."""
        path = self._path(passage_id, kind)
        try:
            _write_whole(path, sealed)
            self._sync_folder()
        except OSError as error:
            raise SpoolFailed(
                f"The picture {path} can't be written: {error.strerror}. Check the disk's space "
                "and health."
            ) from error

    def read(self, passage_id: UUID, kind: PictureKind) -> bytes | None:
        """The sealed bytes; None when the file is gone."""
        try:
            return self._path(passage_id, kind).read_bytes()
        except FileNotFoundError:
            return None

    def erase(self, passage_id: UUID, kind: PictureKind) -> None:
        """No-op when it is gone already."""
        self._path(passage_id, kind).unlink(missing_ok=True)
        self._sync_folder()

    def names(self) -> Iterator[tuple[str, str]]:
        """Passage id and kind of every picture; also removes what a crash left half-written."""
        for path in self._folder.iterdir():
            if path.suffix != _SUFFIX:
                path.unlink(missing_ok=True)
                continue
            passage_id, _, kind = path.stem.rpartition(".")
            yield passage_id, kind

    def _path(self, passage_id: UUID, kind: PictureKind) -> Path:
        return self._folder / f"{passage_id}.{kind.value}{_SUFFIX}"

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_whole(path: Path, data: bytes) -> None:
    fresh = path.with_suffix(".part")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
