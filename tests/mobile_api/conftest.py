"""Two residents with an authorisation each, and a browser in which the first is logged in."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from control_center.web import create_staff_app
from core.encryption import KeyRing
from core.identity import Role
from core.runtime import Runtime
from mobile_api.web import create_citizen_app
from permits.models import Holder
from permits.seed.places import seed_places
from tests.clients import WebClient, logged_in_client
from tests.control_center.builders import NOON, EdgeBox
from tests.permits.builders import NOW, authorisation, holder


@pytest.fixture
def residents(session: Session, keys: KeyRing, runtime: Runtime) -> tuple[Holder, Holder]:
    """Ane has R-0001 with 1234 BBC; Jon has R-0002 with 5678 FGH. It is 08:00 on 20 October."""
    runtime.clock.move_to(NOW)
    seed_places(session)
    ane, jon = holder(session, keys, "Ane Etxebarria"), holder(session, keys, "Jon Agirre")
    authorisation(session, keys, "1234BBC", to=ane, place="Somera 4, 2.º A")
    authorisation(session, keys, "5678FGH", to=jon)
    session.commit()
    return ane, jon


@pytest.fixture
def app(runtime: Runtime, residents: tuple[Holder, Holder]) -> FastAPI:
    return create_citizen_app(runtime.settings, runtime=runtime)


@pytest.fixture
def ane(app: FastAPI, residents: tuple[Holder, Holder]) -> WebClient:
    return logged_in_client(
        app, Role.CITIZEN, login="ane", display_name="Ane", holder_id=residents[0].id
    )


@pytest.fixture
def edge(runtime: Runtime, residents: tuple[Holder, Holder]) -> EdgeBox:
    box = EdgeBox(create_staff_app(runtime.settings, runtime=runtime))
    runtime.clock.move_to(NOON + timedelta(hours=2))
    return box


@pytest.fixture
def hotel(app: FastAPI, session: Session, keys: KeyRing) -> WebClient:
    """The Hotel Arriaga, which has vehicles of its own."""
    company = holder(session, keys, "Hotel Arriaga", kind="company", document="B12345678")
    authorisation(session, keys, "7777HHH", profile="hotel", to=company, place="Hotel Arriaga")
    session.commit()
    return logged_in_client(
        app, Role.CITIZEN, login="hotel", display_name="Hotel", holder_id=company.id
    )
