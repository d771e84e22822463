"""The centre hears how the worker is, and the worker what time it is there."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from control_points.centre.heartbeat import Pulse
from control_points.centre.status import CameraStatus, EdgeStatus
from control_points.protocol import Heartbeat, HeartbeatReceipt
from control_points.storage.edge_store import EdgeStore
from tests.control_points.builders import MORNING, a_list, a_report
from tests.control_points.fakes import FakeCentre


class SlowCentre(FakeCentre):
    """Its clock is `behind` ours; each way takes `way`."""

    def __init__(self, behind: timedelta, way: timedelta) -> None:
        super().__init__()
        self.behind, self.way = behind, way
        self.time = MORNING

    def clock(self) -> datetime:
        return self.time

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatReceipt:
        self.heartbeats.append(heartbeat)
        self.time += self.way
        receipt = HeartbeatReceipt(centre_time=self.time - self.behind, access_list_version=1)
        self.time += self.way
        return receipt


@pytest.fixture
def pulse_at(edge: EdgeStore) -> Callable[..., Pulse]:
    def pulse_at(centre: FakeCentre, **changes: object) -> Pulse:
        status = EdgeStatus(MORNING, {"CP-01-A": CameraStatus("CP-01-A", "CP-01")})
        pulse = Pulse(
            centre,
            "edge-1",
            "test",
            edge.folder,
            edge.spool,
            edge.pictures,
            edge.journal,
            edge.held,
            status,
            on_newer_list=lambda: None,
        )
        for name, value in changes.items():
            setattr(pulse, name, value)
        return pulse

    return pulse_at


class TestBeating:
    def test_the_heartbeat_tells_of_the_queue_the_reads_and_the_cameras(
        self, edge: EdgeStore, centre: FakeCentre, pulse_at: Callable[..., Pulse]
    ) -> None:
        pulse = pulse_at(centre)
        edge.spool.store(a_report(), {}, MORNING)
        for milliseconds in (10, 20, 90):
            pulse.status.latencies.add(milliseconds)
        pulse.status.cameras["CP-01-A"].saw(MORNING)
        assert pulse.beat()
        (beat,) = centre.heartbeats
        assert (beat.queue, beat.read_latency_ms_median, beat.read_latency_ms_p99) == (1, 20, 90)
        assert beat.cameras[0].state == "running"
        assert beat.cameras[0].last_frame_at == MORNING

    def test_the_clock_offset_is_measured_from_the_middle_of_the_round_trip(
        self, pulse_at: Callable[..., Pulse]
    ) -> None:
        centre = SlowCentre(behind=timedelta(seconds=3), way=timedelta(seconds=1))
        pulse = pulse_at(centre, clock=centre.clock)
        pulse.beat()
        assert pulse.status.clock_offset_ms == 3000

    def test_a_slow_answer_says_nothing_about_the_clock(
        self, pulse_at: Callable[..., Pulse]
    ) -> None:
        centre = SlowCentre(behind=timedelta(0), way=timedelta(seconds=9))
        pulse = pulse_at(centre, clock=centre.clock)
        pulse.beat()
        assert pulse.status.clock_offset_ms is None

    def test_a_newer_list_wakes_the_uplink(
        self, centre: FakeCentre, pulse_at: Callable[..., Pulse]
    ) -> None:
        woken: list[bool] = []
        centre.lists = [a_list(9)]
        pulse = pulse_at(centre, on_newer_list=lambda: woken.append(True))
        pulse.beat()
        assert woken == [True]
        assert pulse.status.newest_list == 9

    def test_gaps_are_told_until_the_centre_has_heard_them(
        self, edge: EdgeStore, centre: FakeCentre, pulse_at: Callable[..., Pulse]
    ) -> None:
        pulse = pulse_at(centre)
        edge.journal.lost("CP-01-A", MORNING, "does not answer")
        edge.journal.saw_frame("CP-01-A", MORNING + timedelta(seconds=40))
        centre.is_down = True
        assert not pulse.beat()
        centre.is_down = False
        pulse.beat()
        pulse.beat()
        assert [len(beat.gaps) for beat in centre.heartbeats] == [1, 0]


class TestCameraStatus:
    def test_a_camera_without_pictures_says_so(self) -> None:
        status = CameraStatus("CP-01-A", "CP-01")
        status.saw(MORNING)
        status.is_without("reconnecting", "does not answer")
        health = status.health()
        assert (health.state, health.problem) == ("reconnecting", "does not answer")

    def test_it_is_well_again_with_the_next_picture(self) -> None:
        status = CameraStatus("CP-01-A", "CP-01")
        status.is_without("failed", "x" * 900)
        assert len(status.health().problem or "") == 300
        status.saw(MORNING)
        assert status.health().problem is None
