"""An overstay is held against somebody only where nothing speaks for them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from control_center.edge_boxes.device_models import CameraGapRecord, CameraStatus
from core.clock import utc_now
from core.database import transaction
from core.runtime import Runtime
from permits.models import ControlPoint, Stay
from permits.rules.models import ControlPointFault
from tests.control_center.builders import MORNING, EdgeBox, exit_report, id_of, report
from tests.control_center.passages.test_passages import passing, permit, state_of

PLATE = "1234BBC"
LEFT = MORNING + timedelta(minutes=50)
ENTRY = id_of(PLATE, MORNING)
OVERSTAYED = ("pending", "overstay")
QUIET = ("authorised", "quota_right")


def minutes(number: int) -> datetime:
    return MORNING + timedelta(minutes=number)


def stay_of(runtime: Runtime, entry: UUID = ENTRY) -> tuple[str, str | None]:
    with transaction(runtime.reading) as session:
        stay = session.scalars(select(Stay).where(Stay.entry_passage_id == entry)).one()
        return stay.state, stay.incomplete_because


def fault(runtime: Runtime, point: str, began: int, ended: int | None) -> None:
    with transaction(runtime.writing) as session:
        session.add(
            ControlPointFault(
                control_point=point,
                began_at=minutes(began),
                ended_at=None if ended is None else minutes(ended),
                reason="Test",
            )
        )


def camera(edge: EdgeBox, point: str = "CP-03", **state: Any) -> None:
    """A camera of the edge box that watches `point`."""
    values: dict[str, Any] = {"state": "running", "quality": "good", "reported_at": utc_now()}
    with transaction(edge.runtime.writing) as session:
        device = session.scalars(select(CameraStatus.device_id)).first() or device_id(session)
        session.add(
            CameraStatus(
                device_id=device,
                camera=f"{point}-A",
                control_point=point,
                frames_per_second=5.0,
                frames_dropped=0,
                **(values | state),
            )
        )


def device_id(session: Any) -> UUID:
    from control_center.edge_boxes.device_models import Device

    found: UUID = session.scalars(select(Device.id)).one()
    return found


def gap(edge: EdgeBox, began: int, ended: int) -> None:
    with transaction(edge.runtime.writing) as session:
        session.add(
            CameraGapRecord(
                device_id=device_id(session),
                camera="CP-03-A",
                started_at=minutes(began),
                ended_at=minutes(ended),
                reason="Test",
            )
        )


@pytest.fixture
def resident(edge: EdgeBox) -> EdgeBox:
    permit(edge.runtime, PLATE)
    return edge


def came_and_left(edge: EdgeBox, **entry: Any) -> None:
    passing(edge, report(PLATE, **entry), exit_report(PLATE, LEFT))


class TestReads:
    def test_two_clear_reads_fifty_minutes_apart_are_an_overstay(self, resident: EdgeBox) -> None:
        came_and_left(resident)
        assert state_of(resident.runtime, ENTRY)[:2] == OVERSTAYED

    def test_an_entry_read_well_enough_to_let_in_is_not_enough_to_accuse(
        self, resident: EdgeBox
    ) -> None:
        came_and_left(resident, confidence=0.8)
        assert state_of(resident.runtime, ENTRY)[:2] == QUIET
        assert stay_of(resident.runtime) == ("incomplete", "entry_in_doubt")

    def test_nor_is_such_an_exit(self, resident: EdgeBox) -> None:
        passing(resident, report(PLATE), exit_report(PLATE, LEFT, confidence=0.8))
        assert state_of(resident.runtime, ENTRY)[:2] == QUIET
        assert stay_of(resident.runtime) == ("incomplete", "exit_in_doubt")

    def test_nothing_is_kept_waiting_for_it(self, resident: EdgeBox) -> None:
        leaving = exit_report(PLATE, LEFT, confidence=0.8)
        passing(resident, report(PLATE), leaving)
        for passage in (ENTRY, UUID(leaving["passage_id"])):
            assert state_of(resident.runtime, passage)[2] == "discard"


class TestSecondEntry:
    def test_an_entry_in_between_begins_a_new_stay(self, resident: EdgeBox) -> None:
        passing(resident, report(PLATE), report(PLATE, minutes(40)), exit_report(PLATE, LEFT))
        assert state_of(resident.runtime, ENTRY)[:2] == QUIET
        assert stay_of(resident.runtime) == ("incomplete", "second_entry")
        assert stay_of(resident.runtime, id_of(PLATE, minutes(40))) == ("completed", None)

    def test_a_doubtful_one_speaks_for_the_driver_too(self, resident: EdgeBox) -> None:
        again = report(PLATE, minutes(40), confidence=0.4)
        passing(resident, report(PLATE), again, exit_report(PLATE, LEFT))
        assert state_of(resident.runtime, ENTRY)[:2] == QUIET

    def test_one_reported_late_takes_the_accusation_back(self, resident: EdgeBox) -> None:
        came_and_left(resident)
        assert state_of(resident.runtime, ENTRY)[:2] == OVERSTAYED
        passing(resident, report(PLATE, minutes(40)))
        assert state_of(resident.runtime, ENTRY)[:2] == ("regularised", "quota_right")
        assert stay_of(resident.runtime, id_of(PLATE, minutes(40))) == ("completed", None)


class TestGates:
    @pytest.mark.parametrize(
        ("point", "began", "ended"),
        [("CP-03", 10, 20), ("CP-07", -30, 1), ("CP-28", 49, None)],
    )
    def test_a_fault_at_any_exit_meanwhile_ends_the_question(
        self, resident: EdgeBox, point: str, began: int, ended: int | None
    ) -> None:
        fault(resident.runtime, point, began, ended)
        came_and_left(resident)
        assert state_of(resident.runtime, ENTRY)[:2] == QUIET
        assert stay_of(resident.runtime) == ("incomplete", "exit_unwatched")

    @pytest.mark.parametrize(
        ("point", "began", "ended"),
        [("CP-03", -30, -1), ("CP-03", 51, 60), ("CP-08", 0, 40)],
    )
    def test_one_before_or_after_or_at_an_entry_does_not(
        self, resident: EdgeBox, point: str, began: int, ended: int
    ) -> None:
        fault(resident.runtime, point, began, ended)
        came_and_left(resident)
        assert state_of(resident.runtime, ENTRY)[:2] == OVERSTAYED

    def test_a_gate_marked_as_out_of_order_counts_as_unwatched(self, resident: EdgeBox) -> None:
        with transaction(resident.runtime.writing) as session:
            session.get_one(ControlPoint, "CP-09").health = "fault"
        came_and_left(resident)
        assert state_of(resident.runtime, ENTRY)[:2] == QUIET

    @pytest.mark.parametrize("state", [{"quality": "covered"}, {"state": "failed"}])
    def test_a_blind_camera_counts_as_unwatched(
        self, resident: EdgeBox, state: dict[str, str]
    ) -> None:
        camera(resident, **state)
        came_and_left(resident)
        assert stay_of(resident.runtime) == ("incomplete", "exit_unwatched")

    def test_a_silent_camera_counts_as_unwatched(self, resident: EdgeBox) -> None:
        camera(resident, silent_since=minutes(5))
        came_and_left(resident)
        assert stay_of(resident.runtime) == ("incomplete", "exit_unwatched")

    def test_a_gap_reported_later_is_heeded_at_the_deadline(self, resident: EdgeBox) -> None:
        from tests.control_center.passages.test_passages import PERIOD, do_jobs

        camera(resident)
        came_and_left(resident, pictures=[])
        assert state_of(resident.runtime, ENTRY)[:2] == OVERSTAYED
        gap(resident, 10, 20)
        resident.runtime.clock.advance(PERIOD + timedelta(days=3))
        do_jobs(resident.runtime)
        assert state_of(resident.runtime, ENTRY)[:2] == ("regularised", "quota_right")
