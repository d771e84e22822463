"""The operators' pages: who may see them, what they show, and what their forms do."""

from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI

from control_center.keeping import retention
from control_center.models import PassageRecord
from core import audit
from core.database import transaction
from core.identity import Role
from core.runtime import Runtime
from tests.clients import WebClient, logged_in_client
from tests.control_center.builders import MORNING, NOON, EdgeBox, do_jobs, id_of, report
from tests.permits.builders import authorisation

PAGES = (
    "/",
    "/passages",
    "/pending",
    "/reviews/reads",
    "/reviews/vehicles",
    "/control-points",
)


def passing(edge: EdgeBox, plate: str | None, **fields: object) -> UUID:
    at = fields.pop("at", MORNING)
    edge.report(report(plate, at, **fields))  # type: ignore[arg-type]
    do_jobs(edge.runtime)
    return id_of(plate, at)  # type: ignore[arg-type]


def status_of(runtime: Runtime, passage: UUID) -> str:
    with transaction(runtime.reading) as session:
        return session.get_one(PassageRecord, passage).status


class TestAccess:
    @pytest.mark.parametrize("page", PAGES)
    def test_anonymous_is_sent_to_the_login(self, anonymous_client: WebClient, page: str) -> None:
        answer = anonymous_client.get(page)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")

    @pytest.mark.parametrize("page", PAGES)
    def test_an_operator_sees_all_of_them(self, operator_client: WebClient, page: str) -> None:
        answer = operator_client.get(page)
        assert answer.status_code == 200, answer.text

    @pytest.mark.parametrize("page", PAGES[1:])
    def test_police_see_cases_and_not_passages(self, police_client: WebClient, page: str) -> None:
        assert police_client.get(page).status_code == 403

    def test_the_overview_shows_police_counts_and_no_plates(
        self, edge: EdgeBox, police_client: WebClient
    ) -> None:
        passing(edge, "5678DDD", at=NOON)
        page = police_client.get("/")
        assert page.status_code == 200
        assert "5678" not in page.text

    @pytest.mark.parametrize("language", ["es", "eu", "en"])
    def test_pages_come_in_three_languages(self, operator_client: WebClient, language: str) -> None:
        titles = {"es": "Resumen", "eu": "Laburpena", "en": "Overview"}
        page = operator_client.get(f"/?lang={language}")
        assert f'<html lang="{language}">' in page.text
        assert titles[language] in page.text


class TestPassagePage:
    def test_says_what_was_read_and_how_it_was_decided(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, "5678DDD", at=NOON)
        page = operator_client.get(f"/passages/{passage}").text
        assert "5678 DDD" in page
        assert "No permit is registered for this vehicle." in page

    def test_shows_the_plates_colour_where_it_was_told(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        told = passing(edge, "5678DDD", at=NOON, plate_colour="blue")
        untold = passing(edge, "5678DDF", at=NOON)
        assert "Blue plate" in operator_client.get(f"/passages/{told}").text
        assert "it decides nothing" not in operator_client.get(f"/passages/{untold}").text

    def test_looking_at_it_is_recorded(self, edge: EdgeBox, operator_client: WebClient) -> None:
        passage = passing(edge, "5678DDD", at=NOON)
        operator_client.get(f"/passages/{passage}")
        with transaction(edge.runtime.writing) as session:
            (row,) = audit.events(session, action="control_center:passage:viewed")
            assert row.subject == f"passage:{passage}"

    def test_an_unknown_passage_is_not_found(self, operator_client: WebClient) -> None:
        answer = operator_client.get(f"/passages/{id_of('1234BBC', MORNING)}")
        assert answer.status_code == 404

    def test_shows_the_masked_picture_and_never_the_original(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, None)
        edge.upload(str(passage), "context")
        page = operator_client.get(f"/passages/{passage}").text
        assert f"/passages/{passage}/pictures/context" in page
        assert "context-original" not in page
        shown = operator_client.get(f"/passages/{passage}/pictures/context")
        assert shown.headers["content-type"] == "image/jpeg"
        hidden = operator_client.get(f"/passages/{passage}/pictures/context-original")
        assert hidden.status_code == 404


class TestReadReview:
    def test_a_corrected_plate_decides_again(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        with transaction(edge.runtime.writing) as session:
            authorisation(session, edge.runtime.keys, "1234BBC", profile="garage")
        passage = passing(edge, None)
        answer = operator_client.submit(f"/reviews/reads/{passage}", {"plate": "1234 bbc"})
        assert answer.status_code == 303
        assert status_of(edge.runtime, passage) == "authorised"

    def test_the_raw_read_stays_as_it_was(self, edge: EdgeBox, operator_client: WebClient) -> None:
        passage = passing(edge, "1234BB8", confidence=0.2)
        with transaction(edge.runtime.reading) as session:
            before = session.get_one(PassageRecord, passage).read.content
        operator_client.submit(f"/reviews/reads/{passage}", {"plate": "1234BBB"})
        with transaction(edge.runtime.reading) as session:
            row = session.get_one(PassageRecord, passage)
            assert (row.plate, row.read.content) == ("1234BBB", before)
            assert [one.cause for one in row.decisions] == ["arrival", "correction"]

    def test_confirming_an_unregistered_plate_makes_it_pending(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, "5678DDD", at=NOON, confidence=0.3)
        operator_client.submit(f"/reviews/reads/{passage}", {"plate": "5678DDD"})
        assert status_of(edge.runtime, passage) == "pending"
        with transaction(edge.runtime.writing) as session:
            assert audit.events(session, action="control_center:read:confirmed")

    def test_what_nobody_can_read_is_counted_only(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, None)
        operator_client.submit(f"/reviews/reads/{passage}", {"unreadable": "true"})
        assert status_of(edge.runtime, passage) == "counted"

    @pytest.mark.parametrize("typed", ["", "12-34 %&", "A" * 11, "ñandú"])
    def test_a_malformed_plate_is_explained_beside_the_field(
        self, edge: EdgeBox, operator_client: WebClient, typed: str
    ) -> None:
        passage = passing(edge, None)
        answer = operator_client.submit(f"/reviews/reads/{passage}", {"plate": typed})
        assert answer.status_code == 422
        assert "is not a number plate" in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert status_of(edge.runtime, passage) == "read_review"

    def test_the_second_answer_is_told_that_somebody_was_faster(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, None)
        operator_client.submit(f"/reviews/reads/{passage}", {"unreadable": "true"})
        answer = operator_client.submit(f"/reviews/reads/{passage}", {"plate": "1234BBC"})
        assert answer.status_code == 409
        assert "answered already" in answer.text

    def test_without_the_form_token_nothing_happens(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, None)
        answer = operator_client.post(f"/reviews/reads/{passage}", data={"unreadable": "true"})
        assert answer.status_code == 403
        assert status_of(edge.runtime, passage) == "read_review"

    def test_others_may_not_answer(self, edge: EdgeBox, app: FastAPI) -> None:
        passage = passing(edge, None)
        for role in (Role.POLICE, Role.SERVICE_DESK, Role.ADMINISTRATOR):
            client = logged_in_client(app, role)
            answer = client.submit(f"/reviews/reads/{passage}", {"unreadable": "true"})
            assert answer.status_code == 403


class TestVehicleCheck:
    def test_a_loading_vehicle_is_authorised(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, "5678DDD")
        operator_client.submit(f"/reviews/vehicles/{passage}", {"vehicle_class": "loading"})
        assert status_of(edge.runtime, passage) == "authorised"

    def test_another_vehicle_is_pending(self, edge: EdgeBox, operator_client: WebClient) -> None:
        passage = passing(edge, "5678DDD")
        operator_client.submit(f"/reviews/vehicles/{passage}", {"vehicle_class": "other"})
        assert status_of(edge.runtime, passage) == "pending"

    def test_one_beyond_the_limits_is_pending_for_its_size(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, "5678DDD")
        page = operator_client.get(f"/reviews/vehicles/{passage}").text
        assert "5500 kg" in page and "289 cm" in page
        operator_client.submit(f"/reviews/vehicles/{passage}", {"vehicle_class": "oversize"})
        assert status_of(edge.runtime, passage) == "pending"
        shown = operator_client.get(f"/passages/{passage}").text
        assert "heavier or higher than the limits" in shown

    def test_nobody_s_answer_ever_makes_it_a_candidate(self, edge: EdgeBox) -> None:
        passage = passing(edge, "5678DDD")
        edge.runtime.clock.advance(timedelta(days=31))
        do_jobs(edge.runtime)
        retention.apply(edge.runtime)
        assert status_of(edge.runtime, passage) == "counted"

    def test_an_answer_that_is_neither_is_refused(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passage = passing(edge, "5678DDD")
        answer = operator_client.submit(f"/reviews/vehicles/{passage}", {"vehicle_class": "boat"})
        assert answer.status_code == 422
        assert status_of(edge.runtime, passage) == "vehicle_check"


class TestPending:
    def test_shows_the_time_that_is_left(self, edge: EdgeBox, operator_client: WebClient) -> None:
        passing(edge, "5678DDD", at=NOON)
        edge.runtime.clock.advance(timedelta(hours=24))
        page = operator_client.get("/pending").text
        assert "5678 DDD" in page
        assert "2 days" in page


class TestControlPoints:
    def test_shows_what_a_camera_last_said(self, edge: EdgeBox, operator_client: WebClient) -> None:
        beat(edge, quality="covered")
        page = operator_client.get("/control-points").text
        assert "Covered" in page
        assert "No camera has reported" in page


def beat(edge: EdgeBox, **camera: object) -> None:
    """A heartbeat of the box with one camera."""
    now = NOON.isoformat()
    values = {
        "camera": "CP-01-A",
        "control_point": "CP-01",
        "state": "running",
        "frames_per_second": 7.9,
        "frames_dropped": 0,
        "quality": "good",
        "last_frame_at": now,
        "last_passage_at": None,
        **camera,
    }
    answer = edge.send(
        "POST",
        "/edge/v1/heartbeats",
        {
            "device": edge.key_id,
            "sent_at": now,
            "started_at": now,
            "read_latency_ms_median": 20.0,
            "read_latency_ms_p99": 41.0,
            "queue": 0,
            "pictures_waiting": 2,
            "clock_offset_ms": 3.0,
            "access_list_version": 1,
            "disk_free_mb": 9000,
            "cameras": [values],
            "software": "sarbide test",
        },
    )
    assert answer.status_code == 200, answer.text


class TestLiveList:
    def test_the_page_lists_the_newest_first_without_any_script(
        self, edge: EdgeBox, operator_client: WebClient
    ) -> None:
        passing(edge, "1234BBC", at=MORNING)
        passing(edge, "5678DDD", at=NOON)
        page = operator_client.get("/").text
        assert page.index("5678 DDD") < page.index("1234 BBC")
