"""Answering a notification with the number and the code of the letter."""

from uuid import UUID

import pytest
from fastapi import FastAPI

from core.database import transaction
from core.runtime import Runtime
from sanctions.instruction.public import router
from sanctions.instruction.queries import submissions
from sanctions.integrations.payment.orders import payment_code
from sanctions.models import InfractionCase
from tests.clients import WebClient
from tests.conftest import BuildApp
from tests.sanctions.lives import enter_prices, notified, validated
from tests.sanctions.reports import AFTER


@pytest.fixture
def app(build_app: BuildApp, runtime: Runtime) -> FastAPI:
    runtime.clock.move_to(AFTER)
    return build_app([router], ["sanctions"], session_kind="citizen")


def _case(runtime: Runtime, *, served: bool = True) -> tuple[UUID, str]:
    with transaction(runtime.writing) as session:
        enter_prices(session)
        case = notified(session) if served else validated(session)
        return case.id, payment_code(runtime.keys, case)


def _form(code: str, **fields: str) -> dict[str, str]:
    return {"reference": "2026/000001", "code": code, "text": "I was in Vitoria.", **fields}


class TestAnswer:
    def test_is_taken_in_as_allegations_and_moves_the_case(
        self, anonymous_client: WebClient, runtime: Runtime
    ) -> None:
        case_id, code = _case(runtime)
        page = anonymous_client.submit("/answers", _form(code.lower()))
        assert page.status_code == 200
        assert "Allegations" in page.text and "Lodged on" in page.text
        with runtime.reading() as session:
            case = session.get_one(InfractionCase, case_id)
            (row,) = submissions(session, case)
            assert (case.state, row.channel, row.timeliness) == ("allegations", "app", "safe")

    def test_a_wrong_code_changes_nothing(
        self, anonymous_client: WebClient, runtime: Runtime
    ) -> None:
        case_id, _ = _case(runtime)
        assert anonymous_client.submit("/answers", _form("AAAAAAAAAA")).status_code == 404
        with runtime.reading() as session:
            assert session.get_one(InfractionCase, case_id).state == "notified"

    def test_before_the_notification_nothing_is_waited_for(
        self, anonymous_client: WebClient, runtime: Runtime
    ) -> None:
        _, code = _case(runtime, served=False)
        page = anonymous_client.submit("/answers", _form(code))
        assert page.status_code == 409
        assert "waits for no answer" in page.text

    def test_a_second_one_is_not_lost_in_silence(
        self, anonymous_client: WebClient, runtime: Runtime
    ) -> None:
        _, code = _case(runtime)
        anonymous_client.submit("/answers", _form(code))
        assert anonymous_client.submit("/answers", _form(code)).status_code == 409
