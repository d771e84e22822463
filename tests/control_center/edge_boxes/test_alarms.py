"""What is wrong on the street, as an operator sees it at night, and what to do about it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from control_center import labels
from control_center.edge_boxes import quiet_gates
from control_center.edge_boxes.alarms import Alarm, AlarmKind, alarms
from control_center.edge_boxes.device_models import CameraStatus, Device
from core import audit
from core.clock import utc_now
from core.database import transaction
from core.identity import SYSTEM
from tests.clients import WebClient
from tests.control_center.builders import EdgeBox
from tests.control_center.test_screens import beat


def found(edge: EdgeBox, after: timedelta = timedelta(0)) -> list[Alarm]:
    with transaction(edge.runtime.reading) as session:
        return alarms(session, utc_now() + after)


def kinds(edge: EdgeBox, after: timedelta = timedelta(0)) -> list[str]:
    return [alarm.kind.value for alarm in found(edge, after)]


def test_every_kind_has_words_and_advice() -> None:
    assert set(labels.ALARM) == {kind.value for kind in AlarmKind}


def test_a_box_that_was_never_heard_is_told_with_its_gates(edge: EdgeBox) -> None:
    [alarm] = found(edge)
    assert (alarm.kind, alarm.subject) == (AlarmKind.BOX_NEVER_HEARD, edge.key_id)
    assert "CP-01" in alarm.control_points


def test_nothing_is_wrong_while_the_box_reports_a_good_picture(edge: EdgeBox) -> None:
    beat(edge)
    assert found(edge) == []


def test_a_silent_box_is_one_alarm_even_when_no_job_has_looked(edge: EdgeBox) -> None:
    beat(edge, quality="covered")
    assert kinds(edge, timedelta(seconds=59)) == ["covered"]
    assert kinds(edge, timedelta(seconds=61)) == ["box_silent"]


def test_a_box_whose_recordings_have_ended_may_fall_silent(edge: EdgeBox) -> None:
    beat(edge, state="ended")
    assert found(edge, timedelta(hours=9)) == []


def test_a_camera_that_its_box_forgets_is_silent(edge: EdgeBox) -> None:
    beat(edge, camera="CP-01-OLD")
    with transaction(edge.runtime.writing) as session:
        session.execute(update(CameraStatus).values(reported_at=utc_now() - timedelta(hours=1)))
    beat(edge)
    [alarm] = found(edge)
    assert (alarm.kind, alarm.subject) == (AlarmKind.CAMERA_SILENT, "CP-01-OLD")


@pytest.mark.parametrize(
    ("camera", "kind"),
    [
        ({"state": "failed", "problem": "no such file", "quality": "covered"}, "camera_failed"),
        ({"state": "reconnecting"}, "camera_lost"),
        ({"quality": "covered"}, "covered"),
        ({"quality": "moved"}, "moved"),
        ({"quality": "dark"}, "dark"),
        ({"quality": "blurred"}, "blurred"),
    ],
)
def test_a_camera_has_its_worst_trouble_told(
    edge: EdgeBox, camera: dict[str, object], kind: str
) -> None:
    beat(edge, **camera)
    assert kinds(edge) == [kind]


def test_a_wrong_clock_and_a_full_disk_are_told(edge: EdgeBox) -> None:
    beat(edge)
    with transaction(edge.runtime.writing) as session:
        session.execute(
            update(Device).values(last_heartbeat={"clock_offset_ms": -1001.0, "disk_free_mb": 999})
        )
    assert kinds(edge) == ["clock", "disk"]


def test_a_quiet_gate_is_told_until_somebody_passes(edge: EdgeBox) -> None:
    last = datetime.fromisoformat("2026-10-20T08:00:00+00:00")
    beat(edge, last_passage_at=last.isoformat())
    with transaction(edge.runtime.writing) as session:
        audit.record(session, SYSTEM, quiet_gates.ACTION, "gate:CP-01", since=last.isoformat())
    [alarm] = found(edge)
    assert (alarm.kind, alarm.subject, alarm.since) == (AlarmKind.GATE_QUIET, "CP-01", last)
    beat(edge, last_passage_at=(last + timedelta(hours=1)).isoformat())
    assert found(edge) == []


class TestScreens:
    @pytest.mark.parametrize("path", ["/", "/control-points", "/control-points/alarms"])
    def test_say_what_is_wrong_where_and_what_to_do(
        self, edge: EdgeBox, operator_client: WebClient, path: str
    ) -> None:
        beat(edge, quality="covered", problem="Half of the picture is black")
        page = operator_client.get(path).text
        assert "Something covers the camera" in page
        assert "CP-01 Arenal" in page
        assert "Half of the picture is black" in page
        assert "Send somebody to look at the lens" in page

    def test_say_so_when_all_is_well(self, edge: EdgeBox, operator_client: WebClient) -> None:
        beat(edge)
        assert "are well" in operator_client.get("/").text

    def test_read_it_anew_by_themselves(self, operator_client: WebClient) -> None:
        assert 'data-refresh="/control-points/alarms"' in operator_client.get("/").text
        health = operator_client.get("/control-points/health")
        assert health.status_code == 200
        assert "<html" not in health.text

    def test_police_see_none_of_it(self, edge: EdgeBox, police_client: WebClient) -> None:
        beat(edge, quality="covered")
        assert "Something covers" not in police_client.get("/").text
        assert police_client.get("/control-points/alarms").status_code == 403
