"""The access list on this box: keyed hashes and grants, no plate, no name, no address.

A file of its own, so that taking in a large list never holds up the spool. The key of the hashes
is not in it.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from control_points.access import access_list
from control_points.errors import AccessListRefused, SpoolFailed
from control_points.protocol import AccessList
from permits.access import ControlPointRules, Grant, Window

_FORM = 2
"""Of the file. One of another form is emptied, and the centre sends a whole list."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS grant_sets (id INTEGER PRIMARY KEY, grants TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS vehicles (
    plate_hash BLOB PRIMARY KEY, grant_set INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), list TEXT NOT NULL);
"""
_GRANTS = TypeAdapter(tuple[Grant, ...])
_LOOKUP = "SELECT grant_set FROM vehicles WHERE plate_hash = ?"


@dataclass(frozen=True)
class Head:
    """Everything of the list but the vehicles, ready for deciding."""

    version: int
    rule_version: str
    points: dict[str, ControlPointRules]
    holidays: frozenset[date]
    loading_windows: dict[str, tuple[Window, ...]]
    open_windows: dict[str, tuple[Window, ...]]


class HeldList:
    """The list in use. `head` is None until the first one has come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self._sentences():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=10, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA secure_delete=ON")
            self._renew_form()
            self._connection.executescript(_SCHEMA)
        self._sets: dict[int, tuple[Grant, ...]] = {}
        self.head = self._load()

    def _renew_form(self) -> None:
        if self._connection.execute("PRAGMA user_version").fetchone()[0] == _FORM:
            return
        for table in ("vehicles", "grant_sets", "head"):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        self._connection.execute(f"PRAGMA user_version = {_FORM}")

    @property
    def version(self) -> int:
        """0 without a list."""
        return self.head.version if self.head else 0

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def take(self, fresh: AccessList) -> None:
        """Put `fresh` in use, whole or not at all.

        Raises:
            AccessListRefused: it does not follow on the list in use, or has unknown words.
        """
        with self._lock, self._sentences():
            access_list.check_succession(fresh, self.version)
            head = _head(fresh)
            groups = [
                (access_list.grants(fresh, group), access_list.hashes(group.plate_hashes))
                for group in fresh.groups
            ]
            removed = access_list.hashes(fresh.removed)
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._write(fresh, groups, removed)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            self._sets.clear()
            self.head = head

    def grants(self, plate_hash: bytes) -> tuple[Grant, ...]:
        """What the vehicle with this keyed hash holds; empty when it is not listed."""
        with self._lock:
            try:
                row = self._connection.execute(_LOOKUP, (plate_hash,)).fetchone()
                if row is None:
                    return ()
                known = self._sets.get(row[0])
                return self._load_set(row[0]) if known is None else known
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def count(self) -> int:
        """How many vehicles are listed."""
        with self._lock, self._sentences():
            found: int = self._connection.execute("SELECT count(*) FROM vehicles").fetchone()[0]
        return found

    def _load_set(self, number: int) -> tuple[Grant, ...]:
        query = "SELECT grants FROM grant_sets WHERE id = ?"
        row = self._connection.execute(query, (number,)).fetchone()
        self._sets[number] = _GRANTS.validate_json(row[0])
        return self._sets[number]

    def _write(
        self,
        fresh: AccessList,
        groups: list[tuple[tuple[Grant, ...], list[bytes]]],
        removed: list[bytes],
    ) -> None:
        if fresh.base is None:
            self._connection.execute("DELETE FROM vehicles")
            self._connection.execute("DELETE FROM grant_sets")
        forget = "DELETE FROM vehicles WHERE plate_hash = ?"
        self._connection.executemany(forget, ((name,) for name in removed))
        for grants, names in groups:
            number = self._number_of(grants)
            self._connection.executemany(
                "INSERT OR REPLACE INTO vehicles VALUES (?, ?)", ((name, number) for name in names)
            )
        bare = fresh.model_copy(update={"rights": (), "groups": (), "removed": ""})
        self._connection.execute(
            "INSERT OR REPLACE INTO head VALUES (1, ?)", (bare.model_dump_json(),)
        )

    def _number_of(self, grants: tuple[Grant, ...]) -> int:
        """Of the set in this file, made if there is none."""
        text = _GRANTS.dump_json(grants).decode()
        add = "INSERT INTO grant_sets (grants) VALUES (?) ON CONFLICT DO NOTHING"
        self._connection.execute(add, (text,))
        query = "SELECT id FROM grant_sets WHERE grants = ?"
        number: int = self._connection.execute(query, (text,)).fetchone()[0]
        return number

    def _load(self) -> Head | None:
        with self._sentences():
            row = self._connection.execute("SELECT list FROM head").fetchone()
        try:
            return _head(AccessList.model_validate_json(row[0])) if row else None
        except (ValidationError, AccessListRefused):
            # Another release's list: the centre sends a whole one.
            return None

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> SpoolFailed:
        return SpoolFailed(
            f"The access list {self._path} can't be used: {error}. Check the disk; if the "
            "file is damaged, delete it and the centre sends a new one."
        )


def _head(fresh: AccessList) -> Head:
    return Head(
        version=fresh.version,
        rule_version=fresh.rule_version,
        points={p.control_point: access_list.point_rules(p) for p in fresh.control_points},
        holidays=access_list.holidays(fresh),
        loading_windows={z: access_list.windows(w) for z, w in fresh.loading_windows},
        open_windows={z: access_list.windows(w) for z, w in fresh.open_windows},
    )
