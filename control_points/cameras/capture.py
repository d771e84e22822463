"""Live cameras: a watched capture process each, opened again whenever it fails.

The freshest picture wins: what the reader had no time for is dropped and counted. A recording
waits for its reader; a street doesn't.
"""

import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from anpr.types import Frame, Image
from control_points.cameras.backoff import Backoff
from control_points.cameras.capture_wire import Kind, Message, read_message
from control_points.cameras.events import Break, Event, Shot
from control_points.cameras.source_names import SourceName
from control_points.config import CameraConfig
from control_points.errors import CaptureFailed

START_TIMEOUT = 60.0
"""Seconds for the capture process to start, before the camera's own time-outs count."""
SLACK = 2.0
"""Seconds that the process gets beyond its own time-outs before it is killed."""


class FreshEvents:
    """At most one untaken shot of one camera; breaks are never dropped."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._changed = threading.Condition()
        self.dropped = 0
        """Shots that a fresher one replaced."""

    def put(self, event: Event) -> None:
        with self._changed:
            if self._events and isinstance(event, Shot) and isinstance(self._events[-1], Shot):
                self._events.pop()
                self.dropped += 1
            self._events.append(event)
            self._changed.notify()

    def take(self, timeout: float) -> Event | None:
        """The next event; None when there was none in `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._events), timeout)
            return self._events.popleft() if self._events else None


class Connection(Protocol):
    """One opened camera."""

    def frames(self) -> Iterator[tuple[datetime, Image]]:
        """Pictures as they come. Raises CaptureFailed, always, when there are no more."""
        ...

    def close(self) -> None: ...


@dataclass
class CaptureProcess:
    """A camera held open by a process of its own."""

    camera: CameraConfig
    source: SourceName
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def frames(self) -> Iterator[tuple[datetime, Image]]:
        handle = self._start()
        self._next(handle, START_TIMEOUT, "its capture process does not start")
        timeout = self.camera.open_timeout + SLACK
        late = f"does not answer within {self.camera.open_timeout:g} s"
        while True:
            message = self._next(handle, timeout, late)
            if message.kind is Kind.PROBLEM:
                raise self._failed(message.body.decode(errors="replace"))
            shape = (message.height, message.width, 3)
            image = np.frombuffer(message.body, dtype=np.uint8).reshape(shape)
            yield datetime.fromtimestamp(message.at, UTC), image
            timeout = self.camera.read_timeout + SLACK
            late = f"gave no picture for {self.camera.read_timeout:g} s"

    def close(self) -> None:
        """Kill the process, however stuck it is; no-op when it never started."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _start(self) -> int:
        process = self._process = subprocess.Popen(
            [sys.executable, "-m", "control_points.cameras.capture_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if process.stdin is None or process.stdout is None:
            raise self._failed("has no pipe to its capture process")
        try:
            process.stdin.write(json.dumps(self._order()).encode() + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise self._failed("lost its capture process") from error
        return process.stdout.fileno()

    def _order(self) -> dict[str, str | float]:
        return {
            "kind": self.source.kind.value,
            "address": self.source.address,
            "rtsp_transport": self.camera.rtsp_transport,
            "open_timeout": self.camera.open_timeout,
            "read_timeout": self.camera.read_timeout,
        }

    def _next(self, handle: int, timeout: float, late: str) -> Message:
        try:
            return read_message(handle, timeout)
        except TimeoutError as error:
            raise self._failed(late) from error
        except (EOFError, OSError) as error:
            raise self._failed("lost its capture process") from error

    def _failed(self, what: str) -> CaptureFailed:
        return CaptureFailed(
            f"Camera {self.camera.camera} ({self.source.label}) {what}. Check its power, network "
            "and address."
        )


class Watcher(Protocol):
    """Hears how a live camera is doing."""

    def saw_frame(self, camera: str, at: datetime) -> None: ...

    def lost(self, camera: str, at: datetime, problem: str, wait: float) -> None: ...


class LiveCamera:
    """Keeps one camera open in a thread of its own, and hands out its freshest pictures."""

    def __init__(
        self,
        camera: str,
        connect: Callable[[], Connection],
        watcher: Watcher,
        backoff: Backoff | None = None,
    ) -> None:
        self._camera = camera
        self._connect = connect
        self._watcher = watcher
        self._backoff = backoff or Backoff(first=1, longest=30)
        self._fresh = FreshEvents()
        self._index = 0
        self._last = datetime.now(UTC)

    @property
    def dropped(self) -> int:
        return self._fresh.dropped

    def events(self, stop: threading.Event) -> Iterator[Event]:
        """Shots and breaks until `stop`; the end of each connection is a break."""
        thread = threading.Thread(target=self._keep_open, args=(stop,), name="capture", daemon=True)
        thread.start()
        while not stop.is_set():
            event = self._fresh.take(timeout=0.25)
            if event is not None:
                yield event
        thread.join(timeout=5)
        yield Break(self._camera, datetime.now(UTC))

    def _keep_open(self, stop: threading.Event) -> None:
        while not stop.is_set():
            problem = self._connection(stop)
            if stop.is_set():
                return
            wait = self._backoff.failed()
            self._fresh.put(Break(self._camera, datetime.now(UTC), problem=problem))
            self._watcher.lost(self._camera, self._last, problem, wait)
            stop.wait(wait)

    def _connection(self, stop: threading.Event) -> str:
        """Hand on the pictures of one connection; why it ended."""
        connection = self._connect()
        try:
            for at, image in connection.frames():
                self._hand_on(at, image)
                if stop.is_set():
                    return "stopped"
        except CaptureFailed as error:
            return str(error)
        finally:
            connection.close()
        return f"Camera {self._camera} ended."

    def _hand_on(self, at: datetime, image: Image) -> None:
        self._backoff.worked()
        self._last = at
        self._fresh.put(Shot(Frame(image, at, self._camera, self._index)))
        self._index += 1
        self._watcher.saw_frame(self._camera, at)
