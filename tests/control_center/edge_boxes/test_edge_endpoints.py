"""What else an edge box asks: keys, access list; and what it says of its cameras."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select

from control_center.edge_boxes import cameras
from control_center.edge_boxes.centre_keys import list_signing_public_key, picture_public_key
from control_center.edge_boxes.device_models import CameraStatus, Device
from control_points.access.access_list import hashes, opened
from control_points.protocol import ACCESS_LIST_PATH, KEYS_PATH, AccessList, SignedAccessList
from core import audit
from core.clock import utc_now
from core.database import transaction
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from core.sealing import generate_key_pair, unseal
from core.signing import verify
from tests.control_center.builders import EdgeBox
from tests.control_center.test_screens import beat
from tests.permits.builders import authorisation


def access_list(edge: EdgeBox, have: int = 0) -> AccessList:
    answer = edge.send("GET", f"{ACCESS_LIST_PATH}?have={have}")
    assert answer.status_code == 200, answer.text
    signed = SignedAccessList.model_validate(answer.json())
    return opened(signed, list_signing_public_key(edge.runtime.keys))


def listed_hashes(listed: AccessList) -> list[bytes]:
    return [name for group in listed.groups for name in hashes(group.plate_hashes)]


def permit(edge: EdgeBox, plate: str) -> bytes:
    """Registers `plate`; returns its keyed hash."""
    with transaction(edge.runtime.writing) as session:
        authorisation(session, edge.runtime.keys, plate)
    return plate_hash(edge.runtime.keys.plate_hash_key, PlateNumber(plate))


class TestAccessList:
    def test_lists_hashes_and_places_and_the_edge_can_open_it(self, edge: EdgeBox) -> None:
        hashed = permit(edge, "1234BBC")
        listed = access_list(edge)
        assert listed_hashes(listed) == [hashed]
        assert "CP-01" in {point.control_point for point in listed.control_points}
        assert listed.base is None

    def test_names_neither_plate_nor_holder(self, edge: EdgeBox) -> None:
        permit(edge, "1234BBC")
        text = edge.send("GET", f"{ACCESS_LIST_PATH}?have=0").text
        assert "1234BBC" not in text
        assert "Etxebarria" not in text

    def test_a_change_comes_alone(self, edge: EdgeBox) -> None:
        permit(edge, "1234BBC")
        before = access_list(edge)
        hashed = permit(edge, "5678DDD")
        delta = access_list(edge, before.version)
        assert (delta.base, listed_hashes(delta)) == (before.version, [hashed])

    def test_a_whole_one_is_made_once_for_all_gates_until_something_changes(
        self, edge: EdgeBox
    ) -> None:
        permit(edge, "1234BBC")
        first = access_list(edge)
        edge.runtime.clock.move_to(edge.runtime.clock.now() + timedelta(seconds=30))
        assert access_list(edge).issued_at == first.issued_at
        hashed = permit(edge, "5678DDD")
        assert hashed in listed_hashes(access_list(edge))
        edge.runtime.clock.move_to(edge.runtime.clock.now() + timedelta(minutes=2))
        assert access_list(edge).issued_at > first.issued_at + timedelta(minutes=2)

    def test_a_list_of_another_key_is_refused_by_the_edge(self, edge: EdgeBox) -> None:
        answer = SignedAccessList.model_validate(
            edge.send("GET", f"{ACCESS_LIST_PATH}?have=0").json()
        )
        signature = base64.b64decode(answer.signature)
        key = list_signing_public_key(edge.runtime.keys)
        assert verify(key, answer.payload.encode(), signature)
        assert not verify(key, answer.payload.encode() + b" ", signature)

    @pytest.mark.parametrize("have", ["-1", "999999", "x"])
    def test_a_version_nobody_has_gets_all_of_it_or_a_clear_no(
        self, edge: EdgeBox, have: str
    ) -> None:
        permit(edge, "1234BBC")
        answer = edge.send("GET", f"{ACCESS_LIST_PATH}?have={have}")
        if have == "x":
            assert answer.status_code == 422
        else:
            assert AccessList.model_validate_json(answer.json()["payload"]).base is None


class TestKeys:
    def test_the_hash_key_comes_sealed_for_this_one_request(self, edge: EdgeBox) -> None:
        private, public = generate_key_pair()
        answer = edge.send(
            "POST", KEYS_PATH, {"one_time_public_key": base64.b64encode(public).decode()}
        ).json()
        sealed = base64.b64decode(answer["sealed_plate_hash_key"])
        assert unseal(private, sealed, b"plate-hash-key") == edge.runtime.keys.plate_hash_key
        assert base64.b64decode(answer["picture_public_key"]) == picture_public_key(
            edge.runtime.keys
        )

    @pytest.mark.parametrize("key", ["", "AAAA", "not base64!"])
    def test_a_key_that_is_none_is_refused(self, edge: EdgeBox, key: str) -> None:
        answer = edge.send("POST", KEYS_PATH, {"one_time_public_key": key})
        assert answer.status_code == 422
        assert "one_time_public_key" in answer.json()["detail"]


class TestHeartbeats:
    def test_tell_how_box_and_cameras_are(self, edge: EdgeBox) -> None:
        beat(edge, quality="dark", frames_dropped=4)
        with transaction(edge.runtime.reading) as session:
            camera = session.scalars(select(CameraStatus)).one()
            assert (camera.quality, camera.frames_dropped) == ("dark", 4)
            device = session.scalars(select(Device)).one()
            assert device.last_heartbeat is not None
            assert device.last_heartbeat["pictures_waiting"] == 2

    def test_of_another_device_are_refused(self, edge: EdgeBox) -> None:
        honest = edge.key_id
        edge.key_id, path = "edge-07", "/edge/v1/heartbeats"
        body = {
            "device": edge.key_id,
            "sent_at": utc_now().isoformat(),
            "started_at": utc_now().isoformat(),
            "read_latency_ms_median": None,
            "read_latency_ms_p99": None,
            "queue": 0,
            "pictures_waiting": 0,
            "clock_offset_ms": None,
            "access_list_version": 0,
            "disk_free_mb": 1,
            "cameras": [],
            "software": "x",
        }
        edge.key_id = honest
        answer = edge.send("POST", path, body)
        assert answer.status_code == 422
        assert "edge-07" in answer.json()["detail"]


class TestSilentCameras:
    def test_a_minute_without_heartbeat_is_an_alarm_once(self, edge: EdgeBox) -> None:
        beat(edge)
        later = utc_now() + timedelta(seconds=61)
        with transaction(edge.runtime.writing) as session:
            assert cameras.mark_silent(session, later) == ["CP-01-A"]
            assert cameras.mark_silent(session, later) == []
            assert audit.events(session, action="control_center:camera:silent")

    def test_the_next_heartbeat_ends_it(self, edge: EdgeBox) -> None:
        beat(edge)
        with transaction(edge.runtime.writing) as session:
            cameras.mark_silent(session, utc_now() + timedelta(seconds=61))
        beat(edge)
        with transaction(edge.runtime.reading) as session:
            assert session.scalars(select(CameraStatus)).one().silent_since is None

    def test_an_ended_recording_is_not_silent(self, edge: EdgeBox) -> None:
        beat(edge, state="ended")
        with transaction(edge.runtime.writing) as session:
            assert cameras.mark_silent(session, utc_now() + timedelta(hours=1)) == []
