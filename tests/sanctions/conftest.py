"""Cases and the people who work with them."""

from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from core.database import transaction, uuid7
from core.evidence_store import EvidenceStore
from core.identity import Actor, Role
from core.runtime import Runtime
from sanctions.endpoints import router
from sanctions.models import InfractionCase
from sanctions.service import open_case
from tests.conftest import BuildApp
from tests.sanctions.lives import enter_prices
from tests.sanctions.reports import AFTER, report, store_pictures


def police(name: str = "Miren", number: str | None = "48-1207") -> Actor:
    return Actor(id=uuid7(), name=name, roles=frozenset({Role.POLICE}), agent_number=number)


@pytest.fixture
def agent() -> Actor:
    return police()


@pytest.fixture
def colleague() -> Actor:
    return police("Ander", "48-0815")


@pytest.fixture
def ready_case(session: Session) -> InfractionCase:
    """A case with complete evidence that nobody has looked at."""
    enter_prices(session)
    return open_case(session, report(), now=AFTER)


@pytest.fixture
def incomplete_case(session: Session) -> InfractionCase:
    """A case whose pictures have not arrived."""
    return open_case(session, report(pictures={}), now=AFTER)


@pytest.fixture
def app(build_app: BuildApp, runtime: Runtime) -> FastAPI:
    runtime.clock.move_to(AFTER)
    return build_app([router], ["sanctions"])


@pytest.fixture
def stored_case(runtime: Runtime, store: EvidenceStore) -> UUID:
    """A ready case with its pictures, committed, for the pages."""
    return add_case(runtime)


def add_case(runtime: Runtime, **fields: Any) -> UUID:
    made = report(**fields)
    store_pictures(runtime.store, made)
    with transaction(runtime.writing) as session:
        enter_prices(session)
        return open_case(session, made, now=AFTER).id
