"""How large a held access list is, and how long a look-up in it takes."""

import base64
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, perf_counter_ns, thread_time_ns

from control_points.access.held_list import HeldList
from control_points.protocol import AccessList, ListedGrant, ListedGroup, ListedRight, WeeklyWindow
from core.keyed_hash import HASH_BYTES

SIZE_BOUND_MB = 200
LOOKUP_BOUND_US = 20
_GROUPS = 1_000
"""Sets of rights that differ, such as by the day they end."""
_LOOKUPS = 20_000


def run(vehicles: int) -> Iterator[str]:
    """Take in an invented list of `vehicles` and look vehicles up in it."""
    hashes = [os.urandom(HASH_BYTES) for _ in range(vehicles)]
    with TemporaryDirectory() as folder:
        held = HeldList(Path(folder) / "access-list.sqlite3")
        begin = perf_counter()
        held.take(_list(hashes))
        taken = perf_counter() - begin
        wanted = random.choices(hashes, k=_LOOKUPS)
        elapsed, cpu = _lookups(held, wanted)
        held.close()
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
    what = f"edge list of {vehicles:,} vehicles"
    yield _line(what, size, "MB", SIZE_BOUND_MB, f"taken in within {taken:.1f} s")
    yield _line(f"{what}, a look-up", cpu, "us", LOOKUP_BOUND_US, f"CPU; {elapsed:.1f} us elapsed")


def _lookups(held: HeldList, wanted: list[bytes]) -> tuple[float, float]:
    """Medians in microseconds: elapsed, CPU."""
    elapsed, cpu = [], []
    for name in wanted:
        begin, began = perf_counter_ns(), thread_time_ns()
        held.grants(name)
        cpu.append(thread_time_ns() - began)
        elapsed.append(perf_counter_ns() - begin)
    return median(elapsed) / 1_000, median(cpu) / 1_000


def _list(hashes: list[bytes]) -> AccessList:
    """One list in `_GROUPS` groups, each with another end."""
    windows = (WeeklyWindow(days=frozenset(range(8)), start_minute=480, end_minute=660),)
    right = ListedRight(tier="quota", zones=("old-quarter",), windows=windows, limited=True)
    groups = [
        ListedGroup(
            grants=(
                ListedGrant(
                    right=0, valid_until=datetime.fromtimestamp(1_800_000_000 + number, UTC)
                ),
            ),
            plate_hashes=base64.b64encode(b"".join(hashes[number::_GROUPS])).decode(),
        )
        for number in range(min(_GROUPS, len(hashes)))
    ]
    return AccessList(
        version=1,
        base=None,
        issued_at=datetime(2026, 10, 20, tzinfo=UTC),
        rule_version="2",
        holidays=(),
        control_points=(),
        rights=(right,),
        groups=tuple(groups),
    )


def _line(what: str, value: float, unit: str, bound: float, note: str) -> str:
    verdict = "ok" if value < bound else "TOO MUCH"
    return f"{what:<62} {value:>9.2f} {unit:<2} (< {bound:g}) {verdict} {note}"
