"""An edge folder of its own for each test, and a fake centre."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from control_points.storage.edge_store import EdgeStore
from tests.control_points.fakes import FakeCentre


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[EdgeStore]:
    store = EdgeStore.open(tmp_path / "edge")
    yield store
    store.close()


@pytest.fixture
def centre() -> FakeCentre:
    return FakeCentre()
