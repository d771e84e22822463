"""What a profile's rules ask of an authorisation before it is granted."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from core import audit
from core.errors import InvalidInput
from core.identity import Actor
from core.words import N_
from permits.models import Profile, Vehicle
from permits.rules.models import DutyStatement


def check_grantable(rules: Profile, zones: Collection[str]) -> None:
    """Raise InvalidInput when the profile is closed, or is not for one of `zones`."""
    if not rules.active:
        raise InvalidInput(
            N_("Profile '%(profile)s' is closed: no new authorisations."), profile=rules.code
        )
    outside = [zone for zone in zones if rules.zones and zone not in rules.zones]
    if outside:
        raise InvalidInput(
            N_("Profile '%(profile)s' is not for the zone '%(zone)s'."),
            profile=rules.code,
            zone=outside[0],
        )


def state_duty(
    session: Session, actor: Actor, vehicle: Vehicle, *, on_duty: bool, at: datetime
) -> None:
    """Note that a vehicle is on or off duty from `at` on, as its service says.

    It matters to profiles that count in service only; until somebody says otherwise, a vehicle is
    taken to be in service.
    """
    session.add(DutyStatement(vehicle_id=vehicle.id, at=at, on_duty=on_duty))
    session.flush()
    verb = "on_duty" if on_duty else "off_duty"
    audit.record(session, actor, f"permits:vehicle:{verb}", f"vehicle:{vehicle.id}")
