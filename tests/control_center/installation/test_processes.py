"""Child processes: started again when killed, given up when they never come up, gone with us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from control_center.installation.processes import Program, Supervisor
from core.errors import Unavailable

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path)
    yield supervisor
    supervisor.stop()


def soon(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return state != "Z"


class TestSupervisor:
    def test_a_killed_program_is_started_again(self, supervisor: Supervisor) -> None:
        supervisor.start(Program("sleeper", SLEEPER))
        first = supervisor.pid_of("sleeper")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert soon(lambda: supervisor.check() == ["sleeper"])
        assert supervisor.pid_of("sleeper") not in (None, first)

    def test_a_program_that_has_done_its_work_stays_ended(self, supervisor: Supervisor) -> None:
        supervisor.start(Program("task", (sys.executable, "-c", "pass"), finishes=True))
        assert soon(lambda: supervisor.has_finished("task"))
        assert supervisor.check() == []

    def test_a_program_that_never_comes_up_is_named_with_its_last_words(
        self, supervisor: Supervisor
    ) -> None:
        command = (sys.executable, "-c", "raise SystemExit('the model is missing')")
        supervisor.start(Program("edge", command))

        def checks_until_given_up() -> None:
            while True:
                supervisor.check()
                time.sleep(0.02)

        with pytest.raises(Unavailable, match="the model is missing"):
            checks_until_given_up()

    def test_children_die_with_their_parent(self, tmp_path: Path) -> None:
        parent = (
            "import sys, time; from pathlib import Path\n"
            "from control_center.installation.processes import Program, spawn\n"
            "child = spawn(Program('x', (sys.executable, '-c', 'import time; time.sleep(60)')))\n"
            f"Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid)); time.sleep(60)"
        )
        process = subprocess.Popen((sys.executable, "-c", parent))
        try:
            assert soon(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
            child = int((tmp_path / "pid").read_text())
            assert exists(child)
        finally:
            process.kill()
            process.wait()
        assert soon(lambda: not exists(child))
