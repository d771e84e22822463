"""One case from the agent's validation to its payment, with the real documents."""

from datetime import timedelta

import pytest

from control_center.background.handlers import HANDLERS
from control_center.background.outbox_worker import drain
from core.database import transaction
from sanctions.integrations import jobs, paper_source
from sanctions.integrations.delivery_models import Delivery, Outcome
from sanctions.integrations.payment import booking, orders
from sanctions.integrations.payment.models import PaymentOrder
from sanctions.models import InfractionCase
from sanctions.states import CaseState
from tests.sanctions.integrations.world import World
from tests.sanctions.reports import AFTER


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_case_is_looked_up_notified_and_paid(world: World) -> None:
    paper_source.use(paper_source.CasePapers())
    case_id = world.validated(plate="9876BCD")
    for _ in range(4):
        jobs.sweep(world.runtime)
        drain(world.runtime, HANDLERS)
    assert world.state(case_id) is CaseState.NOTIFYING
    sent = world.received("electronic_notification", "/notices")[0]["body"]
    assert sent["Documento"]["PDF"].startswith("JVBERi0")
    assert world.one(Delivery).document == sent["Documento"]["CSV"]
    state = {"identifier": world.one(Delivery).external_id, "state": "abierta"}
    world.fake("electronic_notification", "/_fake_states", state)
    world.news()
    assert world.one(Delivery).outcome == Outcome.OPENED
    assert world.state(case_id) is CaseState.NOTIFIED
    now = AFTER + timedelta(days=2)
    world.runtime.clock.move_to(now)
    with transaction(world.runtime.writing) as session:
        case = session.get_one(InfractionCase, case_id)
        orders.start(session, world.runtime.settings, case, language="eu", now=now)
    made = world.one(PaymentOrder)
    paid = {"order": str(made.id), "amount": made.amount_cents}
    world.fake("payment", "/_fake_payments", paid)
    world.runtime.clock.advance(booking.ASK_AFTER)
    world.turn()
    assert world.state(case_id) is CaseState.PAID_REDUCED
    assert world.alarms() == []
