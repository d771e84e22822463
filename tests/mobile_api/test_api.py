"""The JSON API of the residents' app."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.identity import Role
from permits.access import Outcome
from permits.models import Vehicle
from tests.clients import PASSWORD, WebClient, add_account
from tests.permits.builders import NOW, decided

CHANGES = "/api/v1/authorisations/R-0001/plate-changes"


def post(client: WebClient, path: str, body: object) -> Any:
    """As a script of the app does: JSON with the token in a header."""
    token = client.get("/api/v1/session").json()["csrf_token"]
    return client.post(path, json=body, headers={"X-CSRF-Token": token})


class TestSession:
    def test_log_in_ask_log_out(self, app: FastAPI) -> None:
        add_account(app, Role.CITIZEN, login="maite")
        client = WebClient(app)
        assert client.get("/api/v1/session").json()["logged_in"] is False
        good = post(client, "/api/v1/session", {"login": "maite", "password": PASSWORD})
        assert good.status_code == 204
        assert client.get("/api/v1/session").json()["logged_in"] is True
        token = client.get("/api/v1/session").json()["csrf_token"]
        client.delete("/api/v1/session", headers={"X-CSRF-Token": token})
        assert client.get("/api/v1/session").json()["logged_in"] is False

    def test_a_wrong_password_is_a_problem_document_and_is_counted(self, app: FastAPI) -> None:
        add_account(app, Role.CITIZEN, login="maite")
        client, statuses = WebClient(app), []
        for _ in range(11):
            answer = post(client, "/api/v1/session", {"login": "maite", "password": "wrong"})
            statuses.append(answer.status_code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert (statuses[0], statuses[-1]) == (401, 429)

    def test_without_the_token_nothing_is_carried_out(self, ane: WebClient) -> None:
        answer = ane.post(CHANGES, json={"old": "1234BBC", "new": "9012JKL"})
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:sarbide:problem:forbidden"


class TestAuthorisations:
    def test_anonymous(self, anonymous_client: WebClient) -> None:
        answer = anonymous_client.get("/api/v1/authorisations")
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"

    def test_they_are_ones_own_with_remaining_entries(self, ane: WebClient) -> None:
        (one,) = ane.get("/api/v1/authorisations?lang=eu").json()["authorisations"]
        assert (one["reference"], one["profile"]) == ("R-0001", "Egoiliarra")
        assert one["state"] == {"code": "active", "text": "aktibo"}
        assert one["entries"] == [
            {"period": "month", "used": 0, "limit": 4, "left": 4},
            {"period": "year", "used": 0, "limit": 48, "left": 48},
        ]
        assert (one["vehicles"], one["plate_changes_left_today"]) == (["1234BBC"], 2)

    def test_one_by_reference(self, ane: WebClient) -> None:
        assert ane.get("/api/v1/authorisations/r-0001").json()["reference"] == "R-0001"

    @pytest.mark.parametrize("reference", ["R-0002", "R-0999"])
    def test_anybody_elses_is_not_found(self, ane: WebClient, reference: str) -> None:
        answer = ane.get(f"/api/v1/authorisations/{reference}")
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"There is no authorisation {reference}."


class TestPlateChanges:
    def test_a_receipt_and_the_next_passage_is_authorised(
        self, ane: WebClient, session: Session, keys: KeyRing
    ) -> None:
        answer = post(ane, CHANGES, {"old": "1234 BBC", "new": "9012-jkl"})
        assert answer.status_code == 201
        assert answer.json()["receipt"] == "PC-2026-000001"
        assert answer.json()["new"] == "9012JKL"
        assert decided(session, keys, "9012JKL", NOW).outcome is Outcome.AUTHORISED

    @pytest.mark.parametrize(
        ("body", "status", "words"),
        [
            ({"old": "1234BBC", "new": "12_34"}, 422, "'12_34' is not a number plate"),
            ({"old": "1234BBC", "new": "7QQ7QQ7QQ7"}, 422, "fits no plate format"),
            ({"old": "1234BBC", "new": "1234BBC"}, 409, "is on authorisation R-0001 already"),
            ({"old": "9999ZZZ", "new": "9012JKL"}, 404, "9999ZZZ is not on authorisation"),
            ({"old": "1234BBC"}, 422, "new"),
            ({"old": "1234BBC", "new": "9012JKL", "free": True}, 422, "free"),
        ],
    )
    def test_bad_input_is_one_problem_and_changes_nothing(
        self, ane: WebClient, session: Session, body: dict[str, Any], status: int, words: str
    ) -> None:
        answer = post(ane, CHANGES, body)
        assert answer.status_code == status
        assert words in answer.json()["detail"]
        assert session.scalar(select(func.count()).select_from(Vehicle)) == 2

    def test_anybody_elses_is_not_found(
        self, ane: WebClient, session: Session, keys: KeyRing
    ) -> None:
        theirs = CHANGES.replace("R-0001", "R-0002")
        answer = post(ane, theirs, {"old": "5678FGH", "new": "9012JKL"})
        assert answer.status_code == 404
        assert decided(session, keys, "5678FGH", NOW).outcome is Outcome.AUTHORISED
