"""The police's pages, as a browser sees them."""

import re
from typing import ClassVar
from uuid import UUID

import pytest
from fastapi import FastAPI

from core import audit
from core.database import transaction
from core.identity import Actor, Role
from core.runtime import Runtime
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.review.second import draw
from sanctions.states import CaseState
from tests.clients import WebClient, logged_in_client
from tests.sanctions.conftest import add_case
from tests.sanctions.reports import AFTER, CONTEXT_PICTURE, PLATE_PICTURE


def look(client: WebClient, case_id: UUID) -> None:
    """What a browser does: the page, then the pictures in it."""
    for path in ("", "/pictures/plate", "/pictures/context"):
        client.get(f"/cases/{case_id}{path}")


def _state(runtime: Runtime, case_id: UUID) -> CaseState:
    with runtime.reading() as session:
        return get_case(session, case_id).case_state


class TestQueue:
    def test_anonymous_is_sent_to_the_login(self, anonymous_client: WebClient) -> None:
        assert anonymous_client.get("/cases").headers["Location"] == "/login?next=/cases"

    def test_operators_do_not_see_cases(self, operator_client: WebClient) -> None:
        assert operator_client.get("/cases").status_code == 403

    def test_it_lists_what_where_when_and_the_time_left(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        page = police_client.get("/cases").text
        for shown in ("2026/000001", "1234 BBC", "Entry without a permit", "Arenal", "14:41"):
            assert shown in page
        assert "88 days left" in page
        assert "1 case waits for review" in page

    def test_there_is_no_way_to_approve_several_at_once(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        page = police_client.get("/cases").text
        assert "checkbox" not in page
        assert "validate" not in page

    def test_taking_the_next_case_opens_it(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        answer = police_client.submit("/cases/next")
        assert answer.headers["Location"] == f"/cases/{stored_case}"
        assert "With Police" in police_client.get("/cases").text

    def test_with_nothing_to_do_it_says_so(self, police_client: WebClient) -> None:
        assert "Nothing waits for review." in police_client.get("/cases").text
        assert police_client.submit("/cases/next").headers["Location"] == "/cases"
        assert "No free case is waiting." in police_client.get("/cases").text

    @pytest.mark.parametrize("language", ["es", "eu"])
    def test_it_speaks_the_readers_language(
        self, police_client: WebClient, stored_case: UUID, language: str
    ) -> None:
        page = police_client.get(f"/cases?lang={language}").text
        sentence = {"es": "Entrada sin autorización", "eu": "Baimenik gabeko sarrera"}[language]
        assert sentence in page


class TestCasePage:
    def test_it_shows_the_evidence_the_reasoning_and_the_hashes(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        page = police_client.get(f"/cases/{stored_case}").text
        assert f"/cases/{stored_case}/pictures/plate" in page
        assert f"/cases/{stored_case}/pictures/context" in page
        assert "20 Oct 2026, 14:41:07 (UTC+0200)" in page
        assert "You are logged in as Jon." in page, "the trace in words"
        assert re.search(r"[0-9a-f]{64}", page)
        assert "19 Jan 2027" in page

    def test_looking_is_on_record(
        self, police_client: WebClient, runtime: Runtime, stored_case: UUID
    ) -> None:
        police_client.get(f"/cases/{stored_case}")
        with runtime.reading() as session:
            assert len(audit.events(session, action="sanctions:case:viewed")) == 1

    def test_decisions_are_offered_only_to_who_took_the_case(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        assert (
            f"/cases/{stored_case}/validate" not in police_client.get(f"/cases/{stored_case}").text
        )
        police_client.submit(f"/cases/{stored_case}/claim")
        assert f"/cases/{stored_case}/validate" in police_client.get(f"/cases/{stored_case}").text

    def test_an_instructor_looks_but_does_not_decide(self, app: FastAPI, stored_case: UUID) -> None:
        client = logged_in_client(app, Role.INSTRUCTOR)
        page = client.get(f"/cases/{stored_case}")
        assert page.status_code == 200
        assert "Your decision" not in page.text
        assert client.submit(f"/cases/{stored_case}/claim").status_code == 403

    def test_missing_evidence_is_named(self, police_client: WebClient, runtime: Runtime) -> None:
        case_id = add_case(runtime, clock_offset_ms=None)
        page = police_client.get(f"/cases/{case_id}").text
        assert "Missing: the clock offset of the camera" in page

    @pytest.mark.parametrize(
        ("address", "status"),
        [("/cases/0198c0de-0000-7000-8000-000000000000", 404), ("/cases/x", 422)],
    )
    def test_a_wrong_address_is_explained(
        self, police_client: WebClient, address: str, status: int
    ) -> None:
        assert police_client.get(address).status_code == status


class TestPictures:
    @pytest.mark.parametrize(
        ("kind", "content"), [("plate", PLATE_PICTURE), ("context", CONTEXT_PICTURE)]
    )
    def test_each_look_leaves_an_audit_row(
        self,
        police_client: WebClient,
        runtime: Runtime,
        stored_case: UUID,
        kind: str,
        content: bytes,
    ) -> None:
        answer = police_client.get(f"/cases/{stored_case}/pictures/{kind}")
        assert answer.content == content
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == "no-store"
        with runtime.reading() as session:
            (row,) = audit.events(session, action="sanctions:picture:viewed")
        assert (row.actor_name, row.subject, row.details) == (
            "Police",
            f"case:{stored_case}",
            {"kind": kind},
        )

    def test_nobody_sees_them_without_logging_in(
        self, anonymous_client: WebClient, operator_client: WebClient, stored_case: UUID
    ) -> None:
        address = f"/cases/{stored_case}/pictures/plate"
        assert anonymous_client.get(address).status_code == 303
        assert operator_client.get(address).status_code == 403

    def test_the_unmasked_picture_cannot_be_had(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        answer = police_client.get(f"/cases/{stored_case}/pictures/context-original")
        assert answer.status_code == 404

    def test_a_replaced_picture_is_not_shown(
        self, police_client: WebClient, runtime: Runtime, stored_case: UUID
    ) -> None:
        with runtime.reading() as session:
            key = get_case(session, stored_case).pictures[0].evidence_key
        runtime.store.erase(key)
        runtime.store.put(key, b"\xff\xd8 another street")
        kind = "context" if "context" in key else "plate"
        answer = police_client.get(f"/cases/{stored_case}/pictures/{kind}")
        assert answer.status_code == 500
        assert "not the one that was taken in" in answer.text

    def test_an_erased_picture_says_so(
        self, police_client: WebClient, runtime: Runtime, stored_case: UUID
    ) -> None:
        with runtime.reading() as session:
            pictures = {
                one.kind: one.evidence_key for one in get_case(session, stored_case).pictures
            }
        runtime.store.erase(pictures["plate"])
        answer = police_client.get(f"/cases/{stored_case}/pictures/plate")
        assert answer.status_code == 404
        assert "erased" in answer.text


class TestDecisions:
    def test_take_look_and_validate(
        self, police_client: WebClient, runtime: Runtime, stored_case: UUID
    ) -> None:
        police_client.submit("/cases/next")
        look(police_client, stored_case)
        answer = police_client.submit(f"/cases/{stored_case}/validate")
        assert answer.headers["Location"] == "/cases"
        assert _state(runtime, stored_case) is CaseState.AGENT_VALIDATED
        assert "Case 2026/000001 is validated." in police_client.get("/cases").text
        assert "Validated by an agent" in police_client.get("/cases?decided=true").text

    def test_validating_again_is_refused_in_words(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        police_client.submit("/cases/next")
        look(police_client, stored_case)
        police_client.submit(f"/cases/{stored_case}/validate")
        answer = police_client.submit(
            f"/cases/{stored_case}/validate", headers={"Accept-Language": "es"}
        )
        assert answer.status_code == 409
        assert "Police se ha adelantado: el expediente 2026/000001" in answer.text
        assert "«Validado por un agente»" in answer.text

    def test_reject_with_a_coded_reason(
        self, police_client: WebClient, runtime: Runtime, stored_case: UUID
    ) -> None:
        police_client.submit("/cases/next")
        look(police_client, stored_case)
        form = {"reason": "exempt_vehicle", "note": "Ambulance <service>"}
        assert police_client.submit(f"/cases/{stored_case}/reject", form).status_code == 303
        assert _state(runtime, stored_case) is CaseState.AGENT_REJECTED
        page = police_client.get(f"/cases/{stored_case}").text
        assert "The vehicle is exempt" in page
        assert "Ambulance &lt;service&gt;" in page

    @pytest.mark.parametrize(
        ("form", "status"), [({}, 422), ({"reason": "because"}, 422), ({"reason": "other"}, 422)]
    )
    def test_bad_forms_change_nothing(
        self,
        police_client: WebClient,
        runtime: Runtime,
        stored_case: UUID,
        form: dict[str, str],
        status: int,
    ) -> None:
        police_client.submit("/cases/next")
        look(police_client, stored_case)
        assert police_client.submit(f"/cases/{stored_case}/reject", form).status_code == status
        assert _state(runtime, stored_case) is CaseState.READY

    def test_an_agent_without_a_number_is_told_before_and_refused_after(
        self, app: FastAPI, runtime: Runtime, stored_case: UUID
    ) -> None:
        client = logged_in_client(app, Role.POLICE)
        client.submit("/cases/next")
        assert "no agent number" in client.get(f"/cases/{stored_case}").text
        assert client.submit(f"/cases/{stored_case}/validate").status_code == 403
        assert _state(runtime, stored_case) is CaseState.READY

    def test_two_agents_do_not_decide_the_same_case(
        self, app: FastAPI, police_client: WebClient, stored_case: UUID
    ) -> None:
        colleague = logged_in_client(app, Role.POLICE, login="ander", agent_number="48-0815")
        colleague.submit("/cases/next")
        police_client.get(f"/cases/{stored_case}")
        answer = police_client.submit(f"/cases/{stored_case}/validate")
        assert answer.status_code == 409
        assert "has had case 2026/000001 since" in answer.text

    def test_giving_back(self, police_client: WebClient, stored_case: UUID) -> None:
        police_client.submit("/cases/next")
        police_client.submit(f"/cases/{stored_case}/release")
        assert "Ready for review" in police_client.get("/cases").text

    def test_nothing_happens_without_the_form_token(
        self, police_client: WebClient, runtime: Runtime, stored_case: UUID
    ) -> None:
        police_client.submit("/cases/next")
        look(police_client, stored_case)
        assert police_client.post(f"/cases/{stored_case}/validate").status_code == 403
        assert _state(runtime, stored_case) is CaseState.READY


class TestRefusals:
    """A refused decision leads back to its case, with the reason on top and what was typed."""

    PAGE: ClassVar = {"Accept": "text/html"}

    def test_a_missing_note_is_asked_for_on_the_page_of_the_case(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        police_client.submit("/cases/next")
        look(police_client, stored_case)
        form = {"reason": "instructed", "note": " "}
        answer = police_client.submit(f"/cases/{stored_case}/reject", form, headers=self.PAGE)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert '<option value="instructed" selected>' in answer.text
        assert f'action="/cases/{stored_case}/validate"' in answer.text

    def test_a_mistyped_plate_can_be_typed_again(
        self, police_client: WebClient, stored_case: UUID
    ) -> None:
        police_client.submit("/cases/next")
        look(police_client, stored_case)
        form = {"plate": "?!"}
        answer = police_client.submit(f"/cases/{stored_case}/correct", form, headers=self.PAGE)
        assert answer.status_code == 422
        assert 'name="plate" value="?!"' in answer.text

    def test_who_comes_second_sees_who_was_first_and_the_way_to_the_queue(
        self, app: FastAPI, police_client: WebClient, stored_case: UUID
    ) -> None:
        colleague = logged_in_client(app, Role.POLICE, login="ander", agent_number="48-0815")
        colleague.submit("/cases/next")
        look(colleague, stored_case)
        colleague.submit(f"/cases/{stored_case}/validate")
        answer = police_client.submit(f"/cases/{stored_case}/validate", headers=self.PAGE)
        assert answer.status_code == 409
        assert "was first: case 2026/000001" in answer.text
        assert '<a href="/cases" data-key="q">' in answer.text

    def test_who_may_review_it_a_second_time_does_not_learn_the_first_decision(
        self, app: FastAPI, runtime: Runtime, police_client: WebClient, stored_case: UUID
    ) -> None:
        colleague = logged_in_client(app, Role.POLICE, login="ander", agent_number="48-0815")
        colleague.submit("/cases/next")
        look(colleague, stored_case)
        colleague.submit(f"/cases/{stored_case}/validate")
        with transaction(runtime.writing) as session:
            case = session.get_one(InfractionCase, stored_case)
            first = Actor(case.validated_by, "Ander", frozenset({Role.POLICE}))
            draw(session, case, "validated", first, now=AFTER, percent=100)
        for headers in (self.PAGE, {}):
            answer = police_client.submit(f"/cases/{stored_case}/validate", headers=headers)
            assert answer.headers["Location"] == f"/cases/second/{stored_case}"
            assert "was first" not in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("es", "Confianza 98,7 %"), ("eu", "98,7"), ("en", "Confidence 98.7 %")]
)
def test_numbers_are_written_as_in_the_language_of_the_page(
    police_client: WebClient, stored_case: UUID, language: str, words: str
) -> None:
    page = police_client.get(f"/cases/{stored_case}", headers={"Accept-Language": language})
    assert words in page.text
