"""The feeds of a configuration: one a live camera, one a file camera, or one for all in replay."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from control_points.cameras.capture import CaptureProcess, LiveCamera
from control_points.cameras.events import Event, ahead, merged, paced, recorded
from control_points.cameras.footage import Footage
from control_points.cameras.journal import Journal
from control_points.cameras.sources import footage_of
from control_points.centre.status import CameraStatus
from control_points.config import CameraConfig, EdgeConfig

MARK_EVERY = timedelta(seconds=10)
"""How often the last picture's time of a live camera is written down."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Feed:
    """What one frame loop works on."""

    cameras: tuple[str, ...]
    events: Iterator[Event]
    is_live: bool


@dataclass
class LiveWatch:
    """Notes how one live camera is doing: its status, and its gaps in the journal."""

    journal: Journal
    status: CameraStatus
    _marked: datetime | None = field(default=None)

    def saw_frame(self, camera: str, at: datetime) -> None:
        if self._marked is None or at - self._marked >= MARK_EVERY:
            self._marked = at
            self.journal.saw_frame(camera, at)

    def lost(self, camera: str, at: datetime, problem: str, wait: float) -> None:
        self._marked = None
        self.journal.lost(camera, at, problem[:200])
        self.status.is_without("reconnecting", problem)
        log.warning("camera lost", camera=camera, problem=problem, next_try_s=round(wait, 1))


def feeds_of(
    config: EdgeConfig,
    journal: Journal,
    statuses: Mapping[str, CameraStatus],
    stop: threading.Event,
) -> list[Feed]:
    """Raises InvalidInput when a file source names nothing that could be looked at."""
    live = [c for c in config.cameras if c.named_source(config.base).is_live]
    filed = [(c.camera, footage_of(c, config)) for c in config.cameras if c not in live]
    feeds = [_live_feed(camera, config, journal, statuses, stop) for camera in live]
    if config.replay:
        return [*feeds, _replay_feed(filed, config.speed, journal, stop)]
    return feeds + [_file_feed(name, footage, journal, stop) for name, footage in filed]


def _live_feed(
    camera: CameraConfig,
    config: EdgeConfig,
    journal: Journal,
    statuses: Mapping[str, CameraStatus],
    stop: threading.Event,
) -> Feed:
    source, status = camera.named_source(config.base), statuses[camera.camera]
    journal.starting(camera.camera)
    live = LiveCamera(
        camera.camera, lambda: CaptureProcess(camera, source), LiveWatch(journal, status)
    )
    return Feed((camera.camera,), _counted(live, status, stop), is_live=True)


def _counted(live: LiveCamera, status: CameraStatus, stop: threading.Event) -> Iterator[Event]:
    for event in live.events(stop):
        status.dropped = live.dropped
        yield event


def _file_feed(
    name: str, stretches: Sequence[Footage], journal: Journal, stop: threading.Event
) -> Feed:
    return Feed((name,), ahead(recorded(name, stretches, journal), stop), is_live=False)


def _replay_feed(
    filed: Sequence[tuple[str, list[Footage]]],
    speed: float,
    journal: Journal,
    stop: threading.Event,
) -> Feed:
    events = merged(recorded(name, footage, journal) for name, footage in filed)
    names = tuple(name for name, _ in filed)
    return Feed(names, paced(ahead(events, stop), speed, stop.wait), is_live=False)
