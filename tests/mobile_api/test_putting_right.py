"""The citizen puts an entry right: the form, its receipt, the frozen period, the grant."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.database import transaction
from core.encryption import KeyRing
from core.identity import Role
from permits.applications.models import Application, ApplicationDocument
from permits.applications.reviewing import approve, take_up
from permits.models import Zone
from tests.clients import WebClient, logged_in_client
from tests.control_center.builders import NOON, EdgeBox, do_jobs
from tests.mobile_api.builders import (
    VISIT,
    applications,
    enters,
    lodge,
    reference_of,
    stands,
)
from tests.permits.applications.builders import OFFICER, entitlement, picture
from tests.permits.builders import holder


class TestForm:
    def test_anonymous(self, anonymous_client: WebClient) -> None:
        for path in ("/entries", "/entries/new", "/applications"):
            assert anonymous_client.get(path).headers["location"].startswith("/login")

    def test_it_offers_what_ones_own_rights_allow(self, ane: WebClient, edge: EdgeBox) -> None:
        page = ane.get("/entries/new").text
        offered = set(re.findall(r'<option value="(R-0001/\w+)"', page))
        assert offered == {
            "R-0001/resident",
            "R-0001/one_off",
            "R-0001/disabled_badge_visitor",
        }
        assert "Somera 4" in page
        assert "R-0002" not in page

    def test_a_hotel_is_offered_its_guests(self, hotel: WebClient, edge: EdgeBox) -> None:
        page = hotel.get("/entries/new?lang=es").text
        assert "Cliente de hotel · Hotel Arriaga (reserva o factura)" in page

    def test_what_the_register_shows_is_offered_too(
        self, app: FastAPI, edge: EdgeBox, session: Session, keys: KeyRing
    ) -> None:
        person = holder(session, keys, "Itziar", document="87654321X")
        line = entitlement(session, keys, "87654321X", profile="shop", place="Somera 9")
        code = str(line.id)
        session.commit()
        client = logged_in_client(app, Role.CITIZEN, login="itziar", holder_id=person.id)
        page = client.get("/entries/new").text
        assert f'value="{code}/shop"' in page
        assert f'value="{code}/bulky_pickup"' in page

    def test_whom_the_city_does_not_know_is_sent_to_the_desk(
        self, app: FastAPI, edge: EdgeBox, session: Session, keys: KeyRing
    ) -> None:
        person = holder(session, keys, "Nobody")
        session.commit()
        client = logged_in_client(app, Role.CITIZEN, login="nobody", holder_id=person.id)
        assert "The service desk helps you" in client.get("/entries/new").text


class TestLodging:
    def test_a_receipt_with_a_number_and_the_period_stands_still(
        self, ane: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        passage = enters(edge)
        answer = lodge(ane)
        assert answer.status_code == 303, answer.text
        receipt = ane.get(answer.headers["location"]).text
        for words in ("SB-2026-000001", "Application to put an entry right", "9012JKL", "O-0001"):
            assert words in receipt
        do_jobs(edge.runtime)
        assert stands(edge.runtime, passage) == ("pending", "application")
        row = session.scalars(select(Application)).one()
        assert row.channel == "app"
        assert [paper.name for paper in row.documents] == ["invoice.pdf"]
        assert row.authorisation.valid_from <= NOON

    def test_a_grant_puts_the_entry_right(
        self, ane: WebClient, edge: EdgeBox, session: Session, keys: KeyRing
    ) -> None:
        passage = enters(edge)
        lodge(ane)
        name, now = reference_of(session), edge.runtime.clock.now()
        with transaction(edge.runtime.writing) as writing:
            take_up(writing, OFFICER, name, now=now)
            approve(writing, keys, OFFICER, name, now=now)
        do_jobs(edge.runtime)
        assert stands(edge.runtime, passage)[0] == "regularised"
        assert "that entry is in order now" in ane.get(f"/applications/{name}").text

    def test_two_clicks_lodge_once(self, ane: WebClient, edge: EdgeBox, session: Session) -> None:
        first, second = lodge(ane), lodge(ane)
        assert first.headers["location"] == second.headers["location"]
        assert applications(session) == 1
        assert session.scalar(select(func.count()).select_from(ApplicationDocument)) == 1

    def test_an_earlier_hour_is_another_application(
        self, ane: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        lodge(ane)
        assert lodge(ane, hour="9").status_code == 303
        assert applications(session) == 2

    def test_an_hour_that_the_first_covers_already_leads_to_the_first(
        self, ane: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        lodge(ane)
        answer = lodge(ane, hour="13")
        assert answer.status_code == 409
        assert f"waits for an answer to {reference_of(session)} already" in answer.text
        assert applications(session) == 1

    def test_one_of_the_list_brings_its_plate_and_time(
        self, ane: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        passage = enters(edge, "1234BBC")
        (link,) = re.findall(r'href="(/entries/new\?entry=\w+)"', ane.get("/").text)
        form = ane.get(link).text
        assert "1234 BBC" in form
        assert 'name="plate"' not in form
        entry = link.partition("=")[2]
        values = {"token": "t", "entry": entry, "under": "R-0001/one_off"}
        assert ane.submit("/entries/new", values).status_code == 303
        do_jobs(edge.runtime)
        assert stands(edge.runtime, passage)[1] == "application"
        page = ane.get("/entries").text
        assert "Time stands still" in page
        assert "An application for the vehicle waits for its answer" in page
        assert "Your application O-0001" in page

    def test_whom_the_city_knows_gets_it_at_once(
        self, app: FastAPI, edge: EdgeBox, session: Session, keys: KeyRing
    ) -> None:
        passage = enters(edge)
        person = holder(session, keys, "Itziar", document="87654321X")
        line = entitlement(session, keys, "87654321X", profile="garage", place="Space 12")
        code = str(line.id)
        session.commit()
        client = logged_in_client(app, Role.CITIZEN, login="itziar", holder_id=person.id)
        form = {**VISIT, "under": f"{code}/garage"}
        for _ in range(2):
            assert client.submit("/entries/new", form).status_code == 303
        do_jobs(edge.runtime)
        assert stands(edge.runtime, passage)[0] == "regularised"
        assert "Active" in client.get("/applications").text


BAD = {
    "no plate": ({"plate": ""}, "plate", "is not a number plate"),
    "malformed plate": ({"plate": "12;DROP"}, "plate", "is not a number plate"),
    "forty characters": ({"plate": "A" * 40}, "plate", "is not a number plate"),
    "unusual plate": ({"plate": "7QQ7QQ7QQ7"}, "confirmed", "fits no plate format"),
    "no day": ({"day": "soon"}, "day", "is no day"),
    "future day": ({"day": "2026-10-21"}, "day", "still to come"),
    "future hour": ({"hour": "23"}, "hour", "still to come"),
    "no hour": ({"hour": "noon"}, "hour", "Choose about what time"),
    "a day too long ago": ({"day": "2026-10-10"}, "day", "72 hours ago at the earliest"),
    "somebody else's right": ({"under": "R-0002/one_off"}, "under", "one of your own rights"),
    "a right of others": ({"under": "R-0001/hotel_guest"}, "under", "one of your own rights"),
    "an unknown kind": ({"vehicle_class": "tank"}, "vehicle_class", "kind of vehicle"),
    "a long remark": ({"remark": "x" * 2001}, "remark", "2000 characters at most"),
    "somebody's entry": ({"entry": "0" * 32}, "plate", "none of your entries"),
}
BAD_PAPERS = {
    "another kind": ("script.exe", b"MZ", "neither a PDF nor a JPEG"),
    "too big": ("big.pdf", b"%PDF-1.7" + b"0" * 10_000_001, "larger than 10 MB"),
    "far too big": ("film.pdf", b"%PDF-1.7" + b"0" * 40_000_000, "larger than 10 MB"),
    "empty": ("empty.pdf", b"", "is empty"),
    "cut off": ("photo.jpg", picture()[:200], "damaged"),
}


class TestBadInput:
    @pytest.mark.parametrize("name", BAD)
    def test_one_error_by_its_field_and_nothing_written(
        self, ane: WebClient, edge: EdgeBox, session: Session, name: str
    ) -> None:
        fields, field, words = BAD[name]
        answer = lodge(ane, **fields)
        page = answer.text
        assert answer.status_code in {404, 409, 422}
        assert page.count('role="alert"') == 1
        assert words in page
        assert f'<a href="#{field}">' in page
        assert f'id="{field}"' in page
        assert applications(session) == 0

    @pytest.mark.parametrize("name", BAD_PAPERS)
    @pytest.mark.parametrize("row", [1, 3])
    def test_a_bad_paper_is_named_by_its_field(
        self, ane: WebClient, edge: EdgeBox, session: Session, name: str, row: int
    ) -> None:
        file, content, words = BAD_PAPERS[name]
        answer = ane.submit(
            "/entries/new",
            {**VISIT, f"shows_{row}": "purchase"},
            files={f"paper_{row}": (file, content, "application/pdf")},
        )
        assert answer.status_code == 422
        assert words in answer.text
        assert f'<a href="#paper_{row}">' in answer.text
        assert 'value="9012 jkl"' in answer.text
        assert applications(session) == 0

    def test_a_paper_that_the_permit_needs_is_named(
        self, hotel: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        answer = hotel.submit("/entries/new", {**VISIT, "under": "HT-0001/hotel_guest"})
        assert answer.status_code == 422
        assert "booking or invoice" in answer.text
        assert '<a href="#paper_1">' in answer.text
        assert applications(session) == 0

    def test_a_day_whose_period_is_over_in_its_zone(
        self, ane: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        session.get_one(Zone, "old-quarter").regularisation_hours = 48
        session.commit()
        edge.runtime.clock.move_to(NOON + timedelta(hours=52))
        answer = lodge(ane)
        assert (answer.status_code, "put an entry of then right is over" in answer.text) == (
            422,
            True,
        )
        assert applications(session) == 0

    def test_a_form_of_another_site_is_refused(
        self, ane: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        assert ane.post("/entries/new", data=VISIT).status_code == 403
        assert applications(session) == 0
