"""A register with the Old Quarter's places and profiles, and nobody in it."""

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from permits.seed.places import seed_places

# How long an example takes says more about the machine's load than about the code.
settings.register_profile("no-clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no-clock")


@pytest.fixture
def register(session: Session) -> Session:
    seed_places(session)
    return session
