"""Puts a worker together: the one place where its parts are chosen."""

import time
from collections.abc import Callable

from control_points.cameras.replay_clock import ReplayClock
from control_points.centre.centre_client import CentreClient
from control_points.centre.heartbeat import Pulse
from control_points.centre.status import CameraState, CameraStatus, EdgeStatus
from control_points.centre.uplink import Uplink
from control_points.config import CameraConfig, EdgeConfig, EdgeSettings
from control_points.storage.edge_store import EdgeStore
from control_points.vehicles.decisions import EdgeDecider
from control_points.vehicles.reading import Reader, ReadingPool
from control_points.worker import Worker
from core.clock import utc_now

LEAP_PATIENCE = 10.0
"""Seconds that a replay waits for the centre before it leaps on."""


def build(
    config: EdgeConfig,
    settings: EdgeSettings,
    store: EdgeStore,
    make_reader: Callable[[], Reader],
    software: str,
    models: str,
) -> Worker:
    """Put a worker together.

    Raises:
        SetupProblem: the device has no key.
    """
    key = config.device_key()
    status = EdgeStatus(utc_now(), {c.camera: _first_status(c, config) for c in config.cameras})
    decider = EdgeDecider(store.held)
    uplink = Uplink(
        _client(config, key),
        store.spool,
        store.pictures,
        decider,
        status,
        config.centre.signing_key,
    )
    pulse = Pulse(
        _client(config, key),
        config.device,
        software,
        store.folder,
        store.spool,
        store.pictures,
        store.journal,
        store.held,
        status,
        on_newer_list=uplink.wake.set,
    )
    pool = ReadingPool(make_reader, config.reading_threads, status.latencies)
    replay = _replay_clock(config, settings, store, status) if config.replay else None
    return Worker(config, store, status, decider, uplink, pulse, pool, replay, (software, models))


def _first_status(camera: CameraConfig, config: EdgeConfig) -> CameraStatus:
    """A live camera has to show that it works; a recording's turn may come later."""
    is_live = camera.named_source(config.base).is_live
    state: CameraState = "reconnecting" if is_live else "running"
    return CameraStatus(camera.camera, camera.control_point, state)


def _client(config: EdgeConfig, key: bytes) -> CentreClient:
    ca_file = config.centre.ca_file
    trust = str(config.placed(ca_file)) if ca_file else None
    return CentreClient(config.centre.url, config.device, key, ca_file=trust)


def _replay_clock(
    config: EdgeConfig, settings: EdgeSettings, store: EdgeStore, status: EdgeStatus
) -> ReplayClock:
    def all_heard() -> None:
        deadline = time.monotonic() + LEAP_PATIENCE
        while store.spool.count("waiting") and status.is_centre_reachable:
            if time.monotonic() > deadline:
                return
            time.sleep(0.02)

    return ReplayClock(settings.domain_clock, all_heard, store.journal.is_untouched())
