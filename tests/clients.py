"""Browsers for tests: TestClients that are logged in and send their form tokens."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from core.accounts.models import Account
from core.accounts.service import create_account, log_in
from core.database import transaction
from core.identity import Role

PASSWORD = "a password for tests only"


class WebClient(TestClient):
    """A browser that shows redirects instead of following them and asks for pages in English."""

    account: Account | None = None

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            app,
            follow_redirects=False,
            raise_server_exceptions=False,
            headers={"Accept": "text/html", "Accept-Language": "en"},
        )

    def token(self) -> str:
        """The token that this browser's forms carry now."""
        found = re.search(r'name="csrf-token" content="(\w+)"', self.get("/login").text)
        assert found is not None, "the page carries no form token"
        return found[1]

    def submit(self, path: str, data: Mapping[str, Any] | None = None, **extra: Any) -> Any:
        """Send a form as a browser does, with its token."""
        return self.post(path, data={"csrf_token": self.token(), **(data or {})}, **extra)

    def log_in(self, login: str, password: str = PASSWORD) -> Any:
        return self.submit("/login", {"login": login, "password": password})


def add_account(app: FastAPI, role: Role, **fields: Any) -> Account:
    """An account with `role`, named after it unless told otherwise."""
    values = {"login": role.value, "display_name": role.value.title(), "roles": [role], **fields}
    with transaction(app.state.session_factory) as session:
        return create_account(session, password=PASSWORD, **values)


def logged_in_client(app: FastAPI, role: Role, **fields: Any) -> WebClient:
    """A browser in which a new account with `role` is logged in."""
    client = WebClient(app)
    client.account = add_account(app, role, **fields)
    kind = app.state.session_kind
    with transaction(app.state.session_factory) as session:
        token = log_in(session, client.account.login, PASSWORD, kind)
    client.cookies.set(f"sarbide-{kind}-session", token)
    return client
