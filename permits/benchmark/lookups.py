"""How long a plate's look-up with its decision takes in a register of a million vehicles."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import encryption
from core.database import Base, create_database, session_factory, transaction, uuid7
from core.encryption import KeyRing
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from permits.access import Movement, decide
from permits.benchmark.report import Line, timing
from permits.models import Authorisation, Holder, PlateAssignment, Vehicle
from permits.queries import build_query
from permits.seed.places import ZONE, seed_places

BOUND_US = 1_000.0
REGISTER_AT = datetime(2026, 10, 20, 7, 30, tzinfo=UTC)
"""When the filled register is looked at."""
_BATCH = 20_000
_RUNS = 2_000
_WARM = 20
"""Look-ups before the first that counts: statements are prepared after some of them."""


@dataclass(frozen=True)
class Register:
    """A throw-away database of `vehicles` authorised vehicles."""

    engine: Engine
    keys: KeyRing
    vehicles: int

    def measure(self, name: str, runs: int = _RUNS) -> Line:
        """Median of looking up a random vehicle and deciding its entry, in an open transaction."""
        numbers = random.Random(7).choices(range(self.vehicles), k=runs)
        with session_factory(self.engine, read_only=True)() as session, session.begin():
            for number in range(_WARM):
                self._decide(session, number)
            taken = timing(lambda run: self._decide(session, numbers[run]), runs)
        what = f"plate look-up and decision, {self.vehicles:,} vehicles, {name}"
        return Line(what, taken.elapsed, "us", BOUND_US, f"elapsed; {taken.cpu:.0f} us CPU")

    def _decide(self, session: Session, number: int) -> None:
        query = build_query(
            session,
            self.keys,
            plate=plate_of(number),
            confidence=0.98,
            country="ES",
            movement=Movement.ENTRY,
            seen_at=REGISTER_AT,
            control_point="CP-01",
        )
        decide(query)


def plate_of(number: int) -> PlateNumber:
    """A plate for each number below eight million."""
    letters = "BCDFGHJKLMNPRSTVWXYZ"
    first, rest = divmod(number, 10_000)
    return PlateNumber(
        f"{rest:04d}{letters[first // 400 % 20]}{letters[first // 20 % 20]}{letters[first % 20]}"
    )


def build_sqlite(folder: Path, vehicles: int, *, ends: bool = False) -> Register:
    """A register in a new file of `folder`."""
    return build(f"sqlite:///{folder / 'benchmark.sqlite3'}", vehicles, ends=ends)


def kept(url: str, vehicles: int) -> Register | None:
    """The register that an earlier run left at `url`; None when it is not of `vehicles`."""
    engine = create_database(url)
    try:
        with engine.connect() as connection:
            found = connection.scalar(select(func.count()).select_from(PlateAssignment))
    except DBAPIError:  # no such database, or one without tables
        found = None
    if found == vehicles:
        return Register(engine, _keys(), vehicles)
    engine.dispose()
    return None


def _keys() -> KeyRing:
    keys = KeyRing([b"of a throw-away register, and of nothing else"])
    encryption.install(keys)
    return keys


def build(url: str, vehicles: int, *, ends: bool = False) -> Register:
    """Create the tables at `url`, which must have none, and fill them in bulk.

    With `ends`, one authorisation in five ends at a minute of its own.
    """
    keys = _keys()
    engine = create_database(url)
    Base.metadata.create_all(engine)
    fill(engine, keys, vehicles, ends=ends)
    return Register(engine, keys, vehicles)


def fill(engine: Engine, keys: KeyRing, vehicles: int, *, ends: bool = False) -> None:
    """Put the Old Quarter's places and so many authorised vehicles into empty tables."""
    with transaction(session_factory(engine)) as session:
        seed_places(session)
        holder = Holder(kind="person", name="Nobody", created_at=REGISTER_AT)
        session.add(holder)
        session.flush()
        for first in range(0, vehicles, _BATCH):
            numbers = range(first, min(first + _BATCH, vehicles))
            _insert(session, keys, holder.id, numbers, ends=ends)


def _insert(session: Session, keys: KeyRing, holder: UUID, numbers: range, *, ends: bool) -> None:
    ids = [(number, uuid7(), uuid7()) for number in numbers]
    for table, rows in (
        (Vehicle, _vehicles(keys, ids)),
        (Authorisation, _authorisations(holder, ids, ends=ends)),
        (PlateAssignment, _assignments(ids)),
    ):
        session.execute(insert(table), list(rows))


_Ids = list[tuple[int, UUID, UUID]]


def _vehicles(keys: KeyRing, ids: _Ids) -> Iterator[dict[str, Any]]:
    key = keys.plate_hash_key
    for number, vehicle, _ in ids:
        hashed = plate_hash(key, plate_of(number))
        yield {"id": vehicle, "plate": "-", "plate_hash": hashed, "vehicle_class": "car"}


def _authorisations(holder: UUID, ids: _Ids, *, ends: bool) -> Iterator[dict[str, Any]]:
    begin = REGISTER_AT - timedelta(days=100)
    for number, _, authorisation in ids:
        end = REGISTER_AT + timedelta(days=1, minutes=number) if ends and number % 5 == 0 else None
        yield {
            "id": authorisation,
            "reference": f"R-{number:07d}",
            "profile_code": ("resident", "garage", "shop")[number % 3],
            "holder_id": holder,
            "zones": [ZONE],
            "control_points": [],
            "max_vehicles": 2,
            "valid_from": begin,
            "valid_until": end,
            "state": "active",
            "created_at": begin,
        }


def _assignments(ids: _Ids) -> Iterator[dict[str, Any]]:
    for _, vehicle, authorisation in ids:
        yield {
            "id": uuid7(),
            "authorisation_id": authorisation,
            "vehicle_id": vehicle,
            "assigned_from": REGISTER_AT - timedelta(days=100),
            "by_name": "Benchmark",
            "channel": "import",
        }
