"""A real RTSP camera: pictures come, a stall is noticed, and it is opened again."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from control_points.cameras.backoff import Backoff
from control_points.cameras.capture import CaptureProcess, LiveCamera
from control_points.cameras.events import Shot
from control_points.cameras.feeds import LiveWatch
from control_points.centre.status import CameraStatus
from control_points.config import CameraConfig
from control_points.storage.edge_store import EdgeStore

pytestmark = pytest.mark.slow
SYSTEM_PYTHON = "/usr/bin/python3"
NEEDED = "gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"


class Camera:
    """The server process; `stall` stops it with its connections open."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [SYSTEM_PYTHON, str(Path(__file__).parents[1] / "rtsp_server.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = f"rtsp://viewer:hunter2@127.0.0.1:{self.process.stdout.readline().strip()}/live"

    def stall(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def rtsp() -> Iterator[Camera]:
    probe = subprocess.run(
        [SYSTEM_PYTHON, "-c", f"import gi; {NEEDED}"], capture_output=True, check=False
    )
    if probe.returncode != 0:
        message = "needs the Debian packages python3-gi, gir1.2-gst-rtsp-server-1.0 and "
        message += "gstreamer1.0-plugins-good"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    camera = Camera()
    yield camera
    camera.close()


class TestAStreamThatStalls:
    def test_pictures_come_the_stall_is_a_gap_and_it_recovers(
        self, rtsp: Camera, edge: EdgeStore
    ) -> None:
        config = CameraConfig(
            camera="CP-01-A",
            control_point="CP-01",
            direction="entry",
            source=rtsp.url,
            open_timeout=5,
            read_timeout=2,
        )
        status = CameraStatus("CP-01-A", "CP-01")
        source = config.named_source(Path())
        live = LiveCamera(
            "CP-01-A",
            lambda: CaptureProcess(config, source),
            LiveWatch(edge.journal, status),
            Backoff(first=0.2, longest=1),
        )
        stop = threading.Event()
        guard = threading.Timer(60, stop.set)
        guard.start()
        shots = breaks = 0
        for event in live.events(stop):
            if isinstance(event, Shot):
                shots += 1
                assert event.frame.image.shape == (240, 320, 3)
                if shots == 5:
                    rtsp.stall()
                if breaks and shots >= 12:
                    stop.set()
            elif event.problem:
                breaks += 1
                assert "hunter2" not in event.problem
                rtsp.go_on()
        guard.cancel()
        assert shots >= 12
        assert breaks >= 1
        (gap, *_) = edge.journal.unreported_gaps(10)
        assert (gap.ended_at - gap.started_at).total_seconds() >= 1.5
