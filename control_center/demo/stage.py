"""Builds the stage: embedded store, database, register, processes. Used by both demonstrations."""

import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

from control_center.demo import edge, programs
from control_center.demo.home import DemoHome
from control_center.edge_boxes import devices
from control_center.installation.embedded_store import EmbeddedStore
from control_center.installation.processes import Supervisor
from control_center.installation.schema import migrate
from control_center.installation.seeding import seed_installation
from core.database import transaction
from core.errors import Unavailable
from core.runtime import Runtime, open_runtime

_BEFORE_FOOTAGE = timedelta(minutes=1)
_START_SECONDS = 180.0
_FOREIGN = ("SARBIDE_DATABASE_URL", "SARBIDE_REDIS_URL")
"""A demonstration never touches another database or store that the shell may name."""


@dataclass
class Stage:
    """A running demonstration. Leaving it stops everything it started."""

    home: DemoHome
    footage: edge.Footage
    runtime: Runtime
    store: EmbeddedStore
    supervisor: Supervisor

    @classmethod
    def build(cls, home: DemoHome, footage: edge.Footage) -> "Stage":
        """Start everything; returns when the centre answers.

        Raises:
            SetupProblem: the store's server program is missing.
            Unavailable: a process does not come up.
        """
        for name in _FOREIGN:
            os.environ.pop(name, None)
        settings = home.settings()
        runtime = open_runtime(settings)
        box = edge.prepare(home.folder / "edge", footage, runtime.keys, home.staff_url)
        supervisor = Supervisor(home.folder / "logs")
        stage = cls(home, footage, runtime, EmbeddedStore(settings), supervisor)
        try:
            # The edge box loads its models while the register is being filled.
            supervisor.start(programs.edge(home.environment(), box.config))
            stage.store.start()
            stage._fill(box)
            stage._start_programs()
        except BaseException:
            stage.stop()
            raise
        return stage

    def _fill(self, box: edge.EdgeBox) -> None:
        migrate(self.runtime.engine)
        if self.home.state.is_seeded:
            return
        now = self.footage.starts_at - _BEFORE_FOOTAGE
        self.runtime.clock.move_to(now)
        logins = seed_installation(self.runtime, register=self.footage.register)
        with transaction(self.runtime.writing) as session:
            devices.enrol(
                session,
                key_id=edge.DEVICE,
                public_key=box.public_key,
                control_points=box.control_points,
                now=now,
            )
        self.home.save(is_seeded=True, logins=tuple(logins))

    def _start_programs(self) -> None:
        """The centre first: the edge box waits for it. The others catch up meanwhile."""
        environment = self.home.environment()
        self.supervisor.start(programs.centre(environment))
        self.supervisor.start(programs.worker(environment))
        self.wait_for_centre()
        self.supervisor.start(programs.beat(environment))
        self.supervisor.start(programs.app(environment))
        home = self.home
        self.supervisor.start(
            programs.stamps(environment, home.stamp_folder, home.state.stamp_port)
        )

    def wait_for_centre(self) -> None:
        """Returns when the staff application answers."""
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(f"{self.home.staff_url}/health"):
            self.supervisor.check()
            if time.monotonic() > deadline:
                log = self.supervisor.log_of(programs.CENTRE)
                raise Unavailable(f"The control centre does not answer; its log is {log}.")
            time.sleep(0.05)

    def now(self) -> datetime:
        """The city's time."""
        return self.runtime.clock.now()

    def log_folder(self) -> Path:
        return self.home.folder / "logs"

    def stop(self) -> None:
        """Stop the processes, the edge box first, so that nothing it sends is lost."""
        self.supervisor.stop()
        self.store.stop()
        self.runtime.close()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 -- our own loopback address
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
