"""The staff application on a register with places and nobody in it; an edge box that reports."""

import pytest
from fastapi import FastAPI

from control_center.web import create_staff_app
from core.database import transaction
from core.runtime import Runtime
from permits.seed.places import seed_places
from tests.control_center.builders import NOON, EdgeBox


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    """The clock stands at half past twelve of the demonstration's day."""
    runtime.clock.move_to(NOON)
    with transaction(runtime.writing) as session:
        seed_places(session)
    return create_staff_app(runtime.settings, runtime=runtime)


@pytest.fixture
def edge(app: FastAPI) -> EdgeBox:
    return EdgeBox(app)
