"""The staff's pages of the register."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.runtime import Runtime
from permits.endpoints import router
from permits.models import Authorisation
from permits.queries import get_authorisation
from tests.clients import WebClient
from tests.conftest import BuildApp
from tests.permits.builders import authorisation, holder

PURPOSE = "Telephone enquiry of the holder"


@pytest.fixture
def app(build_app: BuildApp, register: Session, keys: KeyRing) -> FastAPI:
    ane = holder(register, keys, "Ane Etxebarria Muñoz")
    authorisation(register, keys, "1234BBC", to=ane)
    register.commit()
    return build_app([router], ["permits"])


def row(runtime: Runtime) -> Authorisation:
    with runtime.writing() as session:
        return get_authorisation(session, "R-0001")


class TestSearch:
    def test_anonymous(self, anonymous_client: WebClient) -> None:
        assert anonymous_client.get("/authorisations").headers["location"].startswith("/login")

    def test_police_have_no_business_here(self, police_client: WebClient) -> None:
        assert police_client.get("/authorisations").status_code == 403

    def test_a_plate_leads_to_its_holder(self, service_desk_client: WebClient) -> None:
        page = service_desk_client.submit(
            "/authorisations/search", {"text": "1234 bbc", "purpose": PURPOSE}
        )
        assert page.status_code == 200
        assert "1 holder found" in page.text
        assert "Ane Etxebarria Muñoz" in page.text
        assert 'href="/authorisations/R-0001"' in page.text

    def test_without_a_purpose_nothing_is_shown(self, service_desk_client: WebClient) -> None:
        page = service_desk_client.submit("/authorisations/search", {"text": "ane", "purpose": ""})
        assert page.status_code == 422
        assert 'href="#purpose"' in page.text
        assert "Etxebarria" not in page.text

    def test_the_start_page_names_nobody(self, rules_client: WebClient) -> None:
        page = rules_client.get("/authorisations").text
        assert "Resident" in page
        assert "Etxebarria" not in page


class TestAuthorisationPage:
    def test_it_shows_rights_vehicles_and_history_and_leaves_an_audit_row(
        self, service_desk_client: WebClient, session: Session
    ) -> None:
        page = service_desk_client.get("/authorisations/r-0001").text
        for words in ("Every day, 08:00-11:00", "1234 BBC", "0 of 4", "State changed: active"):
            assert words in page
        assert len(audit.events(session, action="permits:authorisation:viewed")) == 1

    def test_an_unknown_reference_is_a_clear_page(self, service_desk_client: WebClient) -> None:
        page = service_desk_client.get("/authorisations/R-9999")
        assert page.status_code == 404
        assert "There is no authorisation R-9999" in page.text


class TestState:
    def test_the_desk_suspends_with_a_reason(
        self, service_desk_client: WebClient, runtime: Runtime
    ) -> None:
        answer = service_desk_client.submit(
            "/authorisations/R-0001/state", {"state": "suspended", "why": "Lease in dispute"}
        )
        assert answer.status_code == 303
        assert row(runtime).state == "suspended"
        page = service_desk_client.get("/authorisations/R-0001?lang=es").text
        assert "Lease in dispute" in page
        assert "La autorización R-0001 está suspendida." in page

    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ({"state": "suspended", "why": ""}, 422),
            ({"state": "expired", "why": "Because"}, 422),
            ({"state": "active", "why": "Because"}, 409),
            ({"why": "Because"}, 422),
        ],
    )
    def test_what_is_not_possible_changes_nothing(
        self,
        service_desk_client: WebClient,
        runtime: Runtime,
        form: dict[str, str],
        status: int,
    ) -> None:
        answer = service_desk_client.submit("/authorisations/R-0001/state", form)
        assert answer.status_code == status
        assert row(runtime).state == "active"

    def test_who_only_views_cannot_change(self, rules_client: WebClient, runtime: Runtime) -> None:
        assert "Change the state" not in rules_client.get("/authorisations/R-0001").text
        answer = rules_client.submit(
            "/authorisations/R-0001/state", {"state": "revoked", "why": "Because"}
        )
        assert answer.status_code == 403
        assert row(runtime).state == "active"


class TestZones:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", ("Old Quarter", "Ribera", "enforcing", "4 entries a month")),
            ("es", ("Casco Viejo", "Calle de la Ribera", "en vigor", "4 entradas al mes")),
            ("eu", ("Alde Zaharra", "Iturribide", "indarrean", "Hilean 4 sarrera")),
        ],
    )
    def test_control_points_and_profiles_are_listed(
        self, operator_client: WebClient, language: str, words: tuple[str, ...]
    ) -> None:
        page = operator_client.get(f"/zones?lang={language}").text
        assert all(word in page for word in words)

    def test_the_desk_manages_people_not_places(self, service_desk_client: WebClient) -> None:
        assert service_desk_client.get("/zones").status_code == 403
