"""What a fresh installation is filled with: the register, accounts and edge boxes.

Only outside production: a real city imports its register and makes its own accounts.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.queries import account_by_login
from core.accounts.service import create_account
from core.database import transaction
from core.errors import Forbidden
from core.identity import Role
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from core.runtime import Runtime
from permits.models import Authorisation, LocalHoliday, PlateAssignment, Vehicle
from permits.seed.register import load_register
from permits.seed.service import seed
from sanctions.calendar import add_days
from sanctions.catalogue.seeding import seed_catalogue


@dataclass(frozen=True)
class Login:
    """A demonstration account, as the demo prints it."""

    application: str
    """``staff`` or ``citizen``."""
    login: str
    password: str
    who: str


@dataclass(frozen=True)
class Person:
    login: str
    name: str
    role: Role
    agent_number: str | None = None


STAFF = (
    Person("operator", "Ane Operator", Role.OPERATOR),
    Person("agent", "Jon Agirre, agent 48-1207", Role.POLICE, agent_number="48-1207"),
    Person("colleague", "Ander Ruiz, agent 48-0815", Role.POLICE, agent_number="48-0815"),
    Person("chief", "Idoia Police Chief", Role.POLICE_CHIEF),
    Person("instructor", "Begoña Instructor", Role.INSTRUCTOR),
    Person("resolver", "Kepa Resolver", Role.RESOLVER),
    Person("desk", "Miren Desk", Role.SERVICE_DESK),
    Person("rules", "Iker Rules", Role.RULES_MANAGER),
    Person("admin", "Leire Administrator", Role.ADMINISTRATOR),
    Person("privacy", "Xabier Data Protection", Role.DATA_PROTECTION),
)
RESIDENT = Person("resident", "Resident", Role.CITIZEN)


def seed_installation(runtime: Runtime, *, register: Path | None = None) -> list[Login]:
    """Fill an empty database; what is there already stays. Returns the logins that were made.

    `register` lists authorisations beside the invented ones, such as those of filmed vehicles;
    its first resident gets the citizen's account.

    Raises:
        Forbidden: in production.
    """
    if runtime.settings.is_production:
        raise Forbidden(
            "Demonstration data don't belong in production: import the municipal register instead."
        )
    now = runtime.clock.now()
    # Password hashes take a while, on purpose: none of it while the database is locked.
    passwords = {person.login: new_password() for person in (*STAFF, RESIDENT)}
    with transaction(runtime.writing) as session:
        seed(session, runtime.keys, now)
        seed_catalogue(session)
        add_days(session, _local_holidays(session))
        if register is not None:
            load_register(session, runtime.keys, register, now=now)
        resident = _resident(session, runtime, register)
    with transaction(runtime.writing) as session:
        logins = [_add(session, person, passwords[person.login]) for person in STAFF]
        logins.append(_add(session, RESIDENT, passwords[RESIDENT.login], holder_id=resident))
    return [login for login in logins if login is not None]


def _local_holidays(session: Session) -> list[tuple[date, str]]:
    """The city's own holidays count for deadlines as they count for entry."""
    return [(one.day, one.names["es"]) for one in session.scalars(select(LocalHoliday))]


def _resident(session: Session, runtime: Runtime, register: Path | None) -> UUID:
    """The holder whose app the demonstration opens: a filmed resident, else any resident."""
    of_residents = select(Authorisation.holder_id).where(Authorisation.profile_code == "resident")
    if register is not None:
        plates = [one["plate"] for one in json.loads(register.read_text())]
        hashes = [plate_hash(runtime.keys.plate_hash_key, PlateNumber(one)) for one in plates]
        filmed = of_residents.join(PlateAssignment).join(Vehicle)
        found = session.scalar(
            filmed.where(Vehicle.plate_hash.in_(hashes)).order_by(Authorisation.reference).limit(1)
        )
        if found is not None:
            return found
    return session.scalars(of_residents.order_by(Authorisation.reference).limit(1)).one()


def _add(
    session: Session, person: Person, password: str, *, holder_id: UUID | None = None
) -> Login | None:
    """The account's login; None when it exists."""
    if account_by_login(session, person.login) is not None:
        return None
    create_account(
        session,
        login=person.login,
        password=password,
        display_name=person.name,
        roles=[person.role],
        agent_number=person.agent_number,
        holder_id=holder_id,
    )
    application = "citizen" if person.role is Role.CITIZEN else "staff"
    return Login(application, person.login, password, person.name)


def new_password() -> str:
    """Four random groups, easy to type: over 70 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
