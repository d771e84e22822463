"""The time of day, in two kinds.

`utc_now` is real time: login sessions, request signatures and audit rows always use it.
`DomainClock` is the city's time: what deadlines and windows are measured against. In production
it is real time; elsewhere it can be set and moved, so that a demonstration need not wait 72 hours
for a deadline. It lives in a small file of the data directory and is shared by all processes.
Deciding code takes the time as an argument and never asks a clock.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.errors import Forbidden, InvalidInput

MUNICIPAL_ZONE = ZoneInfo("Europe/Madrid")


def utc_now() -> datetime:
    """Real time, aware, in UTC."""
    return datetime.now(UTC)


def municipal(moment: datetime) -> datetime:
    """`moment` in the city's time zone, offset kept.

    Raises:
        InvalidInput: `moment` has no offset, so nobody can say which instant it is.
    """
    if moment.tzinfo is None:
        raise InvalidInput(
            "The time %(time)s has no UTC offset; write it with one.", time=moment.isoformat()
        )
    return moment.astimezone(MUNICIPAL_ZONE)


class DomainClock:
    """The city's time. `path` holds the shift from real time; no file means no shift."""

    def __init__(self, path: Path | None, *, movable: bool) -> None:
        self._path = path
        self._movable = movable

    def now(self) -> datetime:
        """The city's time, aware, in UTC."""
        return utc_now() + self._shift()

    def move_to(self, moment: datetime) -> None:
        """From now on the city's time is `moment` and goes on from there.

        Raises:
            Forbidden: in production the clock is real time.
            InvalidInput: `moment` has no offset.
        """
        if not self._movable or self._path is None:
            raise Forbidden("The domain clock is real time in production and can't be moved.")
        if moment.tzinfo is None:
            raise InvalidInput("The domain clock needs a time with a UTC offset.")
        self._write(self._path, moment - utc_now())

    def advance(self, by: timedelta) -> None:
        """Move the city's time forward by `by`."""
        self.move_to(self.now() + by)

    def reset(self) -> None:
        """Back to real time."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _shift(self) -> timedelta:
        if not self._movable or self._path is None:
            return timedelta(0)
        try:
            return timedelta(seconds=float(json.loads(self._path.read_text())["shift_seconds"]))
        except FileNotFoundError:
            return timedelta(0)

    @staticmethod
    def _write(path: Path, shift: timedelta) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.write_text(json.dumps({"shift_seconds": shift.total_seconds()}))
        fresh.replace(path)
