"""What somebody may ask for: checked against the profile before anything is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.errors import InvalidInput
from permits.authorisations import end_of
from permits.models import Profile, Vehicle
from permits.queries import get_profile, get_zone
from permits.vehicles import VehicleFacts, check_admitted

MAX_STATEMENT = 2000
_SLACK = timedelta(minutes=5)
"""Filling in a form takes a while."""


@dataclass(frozen=True)
class ApplicationRequest:
    """A wish, as the applicant puts it; without times, from now for as long as the profile says."""

    profile: str
    zones: tuple[str, ...]
    vehicles: tuple[VehicleFacts, ...]
    place: str | None = None
    statement: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    control_points: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedRequest:
    """A request that its profile allows."""

    profile: Profile
    begin: datetime
    end: datetime | None


def check(session: Session, request: ApplicationRequest, now: datetime) -> CheckedRequest:
    """Hold `request` against the rules of its profile.

    Raises:
        UnknownProfile, UnknownZone: no such code.
        VehicleNotAdmitted: a vehicle of a class, mass or height that the profile does not take.
        InvalidInput: anything else, in words that say what to change.
    """
    profile = get_profile(session, request.profile)
    if not profile.active:
        raise InvalidInput("No new authorisations of this kind are given.")
    _check_zones(session, profile, request.zones)
    _check_vehicles(profile, request.vehicles)
    if request.statement and len(request.statement) > MAX_STATEMENT:
        raise InvalidInput("Say it in %(limit)s characters at most.", limit=MAX_STATEMENT)
    begin = request.valid_from or now
    _check_begin(profile, begin, now)
    return CheckedRequest(profile, begin, _checked_end(profile, begin, request.valid_until))


def _check_zones(session: Session, profile: Profile, zones: tuple[str, ...]) -> None:
    if not zones:
        raise InvalidInput("Choose at least one zone.")
    for code in zones:
        get_zone(session, code)
        if profile.zones and code not in profile.zones:
            raise InvalidInput("This kind of authorisation is not given for that zone.")


def _check_vehicles(profile: Profile, vehicles: tuple[VehicleFacts, ...]) -> None:
    if not 1 <= len(vehicles) <= profile.max_vehicles:
        raise InvalidInput(
            "This kind of authorisation takes 1 to %(limit)s vehicles.", limit=profile.max_vehicles
        )
    if len({facts.plate for facts in vehicles}) < len(vehicles):
        raise InvalidInput("The same plate is named twice.")
    for facts in vehicles:
        stated = Vehicle(
            vehicle_class=facts.vehicle_class, mass_kg=facts.mass_kg, height_cm=facts.height_cm
        )
        check_admitted(profile, stated, facts.plate)


def _check_begin(profile: Profile, begin: datetime, now: datetime) -> None:
    if begin >= now - _SLACK:
        lead = timedelta(hours=profile.lead_time_hours or 0)
        if begin < now + lead - _SLACK:
            raise InvalidInput(
                "This kind of authorisation is applied for %(hours)s hours ahead.",
                hours=profile.lead_time_hours,
            )
    elif profile.retroactive_hours is None:
        raise InvalidInput("This kind of authorisation cannot begin in the past.")
    elif begin < now - timedelta(hours=profile.retroactive_hours) - _SLACK:
        raise InvalidInput(
            "This kind of authorisation can begin %(hours)s hours ago at the earliest.",
            hours=profile.retroactive_hours,
        )


def _checked_end(profile: Profile, begin: datetime, end: datetime | None) -> datetime | None:
    longest = end_of(profile, begin)
    if end is None:
        return longest
    if end <= begin:
        raise InvalidInput("It would end before it begins.")
    if longest is not None and end > longest + _SLACK:
        raise InvalidInput(
            "This kind of authorisation lasts %(days)s days at most.", days=profile.validity_days
        )
    return end
