"""From the register to the gates, end to end: real processes that speak HTTP on this machine.

A centre, the residents' app and edge boxes run as they do anywhere, with a register of their own
in a temporary folder. Measured is how long a box without a list takes until it decides with one,
and how long a plate changed in the app takes to every gate; and every byte on the line.
"""

import base64
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from control_center.demo import programs
from control_center.demo.home import free_port
from control_center.edge_boxes.counting_relay import CountingRelay
from control_center.edge_boxes.enrolment import enrol_device
from control_center.installation import schema
from control_center.installation.processes import Program, spawn, stop
from core.accounts.service import create_account
from core.database import transaction
from core.errors import Unavailable
from core.identity import SYSTEM, Role
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from core.runtime import Runtime, open_runtime
from core.settings import Settings
from core.signing import generate_key_pair
from permits.benchmark.lookups import REGISTER_AT, fill
from permits.benchmark.report import Line
from permits.queries import all_control_points
from permits.seed.places import ZONE
from permits.service import VehicleFacts, grant, register_holder

SYNC_SECONDS, SYNC_MEGABYTES, CHANGE_SECONDS = 5, 1, 10
OLD, NEW = PlateNumber("0001ZZZ"), PlateNumber("0002ZZZ")
_LOGIN, _PASSWORD = "benchmark", "a password of the benchmark"
_PATIENCE = 180.0


@dataclass(frozen=True)
class Gate:
    """One edge box: its process's folder and its line."""

    point: str
    folder: Path
    relay: CountingRelay

    def holds(self, vehicles: int) -> bool:
        """Whether it decides with a list of at least so many vehicles."""
        count = self._ask("SELECT count(*) FROM vehicles WHERE EXISTS (SELECT 1 FROM head)")
        return count is not None and count >= vehicles

    def knows(self, hashed: bytes) -> bool:
        return bool(self._ask("SELECT count(*) FROM vehicles WHERE plate_hash = ?", hashed))

    def _ask(self, query: str, *values: object) -> int | None:
        path = self.folder / "data" / "access-list.sqlite3"
        try:
            connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)
        except sqlite3.Error:
            return None
        try:
            found: int = connection.execute(query, values).fetchone()[0]
            return found
        except sqlite3.Error:  # the box is just making the file
            return None
        finally:
            connection.close()


def run(vehicles: int, gates: int) -> Iterator[str]:
    """Measure, and say each figure as soon as it is there.

    Raises:
        Unavailable: a process did not come up, or nothing came through for minutes.
    """
    with TemporaryDirectory() as folder, ExitStack() as stack:
        base = Path(folder)
        settings = Settings(data_dir=base, staff_port=free_port(0), app_port=free_port(0))
        runtime = open_runtime(settings)
        stack.callback(runtime.close)
        yield f"  ... filling a register of {vehicles:,} vehicles"
        reference = _prepare(runtime, vehicles)
        environment = _environment(settings)
        stack.enter_context(_running(programs.centre(environment), base))
        stack.enter_context(_running(programs.app(environment), base))
        _wait_for(lambda: _answers(settings.staff_port) and _answers(settings.app_port), "centre")
        boxes = [_start(runtime, settings, base, n, stack) for n in range(gates)]
        yield from _first_lists(boxes, vehicles)
        yield from _changes(runtime, settings, boxes, reference)


def _prepare(runtime: Runtime, vehicles: int) -> str:
    """Fill the register; returns the reference of the permit whose plate will be changed."""
    schema.migrate(runtime.engine)
    runtime.clock.move_to(REGISTER_AT)  # the clock of all processes: none of the permits has ended
    now = runtime.clock.now()
    fill(runtime.engine, runtime.keys, vehicles, ends=True)
    with transaction(runtime.writing) as session:
        holder = register_holder(
            session, runtime.keys, SYSTEM, name="Benchmark", kind="person", now=now
        )
        permit = grant(
            session,
            runtime.keys,
            SYSTEM,
            holder,
            profile="resident",
            zones=[ZONE],
            vehicles=[VehicleFacts(OLD, "car")],
            now=now,
        )
        create_account(
            session,
            login=_LOGIN,
            password=_PASSWORD,
            display_name="Benchmark",
            roles=[Role.CITIZEN],
            holder_id=holder.id,
        )
        return permit.reference


def _environment(settings: Settings) -> Mapping[str, str]:
    return {
        "SARBIDE_DATA_DIR": str(settings.data_dir),
        "SARBIDE_DATABASE_URL": f"sqlite:///{settings.data_dir / 'sarbide.sqlite3'}",
        "SARBIDE_STAFF_PORT": str(settings.staff_port),
        "SARBIDE_APP_PORT": str(settings.app_port),
    }


@contextmanager
def _running(program: Program, base: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (base / f"{program.name}.log").open("ab") as log:
        process = spawn(program, log)
    try:
        yield process
    finally:
        stop(process)


def _start(runtime: Runtime, settings: Settings, base: Path, number: int, stack: ExitStack) -> Gate:
    """Enrol and start an edge box whose camera does not answer: it has only its list to see to."""
    with transaction(runtime.reading) as session:
        points = [point.code for point in all_control_points(session)]
    point, folder = points[number % len(points)], base / f"box-{number}"
    folder.mkdir()
    relay = CountingRelay(settings.staff_port)
    stack.callback(relay.close)
    private, public = generate_key_pair()
    (folder / "device.key").write_text(base64.b64encode(private).decode() + "\n")
    name = f"edge-{number}"
    encoded = base64.b64encode(public).decode()
    centre = enrol_device(runtime, name, encoded, [point], relay.url)
    camera = f'camera = "{point}-A"\ncontrol_point = "{point}"\ndirection = "entry"\n'
    (folder / "edge.toml").write_text(
        f'device = "{name}"\nkey_file = "device.key"\ndata_dir = "data"\n\n{centre}\n'
        f'[[cameras]]\n{camera}source = "rtsp://127.0.0.1:{free_port(0)}/none"\n'
    )
    command = (sys.executable, "-m", "control_points", "run", "--config", f"{folder}/edge.toml")
    program = Program(name, command, {"SARBIDE_DATA_DIR": str(settings.data_dir)})
    stack.enter_context(_running(program, base))
    return Gate(point, folder, relay)


def _first_lists(gates: Sequence[Gate], vehicles: int) -> Iterator[str]:
    """From the box's first word to the centre until it decides with the whole list."""
    took = {}
    for gate in gates:
        _wait_for(lambda g=gate: g.holds(vehicles), f"list at {gate.point}")  # type: ignore[misc]
        took[gate.point] = time.monotonic() - (gate.relay.first_at or 0.0), gate.relay.bytes
    what = f"{vehicles:,} vehicles to each of {len(gates)} gates over HTTP, slowest"
    yield str(Line(what, max(s for s, _ in took.values()), "s", SYNC_SECONDS))
    most = max(size for _, size in took.values()) / 1e6
    yield str(Line("  all bytes on one gate's line", most, "MB", SYNC_MEGABYTES))


def _changes(
    runtime: Runtime, settings: Settings, gates: Sequence[Gate], reference: str
) -> Iterator[str]:
    """From the tap in the app until every gate knows the new plate and no longer the old one."""
    key = runtime.keys.plate_hash_key
    old, new = plate_hash(key, OLD), plate_hash(key, NEW)
    before = [gate.relay.bytes for gate in gates]
    began = time.monotonic()
    _change_in_app(settings.app_port, reference)
    _wait_for(lambda: all(g.knows(new) and not g.knows(old) for g in gates), "the new plate")
    took = time.monotonic() - began
    sizes = [gate.relay.bytes - was for gate, was in zip(gates, before, strict=True)]
    yield str(Line("a plate changed in the app, at every gate", took, "s", CHANGE_SECONDS))
    yield f"  the change took {max(sizes) / 1e3:.1f} kB on one gate's line, heartbeats included"


def _change_in_app(port: int, reference: str) -> None:
    """What the app does for a citizen who has logged in."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30) as client:

        def send(path: str, body: Mapping[str, object]) -> None:
            token = client.get("/session").json()["csrf_token"]
            answer = client.post(path, json=body, headers={"X-CSRF-Token": token})
            if not answer.is_success:
                raise Unavailable(f"The app answers {path} with {answer.text[:300]}")

        send("/session", {"login": _LOGIN, "password": _PASSWORD})
        body = {"old": OLD.text, "new": NEW.text, "vehicle_class": "car", "confirmed": True}
        send(f"/authorisations/{reference}/plate-changes", body)


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/login", timeout=2).is_success
    except httpx2.HTTPError:
        return False


def _wait_for(done: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > until:
            raise Unavailable(f"After {_PATIENCE:.0f} seconds there is still no {what}.")
        time.sleep(0.05)
