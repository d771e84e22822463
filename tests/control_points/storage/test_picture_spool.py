"""Pictures leave only when claimed, and go when their time is over."""

from datetime import datetime, timedelta

import pytest

from control_points.protocol import (
    Instruction,
    PassageReceipt,
    PictureInstruction,
    PictureKind,
    ReceiptStatus,
)
from control_points.storage.edge_store import EdgeStore
from tests.control_points.builders import MORNING, a_passage_id, a_report

HOUR = timedelta(hours=1)


def stored(edge: EdgeStore, outcome: str | None = "authorised", *, receipted: bool = True) -> None:
    edge.spool.store(
        a_report(outcome=outcome), {kind: kind.value.encode() for kind in PictureKind}, MORNING
    )
    if receipted:
        status = ReceiptStatus.ACCEPTED
        edge.spool.settle([PassageReceipt(passage_id=a_passage_id(), status=status)])


def told(edge: EdgeStore, word: Instruction, at: datetime = MORNING) -> None:
    edge.pictures.instruct([PictureInstruction(passage_id=a_passage_id(), instruction=word)], at)


class TestAsking:
    def test_the_centre_is_not_asked_before_it_has_the_passage(self, edge: EdgeStore) -> None:
        stored(edge, receipted=False)
        assert edge.pictures.to_ask(MORNING, 10) == []

    def test_one_question_covers_both_pictures(self, edge: EdgeStore) -> None:
        stored(edge)
        assert edge.pictures.to_ask(MORNING, 10) == [a_passage_id()]

    def test_after_wait_the_pauses_double_up_to_a_minute(self, edge: EdgeStore) -> None:
        stored(edge)
        now, pauses = MORNING, []
        for _ in range(8):
            told(edge, Instruction.WAIT, now)
            asked_at = now
            while not edge.pictures.to_ask(now, 1):
                now += timedelta(seconds=1)
            pauses.append((now - asked_at).total_seconds())
        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]

    def test_before_the_end_all_are_asked_about_at_once(self, edge: EdgeStore) -> None:
        stored(edge)
        told(edge, Instruction.WAIT)
        edge.pictures.ask_at_once()
        assert edge.pictures.to_ask(MORNING, 10) == [a_passage_id()]


class TestInstructions:
    def test_send_claims_both_pictures(self, edge: EdgeStore) -> None:
        stored(edge)
        told(edge, Instruction.SEND)
        claimed = edge.pictures.claimed(10)
        assert {picture.kind for picture in claimed} == set(PictureKind)
        assert edge.pictures.sealed(claimed[0]) is not None

    def test_nothing_is_claimed_without_the_centre_s_word(self, edge: EdgeStore) -> None:
        stored(edge, outcome="not_authorised")
        assert edge.pictures.claimed(10) == []

    def test_discard_erases_the_files_at_once(self, edge: EdgeStore) -> None:
        stored(edge)
        told(edge, Instruction.DISCARD)
        assert edge.pictures.count() == 0
        assert list((edge.folder / "pictures").iterdir()) == []

    def test_a_sent_picture_is_erased(self, edge: EdgeStore) -> None:
        stored(edge)
        told(edge, Instruction.SEND)
        for picture in edge.pictures.claimed(10):
            edge.pictures.sent(picture)
        assert list((edge.folder / "pictures").iterdir()) == []


class TestErasing:
    @pytest.mark.parametrize("outcome", ["authorised", "count_only"])
    def test_unasked_pictures_of_harmless_passages_go_after_a_day(
        self, edge: EdgeStore, outcome: str
    ) -> None:
        stored(edge, outcome, receipted=False)
        assert edge.pictures.erase_overdue(MORNING + 23.9 * HOUR) == 0
        assert edge.pictures.erase_overdue(MORNING + 24 * HOUR) == 2
        assert list((edge.folder / "pictures").iterdir()) == []

    @pytest.mark.parametrize("outcome", ["not_authorised", "read_review", "vehicle_check", None])
    def test_pictures_of_other_passages_wait_for_the_centre(
        self, edge: EdgeStore, outcome: str | None
    ) -> None:
        stored(edge, outcome, receipted=False)
        assert edge.pictures.erase_overdue(MORNING + 72 * HOUR) == 0

    def test_the_centre_s_wait_begins_a_new_day(self, edge: EdgeStore) -> None:
        stored(edge)
        told(edge, Instruction.WAIT, MORNING + 20 * HOUR)
        assert edge.pictures.erase_overdue(MORNING + 43 * HOUR) == 0
        assert edge.pictures.erase_overdue(MORNING + 44 * HOUR) == 2

    def test_a_claimed_picture_outlasts_the_day(self, edge: EdgeStore) -> None:
        stored(edge)
        told(edge, Instruction.SEND)
        assert edge.pictures.erase_overdue(MORNING + 48 * HOUR) == 0

    def test_no_picture_is_kept_for_more_than_a_month(self, edge: EdgeStore) -> None:
        stored(edge, "not_authorised")
        assert edge.pictures.erase_overdue(MORNING + timedelta(days=30)) == 2

    def test_the_passage_itself_outlives_its_pictures(self, edge: EdgeStore) -> None:
        stored(edge, receipted=False)
        edge.pictures.erase_overdue(MORNING + 24 * HOUR)
        assert edge.spool.count("waiting") == 1
