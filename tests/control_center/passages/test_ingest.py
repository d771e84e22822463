"""Passage reports: each stored once, whole or not at all, and a clear word on what is wrong."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from control_center.models import PassageRecord, ReadRecord
from control_points.protocol import PASSAGES_PATH
from core.clock import utc_now
from core.database import transaction
from core.outbox import Job
from core.signing import MAX_AGE, PASSAGE_REPORT, verify
from tests.control_center.builders import MORNING, NOON, EdgeBox, report


def stored(edge: EdgeBox) -> int:
    with transaction(edge.runtime.reading) as session:
        passages = session.scalar(select(func.count()).select_from(PassageRecord)) or 0
        reads = session.scalar(select(func.count()).select_from(ReadRecord)) or 0
        jobs = session.scalar(select(func.count()).select_from(Job)) or 0
    assert passages == reads == jobs, "a passage is stored with its read and its job, or not at all"
    return passages


class TestReporting:
    def test_a_passage_is_stored_with_its_raw_read_and_a_job_to_decide_it(
        self, edge: EdgeBox
    ) -> None:
        assert edge.statuses(report("1234BBC")) == ["accepted"]
        with transaction(edge.runtime.reading) as session:
            passage = session.scalars(select(PassageRecord)).one()
            assert (passage.plate, passage.status, passage.seen_at) == (
                "1234BBC",
                "received",
                MORNING,
            )
            assert passage.read.content is not None
            assert '"votes"' in passage.read.content
        assert stored(edge) == 1

    def test_the_plates_colour_is_stored_with_the_read_and_with_what_was_signed(
        self, edge: EdgeBox
    ) -> None:
        edge.report(report("1234BBC", plate_colour="blue"))
        with transaction(edge.runtime.reading) as session:
            read = session.scalars(select(ReadRecord)).one()
            assert json.loads(read.content or "")["plate_colour"] == "blue"
            assert json.loads(read.signed_report or "")["plate_colour"] == "blue"

    def test_a_colour_that_no_plate_has_is_refused(self, edge: EdgeBox) -> None:
        assert edge.statuses(report("1234BBC", plate_colour="purple")) == ["rejected"]

    def test_the_report_is_kept_as_the_box_signed_it(self, edge: EdgeBox) -> None:
        edge.report(report("1234BBC"))
        with transaction(edge.runtime.reading) as session:
            read = session.scalars(select(ReadRecord)).one()
            key = read.passage.device.public_key
            assert read.signed_report is not None
            content = PASSAGE_REPORT + read.signed_report.encode()
            assert verify(key, content, base64.b64decode(read.signature or ""))

    def test_a_report_that_another_box_signed_is_refused(self, edge: EdgeBox) -> None:
        signature = edge.signed(report("4321CCC"))["signature"]
        assert edge.statuses(report("1234BBC", signature=signature)) == ["rejected"]
        assert stored(edge) == 0

    def test_a_report_without_a_signature_still_arrives(self, edge: EdgeBox) -> None:
        """From a device that cannot sign: its evidence package will say so."""
        answer = edge.send("POST", PASSAGES_PATH, {"reports": [report("1234BBC")]})
        assert answer.json()["receipts"][0]["status"] == "accepted"

    def test_reporting_twice_stores_once(self, edge: EdgeBox) -> None:
        edge.report(report())
        assert edge.statuses(report()) == ["duplicate"]
        assert stored(edge) == 1

    def test_the_same_passage_twice_in_one_batch_is_stored_once(self, edge: EdgeBox) -> None:
        assert edge.statuses(report(), report()) == ["accepted", "duplicate"]
        assert stored(edge) == 1

    def test_a_repeated_report_with_other_contents_changes_nothing(self, edge: EdgeBox) -> None:
        edge.report(report())
        edge.report(report(plate="9999ZZZ", passage_id=report()["passage_id"]))
        with transaction(edge.runtime.reading) as session:
            assert session.scalars(select(PassageRecord)).one().plate == "1234BBC"

    def test_one_bad_report_does_not_keep_the_others_out(self, edge: EdgeBox) -> None:
        bad = report("4321CCC", confidence=7)
        assert edge.statuses(report("1234BBC"), bad, report("5678DDD")) == [
            "accepted",
            "rejected",
            "accepted",
        ]
        assert stored(edge) == 2

    def test_an_unread_plate_is_a_passage_too(self, edge: EdgeBox) -> None:
        assert edge.statuses(report(None)) == ["accepted"]


BAD_REPORTS: dict[str, tuple[dict[str, Any], str]] = {
    "an extra field": ({"colour": "red"}, "colour"),
    "from the future": (
        {
            "seen_at": (NOON + timedelta(minutes=3)).isoformat(),
            "last_seen_at": (NOON + timedelta(minutes=4)).isoformat(),
        },
        "future",
    ),
    "a time without offset": ({"seen_at": "2026-10-20T09:00:00"}, "seen_at"),
    "times that contradict": (
        {"last_seen_at": (MORNING - timedelta(hours=1)).isoformat()},
        "seen_at must lie between",
    ),
    "a lower-case plate": ({"plate": "1234 bbc"}, "plate"),
    "a plate of 13 characters": ({"plate": "A" * 13}, "plate"),
    "an unknown version": ({"version": 2}, "version"),
    "a direction that does not exist": ({"direction": "sideways"}, "direction"),
    "a missing camera": ({"camera": ""}, "camera"),
    "six candidates": (
        {"candidates": [{"text": "1234BBC", "probability": 0.1}] * 6},
        "candidates",
    ),
    "one kind of picture twice": (
        {"pictures": [report()["pictures"][0]] * 2},
        "each kind may be announced once",
    ),
    "a control point of another box": ({"control_point": "CP-09"}, "CP-09"),
}


class TestBadReports:
    @pytest.mark.parametrize("name", BAD_REPORTS)
    def test_gets_one_clear_problem_and_stores_nothing(self, edge: EdgeBox, name: str) -> None:
        changes, word = BAD_REPORTS[name]
        answer = edge.report(report(**changes))
        assert answer.status_code == 200
        receipt = answer.json()["receipts"][0]
        assert receipt["status"] == "rejected"
        assert word in receipt["problem"]
        assert stored(edge) == 0

    def test_a_control_point_that_is_not_in_the_register(self, edge: EdgeBox) -> None:
        lost = EdgeBox(edge.client.app, key_id="edge-99", points=["CP-99"])  # type: ignore[arg-type]
        receipt = lost.report(report(control_point="CP-99")).json()["receipts"][0]
        assert "not in the register" in receipt["problem"]

    def test_a_passage_two_minutes_ahead_is_a_clock_not_quite_right(self, edge: EdgeBox) -> None:
        soon = NOON + timedelta(minutes=1)
        assert edge.statuses(report(at=soon)) == ["accepted"]


BAD_BODIES: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"passages", "not JSON"),
    "deeply nested": (b"[" * 100_000, "not JSON"),
    "a list": (b"[]", "not a batch"),
    "no reports": (b"{}", "not a batch"),
    "an empty batch": (b'{"reports": []}', "1 to 100"),
    "a report that is text": (b'{"reports": ["x"]}', "not a batch"),
    "extra fields": (b'{"reports": [{}], "hurry": true}', "hurry"),
    "no passage id": (b'{"reports": [{}]}', "no valid passage_id"),
    "a passage id that is a number": (b'{"reports": [{"passage_id": 7}]}', "no valid passage_id"),
}


class TestBadBatches:
    @pytest.mark.parametrize("name", BAD_BODIES)
    def test_is_refused_whole(self, edge: EdgeBox, name: str) -> None:
        body, word = BAD_BODIES[name]
        answer = edge.send("POST", PASSAGES_PATH, body)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert word in answer.json()["detail"]
        assert stored(edge) == 0

    def test_more_than_a_hundred_reports_are_refused(self, edge: EdgeBox) -> None:
        assert edge.report(*[report()] * 101).status_code == 422

    def test_a_body_of_ten_megabytes_is_refused(self, edge: EdgeBox) -> None:
        assert edge.send("POST", PASSAGES_PATH, b" " * 10_000_001).status_code == 413


class TestSignatures:
    def test_an_unsigned_request_is_refused(self, edge: EdgeBox) -> None:
        answer = edge.client.post(PASSAGES_PATH, json={"reports": [report()]})
        assert answer.status_code == 401
        assert "not signed" in answer.json()["detail"]

    def test_a_changed_body_is_refused(self, edge: EdgeBox) -> None:
        headers = edge.headers("POST", PASSAGES_PATH, b'{"reports": []}')
        answer = edge.client.post(PASSAGES_PATH, content=b'{"reports": [1]}', headers=headers)
        assert answer.status_code == 401
        assert "signature" in answer.json()["detail"]

    def test_a_signature_for_another_path_is_refused(self, edge: EdgeBox) -> None:
        headers = edge.headers("GET", "/edge/v1/access-list?have=5", b"")
        assert edge.client.get("/edge/v1/access-list?have=0", headers=headers).status_code == 401

    def test_an_unknown_device_is_refused(self, edge: EdgeBox) -> None:
        answer = edge.send("POST", PASSAGES_PATH, {"reports": [report()]}, **{"Sarbide-Key": "x"})
        assert answer.status_code == 401
        assert "not enrolled" in answer.json()["detail"]

    @pytest.mark.parametrize("away", [-1, 1])
    def test_a_request_of_another_time_is_refused(self, edge: EdgeBox, away: int) -> None:
        body = b"{}"
        sent_at = utc_now() + away * (MAX_AGE + timedelta(seconds=30))
        headers = edge.headers("POST", PASSAGES_PATH, body, sent_at)
        answer = edge.client.post(PASSAGES_PATH, content=body, headers=headers)
        assert answer.status_code == 401
        assert "check the clock" in answer.json()["detail"]

    def test_the_same_request_twice_is_refused_the_second_time(self, edge: EdgeBox) -> None:
        headers = edge.headers("GET", "/edge/v1/access-list?have=0", b"")
        first = edge.client.get("/edge/v1/access-list?have=0", headers=headers)
        second = edge.client.get("/edge/v1/access-list?have=0", headers=headers)
        assert (first.status_code, second.status_code) == (200, 401)
        assert "received before" in second.json()["detail"]

    def test_a_refused_report_is_stored_nowhere(self, edge: EdgeBox) -> None:
        edge.client.post(PASSAGES_PATH, json={"reports": [report()]})
        assert stored(edge) == 0
