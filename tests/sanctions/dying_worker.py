"""A worker that kills itself with SIGKILL right after one function has returned.

``python -m tests.sanctions.dying_worker MODULE:NAME WHEN`` drains the outbox of the database and
folder that the environment names, at the city's time WHEN. It is a process of its own, so its
death leaves exactly what a power cut would: open claims, half-written work, no clean-up.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from control_center.background.handlers import HANDLERS
from control_center.background.outbox_worker import drain
from core.runtime import open_runtime
from core.settings import Settings
from sanctions.integrations import jobs
from tests.sanctions.integrations.world import WORK


def main(target: str, when: str) -> None:
    runtime = open_runtime(Settings())
    runtime.clock.move_to(datetime.fromisoformat(when))
    module, _, name = target.partition(":")
    owner: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, last, deadly(getattr(owner, last)))
    work = WORK if module.startswith("sanctions.integrations") else HANDLERS
    for _ in range(3):
        jobs.sweep(runtime)
        drain(runtime, work)


def deadly(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        function(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return call


if __name__ == "__main__":
    main(*sys.argv[1:])
