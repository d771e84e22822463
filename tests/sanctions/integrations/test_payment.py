"""Payments: booked once, or kept aside; never lost, never counted twice."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.clock import utc_now
from core.database import transaction
from core.errors import Conflict, Forbidden, NotFound
from sanctions import procedure as steps
from sanctions.instruction.models import Refund
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.payment import booking, orders, refunds
from sanctions.integrations.payment.adapter import Callback, Order, unpacked
from sanctions.integrations.payment.models import (
    Payment,
    PaymentOrder,
    PaymentOutcome,
    RefundOrder,
    RefundState,
)
from sanctions.models import InfractionCase
from sanctions.states import CaseState
from tests.sanctions import lives
from tests.sanctions.integrations.world import KEY, World
from tests.sanctions.lives import AGENT, INSTRUCTOR
from tests.sanctions.reports import AFTER

SERVED = AFTER + timedelta(days=1)


def notified(world: World) -> UUID:
    """A case served the day after; 100 €, 50 € with the reduction."""
    with transaction(world.runtime.writing) as session:
        return lives.notified(session).id


def order(world: World, case_id: UUID, days: int = 2) -> PaymentOrder:
    world.runtime.clock.move_to(AFTER + timedelta(days=days))
    with transaction(world.runtime.writing) as session:
        case = session.get_one(InfractionCase, case_id)
        now = world.runtime.clock.now()
        orders.start(session, world.runtime.settings, case, language="es", now=now)
    made: PaymentOrder = world.one(PaymentOrder)
    return made


def told(made: PaymentOrder, transaction_number: str = "TX-1", **fields: object) -> Callback:
    values = {
        "Transaccion": transaction_number,
        "Pedido": made.id,
        "Importe": made.amount_cents,
        "Moneda": "EUR",
        "Resultado": "pagado",
        "Fecha": utc_now(),
    }
    return Callback.model_validate({**values, **fields})


def book(world: World, news: Callback) -> None:
    now = world.runtime.clock.now()
    with transaction(world.runtime.writing) as session:
        booking.book(session, news, paid_at=now, now=now)


class TestOrders:
    def test_in_the_first_twenty_days_half_is_owed(self, world: World) -> None:
        made = order(world, notified(world), days=20)
        assert (made.amount_cents, made.is_reduced) == (5_000, True)

    def test_an_order_names_neither_plate_nor_case(self, world: World) -> None:
        case_id = notified(world)
        world.runtime.clock.move_to(SERVED)
        with transaction(world.runtime.writing) as session:
            case = session.get_one(InfractionCase, case_id)
            settings = world.runtime.settings
            redirect = orders.start(session, settings, case, language="eu", now=SERVED)
        message = unpacked(KEY, redirect.message, redirect.signature, Order).model_dump_json()
        assert "1234BBC" not in message
        assert case.reference not in message
        assert "1234BBC" not in redirect.url

    def test_nothing_can_be_paid_before_the_notification(self, world: World) -> None:
        case_id = world.validated()
        with pytest.raises(Conflict), transaction(world.runtime.writing) as session:
            case = session.get_one(InfractionCase, case_id)
            orders.start(session, world.runtime.settings, case, language="es", now=AFTER)

    def test_number_and_code_open_a_case_and_nothing_else_does(self, world: World) -> None:
        case_id = notified(world)
        keys = world.runtime.keys
        with transaction(world.runtime.writing) as session:
            case = session.get_one(InfractionCase, case_id)
            code = orders.payment_code(keys, case)
            spaced = f" {code[:5].lower()}-{code[5:]} "
            assert orders.case_to_pay(session, keys, case.reference, spaced).id == case_id
            for reference, wrong in ((case.reference, "AAAAAAAAAA"), ("2026/999999", code)):
                with pytest.raises(NotFound):
                    orders.case_to_pay(session, keys, reference, wrong)


class TestBooking:
    def test_a_payment_with_reduction_closes_the_case(self, world: World) -> None:
        case_id = notified(world)
        made = order(world, case_id)
        book(world, told(made))
        assert world.state(case_id) is CaseState.PAID_REDUCED
        assert world.case(case_id).paid_cents == 5_000
        assert world.one(PaymentOrder).settled_at is not None

    def test_the_same_callback_twice_changes_nothing(self, world: World) -> None:
        case_id = notified(world)
        made = order(world, case_id)
        for _ in range(3):
            book(world, told(made))
        payment = world.one(Payment)
        assert (payment.outcome, payment.times_told) == (PaymentOutcome.BOOKED, 3)
        assert len(world.all(Payment)) == 1
        assert world.alarms() == []

    @pytest.mark.parametrize("cents", [4_999, 5_001, 10_000, 0])
    def test_a_wrong_amount_is_kept_aside_and_the_case_stays(
        self, world: World, cents: int
    ) -> None:
        case_id = notified(world)
        book(world, told(order(world, case_id), Importe=cents))
        assert world.state(case_id) is CaseState.NOTIFIED
        assert world.one(Payment).outcome == PaymentOutcome.ASIDE
        assert world.alarms() == [AlarmKind.WRONG_AMOUNT]

    def test_the_reduced_amount_paid_too_late_is_kept_aside(self, world: World) -> None:
        case_id = notified(world)
        made = order(world, case_id)
        world.runtime.clock.move_to(SERVED + timedelta(days=30))
        book(world, told(made))
        assert world.one(Payment).outcome == PaymentOutcome.ASIDE
        assert world.state(case_id) is CaseState.NOTIFIED

    def test_a_second_payment_of_a_paid_case_is_kept_aside(self, world: World) -> None:
        case_id = notified(world)
        made = order(world, case_id)
        book(world, told(made))
        book(world, told(made, "TX-2"))
        assert world.alarms() == [AlarmKind.PAID_TWICE]
        assert world.case(case_id).paid_cents == 5_000

    def test_a_payment_for_a_strange_order_is_kept(self, world: World) -> None:
        made = order(world, notified(world))
        book(world, told(made, Pedido="01a00000-0000-7000-8000-000000000000"))
        assert world.one(Payment).outcome == PaymentOutcome.ASIDE
        assert world.alarms() == [AlarmKind.UNKNOWN_PAYMENT]

    def test_a_payment_that_failed_changes_nothing(self, world: World) -> None:
        case_id = notified(world)
        book(world, told(order(world, case_id), Resultado="rechazado"))
        assert world.state(case_id) is CaseState.NOTIFIED
        assert world.alarms() == []

    def test_a_callback_that_never_came_is_asked_for(self, world: World) -> None:
        case_id = notified(world)
        made = order(world, case_id)
        paid = {"order": str(made.id), "amount": made.amount_cents}
        world.fake("payment", "/_fake_payments", paid)
        world.turn()
        assert world.state(case_id) is CaseState.NOTIFIED
        world.runtime.clock.advance(booking.ASK_AFTER)
        world.turn()
        assert world.state(case_id) is CaseState.PAID_REDUCED

    @pytest.mark.parametrize("kind", ["error", "reset", "malformed", "wrong"])
    def test_a_gateway_that_fails_is_asked_again(self, world: World, kind: str) -> None:
        case_id = notified(world)
        made = order(world, case_id)
        paid = {"order": str(made.id), "amount": made.amount_cents}
        world.fake("payment", "/_fake_payments", paid)
        world.runtime.clock.advance(booking.ASK_AFTER)
        world.misbehave("payment", kind, path="/orders")
        world.turn()
        assert world.state(case_id) is CaseState.NOTIFIED
        with transaction(world.runtime.writing) as session:
            session.get_one(PaymentOrder, made.id).asked_at = None
        world.wake()
        world.turn()
        assert world.state(case_id) is CaseState.PAID_REDUCED


class TestRefunds:
    def paid(self, world: World) -> tuple[UUID, str]:
        """A case paid through the gateway, with the gateway's number."""
        case_id = notified(world)
        made = order(world, case_id)
        paid = {"order": str(made.id), "amount": made.amount_cents}
        world.fake("payment", "/_fake_payments", paid)
        world.runtime.clock.advance(booking.ASK_AFTER)
        world.turn()
        return case_id, world.one(Payment).transaction

    def annul(self, world: World, case_id: UUID) -> None:
        now = world.runtime.clock.now()
        with transaction(world.runtime.writing) as session:
            steps.annul(session, case_id, reason="court_order", now=now, actor=INSTRUCTOR)

    def approve(self, world: World) -> None:
        with transaction(world.runtime.writing) as session:
            refund_id = world.one(RefundOrder).id
            refunds.approve(session, refund_id, INSTRUCTOR, now=world.runtime.clock.now())

    def test_an_annulment_after_payment_waits_for_a_persons_approval(self, world: World) -> None:
        case_id, _ = self.paid(world)
        self.annul(world, case_id)
        world.turn(2)
        assert world.one(RefundOrder).state == RefundState.REQUESTED
        assert world.alarms() == [AlarmKind.REFUND_DUE]
        assert world.received("payment", "/refunds") == []

    @pytest.mark.parametrize("kind", ["", "error", "lost_answer", "reset", "malformed", "wrong"])
    def test_approved_the_money_goes_back_once(self, world: World, kind: str) -> None:
        case_id, number = self.paid(world)
        self.annul(world, case_id)
        world.turn()
        self.approve(world)
        if kind:
            world.misbehave("payment", kind, path="/refunds")
        world.turn()
        world.wake()
        world.turn(2)
        assert world.one(RefundOrder).state == RefundState.DONE
        sent = world.received("payment", "/refunds")
        assert {one["body"]["Transaccion"] for one in sent} == {number}
        assert len({one["once"] for one in sent}) == 1
        with world.runtime.reading() as session:
            assert session.get_one(Refund, case_id).settlement == "DV-000001"

    def test_only_whoever_may_manage_integrations_approves(self, world: World) -> None:
        case_id, _ = self.paid(world)
        self.annul(world, case_id)
        world.turn()
        with pytest.raises(Forbidden), transaction(world.runtime.writing) as session:
            refunds.approve(session, world.one(RefundOrder).id, AGENT, now=AFTER)

    def test_money_kept_aside_can_be_given_back(self, world: World) -> None:
        case_id, _ = self.paid(world)
        made = world.one(PaymentOrder)
        again = {"order": str(made.id), "amount": made.amount_cents}
        news = world.fake("payment", "/_fake_payments", again)
        book(world, unpacked(KEY, news["mensaje"], news["firma"], Callback))
        assert world.alarms() == [AlarmKind.PAID_TWICE]
        aside = world.one(Payment, outcome=PaymentOutcome.ASIDE.value)
        with transaction(world.runtime.writing) as session:
            refunds.give_back(session, aside.id, INSTRUCTOR, now=AFTER)
        world.turn()
        assert world.one(RefundOrder).state == RefundState.DONE
        assert world.alarms() == []
        assert world.state(case_id) is CaseState.PAID_REDUCED
