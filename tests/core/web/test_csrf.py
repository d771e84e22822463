"""Other websites can't make a logged-in browser act."""

import pytest
from fastapi import FastAPI

from core.identity import Role
from tests.clients import WebClient, logged_in_client

FORM = {"name": "Nerea"}


class TestCheckCsrf:
    def test_a_form_of_ours_is_carried_out(self, operator_client: WebClient) -> None:
        assert operator_client.submit("/rename", FORM).status_code == 303

    def test_the_header_serves_as_well(self, operator_client: WebClient) -> None:
        headers = {"X-CSRF-Token": operator_client.token()}
        assert operator_client.post("/rename", data=FORM, headers=headers).status_code == 303

    @pytest.mark.parametrize("token", ["", "0" * 64, "ñ"])
    def test_without_the_right_token_nothing_happens(
        self, operator_client: WebClient, token: str
    ) -> None:
        answer = operator_client.post("/rename", data={**FORM, "csrf_token": token})
        assert answer.status_code == 403
        assert "form is no longer valid" in answer.text

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
        ],
    )
    def test_another_origin_is_refused_even_with_the_token(
        self, operator_client: WebClient, headers: dict[str, str]
    ) -> None:
        answer = operator_client.submit("/rename", FORM, headers=headers)
        assert answer.status_code == 403
        assert "another website" in answer.text

    def test_a_token_of_another_browser_does_not_count(
        self, app: FastAPI, operator_client: WebClient
    ) -> None:
        other = logged_in_client(app, Role.POLICE)
        answer = operator_client.post("/rename", data={**FORM, "csrf_token": other.token()})
        assert answer.status_code == 403

    def test_a_token_from_before_the_login_does_not_count_after_it(self, app: FastAPI) -> None:
        client = WebClient(app)
        early = client.token()
        client = logged_in_client_keeping(client, app)
        assert client.post("/rename", data={**FORM, "csrf_token": early}).status_code == 403

    def test_signed_requests_of_devices_are_exempt(self, anonymous_client: WebClient) -> None:
        assert anonymous_client.post("/edge/reports").json() == {"taken": "yes"}


def logged_in_client_keeping(client: WebClient, app: FastAPI) -> WebClient:
    """`client`, logged in with the browser identity it has."""
    account = logged_in_client(app, Role.OPERATOR).account
    assert account is not None
    assert client.log_in(account.login).status_code == 303
    return client
