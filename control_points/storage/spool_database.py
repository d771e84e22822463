"""The SQLite file under the spool: what is committed here survives a power cut.

Write-ahead log with synchronous=FULL, so every commit is on the disk before it returns. One
connection, shared by the worker's threads under a lock; transactions are a few milliseconds.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from control_points.errors import SpoolFailed

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE passages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'receipted', 'rejected')),
    report TEXT CHECK ((state = 'receipted') = (report IS NULL)),
    edge_outcome TEXT,
    stored_at REAL NOT NULL,
    problem TEXT
);
CREATE INDEX passages_by_state ON passages (state, sequence);
CREATE TABLE pictures (
    passage_id TEXT NOT NULL REFERENCES passages (passage_id),
    kind TEXT NOT NULL CHECK (kind IN ('plate', 'context')),
    state TEXT NOT NULL CHECK (state IN ('kept', 'claimed', 'refused')),
    asked INTEGER NOT NULL DEFAULT 0,
    ask_at REAL NOT NULL DEFAULT 0,
    heard_at REAL NOT NULL,
    PRIMARY KEY (passage_id, kind)
);
CREATE INDEX pictures_by_state ON pictures (state, ask_at);
CREATE TABLE positions (
    camera TEXT NOT NULL,
    footage TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    next_frame INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    PRIMARY KEY (camera, footage)
);
CREATE TABLE last_frames (camera TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    camera TEXT NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    reason TEXT NOT NULL,
    reported INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX one_open_gap ON gaps (camera) WHERE ended_at IS NULL;
"""


class SpoolDatabase:
    """One open file. `execute` outside of `transaction` commits at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._sentences():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=10, isolation_level=None, check_same_thread=False
            )
            self._prepare()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """All rows of a query."""
        with self._lock, self._sentences():
            return list(self._connection.execute(sql, values).fetchall())

    def execute(self, sql: str, *values: object) -> int:
        """Run one statement; the number of rows it changed."""
        with self._lock, self._sentences():
            return self._connection.execute(sql, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and on the disk when the block has ended."""
        with self._lock, self._sentences():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def wipe_log(self) -> None:
        """Empty the write-ahead log, which still holds what was erased from the tables.

        A reader in another process can keep part of it until the next call.
        """
        with self._lock, self._sentences():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA foreign_keys=ON")
        self._connection.execute("PRAGMA secure_delete=ON")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._connection.executescript(
                f"BEGIN IMMEDIATE;{_SCHEMA}PRAGMA user_version={SCHEMA_VERSION};COMMIT;"
            )
        elif version != SCHEMA_VERSION:
            raise SpoolFailed(
                f"The spool {self.path} has format {version}, this release knows "
                f"{SCHEMA_VERSION}. Run the release that wrote it until it is empty."
            )

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SpoolFailed(
                f"The spool {self.path} can't be used: {error}. Check the disk's space and "
                "health; if the file is damaged, move it aside and keep it for rescue."
            ) from error
