"""Everything reaches the centre once, in order, however it answers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from control_points.centre.status import EdgeStatus
from control_points.centre.uplink import Uplink
from control_points.errors import CentreUnreachable
from control_points.protocol import Instruction, PictureKind, PictureReceipt, SignedAccessList
from control_points.storage.edge_store import EdgeStore
from control_points.storage.picture_files import picture_context
from control_points.vehicles.decisions import EdgeDecider
from core.sealing import seal
from tests.control_points.builders import (
    HASH_KEY,
    MORNING,
    a_list,
    a_passage_id,
    a_report,
    a_vehicle,
)
from tests.control_points.fakes import FakeCentre


class Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def uplink(edge: EdgeStore, centre: FakeCentre, watch: Watch) -> Uplink:
    return Uplink(
        centre,
        edge.spool,
        edge.pictures,
        EdgeDecider(edge.held),
        EdgeStatus(MORNING, {}),
        centre.signing_public,
        clock=watch,
    )


@pytest.fixture
def store(edge: EdgeStore, centre: FakeCentre) -> Callable[..., None]:
    def store(*numbers: int, pictures: bool = False) -> None:
        for number in numbers:
            name = a_passage_id(number)
            sealed = {
                kind: seal(centre.picture_public, b"jpeg", picture_context(name, kind))
                for kind in PictureKind
            }
            edge.spool.store(a_report(number), sealed if pictures else {}, MORNING)

    return store


def turns(uplink: Uplink) -> None:
    """Until there is nothing to do at once."""
    while uplink.turn() == 0:
        pass


class TestPreparing:
    def test_key_and_list_come_with_the_first_turn(self, uplink: Uplink) -> None:
        uplink.turn()
        assert uplink.decider.key == HASH_KEY
        assert uplink.decider.held.version == 1
        assert uplink.prepared.is_set()

    def test_a_newer_list_is_fetched_as_changes(self, uplink: Uplink, centre: FakeCentre) -> None:
        centre.lists = [a_list(1), a_list(2, a_vehicle(), base=1)]
        uplink.turn()
        uplink.status.newest_list = 2
        uplink.turn()
        assert centre.had == [0, 1]
        assert uplink.decider.held.version == 2

    def test_the_list_is_not_fetched_again_while_it_is_the_newest(
        self, uplink: Uplink, centre: FakeCentre
    ) -> None:
        uplink.turn()
        uplink.turn()
        assert centre.had == [0]

    def test_changes_that_do_not_fit_are_followed_by_a_whole_list(
        self, uplink: Uplink, centre: FakeCentre
    ) -> None:
        centre.lists = [a_list(1), a_list(4, base=3), a_list(4)]
        uplink.turn()
        uplink.status.newest_list = 4
        uplink.turn()
        assert centre.had == [0, 1, 0]
        assert uplink.decider.held.version == 4

    def test_a_forged_list_is_not_used_and_passages_still_go_out(
        self, uplink: Uplink, centre: FakeCentre, store: Callable[..., None]
    ) -> None:
        uplink.signing_key = FakeCentre().signing_public
        store(1)
        uplink.turn()
        assert uplink.decider.held.head is None
        assert a_passage_id(1) in centre.passages

    def test_passages_go_out_while_the_list_can_not_be_had(
        self,
        uplink: Uplink,
        centre: FakeCentre,
        store: Callable[..., None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def broken(_: int) -> SignedAccessList:
            raise CentreUnreachable("answers with 500")

        monkeypatch.setattr(centre, "access_list", broken)
        store(1)
        uplink.turn()
        assert a_passage_id(1) in centre.passages


class TestReporting:
    def test_passages_arrive_in_order_and_in_batches(
        self, uplink: Uplink, centre: FakeCentre, store: Callable[..., None]
    ) -> None:
        store(*range(230))
        turns(uplink)
        assert [len(batch) for batch in centre.batches] == [100, 100, 30]
        assert list(centre.passages) == [a_passage_id(n) for n in range(230)]

    def test_an_outage_loses_nothing(
        self, uplink: Uplink, centre: FakeCentre, edge: EdgeStore, store: Callable[..., None]
    ) -> None:
        centre.is_down = True
        store(1, 2)
        waits = [uplink.turn() for _ in range(4)]
        assert waits == sorted(waits)
        assert edge.spool.count("waiting") == 2
        assert not uplink.status.is_centre_reachable
        centre.is_down = False
        turns(uplink)
        assert set(centre.passages) == {a_passage_id(1), a_passage_id(2)}
        assert uplink.status.is_centre_reachable

    def test_the_centre_s_own_pause_is_respected(
        self, uplink: Uplink, centre: FakeCentre, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def busy() -> bytes:
            raise CentreUnreachable("too many requests", retry_after=45)

        monkeypatch.setattr(centre, "plate_hash_key", busy)
        assert uplink.turn() == 45

    def test_a_lost_receipt_is_harmless(
        self, uplink: Uplink, centre: FakeCentre, store: Callable[..., None]
    ) -> None:
        centre.report([a_report(1)])
        store(1)
        turns(uplink)
        assert len(centre.passages) == 1
        assert centre.doubles == 0

    def test_one_malformed_report_does_not_hold_up_the_others(
        self, uplink: Uplink, centre: FakeCentre, edge: EdgeStore, store: Callable[..., None]
    ) -> None:
        centre.refuses = {a_passage_id(3)}
        store(*range(8))
        turns(uplink)
        assert len(centre.passages) == 7
        assert [aside.passage_id for aside in edge.spool.rejected()] == [a_passage_id(3)]

    def test_a_rejected_passage_is_not_sent_again(
        self, uplink: Uplink, centre: FakeCentre, edge: EdgeStore, store: Callable[..., None]
    ) -> None:
        centre.rejects = {a_passage_id(1)}
        store(1)
        turns(uplink)
        turns(uplink)
        assert len(centre.batches) == 1
        assert edge.spool.rejected()[0].problem == "from the future"


class TestPictures:
    def test_claimed_pictures_arrive_as_they_were_and_are_erased_here(
        self, uplink: Uplink, centre: FakeCentre, edge: EdgeStore, store: Callable[..., None]
    ) -> None:
        centre.usual = Instruction.SEND
        store(1, pictures=True)
        turns(uplink)
        assert centre.pictures == {(a_passage_id(1), kind): b"jpeg" for kind in PictureKind}
        assert edge.pictures.count() == 0

    def test_nothing_leaves_while_the_centre_says_wait(
        self, uplink: Uplink, centre: FakeCentre, edge: EdgeStore, store: Callable[..., None]
    ) -> None:
        store(1, pictures=True)
        turns(uplink)
        assert centre.pictures == {}
        assert edge.pictures.count() == 2

    def test_a_quota_breach_only_the_centre_sees_still_has_its_picture(
        self,
        uplink: Uplink,
        centre: FakeCentre,
        edge: EdgeStore,
        store: Callable[..., None],
        watch: Watch,
    ) -> None:
        store(1, pictures=True)
        turns(uplink)
        centre.instructions[a_passage_id(1)] = Instruction.SEND
        watch.advance(2)
        turns(uplink)
        assert (a_passage_id(1), PictureKind.CONTEXT) in centre.pictures

    def test_discarded_pictures_never_leave(
        self, uplink: Uplink, centre: FakeCentre, edge: EdgeStore, store: Callable[..., None]
    ) -> None:
        centre.usual = Instruction.DISCARD
        store(1, pictures=True)
        turns(uplink)
        assert centre.pictures == {}
        assert edge.pictures.count() == 0

    def test_a_claim_the_centre_gave_up_is_asked_about_again(
        self,
        uplink: Uplink,
        centre: FakeCentre,
        edge: EdgeStore,
        store: Callable[..., None],
        watch: Watch,
    ) -> None:
        centre.usual, centre.upload_refusal = Instruction.SEND, 409
        store(1, pictures=True)
        turns(uplink)
        centre.usual = Instruction.DISCARD
        watch.advance(5)
        turns(uplink)
        assert edge.pictures.count() == 0

    def test_refused_bytes_are_not_sent_for_ever(
        self, uplink: Uplink, centre: FakeCentre, edge: EdgeStore, store: Callable[..., None]
    ) -> None:
        centre.usual, centre.upload_refusal = Instruction.SEND, 422
        store(1, pictures=True)
        turns(uplink)
        assert edge.pictures.claimed(10) == []
        assert edge.pictures.unsettled() == 0
        assert edge.pictures.count() == 2

    def test_a_picture_the_centre_stumbles_over_holds_up_nothing(
        self,
        uplink: Uplink,
        centre: FakeCentre,
        edge: EdgeStore,
        store: Callable[..., None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def stumble(*_: object) -> PictureReceipt:
            raise CentreUnreachable("answers with 500", answer=500)

        centre.usual = Instruction.SEND
        monkeypatch.setattr(centre, "upload", stumble)
        store(1, pictures=True)
        turns(uplink)
        assert uplink.status.is_centre_reachable
        assert edge.pictures.count() == 2
        assert edge.pictures.unsettled() == 2

    def test_overdue_pictures_are_erased_while_the_centre_is_down(
        self,
        uplink: Uplink,
        centre: FakeCentre,
        edge: EdgeStore,
        store: Callable[..., None],
        watch: Watch,
    ) -> None:
        centre.is_down = True
        store(1, pictures=True)
        watch.advance(24 * 3600)
        uplink.turn()
        assert edge.pictures.count() == 0
