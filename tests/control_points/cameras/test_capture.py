"""Live cameras: the freshest picture, reconnecting, and never hanging."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from anpr.types import Frame, Image
from control_points.cameras.backoff import Backoff
from control_points.cameras.capture import CaptureProcess, FreshEvents, LiveCamera
from control_points.cameras.events import Break, Event, Shot
from control_points.cameras.source_names import SourceKind, SourceName
from control_points.config import CameraConfig
from control_points.errors import CaptureFailed
from tests.anpr.builders import PICTURE
from tests.control_points.builders import MORNING


def a_shot(index: int) -> Shot:
    return Shot(Frame(PICTURE, MORNING + timedelta(seconds=index), "A", index))


class FlakyCamera:
    """Gives `counts` pictures per connection, one connection after the other."""

    def __init__(self, *counts: int) -> None:
        self.counts = list(counts)
        self.taken = 0
        self.opened = 0
        self.closed = 0

    def __call__(self) -> "FlakyCamera":
        self.opened += 1
        return self

    def frames(self) -> Iterator[tuple[datetime, Image]]:
        for _ in range(self.counts.pop(0) if self.counts else 0):
            yield MORNING + timedelta(seconds=self.taken), PICTURE
            self.taken += 1
            time.sleep(0.005)
        raise CaptureFailed("Camera A stopped giving pictures.")

    def close(self) -> None:
        self.closed += 1


class Notes:
    def __init__(self) -> None:
        self.seen = 0
        self.losses: list[tuple[datetime, str, float]] = []

    def saw_frame(self, camera: str, at: datetime) -> None:
        self.seen += 1

    def lost(self, camera: str, at: datetime, problem: str, wait: float) -> None:
        self.losses.append((at, problem, wait))


def watched(camera: FlakyCamera, until: int, notes: Notes | None = None) -> list[Event]:
    """Events until `until` connections were opened."""
    stop = threading.Event()
    live = LiveCamera("A", camera, notes or Notes(), Backoff(first=0.01, longest=0.05))
    seen: list[Event] = []
    for event in live.events(stop):
        seen.append(event)
        if camera.opened >= until:
            stop.set()
    return seen


class TestFreshEvents:
    def test_a_fresher_shot_replaces_the_one_not_yet_taken(self) -> None:
        fresh = FreshEvents()
        for index in range(3):
            fresh.put(a_shot(index))
        taken = fresh.take(0)
        assert isinstance(taken, Shot)
        assert taken.frame.index == 2
        assert fresh.take(0) is None
        assert fresh.dropped == 2

    def test_a_break_is_never_dropped(self) -> None:
        fresh = FreshEvents()
        for event in (a_shot(0), Break("A", MORNING), a_shot(1), a_shot(2)):
            fresh.put(event)
        kinds = [type(fresh.take(0)) for _ in range(3)]
        assert kinds == [Shot, Break, Shot]


class TestLiveCamera:
    def test_it_is_opened_again_and_frames_count_on(self) -> None:
        camera = FlakyCamera(3, 3)
        events = watched(camera, until=3)
        indices = [event.frame.index for event in events if isinstance(event, Shot)]
        assert indices == sorted(set(indices))
        assert max(indices) == 5
        assert camera.closed >= 2

    def test_every_lost_connection_breaks_the_tracks(self) -> None:
        events = watched(FlakyCamera(2, 2), until=3)
        assert sum(isinstance(event, Break) and bool(event.problem) for event in events) >= 2

    def test_losses_are_told_with_the_last_picture_s_time(self) -> None:
        notes = Notes()
        watched(FlakyCamera(3), until=2, notes=notes)
        at, problem, _ = notes.losses[0]
        assert at == MORNING + timedelta(seconds=2)
        assert problem == "Camera A stopped giving pictures."

    def test_waits_grow_while_it_never_answers(self) -> None:
        notes = Notes()
        watched(FlakyCamera(), until=4, notes=notes)
        first, second = notes.losses[0][2], notes.losses[2][2]
        assert second > first * 1.5


def a_process(address: str, *, open_timeout: float = 1, read_timeout: float = 1) -> CaptureProcess:
    camera = CameraConfig(
        camera="CP-01-A",
        control_point="CP-01",
        direction="entry",
        source=address,
        open_timeout=open_timeout,
        read_timeout=read_timeout,
    )
    return CaptureProcess(camera, SourceName(SourceKind.STREAM, address))


@contextmanager
def silent_port() -> Iterator[int]:
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.slow
class TestCaptureProcess:
    def test_a_camera_that_never_answers_is_one_clear_error_in_time(self) -> None:
        with silent_port() as port:
            process = a_process(f"rtsp://admin:hunter2@127.0.0.1:{port}/live")
            begun = time.monotonic()
            with pytest.raises(CaptureFailed) as caught:
                next(process.frames())
            process.close()
        assert time.monotonic() - begun < 30
        assert f"CP-01-A (rtsp://***@127.0.0.1:{port}/live) does not answer" in str(caught.value)
        assert "hunter2" not in str(caught.value)

    def test_the_password_is_in_no_process_list(self) -> None:
        with silent_port() as port:
            process = a_process(f"rtsp://admin:hunter2@127.0.0.1:{port}/live", open_timeout=20)
            waiting = threading.Thread(target=_wait_for_picture, args=(process,), daemon=True)
            waiting.start()
            time.sleep(1.5)
            listed = subprocess.run(
                ["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True
            ).stdout
            process.close()
            waiting.join()
        assert "control_points.cameras.capture_process" in listed
        assert "hunter2" not in listed

    def test_the_process_goes_when_the_worker_is_killed(self) -> None:
        with silent_port() as port:
            order = {
                "kind": "stream",
                "address": f"rtsp://127.0.0.1:{port}/live",
                "rtsp_transport": "tcp",
                "open_timeout": 120,
                "read_timeout": 120,
            }
            code = (
                "import os, subprocess, sys\n"
                "p = subprocess.Popen("
                "[sys.executable, '-m', 'control_points.cameras.capture_process'],"
                " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
                f"p.stdin.write({json.dumps(order).encode()!r} + b'\\n'); p.stdin.flush()\n"
                "p.stdout.read(10)\n"
                "print(p.pid, flush=True)\n"
                "os.kill(os.getpid(), 9)\n"
            )
            worker = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
            pid = int(worker.stdout.split()[0])
            deadline = time.monotonic() + 10
            while _is_alive(pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            assert not _is_alive(pid)


def _wait_for_picture(process: CaptureProcess) -> None:
    with contextlib.suppress(CaptureFailed):
        next(process.frames())


def _is_alive(pid: int) -> bool:
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.returncode == 0 and not listed.stdout.strip().startswith("Z")
