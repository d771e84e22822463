"""The fake municipal service, running as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TOKEN = "a token for tests only"


class MunicipalServer:
    """The process and what it is told."""

    def __init__(self, folder: Path) -> None:
        self._state_file = folder / "state.json"
        self._state: dict[str, Any] = {"token": TOKEN, "registers": {}, "mode": "well"}
        self._save()
        program = Path(__file__).with_name("municipal_server.py")
        self._process = subprocess.Popen(
            [sys.executable, str(program), str(self._state_file)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def has(self, kind: str, rows: list[dict[str, Any]]) -> None:
        self._state["registers"][kind] = rows
        self._save()

    def behaves(self, mode: str) -> None:
        self._state["mode"] = mode
        self._save()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _save(self) -> None:
        fresh = self._state_file.with_suffix(".new")
        fresh.write_text(json.dumps(self._state))
        fresh.replace(self._state_file)


@pytest.fixture
def municipality(tmp_path: Path) -> Iterator[MunicipalServer]:
    server = MunicipalServer(tmp_path)
    yield server
    server.stop()
