"""Vehicles on authorisations: putting one on, changing one for another."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.encryption import KeyRing
from core.identity import Actor
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from permits.access_list_changes import next_number
from permits.entitlements.places import take_places
from permits.errors import (
    CapacityReached,
    NotInForce,
    PlateAlreadyAssigned,
    PlateChangeLimit,
    UnknownVehicle,
    VehicleNotAdmitted,
)
from permits.grants import day_bounds
from permits.history import note_event, vehicle_changed
from permits.labels import STATES
from permits.models import Authorisation, PlateAssignment, Profile, Vehicle
from permits.queries import get_authorisation, vehicle_by_hash
from permits.states import IN_FORCE, AuthorisationState


@dataclass(frozen=True)
class VehicleFacts:
    """What is known of a vehicle; None where nobody has said."""

    plate: PlateNumber
    vehicle_class: str | None = None
    mass_kg: int | None = None
    height_cm: int | None = None
    class_evidence: str | None = None
    """What proves the class; without it, a loading window asks a person."""


@dataclass(frozen=True)
class PlateChange:
    """The receipt of a change of vehicle."""

    receipt: str
    """Such as ``PC-2026-000017``."""
    reference: str
    old: str
    new: str
    at: datetime


def add_vehicle(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    authorisation: Authorisation,
    facts: VehicleFacts,
    *,
    channel: str,
    now: datetime,
) -> PlateAssignment:
    """Put one more vehicle on `authorisation`, which the caller has locked or just made.

    Raises:
        NotInForce, CapacityReached, PlateAlreadyAssigned, VehicleNotAdmitted.
    """
    _check_in_force(authorisation)
    if len(authorisation.current) >= authorisation.max_vehicles:
        raise CapacityReached(
            "Authorisation %(reference)s takes %(capacity)s vehicles and has them: change one.",
            reference=authorisation.reference,
            capacity=authorisation.max_vehicles,
        )
    take_places(session, authorisation, 1)
    vehicle = _vehicle_for(session, keys, authorisation, facts)
    assignment = _assign(authorisation, vehicle, actor, channel=channel, now=now)
    session.flush()
    note_event(authorisation, actor, now, kind="vehicle_added")
    vehicle_changed(session, vehicle.plate_hash, now)
    return assignment


def change_plate(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    reference: str,
    *,
    old: PlateNumber,
    new: VehicleFacts,
    channel: str,
    now: datetime,
    of_holder: UUID | None = None,
) -> PlateChange:
    """Replace vehicle `old` by `new`. Gates and pending passages of both plates follow.

    Raises:
        UnknownAuthorisation: none of that reference, or somebody else's.
        UnknownVehicle: `old` is not on it.
        NotInForce, PlateAlreadyAssigned, PlateChangeLimit, VehicleNotAdmitted.
    """
    authorisation = get_authorisation(session, reference, of_holder=of_holder, lock=True)
    _check_in_force(authorisation)
    ended = _assignment_of(keys, authorisation, old)
    _check_changes_left(session, authorisation, now)
    vehicle = _vehicle_for(session, keys, authorisation, new)
    ended.assigned_until = now
    assignment = _assign(authorisation, vehicle, actor, channel=channel, now=now)
    assignment.replaces_id = ended.id
    assignment.receipt = _next_receipt(session, now)
    session.flush()
    note_event(authorisation, actor, now, kind="vehicle_changed", why=assignment.receipt)
    for hashed in (ended.vehicle.plate_hash, vehicle.plate_hash):
        vehicle_changed(session, hashed, now)
    audit.record(
        session,
        actor,
        "permits:vehicle:changed",
        f"authorisation:{authorisation.id}",
        receipt=assignment.receipt,
        channel=channel,
    )
    return PlateChange(assignment.receipt, authorisation.reference, old.text, new.plate.text, now)


def changes_left_today(session: Session, authorisation: Authorisation, now: datetime) -> int:
    """How many plate changes the municipal day of `now` still allows."""
    begin, end = day_bounds(now)
    made = session.scalar(
        select(func.count()).where(
            PlateAssignment.authorisation_id == authorisation.id,
            PlateAssignment.replaces_id.is_not(None),
            PlateAssignment.assigned_from >= begin,
            PlateAssignment.assigned_from < end,
        )
    )
    return max(0, authorisation.profile.plate_changes_per_day - (made or 0))


def _check_changes_left(session: Session, authorisation: Authorisation, now: datetime) -> None:
    if changes_left_today(session, authorisation, now) == 0:
        raise PlateChangeLimit(
            "Authorisation %(reference)s allows %(limit)s plate changes a day and they are made: "
            "change it tomorrow, or ask the service desk.",
            reference=authorisation.reference,
            limit=authorisation.profile.plate_changes_per_day,
        )


def _check_in_force(authorisation: Authorisation) -> None:
    if AuthorisationState(authorisation.state) not in IN_FORCE:
        raise NotInForce(
            "Authorisation %(reference)s is %(state)s: its vehicles cannot be changed.",
            reference=authorisation.reference,
            state=STATES[AuthorisationState(authorisation.state)],
        )


def _assignment_of(
    keys: KeyRing, authorisation: Authorisation, plate: PlateNumber
) -> PlateAssignment:
    hashed = plate_hash(keys.plate_hash_key, plate)
    for assignment in authorisation.current:
        if assignment.vehicle.plate_hash == hashed:
            return assignment
    raise UnknownVehicle(
        "Vehicle %(plate)s is not on authorisation %(reference)s.",
        plate=plate.text,
        reference=authorisation.reference,
    )


def _vehicle_for(
    session: Session, keys: KeyRing, authorisation: Authorisation, facts: VehicleFacts
) -> Vehicle:
    hashed = plate_hash(keys.plate_hash_key, facts.plate)
    if any(assignment.vehicle.plate_hash == hashed for assignment in authorisation.current):
        raise PlateAlreadyAssigned(
            "Vehicle %(plate)s is on authorisation %(reference)s already.",
            plate=facts.plate.text,
            reference=authorisation.reference,
        )
    vehicle = _find_or_create(session, hashed, facts)
    check_admitted(authorisation.profile, vehicle, facts.plate)
    return vehicle


def _find_or_create(session: Session, hashed: bytes, facts: VehicleFacts) -> Vehicle:
    """The vehicle's row; two people registering it in the same moment get the same one."""
    vehicle = vehicle_by_hash(session, hashed)
    if vehicle is None:
        vehicle = Vehicle(plate=facts.plate.text, plate_hash=hashed)
        try:
            with session.begin_nested():
                session.add(vehicle)
        except IntegrityError:
            vehicle = session.scalars(select(Vehicle).where(Vehicle.plate_hash == hashed)).one()
    proves_more = facts.class_evidence is not None and vehicle.class_evidence is None
    if vehicle.vehicle_class is None or proves_more:
        vehicle.vehicle_class = facts.vehicle_class
        vehicle.class_evidence = facts.class_evidence
    vehicle.mass_kg = vehicle.mass_kg or facts.mass_kg
    vehicle.height_cm = vehicle.height_cm or facts.height_cm
    return vehicle


def check_admitted(profile: Profile, vehicle: Vehicle, plate: PlateNumber) -> None:
    """A profile that limits vehicles takes none whose class nobody has stated."""
    if profile.vehicle_classes and vehicle.vehicle_class not in profile.vehicle_classes:
        raise VehicleNotAdmitted(
            "Vehicle %(plate)s is not of a class that this authorisation takes (%(classes)s).",
            plate=plate.text,
            classes=", ".join(profile.vehicle_classes),
        )
    if _exceeds(vehicle.mass_kg, profile.max_mass_kg):
        raise VehicleNotAdmitted(
            "Vehicle %(plate)s is heavier than the %(limit)s kg that this authorisation takes.",
            plate=plate.text,
            limit=profile.max_mass_kg,
        )
    if _exceeds(vehicle.height_cm, profile.max_height_cm):
        raise VehicleNotAdmitted(
            "Vehicle %(plate)s is higher than the %(limit)s cm that this authorisation takes.",
            plate=plate.text,
            limit=profile.max_height_cm,
        )


def _exceeds(value: int | None, limit: int | None) -> bool:
    return value is not None and limit is not None and value > limit


def _assign(
    authorisation: Authorisation, vehicle: Vehicle, actor: Actor, *, channel: str, now: datetime
) -> PlateAssignment:
    assignment = PlateAssignment(
        vehicle=vehicle,
        assigned_from=now,
        by_account=actor.id,
        by_name=actor.name,
        channel=channel,
    )
    authorisation.assignments.append(assignment)
    return assignment


def _next_receipt(session: Session, now: datetime) -> str:
    year = municipal(now).year
    return f"PC-{year}-{next_number(session, f'plate-change-{year}'):06d}"
