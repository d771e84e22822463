"""Every refusal of a permission leaves an audit row, whatever it was that was refused."""

from uuid import UUID

import pytest
from fastapi import FastAPI

from core import audit
from core.audit import AuditEvent
from core.identity import Role
from core.runtime import Runtime
from tests.clients import WebClient, logged_in_client


def _refusals(runtime: Runtime) -> list[AuditEvent]:
    with runtime.writing() as session:
        return audit.events(session, action="core:permission:refused")


class TestRefusal:
    def test_of_a_page_names_who_and_what(
        self, operator_client: WebClient, runtime: Runtime, stored_case: UUID
    ) -> None:
        assert operator_client.get(f"/cases/{stored_case}").status_code == 403
        (row,) = _refusals(runtime)
        assert operator_client.account is not None
        assert (row.actor_id, row.details["method"]) == (operator_client.account.id, "GET")
        assert row.details["path"] == "/cases/{case_id}"

    @pytest.mark.parametrize(
        ("role", "path"),
        [
            (Role.POLICE, "/procedures/{case}/proposal"),
            (Role.POLICE, "/procedures/{case}/resolution"),
            (Role.POLICE, "/procedures/{case}/annul"),
            (Role.INSTRUCTOR, "/cases/{case}/validate"),
            (Role.INSTRUCTOR, "/procedures/{case}/resolution"),
            (Role.RESOLVER, "/cases/{case}/reject"),
            (Role.RESOLVER, "/procedures/{case}/proposal"),
            (Role.POLICE_CHIEF, "/cases/{case}/claim"),
            (Role.ADMINISTRATOR, "/cases/{case}/validate"),
        ],
    )
    def test_of_anothers_duty_does_nothing_and_is_on_record(
        self, app: FastAPI, runtime: Runtime, stored_case: UUID, role: Role, path: str
    ) -> None:
        client = logged_in_client(app, role)
        form = {"outcome": "sanction", "text": "x", "reason": "formal_defect"}
        assert client.submit(path.format(case=stored_case), form).status_code == 403
        assert len(_refusals(runtime)) == 1

    def test_for_want_of_an_agent_number_too(
        self, app: FastAPI, runtime: Runtime, stored_case: UUID
    ) -> None:
        client = logged_in_client(app, Role.POLICE)
        client.submit(f"/cases/{stored_case}/claim")
        for path in ("", "/pictures/plate", "/pictures/context"):
            client.get(f"/cases/{stored_case}{path}")
        assert client.submit(f"/cases/{stored_case}/validate").status_code == 403
        assert [row.details["error"] for row in _refusals(runtime)] == ["no-agent-number"]
