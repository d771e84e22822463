"""Which pictures wait at the edge, and when each of them is erased.

kept → claimed (the centre answered `send`) → sent and erased
     → erased  (the centre answered `discard`, or its time is over)
     → refused (the centre did not take the bytes; kept aside until its time is over)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from control_points.protocol import Instruction, PictureInstruction, PictureKind
from control_points.storage.picture_files import PictureFiles
from control_points.storage.spool_database import SpoolDatabase

HARMLESS = ("authorised", "count_only")
"""Edge outcomes with nothing against the vehicle."""
_OVERDUE = (
    "SELECT pictures.passage_id, kind FROM pictures JOIN passages USING (passage_id) "
    "WHERE (pictures.state = 'kept' AND edge_outcome IN (?, ?) AND heard_at <= ?) "
    "OR stored_at <= ?"
)
UNASKED_FOR = timedelta(hours=24)
"""How long pictures of harmless passages wait for the centre's word."""
LONGEST = timedelta(days=30)
"""How long any picture waits (LOPDGDD, article 22.3, by analogy)."""
FIRST_ASK = 1.0
LONGEST_ASK = 60.0
"""Seconds between questions about one passage: they double from the first to the longest."""


@dataclass(frozen=True)
class KeptPicture:
    passage_id: UUID
    kind: PictureKind


class PictureSpool:
    def __init__(self, database: SpoolDatabase, files: PictureFiles) -> None:
        self._database = database
        self._files = files

    def sweep(self) -> int:
        """At the start: erase files without a row, which a crash before the row left behind."""
        known = {
            (str(name), str(kind))
            for name, kind in self._database.rows("SELECT passage_id, kind FROM pictures")
        }
        orphans = [pair for pair in self._files.names() if pair not in known]
        for passage_id, kind in orphans:
            self._files.erase(UUID(passage_id), PictureKind(kind))
        return len(orphans)

    def to_ask(self, now: datetime, limit: int) -> list[UUID]:
        """Receipted passages whose pictures the centre should be asked about now."""
        rows = self._database.rows(
            "SELECT p.passage_id FROM pictures p JOIN passages USING (passage_id) "
            "WHERE p.state = 'kept' AND p.ask_at <= ? AND passages.state = 'receipted' "
            "GROUP BY p.passage_id ORDER BY passages.sequence LIMIT ?",
            now.timestamp(),
            limit,
        )
        return [UUID(str(name)) for (name,) in rows]

    def unsettled(self) -> int:
        """Pictures of receipted passages that are neither sent, erased nor refused."""
        return self._number(
            "SELECT count(*) FROM pictures JOIN passages USING (passage_id) "
            "WHERE pictures.state IN ('kept', 'claimed') AND passages.state = 'receipted'"
        )

    def count(self) -> int:
        """All pictures on the disk."""
        return self._number("SELECT count(*) FROM pictures")

    def instruct(self, instructions: Iterable[PictureInstruction], now: datetime) -> None:
        """Act on the centre's answer."""
        for answer in instructions:
            match answer.instruction:
                case Instruction.SEND:
                    self._claim(answer.passage_id)
                case Instruction.DISCARD:
                    self._discard(answer.passage_id)
                case Instruction.WAIT:
                    self._wait(answer.passage_id, now, heard=True)

    def unanswered(self, passage_ids: Iterable[UUID], now: datetime) -> None:
        """Asked, but the answer says nothing about these: ask again later."""
        for passage_id in passage_ids:
            self._wait(passage_id, now, heard=False)

    def claimed(self, limit: int) -> list[KeptPicture]:
        """What the centre wants, oldest first."""
        rows = self._database.rows(
            "SELECT pictures.passage_id, kind FROM pictures JOIN passages USING (passage_id) "
            "WHERE pictures.state = 'claimed' ORDER BY sequence LIMIT ?",
            limit,
        )
        return [KeptPicture(UUID(str(name)), PictureKind(str(kind))) for name, kind in rows]

    def sealed(self, picture: KeptPicture) -> bytes | None:
        return self._files.read(picture.passage_id, picture.kind)

    def sent(self, picture: KeptPicture) -> None:
        """The centre has it: erase it here."""
        self._erase(picture)

    def unclaim(self, picture: KeptPicture, now: datetime) -> None:
        """The centre did not take it now: ask about it again, later each time."""
        self._database.execute(
            "UPDATE pictures SET state = 'kept' WHERE passage_id = ? AND kind = ?",
            str(picture.passage_id),
            picture.kind.value,
        )
        self._wait(picture.passage_id, now, heard=True)

    def ask_at_once(self) -> None:
        """Don't wait any longer with questions: the worker is about to end."""
        self._database.execute("UPDATE pictures SET ask_at = 0 WHERE state = 'kept'")

    def refuse(self, picture: KeptPicture) -> None:
        """The centre claimed it but does not take these bytes: keep it aside."""
        self._database.execute(
            "UPDATE pictures SET state = 'refused' WHERE passage_id = ? AND kind = ?",
            str(picture.passage_id),
            picture.kind.value,
        )

    def erase_overdue(self, now: datetime) -> int:
        """Erase what nobody claimed in time; how many pictures that were."""
        rows = self._database.rows(
            _OVERDUE,
            *HARMLESS,
            (now - UNASKED_FOR).timestamp(),
            (now - LONGEST).timestamp(),
        )
        overdue = [KeptPicture(UUID(str(name)), PictureKind(str(kind))) for name, kind in rows]
        for picture in overdue:
            self._erase(picture)
        return len(overdue)

    def _claim(self, passage_id: UUID) -> None:
        self._database.execute(
            "UPDATE pictures SET state = 'claimed' WHERE passage_id = ? AND state = 'kept'",
            str(passage_id),
        )

    def _discard(self, passage_id: UUID) -> None:
        rows = self._database.rows(
            "SELECT kind FROM pictures WHERE passage_id = ?", str(passage_id)
        )
        for (kind,) in rows:
            self._erase(KeptPicture(passage_id, PictureKind(str(kind))))

    def _wait(self, passage_id: UUID, now: datetime, *, heard: bool) -> None:
        ((asked,),) = self._database.rows(
            "SELECT coalesce(max(asked), 0) FROM pictures WHERE passage_id = ?", str(passage_id)
        )
        pause = min(LONGEST_ASK, FIRST_ASK * 2 ** min(int(str(asked)), 30))
        self._database.execute(
            "UPDATE pictures SET asked = asked + 1, ask_at = ?, "
            "heard_at = CASE WHEN ? THEN ? ELSE heard_at END "
            "WHERE passage_id = ? AND state = 'kept'",
            now.timestamp() + pause,
            heard,
            now.timestamp(),
            str(passage_id),
        )

    def _erase(self, picture: KeptPicture) -> None:
        """The file first: a row without a file is harmless, a file without a row is not."""
        self._files.erase(picture.passage_id, picture.kind)
        self._database.execute(
            "DELETE FROM pictures WHERE passage_id = ? AND kind = ?",
            str(picture.passage_id),
            picture.kind.value,
        )

    def _number(self, sql: str) -> int:
        ((number,),) = self._database.rows(sql)
        return int(str(number))
