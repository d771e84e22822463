"""Every day: sent is accepted plus rejected, on both sides, or staff see an alarm."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from core.database import transaction
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.handover.models import (
    HandoverBatch,
    HandoverDay,
    HandoverItem,
    HandoverReceipt,
    ItemState,
)
from sanctions.states import CaseState
from tests.sanctions.integrations.world import World
from tests.sanctions.reports import AFTER


@pytest.fixture
def procedure() -> str:
    return "handed_over"


def day_of(world: World) -> HandoverDay:
    days = world.all(HandoverDay)
    assert len(days) == 1
    day: HandoverDay = days[0]
    return day


def next_day(world: World, days: int = 1) -> datetime:
    moment = AFTER + timedelta(days=days)
    world.runtime.clock.move_to(moment)
    return moment


class TestReconciliation:
    def test_e8_a_day_on_which_all_has_a_receipt_balances(self, world: World) -> None:
        accepted, rejected = world.validated(), world.validated(plate="5678FGH")
        world.fake("handover", "/_fake_rejections", {world.case(rejected).reference: "BUT003"})
        world.turn(2)
        next_day(world)
        world.reconcile()
        day = day_of(world)
        assert (day.sent, day.accepted, day.rejected, day.is_balanced) == (2, 1, 1, True)
        assert day.day == date(2026, 10, 23)
        assert AlarmKind.NOT_BALANCED not in world.alarms()
        assert world.state(accepted) is CaseState.HANDED_OVER

    def test_today_is_not_looked_at_yet(self, world: World) -> None:
        world.validated()
        world.turn(2)
        world.reconcile()
        assert world.all(HandoverDay) == []

    def test_a_case_that_only_we_know_is_an_alarm_which_ends_when_it_balances(
        self, world: World
    ) -> None:
        world.validated()
        world.turn(2)
        next_day(world)
        world.misbehave("handover", "wrong", path="/days")
        world.reconcile()
        number = str(world.one(HandoverItem).number)
        assert day_of(world).differences == {"accepted_only_here": [number]}
        assert world.alarms() == [AlarmKind.NOT_BALANCED]
        world.runtime.clock.move_to(AFTER + timedelta(days=1, hours=2))
        world.reconcile()
        assert day_of(world).is_balanced
        assert world.alarms() == []

    def test_a_receipt_that_never_came_is_fetched(self, world: World) -> None:
        """The worker died before it could write the answer down."""
        case_id = world.validated()
        world.turn()
        world.misbehave("handover", "lost_answer", path="/batches")
        world.turn()
        assert world.state(case_id) is CaseState.AGENT_VALIDATED
        world.wake()
        next_day(world)
        world.reconcile()
        assert world.state(case_id) is CaseState.HANDED_OVER
        assert day_of(world).is_balanced

    def test_a_receipt_for_an_unknown_batch_is_kept_and_alarmed_once(self, world: World) -> None:
        world.validated()
        world.turn(2)
        next_day(world)
        world.misbehave("handover", "wrong", path="/receipts")
        world.reconcile()
        assert world.alarms() == [AlarmKind.UNKNOWN_BATCH]
        assert [one.is_known for one in world.all(HandoverReceipt)].count(False) == 1
        assert day_of(world).is_balanced

    def test_a_receipt_that_steals_a_batchs_name_changes_nothing(self, world: World) -> None:
        world.validated()
        world.turn(2)
        with transaction(world.runtime.writing) as session:
            stranger = "BUT48020202601010900_9.xml"
            session.execute(update(HandoverBatch).values(name=stranger))
            session.execute(update(HandoverItem).values(state=ItemState.WAITING.value))
        next_day(world)
        world.misbehave("handover", "wrong", path="/receipts")
        world.reconcile()
        assert world.one(HandoverItem).state == ItemState.WAITING
        assert AlarmKind.UNKNOWN_BATCH in world.alarms()

    @pytest.mark.parametrize("kind", ["error", "reset", "malformed"])
    def test_a_day_that_could_not_be_compared_stays_due(self, world: World, kind: str) -> None:
        world.validated()
        world.turn(2)
        next_day(world)
        world.misbehave("handover", kind, path="/receipts")
        world.reconcile()
        assert world.all(HandoverDay) == []
        world.wake()
        world.reconcile()
        assert day_of(world).is_balanced
