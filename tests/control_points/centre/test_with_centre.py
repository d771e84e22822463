"""The edge against the real control centre: both speak the same protocol."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from control_center.edge_boxes import devices
from control_center.edge_boxes.centre_keys import list_signing_public_key, picture_public_key
from control_center.models import PassageRecord, PictureRecord
from control_center.web import create_staff_app
from control_points import assembly
from control_points.centre.centre_client import CentreClient
from control_points.config import EdgeSettings, load_config
from control_points.storage.edge_store import EdgeStore
from control_points.worker import Ending, Worker
from core.clock import utc_now
from core.database import transaction
from core.runtime import Runtime
from core.signing import generate_key_pair
from permits.seed.places import seed_places
from tests.control_center.builders import do_jobs
from tests.control_points.builders import MORNING, config_text
from tests.control_points.fakes import ColourReader
from tests.control_points.streets import film

POINTS = ["CP-01", "CP-02"]
TOP = 'manifest = "manifest.json"\nreplay = true\ndrain_seconds = 20\nsettle_seconds = 1\n'


@dataclass
class Box:
    """An enrolled edge box with its footage."""

    folder: Path
    runtime: Runtime

    def run(self, during: Callable[[Worker], None] = lambda _: None) -> Ending:
        """One run of its worker, from start to end."""
        settings = EdgeSettings(data_dir=self.runtime.settings.data_dir)
        config = load_config(self.folder / "edge.toml", settings)
        store = EdgeStore.open(config.data_path)
        try:
            worker = assembly.build(config, settings, store, ColourReader, "test", "colours")
            ending = worker.run()
            during(worker)
            return ending
        finally:
            store.close()


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    runtime.clock.move_to(MORNING - timedelta(minutes=5))
    with transaction(runtime.writing) as session:
        seed_places(session)
    return create_staff_app(runtime.settings, runtime=runtime)


@pytest.fixture
def box(app: FastAPI, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Box:
    private, public = generate_key_pair()
    with transaction(runtime.writing) as session:
        devices.enrol(
            session, key_id="edge-1", public_key=public, control_points=POINTS, now=utc_now()
        )
    transport = TestClient(app)._transport
    monkeypatch.setattr(
        assembly,
        "_client",
        lambda config, key: CentreClient(
            config.centre.url, config.device, key, transport=transport
        ),
    )
    folder = tmp_path / "box"
    folder.mkdir()
    film(folder / "CP-01.mp4", "1234BBC", "5678CDF")
    film(folder / "CP-02.mp4", "9012FGH")
    (folder / "manifest.json").write_text(json.dumps({"clips": [clip(p) for p in POINTS]}))
    (folder / "edge.key").write_text(base64.b64encode(private).decode())
    cameras = "".join(
        f'[[cameras]]\ncamera = "{p}-A"\ncontrol_point = "{p}"\ndirection = "entry"\n'
        'source = "manifest"\n'
        for p in POINTS
    )
    keys = list_signing_public_key(runtime.keys), picture_public_key(runtime.keys)
    text = config_text(folder, "http://127.0.0.1:1", keys, cameras, TOP)
    (folder / "edge.toml").write_text(text)
    return Box(folder, runtime)


def clip(point: str) -> dict[str, object]:
    return {
        "file": f"{point}.mp4",
        "control_point": point,
        "camera": f"{point}-A",
        "starts_at": MORNING.isoformat(),
        "fps": 8,
    }


class TestTheEdgeAndTheCentre:
    def test_passages_pictures_and_lists_cross_in_both_directions(
        self, box: Box, runtime: Runtime
    ) -> None:
        def is_equipped(worker: Worker) -> None:
            assert worker.decider.key == runtime.keys.plate_hash_key
            assert worker.decider.held.head is not None
            assert "CP-30" in worker.decider.held.head.points
            assert worker.store.spool.rejected() == []
            assert abs(worker.status.clock_offset_ms or 1e9) < 1000

        assert box.run(is_equipped) is Ending.DONE
        with transaction(runtime.reading) as session:
            plates = set(session.scalars(select(PassageRecord.plate)))
        assert plates == {"1234BBC", "5678CDF", "9012FGH"}

        do_jobs(runtime)
        assert box.run() is Ending.DONE
        with transaction(runtime.reading) as session:
            claimed = session.scalars(
                select(PassageRecord.id).where(PassageRecord.pictures_wanted == "send")
            ).all()
            stored = session.scalars(select(PictureRecord.kind)).all()
        assert len(claimed) == 3
        assert sorted(set(stored)) == ["context", "context-original", "plate"]
        assert list((box.folder / "edge" / "pictures").iterdir()) == []
