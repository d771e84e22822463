"""The service desk: an agent does everything for a citizen, and it is on record as such."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.desk.models import DeskVisit
from control_center.models import PassageRecord
from core import audit
from core.audit import AuditEvent
from core.database import transaction
from core.encryption import KeyRing
from core.runtime import Runtime
from permits.applications.models import Application
from permits.models import Authorisation, Holder, Profile
from tests.clients import WebClient
from tests.control_center.builders import NOON, EdgeBox, do_jobs, report
from tests.permits.applications.builders import PDF, entitlement
from tests.permits.builders import authorisation, holder

PURPOSE = "Telephone enquiry of the holder"
IDENTIFIED = {"way": "in_person", "identified_by": "identity_card"}


class Counter:
    """The desk as an agent uses it."""

    def __init__(self, client: WebClient, runtime: Runtime) -> None:
        self.client, self.runtime = client, runtime

    def serves(self, name: str, **how: str) -> str:
        """Begin a visit of the holder called `name`; its address."""
        with transaction(self.runtime.reading) as session:
            wanted = [one for one in session.scalars(select(Holder)) if one.name == name]
        answer = self.client.submit(
            "/desk/visits", {"holder_id": str(wanted[0].id), **IDENTIFIED, **how}
        )
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def receipt(self, answer: Any) -> str:
        """The page of the receipt that an act leads to."""
        assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)[-900:]
        page = self.client.get(answer.headers["location"])
        assert page.status_code == 200, page.text
        return str(page.text)


@pytest.fixture
def ane(app: FastAPI, session: Session, keys: KeyRing) -> Holder:
    row = holder(session, keys, "Ane Etxebarria Muñoz", document="12345678Z")
    authorisation(session, keys, "1234BBC", to=row)
    for profile in session.scalars(select(Profile)):
        profile.lead_time_hours = None
    session.commit()
    return row


@pytest.fixture
def desk(service_desk_client: WebClient, ane: Holder, runtime: Runtime) -> Counter:
    return Counter(service_desk_client, runtime)


def lodged(runtime: Runtime) -> str:
    """Reference of the one application there is."""
    with transaction(runtime.reading) as session:
        return session.scalars(select(Application)).one().authorisation.reference


def on_behalf_of(session: Session, holder_id: UUID) -> set[str]:
    """What was done on record as for this holder."""
    audit.write_pending(session)
    rows = session.scalars(select(AuditEvent).where(AuditEvent.on_behalf_of == holder_id))
    return {row.action for row in rows}


class TestIdentifying:
    def test_a_search_needs_a_purpose_and_leads_to_a_visit(self, desk: Counter) -> None:
        without = desk.client.submit("/desk/search", {"text": "etxebarria", "purpose": ""})
        assert without.status_code == 422
        assert "Serve Ane" not in without.text
        found = desk.client.submit("/desk/search", {"text": "1234 bbc", "purpose": PURPOSE})
        assert "Serve Ane Etxebarria Muñoz" in found.text
        assert "Ane Etxebarria Muñoz" in desk.client.get(desk.serves("Ane Etxebarria Muñoz")).text

    @pytest.mark.parametrize(
        "how",
        [
            {"way": "telepathy"},
            {"identified_by": "a smile"},
            {"proxy_name": "Jon Agirre"},
            {"proxy_document": "1234"},
        ],
    )
    def test_nobody_is_served_unidentified(self, desk: Counter, how: dict[str, str]) -> None:
        with transaction(desk.runtime.reading) as session:
            one = session.scalars(select(Holder)).first()
        assert one is not None
        answer = desk.client.submit("/desk/visits", {"holder_id": str(one.id), **IDENTIFIED, **how})
        assert answer.status_code == 422

    @pytest.mark.parametrize("path", ["/authorisations/search", "/desk/search", "/desk/visits"])
    def test_language_links_after_a_search_lead_back_to_the_form(
        self, desk: Counter, path: str
    ) -> None:
        answer = desk.client.get(f"{path}?lang=eu")
        assert answer.status_code == 303
        assert desk.client.get(answer.headers["location"]).status_code == 200

    def test_somebody_new_is_enrolled_and_gets_a_number(self, desk: Counter) -> None:
        form = {"name": "Jon Agirre Gil", "document": "87.654.321-X", **IDENTIFIED}
        answer = desk.client.submit("/desk/enrol", form)
        page = desk.client.get(answer.headers["location"]).text
        assert "Enrolled: SB-2026-" in page
        again = desk.client.submit("/desk/enrol", {**form, "document": "87654321x"})
        assert (again.status_code, "enrolled already" in again.text) == (422, True)
        assert "Jon Agirre Gil" in again.text

    @pytest.mark.parametrize("wrong", [{"document": "87654321A"}, {"proxy_document": "X1234567A"}])
    def test_a_mistyped_identity_number_is_told_before_anything_is_kept(
        self, desk: Counter, wrong: dict[str, str]
    ) -> None:
        form = {"name": "Jon Agirre Gil", "proxy_name": "Leire Gil", **IDENTIFIED, **wrong}
        answer = desk.client.submit("/desk/enrol", form)
        assert (answer.status_code, "does not go with its digits" in answer.text) == (422, True)
        with transaction(desk.runtime.reading) as session:
            assert session.scalars(select(Holder.name)).all().count("Jon Agirre Gil") == 0

    def test_a_visit_is_the_agents_own_and_ends(
        self, desk: Counter, app: FastAPI, ane: Holder
    ) -> None:
        visit = desk.serves(ane.name)
        from core.identity import Role
        from tests.clients import logged_in_client

        other = logged_in_client(app, Role.SERVICE_DESK, login="colleague")
        assert other.get(visit).status_code == 404
        desk.client.submit(f"{visit}/end")
        assert desk.client.get(visit).status_code == 409

    def test_others_have_no_business_here(self, police_client: WebClient, ane: Holder) -> None:
        assert police_client.get("/desk").status_code == 403


class TestActing:
    def test_an_application_with_its_paper_and_a_receipt(
        self, desk: Counter, ane: Holder, session: Session
    ) -> None:
        visit = desk.serves(ane.name, proxy_name="Jon Agirre", proxy_document="87654321X")
        form = {
            "profile": "garage",
            "zones": "old-quarter",
            "plate_1": "2345 ccd",
            "class_1": "car",
            "place": "Space 12",
            "shows_1": "garage_title",
        }
        without = desk.client.submit(f"{visit}/apply", form)
        assert without.status_code == 422
        assert "title or lease of the garage space" in without.text
        assert 'value="2345 ccd"' in without.text
        answer = desk.client.submit(
            f"{visit}/apply", form, files={"paper_1": ("title.pdf", PDF, "application/pdf")}
        )
        page = desk.receipt(answer)
        for words in ("SB-2026-000001", "Represented by", "Jon Agirre", "Submitted", "2345CCD"):
            assert words in page
        application = session.scalars(select(Application)).one()
        assert [one.kind for one in application.documents] == ["garage_title"]
        assert application.authorisation.place == "Space 12"
        done = on_behalf_of(session, ane.id)
        assert {
            "control_center:visit:begun",
            "permits:application:drafted",
            "permits:document:added",
            "permits:authorisation:changed",
        } <= done

    def test_a_bad_file_is_refused_in_words_and_leaves_nothing(
        self, desk: Counter, ane: Holder, session: Session
    ) -> None:
        visit = desk.serves(ane.name)
        answer = desk.client.submit(
            f"{visit}/apply",
            {"profile": "garage", "zones": "old-quarter", "plate_1": "2345CCD"},
            files={"paper_1": ("title.exe", b"MZ", "application/pdf")},
        )
        assert answer.status_code == 422
        assert "of each paper" in answer.text or "title.exe" in answer.text
        assert session.scalars(select(Application)).all() == []

    def test_whom_the_city_knows_leaves_with_the_grant(
        self, desk: Counter, ane: Holder, session: Session, keys: KeyRing
    ) -> None:
        entitlement(session, keys, "12345678Z", profile="garage", place="Space 12")
        session.commit()
        visit = desk.serves(ane.name)
        answer = desk.client.submit(
            f"{visit}/apply",
            {"profile": "garage", "zones": "old-quarter", "plate_1": "2345CCD", "class_1": "car"},
        )
        assert "Active" in desk.receipt(answer)

    def test_a_plate_is_changed_and_another_put_on(
        self, desk: Counter, ane: Holder, session: Session
    ) -> None:
        visit = desk.serves(ane.name, way="phone", identified_by="questions")
        assert "Instead of" in desk.client.get(f"{visit}/vehicles/R-0001?old=1234BBC").text
        answer = desk.client.submit(
            f"{visit}/vehicles/R-0001",
            {"old": "1234BBC", "new": "5678-fgh", "vehicle_class": "car"},
        )
        assert "1234BBC → 5678FGH (PC-2026-000001)" in desk.receipt(answer)
        answer = desk.client.submit(f"{visit}/vehicles/R-0001", {"old": "", "new": "9012JKL"})
        assert "9012JKL" in desk.receipt(answer)
        full = desk.client.submit(f"{visit}/vehicles/R-0001", {"old": "", "new": "3456MNP"})
        assert (full.status_code, "takes 2 vehicles" in full.text) == (409, True)
        session.expire_all()
        row = session.scalars(select(Authorisation)).one()
        assert [one.vehicle.plate for one in row.current] == ["5678FGH", "9012JKL"]
        done = on_behalf_of(session, ane.id)
        assert {"permits:vehicle:changed", "permits:vehicle:added"} <= done

    def test_contact_details_and_withdrawal(
        self, desk: Counter, ane: Holder, session: Session
    ) -> None:
        visit = desk.serves(ane.name)
        details = {"email": "ane@example.org", "channel": "letter", "language": "eu"}
        assert desk.client.submit(f"{visit}/details", details).status_code == 422
        answer = desk.client.submit(f"{visit}/details", {**details, "address": "Somera 4"})
        assert "Change of contact details" in desk.receipt(answer)
        assert "Withdrawn" in desk.receipt(desk.client.submit(f"{visit}/withdraw/R-0001"))
        session.expire_all()
        person = session.get_one(Holder, ane.id)
        assert (person.contact_channel, person.language) == ("letter", "eu")

    def test_somebody_elses_authorisation_does_not_exist(
        self, desk: Counter, ane: Holder, session: Session, keys: KeyRing
    ) -> None:
        authorisation(session, keys, "4321CCC", to=holder(session, keys, "Jon Agirre"))
        session.commit()
        visit = desk.serves(ane.name)
        assert desk.client.get(f"{visit}/vehicles/R-0002?old=4321CCC").status_code == 404
        assert desk.client.submit(f"{visit}/withdraw/R-0002").status_code == 404

    def test_a_receipt_of_somebody_else_does_not_exist(self, desk: Counter, ane: Holder) -> None:
        desk.client.submit("/desk/enrol", {"name": "Jon Agirre", **IDENTIFIED})
        visit = desk.serves(ane.name)
        assert desk.client.get(f"{visit}/receipts/SB-2026-000001").status_code == 404


class TestPuttingAnEntryRight:
    def test_a_visitors_entry_becomes_a_permit_that_reaches_back(
        self, desk: Counter, ane: Holder, session: Session, edge: EdgeBox
    ) -> None:
        raw = report("5678DDD", NOON)
        edge.report(raw)
        do_jobs(edge.runtime)
        edge.runtime.clock.move_to(NOON + timedelta(hours=20))
        profile = session.get_one(Profile, "home_care")
        profile.retroactive_hours, profile.evidence_required = 72, []
        session.commit()
        visit = desk.serves(ane.name)
        found = desk.client.submit(f"{visit}/entries", {"plate": "5678 ddd"}).text
        assert "Put it right" in found
        assert "Time-bar" in found
        form = desk.client.get(f"{visit}/apply?passage={raw['passage_id']}").text
        assert 'value="2026-10-20T12:30"' in form
        page = desk.receipt(
            desk.client.submit(
                f"{visit}/apply",
                {
                    "profile": "home_care",
                    "zones": "old-quarter",
                    "plate_1": "5678DDD",
                    "class_1": "car",
                    "valid_from": "2026-10-20T12:30",
                    "passage": raw["passage_id"],
                },
            )
        )
        assert "Application to put an entry right" in page
        do_jobs(edge.runtime)
        again = desk.client.submit(f"{visit}/entries", {"plate": "5678DDD"}).text
        assert "Stopped" in again
        reference = lodged(edge.runtime)
        for act in ("take_up", "approve"):
            done = desk.client.submit(f"/applications/{reference}", {"act": act})
            assert done.status_code == 303, done.text
        do_jobs(edge.runtime)
        with transaction(edge.runtime.reading) as reading:
            passage = reading.get_one(PassageRecord, UUID(raw["passage_id"]))
            assert passage.status == "regularised"


class TestReview:
    @pytest.fixture
    def reference(self, desk: Counter, ane: Holder) -> str:
        visit = desk.serves(ane.name)
        desk.receipt(
            desk.client.submit(
                f"{visit}/apply",
                {
                    "profile": "garage",
                    "zones": "old-quarter",
                    "plate_1": "2345CCD",
                    "shows_1": "garage_title",
                },
                files={"paper_1": ("title.pdf", PDF, "application/pdf")},
            )
        )
        return lodged(desk.runtime)

    def test_the_tray_leads_to_the_application_and_its_paper(
        self, desk: Counter, reference: str, session: Session
    ) -> None:
        assert reference in desk.client.get("/applications").text
        page = desk.client.get(f"/applications/{reference}").text
        link = re.search(r'href="(/applications/[^"]+/papers/[^"]+)"', page)
        assert link is not None
        paper = desk.client.get(link[1])
        assert (paper.content, paper.headers["content-type"]) == (PDF, "application/pdf")
        assert paper.headers["content-disposition"].startswith("attachment")
        assert len(audit.events(session, action="permits:document:viewed")) == 1

    def test_a_question_is_answered_at_the_desk(
        self, desk: Counter, reference: str, ane: Holder
    ) -> None:
        path = f"/applications/{reference}"
        desk.client.submit(path, {"act": "take_up"})
        empty = desk.client.submit(path, {"act": "ask", "question": ""})
        assert (empty.status_code, "3 to 2000 characters" in empty.text) == (422, True)
        desk.client.submit(path, {"act": "ask", "question": "Which space is it?"})
        visit = desk.serves(ane.name)
        assert "Which space is it?" in desk.client.get(visit).text
        answer = desk.client.submit(
            f"{visit}/applications/{reference}", {"act": "answer", "words": "Number 12"}
        )
        assert "Information and papers handed in" in desk.receipt(answer)
        assert "Under review" in desk.client.get(path).text

    def test_a_refusal_shows_its_reason_and_the_appeal_goes_to_somebody_else(
        self, desk: Counter, reference: str, ane: Holder
    ) -> None:
        path = f"/applications/{reference}"
        desk.client.submit(path, {"act": "take_up"})
        assert desk.client.submit(path, {"act": "refuse", "reason": ""}).status_code == 422
        desk.client.submit(path, {"act": "refuse", "reason": "evidence_insufficient"})
        visit = desk.serves(ane.name)
        answer = desk.client.submit(
            f"{visit}/applications/{reference}", {"act": "appeal", "words": "It is my space"}
        )
        assert "Appeal against a refusal" in desk.receipt(answer)
        own = desk.client.submit(path, {"act": "approve"})
        assert (own.status_code, "somebody else" in own.text) == (403, True)

    def test_a_wrong_step_is_said_on_the_page(self, desk: Counter, reference: str) -> None:
        answer = desk.client.submit(f"/applications/{reference}", {"act": "approve"})
        assert (answer.status_code, "cannot become" in answer.text) == (409, True)


class TestVisitRows:
    def test_a_visit_says_who_how_and_for_whom(
        self, desk: Counter, ane: Holder, session: Session
    ) -> None:
        desk.serves(ane.name, proxy_name="Jon Agirre", proxy_document="87654321X")
        visit = session.scalars(select(DeskVisit)).one()
        assert (visit.way, visit.identified_by, visit.proxy_name) == (
            "in_person",
            "identity_card",
            "Jon Agirre",
        )
