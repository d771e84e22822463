"""What the citizen lodged: questions, refusals, appeals; and the same as JSON."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import transaction
from core.encryption import KeyRing
from permits.applications.models import Application
from permits.applications.reviewing import approve, refuse, request_information, take_up
from tests.clients import WebClient
from tests.control_center.builders import NOON, EdgeBox
from tests.mobile_api.builders import PAPER, VISIT, lodge, reference_of
from tests.permits.applications.builders import ANOTHER, OFFICER, PDF, picture


class TestAnswer:
    @pytest.fixture
    def name(self, ane: WebClient, edge: EdgeBox, session: Session) -> str:
        lodge(ane)
        return reference_of(session)

    def test_a_question_is_read_and_answered_with_a_paper(
        self, ane: WebClient, edge: EdgeBox, session: Session, name: str
    ) -> None:
        now = edge.runtime.clock.now()
        with transaction(edge.runtime.writing) as writing:
            take_up(writing, OFFICER, name, now=now)
            request_information(writing, OFFICER, name, "Whose table is it?", now=now)
        assert "We ask you for something" in ane.get("/applications").text
        page = ane.get(f"/applications/{name}").text
        assert "Whose table is it?" in page
        paper = {"paper_1": ("table.jpg", picture(), "image/jpeg")}
        said = {"act": "answer", "words": "Mine", "shows_1": "purchase"}
        first = ane.submit(f"/applications/{name}", said, files=paper)
        assert "Information and papers handed in" in ane.get(first.headers["location"]).text
        again = ane.submit(f"/applications/{name}", said, files=paper)
        assert again.headers["location"] == f"/applications/{name}"
        session.rollback()
        row = session.scalars(select(Application)).one()
        assert row.statement == "My brother brought a table\n\nMine"
        assert len(row.documents) == 2

    def test_a_bad_answer_keeps_the_question_open(
        self, ane: WebClient, edge: EdgeBox, session: Session, name: str
    ) -> None:
        now = edge.runtime.clock.now()
        with transaction(edge.runtime.writing) as writing:
            take_up(writing, OFFICER, name, now=now)
            request_information(writing, OFFICER, name, "Whose table is it?", now=now)
        empty = ane.submit(f"/applications/{name}", {"act": "answer", "words": " "})
        assert (empty.status_code, '<a href="#words">' in empty.text) == (422, True)
        bad = {"paper_1": ("a.exe", b"MZ", "application/pdf")}
        said = {"act": "answer", "words": "Mine", "shows_1": "purchase"}
        answer = ane.submit(f"/applications/{name}", said, files=bad)
        assert (answer.status_code, '<a href="#paper_1">' in answer.text) == (422, True)
        assert ">Mine</textarea>" in answer.text
        assert "Whose table is it?" in answer.text

    def test_a_refusal_shows_its_reasons_and_takes_an_appeal_with_a_paper(
        self, ane: WebClient, edge: EdgeBox, session: Session, keys: KeyRing, name: str
    ) -> None:
        now = edge.runtime.clock.now()
        with transaction(edge.runtime.writing) as writing:
            take_up(writing, OFFICER, name, now=now)
            refuse(writing, OFFICER, name, reason="evidence_insufficient", note="No date", now=now)
        page = ane.get(f"/applications/{name}").text
        for words in ("The papers do not show", "No date", "Within one month"):
            assert words in page
        said = {"act": "appeal", "words": "Here is the date", "shows_1": "purchase"}
        paper = {"paper_1": ("date.pdf", PDF + b" ", "application/pdf")}
        answer = ane.submit(f"/applications/{name}", said, files=paper)
        assert answer.status_code == 303, answer.text
        assert "Appeal against a refusal" in ane.get(answer.headers["location"]).text
        with transaction(edge.runtime.writing) as writing:
            approve(writing, keys, ANOTHER, name, now=now)
        assert "Active" in ane.get(f"/applications/{name}").text

    def test_of_somebody_else_nothing_is_found(
        self, hotel: WebClient, edge: EdgeBox, name: str
    ) -> None:
        assert hotel.get(f"/applications/{name}").status_code == 404
        said = {"act": "answer", "words": "Mine"}
        assert hotel.submit(f"/applications/{name}", said).status_code == 404
        assert hotel.get("/receipts/SB-2026-000001").status_code == 404
        assert "SB-2026" not in hotel.get("/applications").text


class TestApi:
    def post(self, client: WebClient, path: str, data: dict[str, str]) -> Any:
        token = client.get("/api/v1/session").json()["csrf_token"]
        headers = {"X-CSRF-Token": token}
        return client.post(f"/api/v1{path}", data=data, files=PAPER, headers=headers)

    def test_rights_lodging_and_the_list(self, ane: WebClient, edge: EdgeBox) -> None:
        rights = ane.get("/api/v1/rights").json()["rights"]
        assert "R-0001/one_off" in {one["code"] for one in rights}
        first = self.post(ane, "/applications", VISIT)
        assert first.status_code == 201
        assert self.post(ane, "/applications", VISIT).json() == first.json()
        (one,) = ane.get("/api/v1/applications").json()["applications"]
        assert one["registration_number"] == first.json()["number"]
        assert (one["state"]["code"], one["puts_an_entry_right"]) == ("submitted", True)
        assert one["clocks"]["frozen_because"].startswith("An application")
        assert one["clocks"]["barred_from"].startswith("2027-01")

    def test_a_problem_names_its_field(self, ane: WebClient, edge: EdgeBox) -> None:
        answer = self.post(ane, "/applications", {**VISIT, "plate": "?"})
        assert answer.status_code == 422
        assert answer.json()["field"] == "plate"

    def test_a_question_is_answered_and_a_refusal_appealed(
        self, ane: WebClient, edge: EdgeBox
    ) -> None:
        name, now = self.post(ane, "/applications", VISIT).json()["reference"], NOON
        with transaction(edge.runtime.writing) as writing:
            take_up(writing, OFFICER, name, now=now)
            request_information(writing, OFFICER, name, "Whose table is it?", now=now)
        assert ane.get(f"/api/v1/applications/{name}").json()["question"] == "Whose table is it?"
        unsaid = {"words": "Mine", "shows_1": ""}
        answered = self.post(ane, f"/applications/{name}/answers", unsaid)
        assert answered.status_code == 422  # the paper does not say what it shows
        said = {"words": "Mine", "shows_1": "purchase"}
        answered = self.post(ane, f"/applications/{name}/answers", said)
        assert answered.json()["state"]["code"] == "under_review"
        with transaction(edge.runtime.writing) as writing:
            refuse(writing, OFFICER, name, reason="duplicate", now=now)
        appealed = self.post(ane, f"/applications/{name}/appeals", said)
        assert appealed.json()["state"]["code"] == "appealed"
