"""P4: what systems outside told goes with the term of cases, and not a day before."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.database import transaction
from sanctions.integrations.alarms import AlarmKind, raise_alarm, settle
from sanctions.integrations.handover.models import HandoverBatch, HandoverItem, HandoverReceipt
from sanctions.integrations.models import IntegrationAlarm
from sanctions.integrations.payment.models import Payment, PaymentOrder
from sanctions.integrations.retention import forget
from sanctions.integrations.systems import System
from sanctions.models import InfractionCase
from sanctions.retention import forget as forget_case
from tests.sanctions.integrations.test_payment import book, notified, order, told
from tests.sanctions.integrations.world import World
from tests.sanctions.reports import AFTER


@pytest.fixture
def procedure() -> str:
    return "handed_over"


class TestRetention:
    def test_batches_and_receipts_go_after_the_term(self, world: World) -> None:
        world.validated()
        world.turn(2)
        for model in (HandoverBatch, HandoverItem, HandoverReceipt):
            assert len(world.all(model)) == 1
        with transaction(world.runtime.writing) as session:
            assert forget(session, AFTER - timedelta(days=1), limit=100) == 0
            assert forget(session, AFTER + timedelta(days=1), limit=100) == 3
        for model in (HandoverBatch, HandoverItem, HandoverReceipt):
            assert world.all(model) == []

    def test_an_open_alarm_stays_and_a_settled_one_goes(self, world: World) -> None:
        with transaction(world.runtime.writing) as session:
            for subject in ("case:1", "case:2"):
                raise_alarm(
                    session,
                    System.HOLDERS,
                    AlarmKind.NO_RECORD,
                    subject,
                    reference="x",
                    now=AFTER,
                )
            settle(session, AlarmKind.NO_RECORD, "case:1", note="done", now=AFTER)
        with transaction(world.runtime.writing) as session:
            forget(session, AFTER + timedelta(days=1), limit=100)
        assert [alarm.subject for alarm in world.all(IntegrationAlarm)] == ["case:2"]

    def test_money_outlives_its_case(self, world: World) -> None:
        case_id: UUID = notified(world)
        made = order(world, case_id)
        book(world, told(made, Importe=1))
        with transaction(world.runtime.writing) as session:
            forget_case(session, session.get_one(InfractionCase, case_id))
        assert world.all(PaymentOrder) == []
        assert len(world.all(Payment)) == 1
