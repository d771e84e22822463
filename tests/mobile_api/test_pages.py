"""The residents' pages."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.errors import Unauthenticated
from core.identity import Role
from core.outbox import Job
from permits.access import Outcome, Reason
from permits.models import Holder, Vehicle
from permits.service import change_plate, grant
from tests.clients import WebClient, logged_in_client
from tests.permits.builders import DESK, NOW, decided, facts, passing

NINE = NOW + timedelta(hours=1)
FORM = "/authorisations/R-0001/plate"


def change(client: WebClient, new: str, old: str = "1234BBC", **fields: str) -> Any:
    return client.submit(FORM, {"old": old, "new": new, **fields})


class TestHome:
    def test_anonymous(self, anonymous_client: WebClient) -> None:
        assert anonymous_client.get("/").headers["location"].startswith("/login")

    def test_staff_accounts_do_not_open_it(self, app: FastAPI) -> None:
        with pytest.raises(Unauthenticated):
            logged_in_client(app, Role.SERVICE_DESK)

    def test_it_shows_state_vehicles_remaining_entries_and_hours(
        self, ane: WebClient, session: Session, keys: KeyRing
    ) -> None:
        passing(session, keys, "1234BBC", NOW - timedelta(days=1))
        session.commit()
        page = ane.get("/").text
        for words in ("R-0001", "Active", "1234 BBC", "1 of 4 used", "1 of 48 used", "Somera 4"):
            assert words in page
        assert '<strong class="count">3</strong>' in page
        assert "Monday–Thursday (not on public holidays), 21:00-23:00" in page

    def test_it_shows_nothing_of_anybody_else(self, ane: WebClient) -> None:
        page = ane.get("/").text
        assert "R-0002" not in page
        assert "5678" not in page

    @pytest.mark.parametrize(
        ("language", "words"),
        [("es", "Mis autorizaciones"), ("eu", "Nire baimenak"), ("en", "My authorisations")],
    )
    def test_it_speaks_three_languages(self, ane: WebClient, language: str, words: str) -> None:
        page = ane.get(f"/?lang={language}").text
        assert f"<h1>{words}</h1>" in page
        assert f'<html lang="{language}">' in page

    def test_an_account_without_holder_is_told_what_to_do(self, app: FastAPI) -> None:
        stranger = logged_in_client(app, Role.CITIZEN, login="stranger")
        page = stranger.get("/")
        assert page.status_code == 403
        assert "not linked to a holder" in page.text


class TestChangePlate:
    def test_the_next_passage_of_the_new_plate_is_authorised(
        self, ane: WebClient, session: Session, keys: KeyRing
    ) -> None:
        assert decided(session, keys, "9012JKL", NINE).outcome is not Outcome.AUTHORISED
        session.commit()
        answer = change(ane, " 9012-jkl ")
        assert answer.status_code == 303
        assert decided(session, keys, "9012JKL", NINE).reason is Reason.QUOTA_RIGHT
        assert decided(session, keys, "1234BBC", NINE).outcome is not Outcome.AUTHORISED

    def test_the_confirmation_has_a_reference_number_and_stays(self, ane: WebClient) -> None:
        address = change(ane, "9012JKL").headers["location"]
        for _ in range(2):
            page = ane.get(address).text
            assert "PC-2026-000001" in page
            assert "9012 JKL" in page

    def test_waiting_passages_of_both_plates_are_decided_again(
        self, ane: WebClient, session: Session
    ) -> None:
        change(ane, "9012JKL")
        hashes = {vehicle.plate: vehicle.plate_hash.hex() for vehicle in vehicles(session)}
        asked = {
            job.payload["plate_hash"]
            for job in session.scalars(select(Job).where(Job.kind == "redecide"))
        }
        assert {hashes["1234BBC"], hashes["9012JKL"]} <= asked

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("", "is not a number plate"),
            ("1", "is not a number plate"),
            ("1234БВС", "is not a number plate: use letters A-Z"),
            ("12;DROP", "is not a number plate"),
            ("A" * 40, "is not a number plate"),
            ("1234BBC", "is on authorisation R-0001 already"),
        ],
    )
    def test_a_malformed_plate_gets_one_error_linked_to_its_field(
        self, ane: WebClient, session: Session, typed: str, words: str
    ) -> None:
        answer = change(ane, typed)
        page = answer.text
        assert answer.status_code in {409, 422}
        assert page.count('role="alert"') == 1
        assert words in page
        assert '<a href="#new">' in page
        assert 'id="new"' in page and 'aria-invalid="true"' in page
        assert len(vehicles(session)) == 2

    def test_a_plate_of_no_known_format_is_asked_about_once(
        self, ane: WebClient, session: Session
    ) -> None:
        first = change(ane, "7QQ7QQ7QQ7")
        assert first.status_code == 422
        assert 'id="confirmed"' in first.text
        second = change(ane, "7QQ7QQ7QQ7", confirmed="true")
        assert second.status_code == 303
        assert "7QQ7QQ7QQ7" in {vehicle.plate for vehicle in vehicles(session)}

    def test_beyond_the_limit_of_the_day_nothing_changes(
        self, ane: WebClient, session: Session
    ) -> None:
        change(ane, "1111BBB")
        change(ane, "2222BBB", old="1111BBB")
        third = change(ane, "3333BBB", old="2222BBB")
        assert third.status_code == 409
        assert "2 plate changes a day" in third.text
        assert "3333BBB" not in {vehicle.plate for vehicle in vehicles(session)}

    def test_a_refused_vehicle_leaves_no_row_behind(
        self, ane: WebClient, session: Session, keys: KeyRing, residents: tuple[Holder, Holder]
    ) -> None:
        carrier = session.merge(residents[0])
        grant(
            session,
            keys,
            DESK,
            carrier,
            profile="loading",
            zones=["old-quarter"],
            vehicles=[facts("4444BBB", "van")],
            now=NOW,
        )
        session.commit()
        page = ane.get("/authorisations/L-0001/plate").text
        assert '<option value="lorry">lorry</option>' in page
        fields = {"old": "4444BBB", "new": "5555BBB", "vehicle_class": "car"}
        answer = ane.submit("/authorisations/L-0001/plate", fields)
        assert answer.status_code == 422
        assert 'href="#vehicle_class"' in answer.text
        assert "5555BBB" not in {vehicle.plate for vehicle in vehicles(session)}


class TestOnlyOnesOwn:
    def test_another_holders_authorisation_is_not_found(self, ane: WebClient) -> None:
        theirs, nobodys = "/authorisations/R-0002/plate", "/authorisations/R-0999/plate"
        for address in (theirs, nobodys):
            page = ane.get(address)
            assert page.status_code == 404
            assert "There is no authorisation" in page.text

    def test_another_holders_plate_cannot_be_changed(
        self, ane: WebClient, session: Session, keys: KeyRing
    ) -> None:
        form = {"old": "5678FGH", "new": "9012JKL"}
        assert ane.submit("/authorisations/R-0002/plate", form).status_code == 404
        assert decided(session, keys, "5678FGH", NINE).outcome is Outcome.AUTHORISED
        assert decided(session, keys, "9012JKL", NINE).outcome is not Outcome.AUTHORISED

    def test_another_holders_receipt_is_not_found(
        self, ane: WebClient, session: Session, keys: KeyRing
    ) -> None:
        theirs = change_plate(
            session,
            keys,
            DESK,
            "R-0002",
            old=facts("5678FGH").plate,
            new=facts("9012JKL"),
            channel="desk",
            now=NOW,
        )
        session.commit()
        assert ane.get(f"/changes/{theirs.receipt}").status_code == 404

    def test_a_form_of_another_site_is_refused(self, ane: WebClient, session: Session) -> None:
        answer = ane.post(FORM, data={"old": "1234BBC", "new": "9012JKL"})
        assert answer.status_code == 403
        assert len(vehicles(session)) == 2


class TestManifest:
    def test_a_phone_can_install_the_app(self, anonymous_client: WebClient) -> None:
        answer = anonymous_client.get("/manifest.webmanifest?lang=eu")
        assert answer.headers["content-type"] == "application/manifest+json"
        document = answer.json()
        assert (document["lang"], document["display"]) == ("eu", "standalone")
        for icon in document["icons"]:
            assert anonymous_client.get(icon["src"]).status_code == 200


def vehicles(session: Session) -> list[Vehicle]:
    session.expire_all()
    found = list(session.scalars(select(Vehicle)))
    session.rollback()
    return found
