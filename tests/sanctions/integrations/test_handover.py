"""Validated cases go to the city's sanction system: once each, with receipts, or not at all."""

import pytest
from sqlalchemy import delete

from core.database import transaction
from sanctions import procedure as steps
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.handover import batches
from sanctions.integrations.handover.models import (
    BatchState,
    CatalogueEntry,
    HandoverBatch,
    HandoverItem,
    HandoverReceipt,
    ItemState,
)
from sanctions.models import InfractionCase
from sanctions.reasons import Hold
from sanctions.service import mark_regularised
from sanctions.states import CaseState
from tests.sanctions.integrations.world import World
from tests.sanctions.lives import INSTRUCTOR
from tests.sanctions.reports import AFTER


@pytest.fixture
def procedure() -> str:
    return "handed_over"


def tickets(world: World) -> list[str]:
    """Case references the sanction system took in, in order."""
    batches = world.received("handover", "/batches")
    return [
        ticket["ID_BUTLLETA"]
        for batch in batches
        if "BUTLLETES" in batch["body"]
        for ticket in batch["body"]["BUTLLETES"]
    ]


class TestHandOver:
    def test_a_validated_case_is_handed_over_with_its_receipt(self, world: World) -> None:
        case_id = world.validated()
        world.turn(2)
        assert world.state(case_id) is CaseState.HANDED_OVER
        assert world.one(HandoverItem).state == ItemState.ACCEPTED
        assert world.one(HandoverBatch).state == BatchState.ANSWERED
        assert len(world.all(HandoverReceipt)) == 1
        assert world.alarms() == []

    def test_e10_further_sweeps_send_nothing_twice(self, world: World) -> None:
        world.validated()
        world.turn(4)
        assert len(tickets(world)) == 1

    def test_a_batch_holds_fifty_cases_at_the_most(self, world: World) -> None:
        for number in range(53):
            world.validated(plate=f"{1000 + number}BCD")
        world.turn(2)
        sizes = [len(batch["body"]["BUTLLETES"]) for batch in world.received("handover", "/batch")]
        assert sizes == [50, 3]
        assert len(set(tickets(world))) == 53

    def test_a_ticket_says_what_the_catalogue_of_that_day_says(self, world: World) -> None:
        case_id = world.validated()
        world.turn(2)
        sent = world.received("handover", "/batches")[0]["body"]["BUTLLETES"][0]
        assert (sent["DATA_DENUNCIA"], sent["HORA_DENUNCIA"]) == ("20261020", "144107")
        assert (sent["NORMA_DENUNCIA"], sent["ARTICLE_DENUNCIA"]) == ("OM", "12")
        assert sent["NUM_DENUNCIANT"] == world.case(case_id).agent_number
        assert sent["M_NO_NOTIF"] == "0019"

    def test_an_amount_that_differs_from_the_catalogue_is_no_critical_error(
        self, world: World
    ) -> None:
        """The city's price for an overstay is 100 €; the sanction system's catalogue says 30."""
        case_id = world.validated(offence="overstay")
        world.turn(2)
        item = world.one(HandoverItem)
        assert (item.state, item.codes) == (ItemState.ACCEPTED_WITH_ERRORS, ["NOR003"])
        assert world.state(case_id) is CaseState.HANDED_OVER


class TestNothingIsSentThatMayNot:
    def test_e12_a_case_regularised_after_its_validation_is_not_sent(self, world: World) -> None:
        """E12: a grant in time extinguishes the case, even when validated but unsent."""
        case_id = world.validated()
        other_id = world.validated(plate="5678FGH")
        world.misbehave("handover", "error", path="/batches")
        world.turn(2)
        with transaction(world.runtime.writing) as session:
            passage = session.get_one(InfractionCase, case_id).passage_id
            mark_regularised(session, passage, why="permit granted in time", now=AFTER)
        world.wake()
        world.turn()
        assert tickets(world) == [world.case(other_id).reference]
        assert world.one(HandoverItem, case_id=case_id).state == ItemState.WITHDRAWN

    def test_a_held_case_waits(self, world: World) -> None:
        case_id = world.validated()
        with transaction(world.runtime.writing) as session:
            session.get_one(InfractionCase, case_id).hold = next(iter(Hold)).value
        world.turn(2)
        assert tickets(world) == []

    def test_a_time_barred_case_is_not_sent(self, world: World) -> None:
        case_id = world.validated()
        world.turn()  # the catalogue is there
        world.runtime.clock.move_to(world.case(case_id).limitation_at)
        world.turn(2)
        assert tickets(world) == []

    def test_an_altered_picture_keeps_the_case_here(self, world: World) -> None:
        case_id = world.validated()
        with transaction(world.runtime.writing) as session:
            for row in session.get_one(InfractionCase, case_id).pictures:
                row.sha256 = "0" * 64
        world.turn(2)
        assert tickets(world) == []
        assert world.alarms() == [AlarmKind.EVIDENCE_UNFIT]
        assert world.state(case_id) is CaseState.AGENT_VALIDATED


class TestFaults:
    @pytest.mark.parametrize("kind", ["error", "reset", "malformed", "cut"])
    def test_what_could_not_be_sent_waits_and_goes_out_later(self, world: World, kind: str) -> None:
        case_id = world.validated()
        world.turn()
        world.misbehave("handover", kind, path="/batches")
        world.turn()
        health = world.health("handover")
        assert health is not None
        assert health.failing_since is not None
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        world.wake()
        world.turn()
        assert world.state(case_id) is CaseState.HANDED_OVER
        assert len(set(tickets(world))) == 1

    def test_an_answer_lost_on_its_way_is_asked_for_and_nothing_is_sent_again(
        self, world: World
    ) -> None:
        case_id = world.validated()
        world.turn()
        world.misbehave("handover", "lost_answer", path="/batches")
        world.turn()
        world.wake()
        world.turn()
        assert world.state(case_id) is CaseState.HANDED_OVER
        assert len(tickets(world)) == 1

    def test_the_receipt_of_another_batch_is_refused(self, world: World) -> None:
        case_id = world.validated()
        world.turn()
        world.misbehave("handover", "wrong", path="/batches")
        world.turn()
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        world.wake()
        world.turn()
        assert world.state(case_id) is CaseState.HANDED_OVER
        assert len(tickets(world)) == 1

    def test_a_system_that_is_down_is_left_alone_for_a_while(self, world: World) -> None:
        world.validated()
        world.turn()
        world.misbehave("handover", "error", times=5, path="/batches")
        world.turn(4)
        health = world.health("handover")
        assert health is not None
        assert health.failures == 1

    def test_a_critical_error_is_told_to_staff_and_can_be_put_right(self, world: World) -> None:
        case_id = world.validated()
        world.fake("handover", "/_fake_rejections", {world.case(case_id).reference: "MAT001"})
        world.turn(2)
        item = world.one(HandoverItem)
        assert (item.state, item.codes) == (ItemState.REJECTED, ["MAT001"])
        assert world.alarms() == [AlarmKind.ITEM_REJECTED]
        world.turn()
        assert len(tickets(world)) == 1
        with transaction(world.runtime.writing) as session:
            batches.send_again(session, case_id, INSTRUCTOR, now=AFTER)
        world.turn()
        assert world.state(case_id) is CaseState.HANDED_OVER
        assert world.alarms() == []
        assert world.one(HandoverItem).number == item.number

    def test_an_offence_outside_the_catalogue_waits_with_an_alarm(self, world: World) -> None:
        world.validated()
        world.turn()
        with transaction(world.runtime.writing) as session:
            session.execute(delete(CatalogueEntry).where(CatalogueEntry.offence == "no_permit"))
        world.validated(plate="5678FGH")
        world.turn()
        assert AlarmKind.NO_CATALOGUE_ENTRY in world.alarms()


class TestAnnulment:
    def test_a_case_annulled_here_is_annulled_over_there(self, world: World) -> None:
        case_id = world.validated()
        world.turn(2)
        with transaction(world.runtime.writing) as session:
            steps.annul(session, case_id, reason="evidence_unsound", now=AFTER, actor=INSTRUCTOR)
        world.turn(3)
        sent = world.received("handover", "/batches")[-1]["body"]["BUTLLETES"]
        assert [(one["ACCIO"], one["MOTIU_ANULLACIO"]) for one in sent] == [("B", "0029")]
        assert len(tickets(world)) == 2
