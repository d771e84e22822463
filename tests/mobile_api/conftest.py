"""Two residents with an authorisation each, and a browser in which the first is logged in."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.identity import Role
from core.runtime import Runtime
from mobile_api.web import create_citizen_app
from permits.models import Holder
from permits.seed.places import seed_places
from tests.clients import WebClient, logged_in_client
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
