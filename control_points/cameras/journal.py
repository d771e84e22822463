"""Where each camera got to: positions in files, and the gaps of live cameras."""

from dataclasses import dataclass
from datetime import UTC, datetime

from control_points.storage.spool_database import SpoolDatabase


@dataclass(frozen=True)
class Position:
    """The next frame to look at, with no track open before it."""

    next_frame: int
    finished: bool


@dataclass(frozen=True)
class Gap:
    """A time in which a live camera gave no pictures."""

    id: int
    camera: str
    started_at: datetime
    ended_at: datetime
    reason: str


class Journal:
    def __init__(self, database: SpoolDatabase) -> None:
        self._database = database

    def position(self, camera: str, footage: str, starts_at: datetime) -> Position:
        """Where to go on; the beginning when this footage, with this start, is new."""
        rows = self._database.rows(
            "SELECT next_frame, finished FROM positions "
            "WHERE camera = ? AND footage = ? AND starts_at = ?",
            camera,
            footage,
            starts_at.astimezone(UTC).isoformat(),
        )
        if not rows:
            return Position(0, False)
        next_frame, finished = rows[0]
        return Position(int(str(next_frame)), bool(finished))

    def reached(
        self,
        camera: str,
        footage: str,
        starts_at: datetime,
        next_frame: int,
        *,
        finished: bool = False,
    ) -> None:
        """All vehicles before `next_frame` are in the spool and no track is open."""
        self._database.execute(
            "INSERT INTO positions VALUES (?, ?, ?, ?, ?) ON CONFLICT (camera, footage) DO UPDATE "
            "SET starts_at = excluded.starts_at, next_frame = excluded.next_frame, "
            "finished = excluded.finished",
            camera,
            footage,
            starts_at.astimezone(UTC).isoformat(),
            next_frame,
            finished,
        )

    def is_untouched(self) -> bool:
        """Whether no footage was ever looked at with this data folder."""
        return not self._database.rows("SELECT 1 FROM positions LIMIT 1")

    def saw_frame(self, camera: str, at: datetime) -> None:
        """A live camera gave a picture: the gap is over, if there was one."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO last_frames VALUES (?, ?) "
                "ON CONFLICT (camera) DO UPDATE SET at = excluded.at",
                camera,
                at.timestamp(),
            )
            self._database.execute(
                "UPDATE gaps SET ended_at = max(started_at, ?) "
                "WHERE camera = ? AND ended_at IS NULL",
                at.timestamp(),
                camera,
            )

    def lost(self, camera: str, at: datetime, reason: str) -> None:
        """A live camera stopped giving pictures; no-op while a gap is open already."""
        self._database.execute(
            "INSERT OR IGNORE INTO gaps (camera, started_at, reason) VALUES (?, ?, ?)",
            camera,
            at.timestamp(),
            reason,
        )

    def starting(self, camera: str) -> None:
        """The worker starts: since its last picture nobody watched this live camera."""
        rows = self._database.rows("SELECT at FROM last_frames WHERE camera = ?", camera)
        if rows:
            last = datetime.fromtimestamp(float(str(rows[0][0])), UTC)
            self.lost(camera, last, "the worker was not running")

    def unreported_gaps(self, limit: int) -> list[Gap]:
        """Gaps that are over and that the centre has not heard of."""
        rows = self._database.rows(
            "SELECT id, camera, started_at, ended_at, reason FROM gaps "
            "WHERE ended_at IS NOT NULL AND NOT reported ORDER BY id LIMIT ?",
            limit,
        )
        return [_gap(row) for row in rows]

    def gaps_reported(self, gaps: list[Gap]) -> None:
        """The centre has these."""
        with self._database.transaction():
            for gap in gaps:
                self._database.execute("UPDATE gaps SET reported = 1 WHERE id = ?", gap.id)


def _gap(row: tuple[object, ...]) -> Gap:
    number, camera, started, ended, reason = row
    return Gap(
        int(str(number)),
        str(camera),
        datetime.fromtimestamp(float(str(started)), UTC),
        datetime.fromtimestamp(float(str(ended)), UTC),
        str(reason),
    )
