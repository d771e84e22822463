"""Passages on the edge's disk, from the moment a vehicle has gone until the centre has them.

waiting → receipted (the report is erased, the id stays so that a replay can't double it)
        → rejected  (kept aside for a person; never sent again by itself)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import ValidationError

from control_points.protocol import PassageReceipt, PassageReport, PictureKind, ReceiptStatus
from control_points.storage.picture_files import PictureFiles
from control_points.storage.spool_database import SpoolDatabase

REMEMBERED = timedelta(days=30)
"""How long the bare ids of receipted passages are kept, against doubles."""


@dataclass(frozen=True)
class SetAside:
    """A passage that the centre refuses."""

    passage_id: UUID
    stored_at: datetime
    problem: str


class Spool:
    """The passages; their pictures' states are in `control_points.storage.picture_spool`."""

    def __init__(self, database: SpoolDatabase, files: PictureFiles) -> None:
        self._database = database
        self._files = files

    def knows(self, passage_id: UUID) -> bool:
        """Whether it was stored before, in whatever state it is now."""
        rows = self._database.rows("SELECT 1 FROM passages WHERE passage_id = ?", str(passage_id))
        return bool(rows)

    def store(
        self, report: PassageReport, sealed: Mapping[PictureKind, bytes], now: datetime
    ) -> bool:
        """Keep a passage and its sealed pictures; False, and no change, when it is known.

        The pictures are on the disk before the row, so a stored passage never lacks them.

        Raises:
            SpoolFailed: the disk is full or broken.
        """
        if self.knows(report.passage_id):
            return False
        for kind, data in sealed.items():
            self._files.write(report.passage_id, kind, data)
        with self._database.transaction():
            self._insert(report, list(sealed), now.timestamp())
        return True

    def _insert(self, report: PassageReport, kinds: list[PictureKind], now: float) -> None:
        name = str(report.passage_id)
        self._database.execute(
            "INSERT INTO passages (passage_id, state, report, edge_outcome, stored_at) "
            "VALUES (?, 'waiting', ?, ?, ?)",
            name,
            report.model_dump_json(),
            report.decision.outcome if report.decision else None,
            now,
        )
        for kind in kinds:
            self._database.execute(
                "INSERT INTO pictures (passage_id, kind, state, heard_at) VALUES (?, ?, 'kept', ?)",
                name,
                kind.value,
                now,
            )

    def waiting(self, limit: int) -> list[PassageReport]:
        """The oldest passages that the centre has not receipted, in the order they were stored."""
        rows = self._database.rows(
            "SELECT passage_id, report FROM passages WHERE state = 'waiting' "
            "ORDER BY sequence LIMIT ?",
            limit,
        )
        return [parsed for name, report in rows if (parsed := self._parsed(name, report))]

    def _parsed(self, name: object, report: object) -> PassageReport | None:
        """A report that an older release wrote and this one can't send is kept aside."""
        try:
            return PassageReport.model_validate_json(str(report))
        except ValidationError as error:
            self.set_aside(UUID(str(name)), f"written by another release: {error.error_count()}")
            return None

    def count(self, state: str) -> int:
        """How many passages are 'waiting', 'receipted' or 'rejected'."""
        ((number,),) = self._database.rows("SELECT count(*) FROM passages WHERE state = ?", state)
        return int(str(number))

    def settle(self, receipts: Iterable[PassageReceipt]) -> None:
        """Act on the centre's word, passage by passage. Ids it never got stay waiting."""
        with self._database.transaction():
            for receipt in receipts:
                if receipt.status is ReceiptStatus.REJECTED:
                    self._reject(receipt.passage_id, receipt.problem or "no reason given")
                else:
                    self._receipt(receipt.passage_id)
        self._database.wipe_log()

    def set_aside(self, passage_id: UUID, problem: str) -> None:
        """Never send it again by itself; `problem` says why."""
        with self._database.transaction():
            self._reject(passage_id, problem)

    def _receipt(self, passage_id: UUID) -> None:
        self._database.execute(
            "UPDATE passages SET state = 'receipted', report = NULL "
            "WHERE passage_id = ? AND state = 'waiting'",
            str(passage_id),
        )

    def _reject(self, passage_id: UUID, problem: str) -> None:
        self._database.execute(
            "UPDATE passages SET state = 'rejected', problem = ? "
            "WHERE passage_id = ? AND state = 'waiting'",
            problem,
            str(passage_id),
        )

    def rejected(self) -> list[SetAside]:
        """What the centre refuses, oldest first."""
        rows = self._database.rows(
            "SELECT passage_id, stored_at, problem FROM passages "
            "WHERE state = 'rejected' ORDER BY sequence"
        )
        return [
            SetAside(UUID(str(name)), datetime.fromtimestamp(float(str(at)), UTC), str(problem))
            for name, at, problem in rows
        ]

    def send_again(self) -> int:
        """Put everything that was set aside back into the queue; how many that were."""
        return self._database.execute(
            "UPDATE passages SET state = 'waiting', problem = NULL WHERE state = 'rejected'"
        )

    def forget_old(self, now: datetime) -> int:
        """Drop the ids of passages that were receipted long ago and have no picture left."""
        return self._database.execute(
            "DELETE FROM passages WHERE state = 'receipted' AND stored_at < ? "
            "AND passage_id NOT IN (SELECT passage_id FROM pictures)",
            (now - REMEMBERED).timestamp(),
        )
