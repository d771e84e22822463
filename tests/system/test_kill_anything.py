"""Killing any process with SIGKILL loses no passage and doubles none.

The demonstration runs on a few clips, as a user would start it. After the first passage it is
killed itself and started again; then every one of its processes is killed in turn. What the
centre holds afterwards must be what an undisturbed run holds: the same passages, each decided
on arrival once, each possible infraction queued once, each quota entry debited once.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from control_center.demo import watching
from control_center.demo.edge import SAMPLE_FOOTAGE, Footage
from control_center.models import DecisionRecord, PassageRecord
from core.database import transaction
from core.runtime import Runtime, open_runtime
from core.settings import Settings
from permits.models import QuotaEntry
from sanctions.models import InfractionCase

Found = TypeVar("Found")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CLIPS = ("CP-01_0832.mp4", "CP-03_0851.mp4", "CP-03_0926.mp4", "CP-01_1014.mp4")
PATIENCE = 400.0
"""Seconds, for a busy machine."""


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """A few of the sample clips, with a stay that is too long and a quota that is used up."""
    folder = tmp_path_factory.mktemp("footage")
    manifest = json.loads((SAMPLE_FOOTAGE / "manifest.json").read_text())
    manifest["clips"] = [clip for clip in manifest["clips"] if clip["file"] in CLIPS]
    filming = {clip["camera"] for clip in manifest["clips"]}
    manifest["cameras"] = [one for one in manifest["cameras"] if one["camera"] in filming]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    shutil.copy(SAMPLE_FOOTAGE / "register.json", folder)
    for name in CLIPS:
        (folder / name).symlink_to(SAMPLE_FOOTAGE / name)
    return Footage.load(folder)


class Demo:
    """`python -m control_center demo` in a folder of its own."""

    def __init__(self, folder: Path, footage: Footage) -> None:
        self.folder = folder
        self._command = (
            sys.executable,
            "-m",
            "control_center",
            "demo",
            "--folder",
            str(folder),
            "--footage",
            str(footage.manifest_path.parent),
            "--wait",
            "100000",
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.cameras = len(footage.manifest["cameras"])
        self._runtime: Runtime | None = None

    def start(self) -> None:
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def kill(self) -> None:
        """The demonstration itself; its children go with it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
        if self._runtime is not None:
            self._runtime.close()

    @property
    def runtime(self) -> Runtime:
        """Looks into its database; there is one as soon as passages are."""
        if self._runtime is None:
            secret = self.state()["secret_key"]
            settings = Settings(data_dir=self.folder, database_url=None, secret_key=secret)
            self._runtime = open_runtime(settings)
        return self._runtime

    def state(self) -> dict[str, Any]:
        """What the demonstration keeps to be taken up again."""
        found: dict[str, Any] = json.loads((self.folder / "demo.json").read_text())
        return found

    def is_seeded(self) -> bool:
        try:
            return bool(self.state()["is_seeded"])
        except (FileNotFoundError, ValueError):
            return False

    def pid_of(self, words: str) -> int | None:
        """The child whose command line has `words`."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        for child in " ".join(path.read_text() for path in children).split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if words in command:
                return int(child)
        return None

    def kill_child(self, words: str) -> None:
        """SIGKILL, and wait until its successor runs."""
        victim = wait_for(lambda: self.pid_of(words), f"{words} runs")
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: self.pid_of(words) not in (None, victim), f"{words} is back")

    def passages(self) -> int:
        if not self.is_seeded():
            return 0
        with transaction(self.runtime.reading) as session:
            return len(session.scalars(select(PassageRecord.id)).all())

    def finish(self) -> None:
        """Wait for the rest of the footage, then let the deadlines pass."""
        runtime = self.runtime
        wait_for(lambda: watching.footage_is_over(runtime, self.cameras), "the footage ends")
        wait_for(lambda: watching.is_idle(runtime), "all is decided")
        wait_for(lambda: watching.has_wanted_pictures(runtime), "the pictures come")
        runtime.clock.advance(timedelta(hours=80))
        wait_for(lambda: watching.is_idle(runtime), "the cases open")


def wait_for(condition: Callable[[], Found], what: str) -> Found:
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s in vain: {what}"
        time.sleep(0.1)
    return found


@pytest.fixture
def demo(tmp_path: Path, footage: Footage) -> Iterator[Demo]:
    demo = Demo(tmp_path / "disturbed", footage)
    yield demo
    demo.stop()


def undisturbed(folder: Path, footage: Footage) -> list[str]:
    """Ids of all passages of a run in peace."""
    demo = Demo(folder, footage)
    demo.start()
    try:
        wait_for(demo.is_seeded, "the register is filled")
        demo.finish()
        with transaction(demo.runtime.reading) as session:
            return sorted(str(one) for one in session.scalars(select(PassageRecord.id)))
    finally:
        demo.stop()


VICTIMS = {
    "control_points run": "the edge box",
    "control_center worker": "the worker",
    "valkey": "the task store",
    "control_center serve": "the centre",
    "control_center beat": "the schedule",
    "mobile_api serve": "the residents' app",
}


def test_killing_every_process_loses_no_passage_and_doubles_none(
    tmp_path: Path, footage: Footage, demo: Demo
) -> None:
    expected = undisturbed(tmp_path / "undisturbed", footage)
    demo.start()
    wait_for(lambda: demo.passages() > 0, "the first passage")
    # The demonstration goes first: once its footage is over, it would begin anew.
    demo.kill()
    assert not demo.state()["is_finished"]
    demo.start()
    wait_for(lambda: demo.pid_of("control_center serve"), "the demonstration is back")
    for words in VICTIMS:
        before = demo.passages()
        demo.kill_child(words)
        if before < len(expected) - 2:
            wait_for(lambda seen=before: demo.passages() > seen, f"a passage after {words}")  # type: ignore[misc]
    demo.finish()
    assert_same(demo.runtime, expected)


def assert_same(runtime: Runtime, expected: list[str]) -> None:
    with transaction(runtime.reading) as session:
        assert sorted(str(one) for one in session.scalars(select(PassageRecord.id))) == expected
        arrivals = Counter(
            session.scalars(
                select(DecisionRecord.passage_id).where(DecisionRecord.cause == "arrival")
            )
        )
        assert set(arrivals.values()) == {1}
        assert len(arrivals) == len(expected)
        cases = Counter(session.scalars(select(InfractionCase.passage_id)))
        assert cases
        assert set(cases.values()) == {1}
        debits = Counter(
            one for one in session.scalars(select(QuotaEntry.stay_id)) if one is not None
        )
        assert set(debits.values()) == {1}
