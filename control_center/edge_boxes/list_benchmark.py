"""How long the centre takes to make a whole access list, and how much of the line it takes."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from control_center.edge_boxes.access_lists import signed_list
from core.database import session_factory
from permits.benchmark.lookups import build_sqlite

VEHICLES = 25_000
SECONDS, MEGABYTES = 5, 1
_NOW = datetime(2026, 10, 20, 8, tzinfo=UTC)


def run() -> Iterator[str]:
    """Sign and pack the list of 25,000 vehicles, as a gate asks for it after a restart."""
    with TemporaryDirectory() as folder:
        register = build_sqlite(Path(folder), VEHICLES, ends=True)
        with session_factory(register.engine, read_only=True)() as session:
            begin = perf_counter()
            signed = signed_list(session, register.keys, have=None, now=_NOW)
            plain = signed.model_dump_json().encode()
            packed = gzip.compress(plain, 6)
            taken = perf_counter() - begin
        register.engine.dispose()
    what = f"whole list of {VEHICLES:,} vehicles, made and signed"
    note = f"{len(plain) / 1e6:.2f} MB before compression"
    yield f"{what:<62} {taken:>9.2f} s  (< {SECONDS}) {_verdict(taken, SECONDS)}"
    size = len(packed) / 1e6
    sent = f"{what}, on the line"
    yield f"{sent:<62} {size:>9.2f} MB (< {MEGABYTES}) {_verdict(size, MEGABYTES)} {note}"


def _verdict(value: float, bound: float) -> str:
    return "ok" if value < bound else "TOO MUCH"
