"""The login page, the same for staff and residents."""

import pytest
from fastapi import FastAPI

from core.identity import Role
from core.web.login import _own_path
from tests.clients import PASSWORD, WebClient, add_account, logged_in_client
from tests.conftest import BuildApp


class TestLogin:
    def test_the_right_password_leads_to_the_page_asked_for(self, app: FastAPI) -> None:
        add_account(app, Role.POLICE)
        client = WebClient(app)
        form = {"login": "police", "password": PASSWORD, "next": "/cases-only"}
        answer = client.submit("/login", form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/cases-only")
        assert "HttpOnly" in answer.headers["Set-Cookie"]
        assert client.get("/cases-only").status_code == 200

    def test_the_wrong_one_says_so_and_keeps_the_login(self, app: FastAPI) -> None:
        add_account(app, Role.POLICE)
        answer = WebClient(app).submit("/login", {"login": "police", "password": "wrong"})
        assert answer.status_code == 401
        assert "login or the password is wrong" in answer.text
        assert 'value="police"' in answer.text

    def test_failures_are_counted_although_they_fail(self, app: FastAPI) -> None:
        add_account(app, Role.POLICE)
        client = WebClient(app)
        tries = [client.log_in("police", "wrong").status_code for _ in range(11)]
        assert tries == [401] * 10 + [429]
        assert client.log_in("police").status_code == 429

    @pytest.mark.parametrize(
        "next_page", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
    )
    def test_it_never_leads_to_another_site(self, next_page: str) -> None:
        assert _own_path(next_page) == "/"

    def test_a_login_link_of_another_site_ends_at_home(self, app: FastAPI) -> None:
        add_account(app, Role.POLICE)
        form = {"login": "police", "password": PASSWORD, "next": "//evil.example"}
        assert WebClient(app).submit("/login", form).headers["Location"] == "/"

    def test_a_resident_cannot_open_the_staff_application(self, app: FastAPI) -> None:
        add_account(app, Role.CITIZEN)
        assert WebClient(app).log_in("citizen").status_code == 401


class TestLogout:
    def test_the_session_ends_on_the_server_too(self, police_client: WebClient) -> None:
        cookies = dict(police_client.cookies)
        assert police_client.submit("/logout").status_code == 303
        police_client.cookies.update(cookies)
        assert police_client.get("/cases-only").status_code == 303


class TestTwoApplications:
    def test_staff_and_residents_are_logged_in_side_by_side(self, build_app: BuildApp) -> None:
        staff = logged_in_client(build_app([]), Role.POLICE)
        residents = logged_in_client(build_app([], session_kind="citizen"), Role.CITIZEN)
        assert not set(staff.cookies) & set(residents.cookies)
