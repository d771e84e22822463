"""Child processes that die with their parent and come back when they are killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from core.errors import Unavailable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """One process of Sarbide: what to run, and whether ending well means it is done."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    finishes: bool = False
    """Exit status 0 is the end of its work; without it every exit means starting again."""


def die_with_parent(parent: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel ends the child when the thread that started it ends."""

    def prepare() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return prepare


def spawn(program: Program, log: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
    """Start `program`; a Ctrl-C at the terminal reaches only the parent, which stops the rest."""
    return subprocess.Popen(
        program.command,
        env={**os.environ, **program.environment},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log is not None else None,
        start_new_session=True,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509 -- no lock is taken in it
    )


def stop(process: subprocess.Popen[bytes], patience: float = 5.0) -> None:
    """End `process`: politely first, by force after `patience` seconds."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Supervisor:
    """Keeps programs running. Their output goes to one log file each in `log_dir`."""

    LASTING_SECONDS = 5.0
    """Who lived as long as this had started well."""
    MOST_FALSE_STARTS = 4
    """In a row, before a program is given up: something is wrong that no restart puts right."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._kept: dict[str, _Kept] = {}

    def start(self, program: Program) -> None:
        """Start `program` and keep it running from now on."""
        self._log_dir.mkdir(parents=True, exist_ok=True)
        self._kept[program.name] = _Kept(program, self._spawn(program), time.monotonic())

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        with self.log_of(program.name).open("ab") as log:
            return spawn(program, log)

    def log_of(self, name: str) -> Path:
        return self._log_dir / f"{name}.log"

    def pid_of(self, name: str) -> int | None:
        """Process id while it runs."""
        kept = self._kept.get(name)
        return kept.process.pid if kept and kept.process.poll() is None else None

    def has_finished(self, name: str) -> bool:
        """Whether a program that `finishes` has ended its work."""
        kept = self._kept.get(name)
        return kept is not None and kept.has_finished

    def check(self) -> list[str]:
        """Start again what has died; call often. Returns the names that were restarted.

        Raises:
            Unavailable: a program does not come up; the message has its last words.
        """
        return [name for name, kept in self._kept.items() if self._restart_if_dead(kept)]

    def _restart_if_dead(self, kept: "_Kept") -> bool:
        if kept.process.poll() is None or kept.has_finished:
            return False
        now = time.monotonic()
        if kept.died_at is None:
            kept.died_at = now
            lasted = now - kept.started_at >= self.LASTING_SECONDS
            kept.false_starts = 0 if lasted else kept.false_starts + 1
        if kept.false_starts >= self.MOST_FALSE_STARTS:
            raise Unavailable(
                f"The {kept.program.name} process does not stay up. Its log "
                f"{self.log_of(kept.program.name)} ends with: {self._last_words(kept)}"
            )
        if now - kept.died_at < 0.25 * 2**kept.false_starts:
            return False
        kept.process, kept.started_at, kept.died_at = self._spawn(kept.program), now, None
        return True

    def _last_words(self, kept: "_Kept") -> str:
        lines = self.log_of(kept.program.name).read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "nothing"

    def kill(self) -> None:
        """End every program without letting it finish what it is doing."""
        for kept in self._kept.values():
            kept.process.kill()

    def stop(self) -> None:
        """End every program, all at once."""
        alive = [kept.process for kept in self._kept.values() if kept.process.poll() is None]
        for process in alive:
            process.terminate()
        for process in alive:
            stop(process)


@dataclass
class _Kept:
    """A program that is kept running."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    died_at: float | None = None
    false_starts: int = 0

    @property
    def has_finished(self) -> bool:
        return self.program.finishes and self.process.poll() == 0
