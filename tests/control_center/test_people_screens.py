"""Imports, notices and outages on the screen."""

from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI

from core.database import transaction
from core.identity import SYSTEM
from core.notifications.service import Recipient, notify
from core.notifications.states import Channel
from core.runtime import Runtime
from permits.imports.running import run_import
from tests.clients import WebClient
from tests.control_center.builders import NOON, EdgeBox, do_jobs, report
from tests.permits.imports.test_running import Given, many


def imports(runtime: Runtime, content: str) -> UUID:
    return run_import(runtime, "garages", Given(content.encode()), SYSTEM, now=runtime.clock.now())


class TestImports:
    @pytest.fixture
    def held(self, app: FastAPI, runtime: Runtime) -> UUID:
        imports(runtime, many(30))
        return imports(runtime, many(10, G2="G-2,1,Holder 2,12"))

    def test_a_held_one_shows_why_and_what_was_put_aside(
        self, administrator_client: WebClient, held: UUID
    ) -> None:
        assert "Held" in administrator_client.get("/imports").text
        page = administrator_client.get(f"/imports/{held}").text
        assert "10 rows, and had 30 the last time" in page
        assert "&#39;12&#39; fits no plate format" in page
        assert "Apply it all the same" in page

    def test_an_administrator_confirms_it(
        self, administrator_client: WebClient, held: UUID
    ) -> None:
        assert administrator_client.submit(f"/imports/{held}/confirm").status_code == 303
        page = administrator_client.get(f"/imports/{held}").text
        assert "Applied" in page
        assert "Decided by" in page
        assert administrator_client.submit(f"/imports/{held}/discard").status_code == 409

    def test_or_discards_it(self, administrator_client: WebClient, held: UUID) -> None:
        assert administrator_client.submit(f"/imports/{held}/discard").status_code == 303
        assert "Discarded" in administrator_client.get(f"/imports/{held}").text

    def test_the_desk_has_no_say_in_it(self, service_desk_client: WebClient, held: UUID) -> None:
        assert service_desk_client.get("/imports").status_code == 403
        assert service_desk_client.submit(f"/imports/{held}/confirm").status_code == 403


class TestNotices:
    def test_staff_read_what_outside_production_went_to_nobody(
        self, service_desk_client: WebClient, runtime: Runtime
    ) -> None:
        with transaction(runtime.writing) as session:
            notify(
                session,
                Recipient(UUID(int=1), Channel.EMAIL, "es", "ane@example.org"),
                subject="Autorización R-0001 concedida",
                body="Su solicitud se ha concedido.",
                about="authorisation:1",
                now=runtime.clock.now(),
            )
        do_jobs(runtime)
        page = service_desk_client.get("/notices").text
        assert "Autorización R-0001 concedida" in page
        assert "Kept here" in page
        assert "go to nobody" in page


class TestOutages:
    def test_an_outage_stops_the_countdown_and_its_end_starts_it_again(
        self, administrator_client: WebClient, operator_client: WebClient, edge: EdgeBox
    ) -> None:
        edge.report(report("5678DDD", NOON))
        do_jobs(edge.runtime)
        assert "Stopped" not in operator_client.get("/pending").text
        form = {"service": "app", "reason": "Data centre without power"}
        assert administrator_client.submit("/outages", form).status_code == 303
        pending = operator_client.get("/pending").text
        assert "Stopped" in pending
        assert "20 Jan 2027" in pending or "19 Jan 2027" in pending  # the law's own clock
        page = administrator_client.get("/outages").text
        assert "Data centre without power" in page
        outage = page.split('action="/outages/')[1].split("/end")[0]
        assert administrator_client.submit(f"/outages/{outage}/end").status_code == 303
        edge.runtime.clock.move_to(NOON + timedelta(hours=25))
        assert administrator_client.submit(f"/outages/{outage}/end").status_code == 409

    @pytest.mark.parametrize(
        "form",
        [
            {"service": "coffee", "reason": "Machine"},
            {"service": "app", "reason": ""},
            {"service": "app", "reason": "Fire", "began_at": "yesterday"},
            {"service": "app", "reason": "Fire", "began_at": "2030-01-01T00:00"},
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, administrator_client: WebClient, form: dict[str, str]
    ) -> None:
        assert administrator_client.submit("/outages", form).status_code == 422
