"""One edge worker: threads for decoding, reading, each feed, the uplink and the heartbeats."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

import structlog

from control_points.cameras.events import Break, Event
from control_points.cameras.feeds import Feed, feeds_of
from control_points.cameras.frame_loop import FrameLoop
from control_points.cameras.replay_clock import ReplayClock
from control_points.centre.heartbeat import Pulse
from control_points.centre.status import CameraStatus, EdgeStatus
from control_points.centre.uplink import Uplink
from control_points.config import EdgeConfig
from control_points.protocol import PictureKind, PictureQuality
from control_points.storage.edge_store import EdgeStore
from control_points.storage.picture_files import picture_context
from control_points.vehicles.decisions import EdgeDecider
from control_points.vehicles.lane import Lane
from control_points.vehicles.passages import Circumstances, Passage, report_of
from control_points.vehicles.reading import ReadingPool
from core.clock import utc_now
from core.errors import SarbideError
from core.sealing import seal

LAST_TURN = 10.0
"""Seconds for threads to end when the worker is stopped."""

BUG = (
    "The worker stopped on an error of its own in '{thread}', logged above. What was stored is "
    "safe: start it again, and report the error."
)

log = structlog.get_logger()


class Ending(IntEnum):
    """Exit codes of `run`."""

    DONE = 0
    FOOTAGE_PROBLEM = 1
    """Some footage could not be looked at to its end; what there was is reported."""
    LEFT_OVER = 3
    """Passages are left in the spool: the centre was out of reach."""


@dataclass
class Worker:
    """Built by `control_points.assembly.build`; `run` once."""

    config: EdgeConfig
    store: EdgeStore
    status: EdgeStatus
    decider: EdgeDecider
    uplink: Uplink
    pulse: Pulse
    pool: ReadingPool
    replay: ReplayClock | None
    circumstances: tuple[str, str]
    """Software and models, for every report."""
    stop: threading.Event = field(default_factory=threading.Event)
    problems: list[str] = field(default_factory=list)
    """Footage that could not be looked at, in words."""
    _failure: SarbideError | None = None

    def run(self) -> Ending:
        """Until all footage is looked at and handed over, or `stop` is set.

        Raises:
            SarbideError: the disk failed; everything stored before is safe.
        """
        self.store.pictures.sweep()
        feeds = feeds_of(self.config, self.store.journal, self.status.cameras, self.stop)
        quiet = threading.Event()
        served = [
            self._thread("uplink", lambda: self.uplink.run(quiet)),
            self._thread(
                "heartbeats", lambda: self.pulse.run(quiet, self.config.heartbeat_seconds)
            ),
        ]
        self._await_centre()
        self._watch([self._thread(f"frames {f.cameras[0]}", self._loop(f)) for f in feeds])
        self._drain()
        quiet.set()
        self.uplink.wake.set()
        for thread in served:
            thread.join(LAST_TURN)
        self.pool.close()
        if self._failure is not None:
            raise self._failure
        return self._ending()

    def remains(self) -> str:
        """What is left to do, in words."""
        waiting, pictures = self.store.spool.count("waiting"), self.store.pictures.count()
        passages = sum(camera.passages for camera in self.status.cameras.values())
        text = f"Passages seen: {passages}."
        if waiting:
            text += (
                f" {waiting} passages wait in {self.store.folder} for the control centre "
                f"{self.config.centre.url}; start again when it is in reach."
            )
        if pictures:
            text += f" Sealed pictures that wait for the centre's word: {pictures}."
        if rejected := self.store.spool.count("rejected"):
            text += f" Refused by the centre: {rejected}; see 'python -m control_points spool'."
        return text

    def keep(self, passage: Passage, quality: PictureQuality) -> None:
        """Decide, seal and store one passage; afterwards nothing can lose it."""
        if self.store.spool.knows(passage.id):
            return
        decision = self.decider.decide(
            passage.consensus, passage.control_point, passage.direction, passage.seen_at
        )
        around = Circumstances(self.status.clock_offset_ms, quality, *self.circumstances)
        report = report_of(passage, decision, around)
        if self.replay is not None:
            self.replay.at_least(report.last_seen_at)
        self.store.spool.store(report, self._sealed(passage), utc_now())
        self.uplink.wake.set()
        log.info(
            "passage",
            passage=str(passage.id),
            control_point=passage.control_point,
            direction=passage.direction.value,
            outcome=decision.outcome if decision else "left to the centre",
        )

    def _sealed(self, passage: Passage) -> dict[PictureKind, bytes]:
        if passage.evidence is None:
            return {}
        key = self.config.centre.picture_key
        return {
            kind: seal(key, passage.evidence.jpeg(kind).data, picture_context(passage.id, kind))
            for kind in PictureKind
        }

    def _loop(self, feed: Feed) -> Callable[[], None]:
        lanes = {
            camera.camera: Lane(
                camera, self.status.cameras[camera.camera], self.store.journal, self.keep
            )
            for camera in self.config.cameras
            if camera.camera in feed.cameras
        }
        window = 0 if feed.is_live else self.pool.threads + 1
        loop = FrameLoop(
            lanes, self.pool, window, self._live_event if feed.is_live else self._event
        )

        def run() -> None:
            loop.run(feed.events)
            if not self.stop.is_set():
                for name in feed.cameras:
                    self._ended(self.status.cameras[name])

        return run

    def _beat(self, quiet: threading.Event) -> None:
        self.pulse.run(quiet, self.config.heartbeat_seconds)

    def _ended(self, camera: CameraStatus) -> None:
        if camera.state != "failed":
            camera.state = "ended"

    def _live_event(self, _: Event) -> None:
        """A live camera's breaks are told by its watch."""

    def _event(self, event: Event) -> None:
        if self.replay is not None:
            self.replay.reached(event.at)
        if isinstance(event, Break) and event.problem is not None:
            self.problems.append(event.problem)
            self.status.cameras[event.camera].is_without("failed", event.problem)
            log.error("footage ended early", camera=event.camera, problem=event.problem)

    def _await_centre(self) -> None:
        """Passages are worth more with a decision and with a measured clock."""
        deadline = time.monotonic() + self.config.await_centre_seconds
        while not self.uplink.prepared.wait(0.1) or self.status.clock_offset_ms is None:
            if self.stop.wait(0.05):
                return
            if time.monotonic() >= deadline:
                log.warning("watching without the centre: deciding is left to it")
                return

    def _watch(self, loops: list[threading.Thread]) -> None:
        while any(loop.is_alive() for loop in loops) and not self.stop.wait(0.1):
            pass
        for loop in loops:
            loop.join(LAST_TURN)

    def _drain(self) -> None:
        """Hand over what is left, within the configured patience."""
        if self.stop.is_set():
            return
        if self.config.when_finished == "stay":
            log.info("all footage has been looked at; serving on until stopped")
            self.stop.wait()
            return
        self.uplink.is_hurried = True
        self._until(lambda: self.store.spool.count("waiting") == 0, self.config.drain_seconds)
        if self.store.spool.count("waiting") == 0:
            self._until(self._is_settled, self.config.settle_seconds)

    def _is_settled(self) -> bool:
        if self.store.pictures.unsettled() == 0:
            return True
        self.store.pictures.ask_at_once()
        return False

    def _until(self, is_done: Callable[[], bool], patience: float) -> None:
        deadline = time.monotonic() + patience
        while not is_done() and time.monotonic() < deadline and not self.stop.wait(0.2):
            self.uplink.wake.set()

    def _ending(self) -> Ending:
        if self.store.spool.count("waiting") and not self.stop.is_set():
            return Ending.LEFT_OVER
        return Ending.FOOTAGE_PROBLEM if self.problems else Ending.DONE

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """Start `work`; whatever breaks it stops the worker, and is its failure."""

        def guarded() -> None:
            try:
                work()
            except Exception as error:
                if not isinstance(error, SarbideError):
                    log.exception("thread broke", thread=name)
                    error = SarbideError(BUG.format(thread=name))
                self._failure = self._failure or error
                self.stop.set()

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        thread.start()
        return thread
