"""A whole worker against a small centre: everything arrives once, whatever is pulled out."""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from anpr.types import Image
from control_points.assembly import build
from control_points.cameras import feeds
from control_points.config import EdgeSettings, load_config
from control_points.errors import CaptureFailed
from control_points.protocol import Instruction, PassageReport, PictureKind
from control_points.storage.edge_store import EdgeStore
from control_points.worker import Ending, Worker
from core.clock import utc_now
from core.errors import SarbideError
from core.signing import generate_key_pair
from tests.control_points.builders import MORNING, a_list, a_point, a_vehicle, config_text
from tests.control_points.fakes import ColourReader, FakeCentre, served
from tests.control_points.streets import film, frames

SCRIPT = Path(__file__).parent / "colour_worker.py"
DRIVES = {"CP-01": ("1234BBC", "5678CDF"), "CP-02": ("9012FGH", "1234BBC", "5678CDF")}
EXPECTED = sorted((point, plate, "entry") for point, plates in DRIVES.items() for plate in plates)
PATIENCE = "await_centre_seconds = 5\ndrain_seconds = 20\nsettle_seconds = 1\n"


@dataclass
class Street:
    """Two filmed points, a centre, and the configuration of the worker between them."""

    folder: Path
    centre: FakeCentre
    device_public: bytes
    settings: EdgeSettings
    top: str = PATIENCE
    cameras: str = "".join(
        f'[[cameras]]\ncamera = "{point}-A"\ncontrol_point = "{point}"\n'
        'direction = "entry"\nsource = "manifest"\n'
        for point in DRIVES
    )

    def write_config(self, url: str) -> Path:
        path = self.folder / "edge.toml"
        keys = self.centre.signing_public, self.centre.picture_public
        top = f'manifest = "manifest.json"\n{self.top}'
        path.write_text(config_text(self.folder, url, keys, self.cameras, top))
        return path

    @contextmanager
    def worker(self, url: str) -> Iterator[Worker]:
        config = load_config(self.write_config(url), self.settings)
        store = EdgeStore.open(config.data_path)
        try:
            yield build(config, self.settings, store, ColourReader, "test", "colours")
        finally:
            store.close()

    def passages(self) -> list[tuple[str, str | None, str]]:
        return sorted(
            (p.control_point, p.plate, p.direction.value) for p in self.centre.passages.values()
        )

    def report_of(self, point: str, plate: str) -> PassageReport:
        (report,) = (
            p for p in self.centre.passages.values() if (p.control_point, p.plate) == (point, plate)
        )
        return report


@pytest.fixture
def filmed(tmp_path: Path, centre: FakeCentre) -> Street:
    clips = []
    for number, (point, plates) in enumerate(DRIVES.items()):
        film(tmp_path / f"{point}.mp4", *plates)
        start = MORNING + timedelta(seconds=number)
        clips.append(
            {
                "file": f"{point}.mp4",
                "control_point": point,
                "camera": f"{point}-A",
                "starts_at": start.isoformat(),
                "fps": 8,
            }
        )
    (tmp_path / "manifest.json").write_text(json.dumps({"clips": clips}))
    private, public = generate_key_pair()
    (tmp_path / "edge.key").write_text(base64.b64encode(private).decode())
    centre.lists = [
        a_list(1, a_vehicle("1234BBC"), control_points=(a_point("CP-01"), a_point("CP-02")))
    ]
    return Street(tmp_path, centre, public, EdgeSettings(data_dir=tmp_path / "var"))


class TestRunning:
    def test_every_vehicle_arrives_once_decided_and_with_its_claimed_pictures(
        self, filmed: Street
    ) -> None:
        filmed.centre.usual = Instruction.SEND
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            assert worker.run() is Ending.DONE
            assert worker.store.pictures.count() == 0
        assert filmed.passages() == EXPECTED
        known = filmed.report_of("CP-01", "1234BBC").decision
        unknown = filmed.report_of("CP-01", "5678CDF").decision
        assert known is not None
        assert unknown is not None
        assert (known.outcome, unknown.outcome) == ("authorised", "not_authorised")
        assert len(filmed.centre.pictures) == len(EXPECTED) * 2
        assert all(jpeg.startswith(b"\xff\xd8") for jpeg in filmed.centre.pictures.values())

    def test_an_authorised_passage_s_pictures_are_erased_and_never_leave(
        self, filmed: Street
    ) -> None:
        filmed.centre.usual = Instruction.DISCARD
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            worker.run()
            assert list((worker.store.folder / "pictures").iterdir()) == []
        assert filmed.centre.pictures == {}

    def test_pictures_on_the_disk_are_sealed(self, filmed: Street) -> None:
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            worker.run()
            kept = list((worker.store.folder / "pictures").iterdir())
        assert len(kept) == len(EXPECTED) * len(PictureKind)
        assert not any(b"\xff\xd8\xff" in path.read_bytes()[:64] for path in kept)

    def test_the_plate_hash_key_is_nowhere_on_the_disk(self, filmed: Street) -> None:
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            worker.run()
            key = worker.decider.key
            assert key is not None
            files = [path for path in filmed.folder.rglob("*") if path.is_file()]
            assert not any(key in path.read_bytes() for path in files)

    def test_replay_tells_the_points_passages_in_the_order_they_happened(
        self, filmed: Street
    ) -> None:
        filmed.top += "replay = true\n"
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            worker.run()
        closed = [report.last_seen_at for report in filmed.centre.passages.values()]
        assert closed == sorted(closed)
        assert filmed.settings.domain_clock.now() >= max(closed)
        assert filmed.settings.domain_clock.now() < max(closed) + timedelta(minutes=5)

    def test_truncated_footage_is_reported_as_far_as_it_goes(self, filmed: Street) -> None:
        whole = filmed.folder / "CP-02.mp4"
        avi = film(filmed.folder / "CP-02.avi", *DRIVES["CP-02"])
        whole.write_bytes(avi.read_bytes()[: avi.stat().st_size * 2 // 3])
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            assert worker.run() is Ending.FOOTAGE_PROBLEM
            (problem,) = worker.problems
        assert "CP-02.mp4: the video ends after" in problem
        assert ("CP-02", "9012FGH", "entry") in filmed.passages()
        assert len([p for p in filmed.passages() if p[0] == "CP-01"]) == 2

    def test_what_breaks_the_spool_stops_the_worker_with_its_reason(
        self, filmed: Street, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:

            def full(*_: object) -> bool:
                raise SarbideError("The disk is full.")

            monkeypatch.setattr(worker.store.spool, "store", full)
            with pytest.raises(SarbideError, match="disk is full"):
                worker.run()
        assert filmed.centre.passages == {}


class FilmedConnection:
    """A live camera: an empty street, a vehicle, a failure, and the next vehicle."""

    reels: ClassVar[list[tuple[str, ...]]] = []

    def __init__(self, *_: object) -> None:
        self.plates = self.reels.pop(0) if self.reels else None

    def frames(self) -> Iterator[tuple[datetime, Image]]:
        for image in frames(*self.plates) if self.plates else ():
            yield utc_now(), image
            time.sleep(0.05)
        raise CaptureFailed("Camera CP-01-LIVE stopped giving pictures.")

    def close(self) -> None:
        """Nothing to close."""


class TestLiveCameras:
    def test_vehicles_before_and_after_an_outage_arrive_and_the_gap_is_told(
        self, filmed: Street, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(FilmedConnection, "reels", [("1234BBC",), ("5678CDF",)])
        monkeypatch.setattr(feeds, "CaptureProcess", FilmedConnection)
        filmed.top += "heartbeat_seconds = 0.2\n"
        filmed.cameras = (
            '[[cameras]]\ncamera = "CP-01-LIVE"\ncontrol_point = "CP-01"\n'
            'direction = "entry"\nsource = "rtsp://camera/live"\n'
        )
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            guard = threading.Timer(60, worker.stop.set)
            guard.start()
            watcher = threading.Thread(target=self.stop_when_told, args=(filmed, worker))
            watcher.start()
            assert worker.run() is Ending.DONE
            watcher.join()
            guard.cancel()
        assert [plate for _, plate, _ in filmed.passages()] == ["1234BBC", "5678CDF"]
        (gap,) = (gap for beat in filmed.centre.heartbeats for gap in beat.gaps)
        assert gap.reason == "Camera CP-01-LIVE stopped giving pictures."
        states = {camera.state for beat in filmed.centre.heartbeats for camera in beat.cameras}
        assert states == {"running", "reconnecting"}

    @staticmethod
    def stop_when_told(filmed: Street, worker: Worker) -> None:
        def is_told() -> bool:
            beats = filmed.centre.heartbeats
            return len(filmed.centre.passages) == 2 and any(beat.gaps for beat in beats)

        while not is_told() and not worker.stop.is_set():
            time.sleep(0.05)
        worker.stop.set()


class TestWithoutTheCentre:
    def test_passages_wait_and_the_next_run_hands_them_over(self, filmed: Street) -> None:
        filmed.top = "await_centre_seconds = 0\ndrain_seconds = 0.5\n"
        with filmed.worker("http://127.0.0.1:9") as worker:
            assert worker.run() is Ending.LEFT_OVER
            assert f"{len(EXPECTED)} passages wait" in worker.remains()
        filmed.top = PATIENCE
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            assert worker.run() is Ending.DONE
        assert filmed.passages() == EXPECTED
        assert all(p.decision is None for p in filmed.centre.passages.values())

    def test_it_comes_back_in_the_middle(self, filmed: Street) -> None:
        filmed.centre.is_down = True
        filmed.top = "await_centre_seconds = 0\ndrain_seconds = 30\n"
        with served(filmed.centre, filmed.device_public) as url, filmed.worker(url) as worker:
            back = threading.Timer(1.0, setattr, (filmed.centre, "is_down", False))
            back.start()
            assert worker.run() is Ending.DONE
        assert filmed.passages() == EXPECTED


@pytest.mark.slow
class TestAsAProcess:
    def start(self, filmed: Street, url: str) -> "subprocess.Popen[str]":
        root = Path(__file__).resolve().parents[2]
        environment = os.environ | {
            "PYTHONPATH": str(root),
            "SARBIDE_DATA_DIR": str(filmed.settings.data_dir),
        }
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), str(filmed.write_config(url))],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def test_killed_again_and_again_it_loses_no_passage_and_doubles_none(
        self, filmed: Street
    ) -> None:
        filmed.top += "replay = true\n"
        filmed.centre.usual = Instruction.SEND
        chance = random.Random(7)
        with served(filmed.centre, filmed.device_public) as url:
            for _ in range(4):
                process = self.start(filmed, url)
                self.wait_for_start(filmed, process)
                time.sleep(chance.uniform(0.0, 2.0))
                process.kill()
                process.communicate()
            process = self.start(filmed, url)
            output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
        assert filmed.passages() == EXPECTED
        assert filmed.centre.doubles == 0
        assert len(filmed.centre.pictures) == len(EXPECTED) * 2

    @staticmethod
    def wait_for_start(filmed: Street, process: "subprocess.Popen[str]") -> None:
        """Until this start has sent a heartbeat, so that the kill meets a working worker."""
        before, deadline = len(filmed.centre.heartbeats), time.monotonic() + 60
        while len(filmed.centre.heartbeats) == before and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def test_a_polite_stop_ends_cleanly_and_the_next_start_goes_on(self, filmed: Street) -> None:
        filmed.top += "replay = true\nspeed = 1\n"
        with served(filmed.centre, filmed.device_public) as url:
            process = self.start(filmed, url)
            self.wait_for_start(filmed, process)
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=60)
            assert process.returncode == 0, output
            assert "Traceback" not in output
            filmed.top = filmed.top.replace("speed = 1", "speed = 0")
            process = self.start(filmed, url)
            output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
        assert filmed.passages() == EXPECTED

    def test_a_mistake_in_the_file_is_one_sentence_without_a_traceback(
        self, filmed: Street
    ) -> None:
        filmed.top = "spead = 2\n"
        process = self.start(filmed, "http://127.0.0.1:9")
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "spead: is not a setting" in output
        assert "Traceback" not in output
