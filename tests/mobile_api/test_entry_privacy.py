"""P9, and that nobody can use the app to find out whether a vehicle passed."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.web import create_staff_app
from core.encryption import KeyRing
from core.identity import Role
from core.runtime import Runtime
from permits.models import Authorisation, Holder, PlateAssignment
from tests.clients import WebClient, logged_in_client
from tests.control_center.builders import NOON, EdgeBox, do_jobs, report
from tests.permits.builders import authorisation, holder

GUEST = "9876HHH"
NEXT_MORNING = NOON + timedelta(hours=20)
TIMES = ("12:3", "12:2", "10:3", "10:2")
"""The minutes around the entry, municipal and UTC."""
VISIT = {"token": "t", "day": "2026-10-20", "hour": "12", "under": "R-0001/one_off"}


@pytest.fixture
def edge(runtime: Runtime, residents: tuple[Holder, Holder]) -> EdgeBox:
    box = EdgeBox(create_staff_app(runtime.settings, runtime=runtime))
    runtime.clock.move_to(NOON)
    return box


@pytest.fixture
def hotel(app: FastAPI, session: Session, keys: KeyRing) -> WebClient:
    """A hotel whose guest's permit is for other gates than the one they drove in by."""
    company = holder(session, keys, "Hotel Arriaga", kind="company")
    authorisation(session, keys, "7777HHH", profile="hotel", to=company, place="Hotel Arriaga")
    authorisation(session, keys, GUEST, profile="hotel_guest", to=company, control_points=["CP-09"])
    session.commit()
    return logged_in_client(
        app, Role.CITIZEN, login="hotel", display_name="Hotel", holder_id=company.id
    )


def enters(edge: EdgeBox, plate: str) -> None:
    edge.report(report(plate, NOON))
    do_jobs(edge.runtime)


def answers(client: WebClient) -> str:
    """All that the app says, without what is random on each page."""
    pages = [client.get(path).text for path in ("/", "/entries", "/applications")]
    data = [client.get(f"/api/v1/{name}").json() for name in ("pending", "applications")]
    return re.sub(r'content="\w+"|value="\w{40,}"', "", "".join(pages)) + json.dumps(data)


class TestGuests:
    def test_the_host_sees_that_there_is_something_and_by_when_but_not_when_or_where(
        self, hotel: WebClient, edge: EdgeBox
    ) -> None:
        enters(edge, GUEST)
        edge.runtime.clock.move_to(NEXT_MORNING)
        page = hotel.get("/entries").text
        for words in ("9876 HHH", "An entry that no permit covers yet", "Do it before", "23 Oct"):
            assert words in page
        (one,) = hotel.get("/api/v1/pending").json()["pending"]
        assert (one["seen_at"], one["control_point"], one["offence"]) == (None, None, None)
        assert one["deadline"] == "2026-10-23T00:00:00+02:00"
        (link,) = re.findall(r'href="(/entries/new\?entry=\w+)"', page)
        for shown in (page, hotel.get("/").text, hotel.get(link).text, json.dumps(one)):
            assert "Arenal" not in shown
            assert "CP-01" not in shown
            entry = shown.replace(one["entry"], "")
            assert not [time for time in TIMES if time in entry]

    def test_the_page_does_not_change_in_the_hour_of_the_entry_nor_of_its_end(
        self, hotel: WebClient, edge: EdgeBox
    ) -> None:
        before = answers(hotel)
        enters(edge, GUEST)
        assert answers(hotel) == before
        edge.runtime.clock.move_to(NOON + timedelta(hours=59))
        assert "9876 HHH" in hotel.get("/entries").text
        edge.runtime.clock.move_to(NOON + timedelta(hours=60))
        assert "9876 HHH" not in hotel.get("/entries").text

    def test_while_it_stands_still_no_day_is_named_that_would_change_with_the_hour(
        self, hotel: WebClient, edge: EdgeBox
    ) -> None:
        enters(edge, GUEST)
        edge.runtime.clock.move_to(NEXT_MORNING)
        entry = hotel.get("/api/v1/pending").json()["pending"][0]["entry"]
        form = {"token": "t", "entry": entry, "under": "HT-0001/one_off"}
        assert hotel.submit("/entries/new", form).status_code == 303
        do_jobs(edge.runtime)
        (one,) = hotel.get("/api/v1/pending").json()["pending"]
        assert one["clocks"]["frozen_because"] is not None
        assert (one["deadline"], one["seconds_left"]) == (None, None)
        (asked,) = hotel.get("/api/v1/applications").json()["applications"]
        assert asked["valid_from"] == "2026-10-19T22:00:00Z"

    def test_a_vehicle_put_on_in_the_app_may_be_anybodys(
        self, ane: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        edge.runtime.clock.move_to(NOON - timedelta(hours=3))
        ane.submit("/authorisations/R-0001/plate", {"old": "1234BBC", "new": GUEST})
        edge.runtime.clock.move_to(NOON)
        enters(edge, GUEST)
        assert ane.get("/api/v1/pending").json()["pending"] == []
        edge.runtime.clock.move_to(NEXT_MORNING)
        (one,) = ane.get("/api/v1/pending").json()["pending"]
        assert (one["plate"], one["seen_at"]) == (GUEST, None)


class TestOthers:
    def test_putting_a_plate_on_shows_nothing_of_what_it_did_before(
        self, ane: WebClient, edge: EdgeBox
    ) -> None:
        enters(edge, GUEST)
        ane.submit("/authorisations/R-0001/plate", {"old": "1234BBC", "new": GUEST})
        do_jobs(edge.runtime)
        edge.runtime.clock.move_to(NEXT_MORNING)
        assert ane.get("/api/v1/pending").json()["pending"] == []
        assert "to put right</h2>" not in ane.get("/").text

    def test_a_vehicle_that_was_on_when_it_entered_stays_listed_after_a_change(
        self, ane: WebClient, edge: EdgeBox
    ) -> None:
        enters(edge, "1234BBC")
        ane.submit("/authorisations/R-0001/plate", {"old": "1234BBC", "new": GUEST})
        do_jobs(edge.runtime)
        (one,) = ane.get("/api/v1/pending").json()["pending"]
        assert (one["plate"], one["control_point"]) == ("1234BBC", "Arenal")

    def test_the_answer_is_the_same_whether_the_plate_passed_or_not(
        self, app: FastAPI, edge: EdgeBox, ane: WebClient, session: Session, keys: KeyRing
    ) -> None:
        """Two people ask alike, for a vehicle that entered and for one that did not."""
        jon = self._client_of_jon(app, session)
        enters(edge, "5555BBB")
        edge.runtime.clock.move_to(NOON + timedelta(hours=2))
        said = [
            self._all_said(ane, edge, "5555BBB", "R-0001"),
            self._all_said(jon, edge, "6666BBB", "R-0002"),
        ]
        assert said[0] == said[1]

    def _client_of_jon(self, app: FastAPI, session: Session) -> WebClient:
        row = session.scalars(
            select(Authorisation).where(Authorisation.reference == "R-0002")
        ).one()
        row.place = "Somera 4, 2.º A"
        who = row.holder_id
        session.commit()
        return logged_in_client(app, Role.CITIZEN, login="jon", display_name="Ane", holder_id=who)

    def _all_said(
        self, client: WebClient, edge: EdgeBox, plate: str, right: str
    ) -> list[tuple[Any, ...]]:
        form = {**VISIT, "plate": plate, "under": f"{right}/one_off"}
        shown = []
        for hours in (0, 20, 60):
            edge.runtime.clock.move_to(NOON + timedelta(hours=2 + hours))
            answer = client.submit("/entries/new", form)
            do_jobs(edge.runtime)
            receipt = client.get(answer.headers["location"]).text
            shown.append((answer.status_code, self._plain(receipt), self._plain(answers(client))))
        return shown

    @staticmethod
    def _plain(text: str) -> str:
        """Without plates, references, numbers and the seconds that go by between two people."""
        text = re.sub(r"[56]{4} ?BBB|1234 ?BBC|5678 ?FGH", "PLATE", text)
        text = re.sub(r'content="\w+"|value="\w{40,}"', "", text)
        text = re.sub(r"\b(R|O|SB-2026)-\d+", "REFERENCE", text)
        text = re.sub(r"T\d\d:\d\d:[\d.]+|\d\d:\d\d(:\d\d)?", "TIME", text)
        return re.sub(r'"seconds_left": \d+', "", text)

    def test_vehicles_stay_assigned_as_they_were(
        self, ane: WebClient, edge: EdgeBox, session: Session
    ) -> None:
        """Asking puts no vehicle on: only the grant does."""
        ane.submit("/entries/new", {**VISIT, "plate": "5555BBB"})
        session.rollback()
        assert len(session.scalars(select(PlateAssignment)).all()) == 2
