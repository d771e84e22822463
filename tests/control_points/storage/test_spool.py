"""A passage that was stored is never lost and never doubled."""

from pathlib import Path
from uuid import UUID

import pytest

from control_points.errors import SpoolFailed
from control_points.protocol import PassageReceipt, PictureKind, ReceiptStatus
from control_points.storage.edge_store import EdgeStore
from control_points.storage.picture_files import PictureFiles
from core.errors import SetupProblem
from tests.control_points.builders import MORNING, a_passage_id, a_report

PICTURES = {PictureKind.PLATE: b"sealed plate", PictureKind.CONTEXT: b"sealed context"}


def reopened(edge: EdgeStore) -> EdgeStore:
    edge.close()
    return EdgeStore.open(edge.folder)


def receipt(
    number: int, status: ReceiptStatus = ReceiptStatus.ACCEPTED, problem: str | None = None
) -> PassageReceipt:
    return PassageReceipt(passage_id=a_passage_id(number), status=status, problem=problem)


def waiting(edge: EdgeStore) -> list[UUID]:
    return [report.passage_id for report in edge.spool.waiting(100)]


class TestStoring:
    def test_a_stored_passage_is_there_after_a_restart_with_its_pictures(
        self, tmp_path: Path
    ) -> None:
        edge = EdgeStore.open(tmp_path)
        edge.spool.store(a_report(), PICTURES, MORNING)
        edge = reopened(edge)
        assert edge.spool.waiting(1) == [a_report()]
        assert edge.pictures.count() == 2
        edge.close()

    def test_passages_wait_in_the_order_they_came(self, edge: EdgeStore) -> None:
        for number in (3, 1, 2):
            edge.spool.store(a_report(number), {}, MORNING)
        assert waiting(edge) == [a_passage_id(n) for n in (3, 1, 2)]

    def test_storing_the_same_passage_again_changes_nothing(self, edge: EdgeStore) -> None:
        assert edge.spool.store(a_report(), {}, MORNING)
        assert not edge.spool.store(a_report(plate="9999ZZZ"), PICTURES, MORNING)
        assert edge.spool.waiting(2) == [a_report()]
        assert edge.pictures.count() == 0

    def test_a_receipted_passage_is_not_stored_again_by_a_replay(self, edge: EdgeStore) -> None:
        edge.spool.store(a_report(), {}, MORNING)
        edge.spool.settle([receipt(0)])
        assert not edge.spool.store(a_report(), PICTURES, MORNING)
        assert waiting(edge) == []

    def test_without_its_pictures_on_disk_nothing_is_stored(
        self, edge: EdgeStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(SpoolFailed, match="No space left"):
            edge.spool.store(a_report(), PICTURES, MORNING)
        assert not edge.spool.knows(a_passage_id())

    def test_pictures_whose_passage_a_crash_swallowed_are_swept_away(self, tmp_path: Path) -> None:
        edge = EdgeStore.open(tmp_path)
        edge.spool.store(a_report(1), PICTURES, MORNING)
        files = PictureFiles(tmp_path / "pictures")
        files.write(a_passage_id(2), PictureKind.PLATE, b"orphan")
        (tmp_path / "pictures" / "half.part").write_bytes(b"half")
        assert edge.pictures.sweep() == 1
        assert sorted(files.names()) == sorted((str(a_passage_id(1)), k.value) for k in PictureKind)
        edge.close()


class TestReceipts:
    def test_a_receipt_erases_the_report_and_keeps_the_id(self, edge: EdgeStore) -> None:
        edge.spool.store(a_report(), {}, MORNING)
        edge.spool.settle([receipt(0)])
        assert edge.spool.knows(a_passage_id())
        assert edge.database.rows("SELECT report FROM passages") == [(None,)]

    def test_a_receipted_plate_is_in_no_file_of_a_running_edge(self, edge: EdgeStore) -> None:
        edge.spool.store(a_report(plate="7531LMN"), {}, MORNING)
        edge.spool.settle([receipt(0)])
        files = [path for path in edge.folder.rglob("*") if path.is_file()]
        assert files
        assert [path.name for path in files if b"7531LMN" in path.read_bytes()] == []

    def test_a_duplicate_is_as_good_as_accepted(self, edge: EdgeStore) -> None:
        edge.spool.store(a_report(), {}, MORNING)
        edge.spool.settle([receipt(0, ReceiptStatus.DUPLICATE)])
        assert edge.spool.count("receipted") == 1

    def test_a_rejected_passage_is_kept_aside_with_the_reason(self, edge: EdgeStore) -> None:
        edge.spool.store(a_report(), {}, MORNING)
        edge.spool.settle([receipt(0, ReceiptStatus.REJECTED, "from the future")])
        assert waiting(edge) == []
        assert [aside.problem for aside in edge.spool.rejected()] == ["from the future"]

    def test_what_was_set_aside_can_be_sent_again(self, edge: EdgeStore) -> None:
        edge.spool.store(a_report(), {}, MORNING)
        edge.spool.set_aside(a_passage_id(), "malformed")
        assert edge.spool.send_again() == 1
        assert edge.spool.waiting(1) == [a_report()]

    def test_what_another_release_wrote_does_not_hold_up_the_others(self, edge: EdgeStore) -> None:
        for number in (1, 2):
            edge.spool.store(a_report(number), {}, MORNING)
        name = str(a_passage_id(1))
        edge.database.execute("UPDATE passages SET report = '{}' WHERE passage_id = ?", name)
        assert waiting(edge) == [a_passage_id(2)]
        assert [aside.passage_id for aside in edge.spool.rejected()] == [a_passage_id(1)]

    def test_a_late_rejection_does_not_undo_a_receipt(self, edge: EdgeStore) -> None:
        edge.spool.store(a_report(), {}, MORNING)
        edge.spool.settle([receipt(0), receipt(0, ReceiptStatus.REJECTED, "twice")])
        assert edge.spool.count("rejected") == 0


class TestTheFolder:
    def test_a_second_worker_is_refused(self, edge: EdgeStore) -> None:
        with pytest.raises(SetupProblem, match="another worker is running"):
            EdgeStore.open(edge.folder)

    def test_a_damaged_spool_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "spool.sqlite3").write_bytes(b"not a database" * 100)
        with pytest.raises(SpoolFailed, match=r"spool\.sqlite3 can't be used"):
            EdgeStore.open(tmp_path)

    def test_every_commit_is_synced_to_disk(self, edge: EdgeStore) -> None:
        assert edge.database.rows("PRAGMA synchronous") == [(2,)]
        assert edge.database.rows("PRAGMA journal_mode") == [("wal",)]
