"""The staff page of the systems outside, and the public page on which people pay."""

from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.database import transaction
from core.identity import Role
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.endpoints import router
from sanctions.integrations.payment import orders
from sanctions.integrations.payment.adapter import Callback, sign
from sanctions.integrations.payment.attempts import MOST_AN_HOUR
from sanctions.integrations.payment.endpoints import router as payments
from sanctions.integrations.payment.models import Payment, PaymentOrder
from sanctions.models import InfractionCase
from sanctions.states import CaseState
from tests.clients import WebClient, logged_in_client
from tests.conftest import BuildApp
from tests.sanctions.integrations.test_payment import SERVED, notified
from tests.sanctions.integrations.world import KEY, World


@pytest.fixture
def app(build_app: BuildApp, world: World) -> FastAPI:
    return build_app([router, payments], ["sanctions"])


@pytest.fixture
def instructor(app: FastAPI) -> WebClient:
    return logged_in_client(app, Role.INSTRUCTOR)


class TestOverview:
    def test_nobody_sees_it_without_the_permission(
        self, anonymous_client: WebClient, police_client: WebClient
    ) -> None:
        assert anonymous_client.get("/integrations").status_code in {303, 401}
        assert police_client.get("/integrations").status_code == 403

    def test_every_system_is_shown_with_its_state(
        self, instructor: WebClient, world: World
    ) -> None:
        world.misbehave("holders", "error")
        world.validated()
        world.turn()
        page = instructor.get("/integrations").text
        assert page.count("Not used yet") == 4
        assert "Failing" in page
        assert "Nothing is lost" in page

    def test_an_administrator_sees_and_does_nothing(
        self, app: FastAPI, instructor: WebClient, world: World
    ) -> None:
        world.validated(plate="1234ZZZ")
        world.turn()
        administrator = logged_in_client(app, Role.ADMINISTRATOR)
        page = administrator.get("/integrations").text
        assert "does not know the plate" in page
        assert "/act" not in page
        assert "/act" in instructor.get("/integrations").text
        assert administrator.submit("/integrations/holders/try-now").status_code == 403

    def test_it_shows_no_plate_and_no_name(self, instructor: WebClient, world: World) -> None:
        for plate in ("1234ZZZ", "1234XXX", "5678BCD"):
            world.validated(plate=plate)
        world.turn(4)
        page = instructor.get("/integrations").text
        assert not any(word in page for word in ("1234ZZZ", "LARREA", "AGIRRE", "5678BCD"))

    @pytest.mark.parametrize("language", ["es", "eu", "en"])
    def test_it_speaks_three_languages(self, instructor: WebClient, language: str) -> None:
        page = instructor.get(f"/integrations?lang={language}").text
        words = {"es": "Registro de vehículos", "eu": "Ibilgailuen erregistroa"}
        assert words.get(language, "Vehicle register") in page


def alarm_path(page: str, step: str) -> str:
    """The address of the first form that ends in `step`."""
    return page.partition('action="')[2] and next(
        part.partition('"')[0]
        for part in page.split('action="')[1:]
        if part.partition('"')[0].endswith(f"/{step}")
    )


class TestAlarms:
    def test_one_press_does_what_the_alarm_calls_for(
        self, instructor: WebClient, world: World
    ) -> None:
        case_id = world.validated()
        world.misbehave("holders", "wrong")
        world.turn()
        page = instructor.get("/integrations").text
        assert instructor.submit(alarm_path(page, "act")).status_code == 303
        assert world.alarms() == []
        world.turn()
        assert world.state(case_id) is not CaseState.AGENT_VALIDATED

    def test_pressing_twice_is_told_and_does_nothing(
        self, instructor: WebClient, world: World
    ) -> None:
        world.validated()
        world.misbehave("holders", "wrong")
        world.turn()
        path = alarm_path(instructor.get("/integrations").text, "act")
        instructor.submit(path)
        assert instructor.submit(path).status_code == 409

    def test_an_alarm_is_settled_only_by_saying_what_was_done(
        self, instructor: WebClient, world: World
    ) -> None:
        world.validated(plate="1234ZZZ")
        world.turn()
        path = alarm_path(instructor.get("/integrations").text, "resolve")
        assert instructor.submit(path, {"note": "  "}).status_code == 422
        assert world.alarms() == [AlarmKind.NO_RECORD]
        assert instructor.submit(path, {"note": "A misread plate."}).status_code == 303
        assert world.alarms() == []

    def test_a_holder_from_elsewhere_can_be_entered(
        self, instructor: WebClient, world: World
    ) -> None:
        case_id = world.validated(plate="AB123CD", country="FR")
        world.turn()
        path = alarm_path(instructor.get("/integrations").text, "holder")
        form = {"name": "Marie", "identity_number": "fr-12345", "address": "Rue 1\n64100 Bayonne"}
        assert instructor.submit(path, form).status_code == 303
        assert world.state(case_id) is CaseState.HOLDER_FOUND


class TestPaying:
    def credentials(self, world: World, case_id: UUID) -> dict[str, str]:
        world.runtime.clock.move_to(SERVED)
        with transaction(world.runtime.reading) as session:
            case = session.get_one(InfractionCase, case_id)
            code = orders.payment_code(world.runtime.keys, case)
            return {"reference": case.reference, "code": code}

    def test_number_and_code_lead_to_the_gateway(
        self, anonymous_client: WebClient, world: World
    ) -> None:
        given = self.credentials(world, notified(world))
        answer = anonymous_client.submit("/payments", given)
        assert "€50.00" in answer.text
        assert f'action="{world.urls["payment_url"]}/start"' in answer.text
        assert world.urls["payment_url"] in answer.headers["Content-Security-Policy"]
        assert "1234BBC" not in answer.text
        assert "Etxebarria" not in answer.text

    def test_a_reload_makes_no_second_order(
        self, anonymous_client: WebClient, world: World
    ) -> None:
        given = self.credentials(world, notified(world))
        for _ in range(3):
            anonymous_client.submit("/payments", given)
        assert len(world.all(PaymentOrder)) == 1

    def test_a_wrong_code_says_nothing_of_the_case(
        self, anonymous_client: WebClient, world: World
    ) -> None:
        given = self.credentials(world, notified(world))
        answer = anonymous_client.submit("/payments", {**given, "code": "AAAAAAAAAA"})
        unknown = anonymous_client.submit("/payments", {**given, "reference": "2026/777777"})
        assert answer.status_code == unknown.status_code == 404
        assert "€" not in answer.text

    def test_guessing_is_stopped(self, anonymous_client: WebClient, world: World) -> None:
        given = self.credentials(world, notified(world))
        for _ in range(MOST_AN_HOUR):
            anonymous_client.submit("/payments", {**given, "code": "AAAAAAAAAA"})
        assert anonymous_client.submit("/payments", given).status_code == 429

    def test_the_whole_way_over_the_gateway(
        self, anonymous_client: WebClient, app: FastAPI, world: World
    ) -> None:
        case_id = notified(world)
        anonymous_client.submit("/payments", self.credentials(world, case_id))
        made = world.one(PaymentOrder)
        news = world.fake(
            "payment", "/_fake_payments", {"order": str(made.id), "amount": made.amount_cents}
        )
        gateway = TestClient(app)
        for _ in range(2):
            assert gateway.post("/payments/callback", data=news).status_code == 200
        assert world.state(case_id) is CaseState.PAID_REDUCED
        again = anonymous_client.submit("/payments", self.credentials(world, case_id))
        assert "is paid" in again.text

    def test_a_callback_with_another_signature_is_refused(self, app: FastAPI, world: World) -> None:
        news = world.fake(
            "payment",
            "/_fake_payments",
            {"order": "01a00000-0000-7000-8000-000000000000", "amount": 5_000},
        )
        gateway = TestClient(app)
        forged = {**news, "firma": sign("another key", news["mensaje"].encode())}
        assert gateway.post("/payments/callback", data=forged).status_code == 401
        assert world.all(Payment) == []
        assert Callback.model_fields
        assert sign(KEY, news["mensaje"].encode()) == news["firma"]
