"""The worker's own folder: spool, sealed pictures, access list, and the lock on them."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from control_points.access.held_list import HeldList
from control_points.cameras.journal import Journal
from control_points.errors import SpoolFailed
from control_points.storage.picture_files import PictureFiles
from control_points.storage.picture_spool import PictureSpool
from control_points.storage.spool import Spool
from control_points.storage.spool_database import SpoolDatabase
from core.errors import SetupProblem


@dataclass
class EdgeStore:
    folder: Path
    database: SpoolDatabase
    spool: Spool
    pictures: PictureSpool
    journal: Journal
    held: HeldList
    _lock: int

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open, or make, the folder for this process alone.

        Raises:
            SetupProblem: another worker has it open, or it can't be made.
            SpoolFailed: a file in it is damaged.
        """
        lock = _locked(folder)
        try:
            database = SpoolDatabase(folder / "spool.sqlite3")
            files = PictureFiles(folder / "pictures")
            held = HeldList(folder / "access-list.sqlite3")
        except SpoolFailed:
            os.close(lock)
            raise
        pictures = PictureSpool(database, files)
        spool = Spool(database, files)
        return cls(folder, database, spool, pictures, Journal(database), held, lock)

    def close(self) -> None:
        self.database.close()
        self.held.close()
        os.close(self._lock)


def _locked(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(folder / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SetupProblem(
            f"data_dir: {folder} can't be used ({error.strerror}). Name a folder that this user "
            "may write to."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise SetupProblem(
            f"data_dir: another worker is running with {folder}. Stop it first, or give each "
            "worker a folder of its own."
        ) from error
    return handle
