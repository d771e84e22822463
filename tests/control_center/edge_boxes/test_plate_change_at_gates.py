"""A plate changed in the app is honoured at every connected gate within ten seconds.

The gates are real edge boxes without cameras: their heartbeats, uplinks and access lists, at the
pace of their configuration, over the centre's own interface.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI

from anpr.types import PlateConsensus, TrackedRead
from control_center.edge_boxes.centre_keys import list_signing_public_key
from control_points.centre.centre_client import CentreClient
from control_points.centre.heartbeat import Pulse
from control_points.centre.status import EdgeStatus
from control_points.centre.uplink import Uplink
from control_points.config import EdgeConfig
from control_points.protocol import Direction
from control_points.storage.edge_store import EdgeStore
from control_points.vehicles.decisions import EdgeDecider
from core.clock import utc_now
from core.database import transaction
from core.plates import PlateNumber
from core.runtime import Runtime
from mobile_api.service import change_own_plate
from permits.models import Authorisation
from tests.control_center.builders import MORNING, EdgeBox
from tests.permits.builders import DESK, authorisation

WITHIN_SECONDS = 10.0
EVERY_SECONDS = float(EdgeConfig.model_fields["heartbeat_seconds"].default)
GATES = ("CP-01", "CP-02", "CP-04")


@dataclass
class Gate:
    """One edge box with its threads running."""

    point: str
    store: EdgeStore
    decider: EdgeDecider

    def lets_in(self, plate: str) -> bool:
        consensus = seen(plate)
        at = MORNING + timedelta(minutes=5)
        decision = self.decider.decide(consensus, self.point, Direction.ENTRY, at)
        return decision is not None and decision.outcome == "authorised"


def seen(plate: str) -> PlateConsensus:
    """A clear read, whose picture nobody looks at here."""
    number = PlateNumber(plate)
    return PlateConsensus(number, 0.99, "ES", (), 8, 8, cast(TrackedRead, None))


@pytest.fixture
def gates(app: FastAPI, tmp_path: Path) -> Iterator[list[Gate]]:
    stop = threading.Event()
    with ExitStack() as stack:
        yield [start(app, point, tmp_path / point, stop, stack) for point in GATES]
        # Before the stack closes the stores.
        stop.set()
        for thread in threading.enumerate():
            if thread.name.startswith("gate-"):
                thread.join(timeout=20)


def start(app: FastAPI, point: str, folder: Path, stop: threading.Event, stack: ExitStack) -> Gate:
    """An enrolled box at `point` whose heartbeats and uplink run."""
    box = EdgeBox(app, key_id=f"edge-{point}", points=[point])
    store = EdgeStore.open(folder)
    stack.callback(store.close)
    status = EdgeStatus(started_at=utc_now(), cameras={})
    decider = EdgeDecider(store.held)

    def client() -> CentreClient:
        return CentreClient(
            "http://testserver", box.key_id, box._private, transport=box.client._transport
        )

    public = list_signing_public_key(box.runtime.keys)
    uplink = Uplink(client(), store.spool, store.pictures, decider, status, public)
    pulse = Pulse(
        client(),
        box.key_id,
        "test",
        folder,
        store.spool,
        store.pictures,
        store.journal,
        store.held,
        status,
        on_newer_list=uplink.wake.set,
    )
    run_heart, run_uplink = partial(pulse.run, stop, EVERY_SECONDS), partial(uplink.run, stop)
    for name, run in (("heart", run_heart), ("uplink", run_uplink)):
        threading.Thread(target=run, name=f"gate-{point}-{name}", daemon=True).start()
    return Gate(point, store, decider)


def change(runtime: Runtime, old: str, new: str) -> None:
    """What a tap in the app does."""
    with transaction(runtime.writing) as session:
        row = session.query(Authorisation).one()
        change_own_plate(
            session,
            runtime.keys,
            DESK,
            row.holder_id,
            row.reference,
            old=old,
            new=new,
            now=MORNING,
        )


def wait_until(gates: list[Gate], plate: str, *, patience: float) -> float:
    """Seconds until every gate lets `plate` in."""
    began = time.monotonic()
    while not all(gate.lets_in(plate) for gate in gates):
        assert time.monotonic() - began < patience, f"{plate} is not let in everywhere"
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.slow
def test_every_connected_gate_honours_the_new_plate_and_no_longer_the_old_one(
    runtime: Runtime, app: FastAPI, gates: list[Gate]
) -> None:
    with transaction(runtime.writing) as session:
        authorisation(session, runtime.keys, "1234BBC")
    wait_until(gates, "1234BBC", patience=30)
    change(runtime, "1234BBC", "5678FGH")
    took = wait_until(gates, "5678FGH", patience=30)
    assert took < WITHIN_SECONDS
    assert not any(gate.lets_in("1234BBC") for gate in gates)


def test_heartbeats_leave_time_for_fetching_the_list() -> None:
    assert EVERY_SECONDS <= WITHIN_SECONDS / 2
