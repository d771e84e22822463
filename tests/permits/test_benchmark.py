"""The benchmark measures what it says, here with few vehicles and wide bounds."""

from pathlib import Path

import pytest

from control_points.access.benchmark import run as measure_list
from core import encryption
from core.encryption import KeyRing
from permits.access import Outcome, decide
from permits.benchmark import deciding
from permits.benchmark.lookups import build_sqlite, plate_of


def test_it_decides_thirty_grants_of_which_some_or_none_allow() -> None:
    allowed = deciding.query_of(deciding.thirty_grants(allowing=True))
    refused = deciding.query_of(deciding.thirty_grants(allowing=False))
    assert len(allowed.grants) == len(refused.grants) == 30
    assert decide(allowed).outcome is Outcome.AUTHORISED
    assert decide(refused).outcome is Outcome.NOT_AUTHORISED
    assert all(line.value < 10 * line.bound for line in deciding.measure(runs=200))


def test_every_vehicle_of_the_register_has_a_plate_of_its_own() -> None:
    numbers = [0, 1, 9_999, 10_000, 199_999, 200_000, 999_999, 4_000_000]
    assert len({plate_of(number) for number in numbers}) == len(numbers)


def test_a_look_up_finds_the_vehicle(tmp_path: Path, keys: KeyRing) -> None:
    register = build_sqlite(tmp_path, 300, ends=True)
    line = register.measure("SQLite", runs=20)
    register.engine.dispose()
    encryption.install(keys)
    assert line.value < 20 * line.bound
    assert "300 vehicles" in str(line)


@pytest.mark.parametrize("vehicles", [1, 2_000])
def test_a_list_is_measured(vehicles: int) -> None:
    size, lookup = measure_list(vehicles)
    assert "MB" in size and "us" in lookup
