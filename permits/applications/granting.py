"""What a grant does, whoever decides on it."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.identity import Actor
from core.plates import PlateNumber
from permits.applications import labels, letters
from permits.applications.models import Application, ApplicationVehicle
from permits.authorisations import change_state
from permits.entitlements.models import Entitlement
from permits.history import application_changed
from permits.states import AuthorisationState as S
from permits.vehicles import VehicleFacts, add_vehicle


def grant(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    application: Application,
    *,
    why: str,
    now: datetime,
    entitlement: Entitlement | None = None,
) -> None:
    """Grant `application`: its vehicles may enter from the first day of its validity.

    Raises:
        NoSuchTransition: it is in no state to be granted.
        CapacityReached, VehicleNotAdmitted: see `permits.vehicles.add_vehicle`.
    """
    authorisation = application.authorisation
    if entitlement is not None:
        authorisation.entitlement_id = entitlement.id
        authorisation.place = authorisation.place or entitlement.place
        authorisation.valid_until = _earlier(authorisation.valid_until, entitlement.valid_until)
    change_state(session, actor, authorisation.reference, S.GRANTED, why=why, now=now)
    for asked in application.vehicles:
        add_vehicle(
            session, keys, actor, authorisation, _facts(asked), channel=application.channel, now=now
        )
    if authorisation.valid_from <= now:
        change_state(session, actor, authorisation.reference, S.ACTIVE, why=labels.BEGUN, now=now)
    application.answered_at = now
    for asked in application.vehicles:
        application_changed(session, asked.plate_hash, now)
    letters.tell(session, application, letters.GRANTED, now=now)


def _facts(asked: ApplicationVehicle) -> VehicleFacts:
    return VehicleFacts(
        PlateNumber(asked.plate), asked.vehicle_class, asked.mass_kg, asked.height_cm
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [moment for moment in (one, other) if moment is not None]
    return min(known, default=None)
