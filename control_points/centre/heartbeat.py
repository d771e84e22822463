"""Every few seconds: how the worker is, and what time it is at the centre."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from control_points.access.held_list import HeldList
from control_points.cameras.journal import Gap, Journal
from control_points.centre.status import EdgeStatus
from control_points.errors import CentreUnreachable, RequestRefused
from control_points.protocol import CameraGap, Heartbeat, HeartbeatReceipt
from control_points.storage.picture_spool import PictureSpool
from control_points.storage.spool import Spool
from core.clock import utc_now

MAX_GAPS = 100
LONGEST_ROUND_TRIP = 5.0
"""Seconds; a slower answer says too little about the clocks."""

log = structlog.get_logger()


class Centre(Protocol):
    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatReceipt: ...


@dataclass
class Pulse:
    """Used by one thread."""

    centre: Centre
    device: str
    software: str
    data_dir: Path
    spool: Spool
    pictures: PictureSpool
    journal: Journal
    held: HeldList
    status: EdgeStatus
    on_newer_list: Callable[[], None]
    clock: Callable[[], datetime] = utc_now

    def run(self, stop: threading.Event, every: float) -> None:
        """Beat until `stop`; the first time at once."""
        while True:
            self.beat()
            if stop.wait(every):
                return

    def beat(self) -> bool:
        """Send one heartbeat and act on its receipt; whether the centre answered."""
        gaps = self.journal.unreported_gaps(MAX_GAPS)
        sent_at = self.clock()
        try:
            receipt = self.centre.heartbeat(self._heartbeat(sent_at, gaps))
        except CentreUnreachable:
            # The uplink tells of the outage; once is enough.
            return False
        except RequestRefused as error:
            log.error("heartbeat refused", problem=str(error))
            return False
        self._measure_clock(sent_at, self.clock(), receipt.centre_time)
        self.journal.gaps_reported(gaps)
        self._note_list(receipt.access_list_version)
        return True

    def _heartbeat(self, sent_at: datetime, gaps: list[Gap]) -> Heartbeat:
        median, p99 = self.status.latencies.median_and_p99()
        return Heartbeat(
            device=self.device,
            sent_at=sent_at,
            started_at=self.status.started_at,
            read_latency_ms_median=median,
            read_latency_ms_p99=p99,
            queue=self.spool.count("waiting"),
            pictures_waiting=self.pictures.count(),
            clock_offset_ms=self.status.clock_offset_ms,
            access_list_version=self.held.version,
            disk_free_mb=shutil.disk_usage(self.data_dir).free // 1_000_000,
            cameras=tuple(camera.health() for camera in self.status.cameras.values()),
            gaps=tuple(_wire(gap) for gap in gaps),
            software=self.software,
        )

    def _measure_clock(self, sent: datetime, received: datetime, centre_time: datetime) -> None:
        """The centre read its clock, as far as we can know, half-way (RFC 5905, section 8)."""
        round_trip = (received - sent).total_seconds()
        if 0 <= round_trip <= LONGEST_ROUND_TRIP:
            middle = sent + (received - sent) / 2
            offset = (middle - centre_time).total_seconds() * 1000
            self.status.clock_offset_ms = round(offset, 1)

    def _note_list(self, newest: int) -> None:
        self.status.newest_list = newest
        if newest > self.held.version:
            self.on_newer_list()


def _wire(gap: Gap) -> CameraGap:
    return CameraGap(
        camera=gap.camera, started_at=gap.started_at, ended_at=gap.ended_at, reason=gap.reason[:200]
    )
