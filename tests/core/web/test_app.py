"""What every page of every application does, whoever wrote it."""

import base64
import re

from fastapi import FastAPI
from sqlalchemy import select

from core import audit
from core.accounts.models import Account
from core.runtime import Runtime
from core.settings import Environment, Settings
from core.web.app import create_app
from tests.clients import WebClient

JSON = {"Accept": "application/json"}


class TestSecurityHeaders:
    def test_no_inline_script_or_style_runs(self, anonymous_client: WebClient) -> None:
        page = anonymous_client.get("/login")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        inline = re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)
        assert inline == []

    def test_pages_stay_out_of_caches_but_versioned_files_are_kept(
        self, anonymous_client: WebClient
    ) -> None:
        page = anonymous_client.get("/login")
        assert page.headers["Cache-Control"] == "no-store"
        address = re.search(r'href="(/static/core/sarbide\.css\?v=\w+)"', page.text)
        assert address is not None
        stylesheet = anonymous_client.get(address[1])
        assert stylesheet.status_code == 200
        assert "max-age=31536000" in stylesheet.headers["Cache-Control"]

    def test_errors_carry_them_too(self, anonymous_client: WebClient) -> None:
        assert "Content-Security-Policy" in anonymous_client.get("/nowhere").headers


class TestErrors:
    def test_programs_get_a_problem_document(self, anonymous_client: WebClient) -> None:
        answer = anonymous_client.get("/cases-only", headers=JSON)
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json() == {
            "type": "urn:sarbide:problem:unauthenticated",
            "title": "Not authenticated",
            "status": 401,
            "detail": "Log in first.",
        }

    def test_people_get_a_page_in_their_language(self, operator_client: WebClient) -> None:
        page = operator_client.get("/cases-only?lang=eu")
        assert page.status_code == 403
        assert "Baimenik gabe" in page.text
        assert "«view_cases» baimenik ez" in page.text

    def test_values_in_messages_are_escaped(self, operator_client: WebClient) -> None:
        page = operator_client.get("/<script>alert(1)</script>")
        assert page.status_code == 404
        assert "<script>alert" not in page.text

    def test_a_mistake_of_ours_tells_nothing_but_an_incident_number(
        self, anonymous_client: WebClient
    ) -> None:
        answer = anonymous_client.get("/breaks")
        assert answer.status_code == 500
        assert re.search(r"incident [0-9a-f]{8}", answer.text)
        assert "42" not in re.sub(r"[0-9a-f]{8,}", "", answer.text)

    def test_a_missing_field_is_named(self, operator_client: WebClient) -> None:
        answer = operator_client.submit("/rename", headers=JSON)
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"field": "name", "why": "Field required"}]


class TestTransactions:
    def test_what_an_endpoint_wrote_is_there_when_it_answers(
        self, operator_client: WebClient, runtime: Runtime
    ) -> None:
        assert operator_client.submit("/rename", {"name": "Nerea"}).status_code == 303
        with runtime.reading() as session:
            assert session.scalars(select(Account.display_name)).one() == "Nerea"

    def test_an_error_after_a_change_undoes_it(
        self, operator_client: WebClient, runtime: Runtime
    ) -> None:
        assert operator_client.submit("/rename", {"name": "taken"}).status_code == 409
        with runtime.reading() as session:
            assert session.scalars(select(Account.display_name)).one() != "taken"

    def test_a_look_up_leaves_its_audit_row(
        self, police_client: WebClient, runtime: Runtime
    ) -> None:
        assert police_client.get("/looks-up").status_code == 200
        with runtime.reading() as session:
            (row,) = audit.events(session, action="core:plate:searched")
        assert row.actor_name == "Police"


class TestPermissions:
    def test_anonymous_is_sent_to_the_login_and_back(self, anonymous_client: WebClient) -> None:
        answer = anonymous_client.get("/cases-only?page=2")
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/login?next=/cases-only%3Fpage%3D2"

    def test_the_role_decides(self, police_client: WebClient, operator_client: WebClient) -> None:
        assert police_client.get("/cases-only").json() == {"name": "Police"}
        assert operator_client.get("/cases-only").status_code == 403

    def test_the_menu_offers_only_what_is_permitted(self, police_client: WebClient) -> None:
        menu = police_client.get("/login").text
        assert 'href="/cases-only"' in menu
        assert 'href="/accounts"' not in menu


class TestFlash:
    def test_a_message_is_shown_once(self, operator_client: WebClient) -> None:
        operator_client.submit("/rename", {"name": "<Nerea>"})
        assert "logged in as &lt;Nerea&gt;." in operator_client.get("/nowhere").text
        assert "Nerea" not in operator_client.get("/nowhere?again").text.split("<main")[1]

    def test_a_forged_one_is_ignored(self, anonymous_client: WebClient) -> None:
        forged = base64.urlsafe_b64encode(b'{"message": "Pay here"}').decode()
        anonymous_client.cookies.set("sarbide-staff-flash", f"{forged}.{'0' * 64}")
        assert "Pay here" not in anonymous_client.get("/login").text


class TestEnvironment:
    def test_outside_production_every_page_says_so(self, anonymous_client: WebClient) -> None:
        assert "Nothing here is enforced" in anonymous_client.get("/login").text

    def test_production_cookies_need_https_and_this_host(
        self, runtime: Runtime, settings: Settings
    ) -> None:
        production = settings.model_copy(update={"environment": Environment.PRODUCTION})
        app = create_app(
            production, title="Control centre", routers=[], template_packages=[],
            session_kind="staff",
        )  # fmt: skip
        page = WebClient(app).get("/login")
        assert "Nothing here is enforced" not in page.text
        assert page.headers["Set-Cookie"].startswith("__Host-sarbide-staff-browser=")
        assert "Secure" in page.headers["Set-Cookie"]
        assert "max-age" in page.headers["Strict-Transport-Security"]


class TestHealth:
    def test_healthy(self, anonymous_client: WebClient) -> None:
        assert anonymous_client.get("/health").json() == {"status": "ok", "database": "ok"}

    def test_without_the_database_it_is_unavailable(self, tmp_path_factory, app: FastAPI) -> None:  # type: ignore[no-untyped-def]
        url = f"sqlite:///{tmp_path_factory.mktemp('gone')}/missing/x.sqlite3"
        sick = create_app(
            Settings(data_dir=tmp_path_factory.mktemp("var"), database_url=url),
            title="Control centre", routers=[], template_packages=[], session_kind="staff",
        )  # fmt: skip
        answer = WebClient(sick).get("/health", headers=JSON)
        assert answer.status_code == 503
        assert "database does not answer" in answer.json()["detail"]
