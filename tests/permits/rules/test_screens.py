"""The rules manager's pages, one request at a time."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from core.runtime import Runtime
from permits.models import Profile
from permits.rules.contents import RuleKind
from permits.rules.counting import Cell, move_count
from permits.rules.endpoints import router
from permits.rules.holiday_pages import router as holidays_router
from permits.rules.service import versions_of
from permits.seed.places import seed_places
from tests.clients import WebClient
from tests.conftest import BuildApp
from tests.permits.builders import NOW


@pytest.fixture
def app(build_app: BuildApp, session: Session, runtime: Runtime) -> FastAPI:
    runtime.clock.move_to(NOW)
    seed_places(session)
    session.commit()
    return build_app([holidays_router, router], ["permits"])


def form_of(page: str) -> dict[str, Any]:
    """What a browser would send of the page's form, untouched."""
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name is None or name[1] == "csrf_token":
            continue
        if 'type="checkbox"' in tag:
            if " checked" in tag and value:
                fields.setdefault(name[1], []).append(value[1])
            continue
        fields[name[1]] = unescaped(value[1]) if value else ""
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]+)" selected', inner)
        fields[name] = chosen[1] if chosen else re.findall(r'value="([^"]+)"', inner)[0]
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S
    ):
        fields[name] = unescaped(inner)
    return fields


def unescaped(text: str) -> str:
    return html.unescape(text)


def edited(client: WebClient, path: str, **changes: Any) -> Any:
    """The preview of the form at `path` with `changes`."""
    page = client.get(f"{path}/edit")
    assert page.status_code == 200
    return client.submit(f"{path}/preview", {**form_of(page.text), **changes})


PROFILE = "/rules/profile/resident"


class TestEditing:
    def test_the_untouched_form_changes_nothing(self, rules_client: WebClient) -> None:
        for path in (PROFILE, "/rules/zone/old-quarter", "/rules/control_point/CP-01"):
            page = edited(rules_client, path)
            assert page.status_code == 200, page.text
            assert "Nothing: it says what holds now." in page.text

    def test_a_change_is_previewed_saved_and_kept_on_record(
        self, rules_client: WebClient, session: Session
    ) -> None:
        page = edited(rules_client, PROFILE, max_stay_minutes="45", entries_per_month="")
        assert "Longest stay (minutes)" in page.text and "<del>30</del>" in page.text
        assert "How long vehicles stayed is not counted" in page.text
        fields = form_of(page.text) | {"why": "Resolution 2026/114", "valid_from": ""}
        saved = rules_client.submit(PROFILE, fields)
        assert saved.status_code == 303
        shown = rules_client.get(PROFILE).text
        assert "Version 2" in shown and "Resolution 2026/114" in shown and "in force" in shown
        session.expire_all()
        row = session.get_one(Profile, "resident")
        assert (row.max_stay_minutes, row.entries_per_month) == (45, None)

    def test_a_planned_one_waits_for_its_day(
        self, rules_client: WebClient, session: Session
    ) -> None:
        page = edited(rules_client, PROFILE, max_stay_minutes="45")
        fields = form_of(page.text) | {"why": "Resolution 2026/114"}
        assert fields["valid_from"] == "2026-10-21T00:00"
        assert rules_client.submit(PROFILE, fields).status_code == 303
        assert "planned" in rules_client.get(PROFILE).text
        assert session.get_one(Profile, "resident").max_stay_minutes == 30

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"max_stay_minutes": "soon"}, "This is no whole number."),
            ({"max_stay_minutes": "-5"}, "This number is too small."),
            (
                {"windows.1.start": "", "windows.1.end": "11:00"},
                "needs days, a beginning and an end",
            ),
            ({"zones": "atlantis"}, "<h1>Who"),
            ({"entries_per_year": "3"}, "must not allow fewer entries"),
        ],
    )
    def test_what_makes_no_rule_is_shown_beside_its_field(
        self, rules_client: WebClient, changes: dict[str, str], words: str
    ) -> None:
        page = edited(rules_client, PROFILE, **changes)
        assert words in page.text
        if "<h1>" not in words:
            assert page.status_code == 422

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"valid_from": "2026-10-19T08:00"}, "be changed for the past"),
            ({"valid_from": "tomorrow"}, "This is no date and time."),
            ({"why": "    "}, "Say why"),
        ],
    )
    def test_a_wrong_date_or_no_reason_leaves_the_preview_open(
        self, rules_client: WebClient, changes: dict[str, str], words: str
    ) -> None:
        fields = form_of(edited(rules_client, PROFILE, max_stay_minutes="45").text)
        page = rules_client.submit(PROFILE, fields | {"why": "Resolution 2026/114"} | changes)
        assert page.status_code == 422
        assert words in unescaped(page.text)

    def test_a_new_profile_begins_from_another(
        self, rules_client: WebClient, session: Session
    ) -> None:
        page = rules_client.get("/rules/profile/new/edit?like=shop")
        fields = form_of(page.text) | {"code": "market-stall", "reference_prefix": "MK"}
        preview = rules_client.submit("/rules/profile/new/preview", fields)
        assert "nobody has entered under it yet" in preview.text
        fields = form_of(preview.text) | {"why": "Market hall opens", "valid_from": ""}
        assert rules_client.submit("/rules/profile/new", fields).status_code == 303
        assert session.get_one(Profile, "market-stall").reference_prefix == "MK"

    def test_a_new_gate_takes_over_no_right_to_enforce(self, rules_client: WebClient) -> None:
        assert form_of(rules_client.get("/rules/control_point/CP-01/edit").text)["resolution_ref"]
        fields = form_of(rules_client.get("/rules/control_point/new/edit?like=CP-01").text)
        assert fields["mode"] == "planned"
        assert fields["resolution_ref"] == fields["signs_verified_on"] == ""
        assert fields["street"]

    @pytest.mark.parametrize(
        ("language", "words"),
        [("es", "Este número es demasiado pequeño."), ("eu", "Zenbaki hau txikiegia da.")],
    )
    def test_a_mistake_is_named_in_the_managers_language(
        self, rules_client: WebClient, language: str, words: str
    ) -> None:
        rules_client.get(f"/?lang={language}")
        page = edited(rules_client, PROFILE, max_stay_minutes="-5")
        assert words in unescaped(page.text)

    def test_a_code_that_is_taken_is_refused(self, rules_client: WebClient) -> None:
        page = rules_client.get("/rules/profile/new/edit?like=shop")
        fields = form_of(page.text) | {"code": "resident"}
        refused = rules_client.submit("/rules/profile/new/preview", fields)
        assert (refused.status_code, "of this code already" in refused.text) == (422, True)

    def test_of_two_managers_the_second_is_told(
        self, rules_client: WebClient, session: Session
    ) -> None:
        first = form_of(edited(rules_client, PROFILE, max_stay_minutes="45").text)
        second = form_of(edited(rules_client, PROFILE, max_stay_minutes="20").text)
        why = {"why": "Resolution 2026/114", "valid_from": ""}
        assert rules_client.submit(PROFILE, first | why).status_code == 303
        told = rules_client.submit(PROFILE, second | why)
        assert (told.status_code, "changed this meanwhile" in told.text) == (422, True)
        assert len(versions_of(session, RuleKind.PROFILE, "resident")) == 2


class TestPreview:
    def test_it_counts_who_would_have_been_refused(
        self, rules_client: WebClient, session: Session
    ) -> None:
        for days in range(7):
            at_ten = NOW - timedelta(days=days + 1) + timedelta(hours=2)
            cell = Cell(at_ten, "CP-01", "resident", "authorised", "quota_right")
            move_count(session, None, cell)
        session.commit()
        page = edited(rules_client, PROFILE, **{"windows.1.end": "10:00"}).text
        assert "7 entries were counted" in page
        assert re.search(r"CP-01 Arenal</th><td[^>]*>7</td>", page)
        assert "10:00–10:59" in page

    def test_few_are_not_shown_as_a_number(self, rules_client: WebClient, session: Session) -> None:
        at_ten = NOW - timedelta(days=1) + timedelta(hours=2)
        move_count(session, None, Cell(at_ten, "CP-01", "resident", "authorised", "quota_right"))
        session.commit()
        page = edited(rules_client, PROFILE, **{"windows.1.end": "10:00"}).text
        assert "fewer than 5" in page


class TestNames:
    def test_zones_and_gates_are_named_and_ticked(self, rules_client: WebClient) -> None:
        form = rules_client.get("/rules/control_point/CP-01/edit").text
        assert re.search(r'name="zones" value="old-quarter" checked>Old Quarter<', form)
        assert "<dd>Old Quarter</dd>" in rules_client.get("/rules/control_point/CP-01").text
        page = edited(rules_client, PROFILE, zones=["old-quarter"], control_points=["CP-01"]).text
        assert "<ins>Old Quarter</ins>" in page and "<ins>Arenal</ins>" in page


class TestHolidays:
    NEW = "2026-10-27,bilbao,Fiesta,Jaia,Feast"

    def page(self, client: WebClient) -> dict[str, Any]:
        return form_of(client.get("/rules/holidays?year=2026").text)

    def test_a_day_is_added_with_its_reason_and_kept_on_record(
        self, rules_client: WebClient
    ) -> None:
        fields = self.page(rules_client)
        fields["table"] += self.NEW + "\n"
        preview = rules_client.submit("/rules/holidays/preview", fields)
        assert preview.status_code == 200, preview.text
        assert "<ins>Feast (Bilbao)</ins>" in preview.text
        assert preview.text.count("<ins>") == 1 and "<del>" not in preview.text
        fields = form_of(preview.text)
        no_reason = rules_client.submit("/rules/holidays", fields)
        assert (no_reason.status_code, "Say why" in no_reason.text) == (422, True)
        saved = rules_client.submit("/rules/holidays", fields | {"why": "Order 12/2026"})
        assert saved.status_code == 303
        shown = rules_client.get("/rules/holidays?year=2026").text
        assert "2026-10-27" in shown and "Order 12/2026" in shown and "Version 1" in shown

    def test_a_file_counts_instead_of_the_table(self, rules_client: WebClient) -> None:
        content = f"day;level;es;eu;en\n{self.NEW.replace(',', ';')}\n".encode()
        files = {"file": ("holidays.csv", content, "text/csv")}
        fields = self.page(rules_client)
        preview = rules_client.submit("/rules/holidays/preview", fields, files=files)
        assert "<ins>Feast (Bilbao)</ins>" in preview.text
        # The others of Biscay and Bilbao go; national and Basque days stay known.
        assert "<del>" in preview.text and "(National)" not in preview.text

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"day,level,es,eu,en\n2026-13-01,bilbao,a,b,c\n", "line 2: '2026-13-01' is no date"),
            ("day,level,es,eu,en\n2026-10-27,bilbao,Peña,b,c".encode("latin-1"), "is not UTF-8"),
            (b"day,level,es,eu,en\n", "has no holidays"),
        ],
    )
    def test_a_broken_file_is_refused_with_its_line(
        self, rules_client: WebClient, content: bytes, words: str
    ) -> None:
        before = self.page(rules_client)
        files = {"file": ("holidays.csv", content, "text/csv")}
        refused = rules_client.submit("/rules/holidays/preview", before, files=files)
        assert refused.status_code == 422
        assert words in unescaped(refused.text) and "Nothing was changed." in refused.text
        assert self.page(rules_client) == before

    def test_a_broken_line_of_the_table_stays_to_be_mended(self, rules_client: WebClient) -> None:
        rules_client.headers["Accept-Language"] = "es"
        fields = self.page(rules_client)
        lines = fields["table"].count("\n") + 1
        fields["table"] += "tomorrow,bilbao,a,b,c\n"
        refused = rules_client.submit("/rules/holidays/preview", fields)
        assert f"línea {lines}: «tomorrow» no es una fecha" in unescaped(refused.text)
        assert "tomorrow,bilbao" in form_of(refused.text)["table"]

    def test_only_a_rules_manager_may(self, service_desk_client: WebClient) -> None:
        for path in ("/rules/holidays", "/rules/holidays/preview"):
            assert service_desk_client.submit(path, {"year": "2026"}).status_code == 403


class TestLooking:
    @pytest.mark.parametrize("language", ["es", "eu", "en"])
    def test_each_rule_is_shown_before_its_first_change(
        self, rules_client: WebClient, language: str
    ) -> None:
        rules_client.headers["Accept-Language"] = language
        for path in ("", "/zone/old-quarter", "/profile/loading", "/control_point/CP-01"):
            assert rules_client.get(f"/rules{path}").status_code == 200


class TestAccess:
    @pytest.mark.parametrize("path", ["/rules", PROFILE, f"{PROFILE}/edit"])
    def test_only_a_rules_manager_sees_them(
        self, service_desk_client: WebClient, path: str
    ) -> None:
        assert service_desk_client.get(path).status_code == 403

    def test_what_there_is_not_is_not_found(self, rules_client: WebClient) -> None:
        assert rules_client.get("/rules/profile/astronaut").status_code == 404
