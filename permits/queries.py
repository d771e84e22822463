"""Reading the register. Nothing here changes anything."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session, selectinload

from core.encryption import KeyRing
from core.keyed_hash import plate_hash
from core.plates import PlateNumber, is_valid_syntax
from permits.access import AccessQuery, CandidateRead, Movement
from permits.calendar import holidays_around
from permits.deciding.windows import LocalMoment, is_any_open, local_moment
from permits.errors import (
    UnknownAuthorisation,
    UnknownControlPoint,
    UnknownHolder,
    UnknownProfile,
    UnknownReceipt,
    UnknownZone,
)
from permits.grants import RegisteredVehicle, asked, day_bounds, registered_vehicles
from permits.models import (
    Authorisation,
    ControlPoint,
    Holder,
    PlateAssignment,
    Profile,
    Stay,
    Vehicle,
    Zone,
)
from permits.rules.book import ZoneRules
from permits.rules.current import rule_book
from permits.states import IN_FORCE


def build_query(
    session: Session,
    keys: KeyRing,
    *,
    plate: PlateNumber | None,
    confidence: float,
    country: str | None,
    movement: Movement,
    seen_at: datetime,
    control_point: str,
    candidates: Sequence[tuple[PlateNumber, float]] = (),
    read_confirmed: bool = False,
    confirmed_class: str | None = None,
    stay_minutes: int | None = None,
    passage_id: UUID | None = None,
) -> AccessQuery:
    """Everything the register knows about one passage, ready for `permits.access.decide`.

    The rules are those of `seen_at`. Entries are counted up to `seen_at` and not beyond, the one of
    `passage_id` left out, so asking again about the same passage gives the same counts. A read
    counts as a plate when it fits any country's format (the country is a guess of the reader's) or
    belongs to a registered vehicle.

    Raises:
        UnknownControlPoint: `control_point` is not in the register, or was not yet.
    """
    at, book = seen_at.astimezone(UTC), rule_book(session)
    point = book.place(control_point, at)
    if point is None:
        raise UnknownControlPoint("There is no control point '%(code)s'.", code=control_point)
    zones, near = book.zones_at(point.zones, at), holidays_around(book, at)
    loading = next((zone for zone in zones if zone.loading_windows), _NO_LOADING)
    names = _hashes(keys, plate, candidates)
    vehicles = registered_vehicles(
        session, book, names, at, passage_id=passage_id, loading_zone=loading.code
    )
    hashed = next((name for name, read in names.items() if read[0] == plate), None)
    vehicle = vehicles.get(hashed) if hashed else None
    return AccessQuery(
        plate=plate,
        confidence=confidence,
        syntax_valid=plate is not None and (vehicle is not None or is_valid_syntax(plate)),
        movement=movement,
        seen_at=at,
        point=point,
        grants=vehicle.grants if vehicle else (),
        other_candidates=_other_candidates(names, vehicles, hashed),
        loading_windows=loading.loading_windows,
        loading_classes=loading.loading_classes,
        loading_max_mass_kg=loading.loading_max_mass_kg,
        loading_max_height_cm=loading.loading_max_height_cm,
        loading_max_stay_minutes=loading.loading_max_stay_minutes,
        loading_entries_per_day=loading.loading_entries_per_day,
        loading_used_today=vehicle.loaded_today
        if vehicle
        else _loading_used(session, loading, hashed, local_moment(at, near)),
        open_windows=zones[0].open_windows if zones else (),
        other_open_windows=tuple(zone.open_windows for zone in zones[1:]),
        known_vehicle_class=vehicle.vehicle_class if vehicle else None,
        class_proven=vehicle.class_proven if vehicle else True,
        known_mass_kg=vehicle.mass_kg if vehicle else None,
        known_height_cm=vehicle.height_cm if vehicle else None,
        holidays=near,
        read_confirmed=read_confirmed,
        confirmed_class=confirmed_class,
        stay_minutes=stay_minutes,
    )


_NO_LOADING = ZoneRules("", (), (), frozenset(), None, None, None, None, None, {}, active=False)
_Read = tuple[PlateNumber, float]


def _hashes(
    keys: KeyRing, plate: PlateNumber | None, candidates: Sequence[_Read]
) -> dict[bytes, _Read]:
    """Keyed hash to plate and probability, the best read first."""
    key = keys.plate_hash_key
    reads = [*(((plate, 1.0),) if plate else ()), *(one for one in candidates if one[0] != plate)]
    found: dict[bytes, _Read] = {}
    for read in reads:
        found.setdefault(plate_hash(key, read[0]), read)
    return found


def _other_candidates(
    names: Mapping[bytes, _Read], vehicles: Mapping[bytes, RegisteredVehicle], best: bytes | None
) -> tuple[CandidateRead, ...]:
    """The candidates that belong to registered vehicles; the others say nothing."""
    found = [(names[hashed], vehicles[hashed]) for hashed in vehicles if hashed != best]
    return tuple(
        CandidateRead(plate, probability, vehicle.grants)
        for (plate, probability), vehicle in sorted(found, key=lambda one: -one[0][1])
    )


def _loading_used(
    session: Session, zone: ZoneRules, hashed: bytes | None, moment: LocalMoment
) -> int | None:
    """Entries of the vehicle under the zone's loading rule on the day, before `moment`.

    Counted only while a loading window is open, as nobody asks at other times.
    """
    if hashed is None or not is_any_open(zone.loading_windows, moment):
        return None
    values = {"hash": hashed, "zone": zone.code, "since": day_bounds(moment.at)[0]}
    return asked(session, _LOADED, {**values, "before": moment.at}).scalar()


_stay = cast(Table, Stay.__table__).c
_LOADED = select(func.count()).where(
    _stay.plate_hash == bindparam("hash"),
    _stay.zone == bindparam("zone"),
    _stay.by_loading_rule,
    _stay.entered_at >= bindparam("since"),
    _stay.entered_at < bindparam("before"),
)


def get_control_point(session: Session, code: str) -> ControlPoint:
    """Raises UnknownControlPoint."""
    point = session.get(ControlPoint, code)
    if point is None:
        raise UnknownControlPoint("There is no control point '%(code)s'.", code=code)
    return point


def get_zone(session: Session, code: str) -> Zone:
    """Raises UnknownZone."""
    zone = session.get(Zone, code)
    if zone is None:
        raise UnknownZone("There is no zone '%(code)s'.", code=code)
    return zone


def get_profile(session: Session, code: str) -> Profile:
    """Raises UnknownProfile."""
    profile = session.get(Profile, code)
    if profile is None:
        raise UnknownProfile("There is no profile '%(code)s'.", code=code)
    return profile


def get_holder(session: Session, holder_id: UUID) -> Holder:
    """Raises UnknownHolder."""
    holder = session.get(Holder, holder_id)
    if holder is None:
        raise UnknownHolder("There is no holder %(holder)s.", holder=str(holder_id))
    return holder


def get_authorisation(
    session: Session, reference: str, *, of_holder: UUID | None = None, lock: bool = False
) -> Authorisation:
    """The authorisation called `reference`; with `of_holder`, somebody else's does not exist.

    With `lock` nobody else changes it until the transaction ends.

    Raises:
        UnknownAuthorisation: there is none.
    """
    query = select(Authorisation).where(Authorisation.reference == reference.strip().upper())
    if of_holder is not None:
        query = query.where(Authorisation.holder_id == of_holder)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise UnknownAuthorisation(
            "There is no authorisation %(reference)s.", reference=reference.strip()[:40]
        )
    return found


def authorisations_of(session: Session, holder_id: UUID) -> Sequence[Authorisation]:
    """The holder's authorisations with their vehicles, by reference."""
    return session.scalars(
        select(Authorisation)
        .where(Authorisation.holder_id == holder_id)
        .order_by(Authorisation.reference)
        .options(selectinload(Authorisation.assignments).selectinload(PlateAssignment.vehicle))
    ).all()


def plate_change_by_receipt(
    session: Session, receipt: str, *, of_holder: UUID
) -> tuple[PlateAssignment, PlateAssignment]:
    """The vehicle that was put on and the one it replaced, by the number of the receipt.

    Raises:
        UnknownReceipt: there is none of that number, or it is somebody else's.
    """
    new = session.scalar(
        select(PlateAssignment)
        .join(Authorisation)
        .where(PlateAssignment.receipt == receipt, Authorisation.holder_id == of_holder)
    )
    old = session.get(PlateAssignment, new.replaces_id) if new and new.replaces_id else None
    if new is None or old is None:
        raise UnknownReceipt("There is no receipt %(receipt)s.", receipt=receipt[:40])
    return new, old


def holder_of_grant(session: Session, reference: str) -> UUID | None:
    """Whose grant it is that a decision names; None when it is gone."""
    return session.scalar(
        select(Authorisation.holder_id).where(Authorisation.reference == reference)
    )


def vehicle_by_hash(session: Session, hashed: bytes) -> Vehicle | None:
    return session.scalar(select(Vehicle).where(Vehicle.plate_hash == hashed))


def all_zones(session: Session) -> Sequence[Zone]:
    return session.scalars(select(Zone).order_by(Zone.code)).all()


def all_control_points(session: Session) -> Sequence[ControlPoint]:
    return session.scalars(select(ControlPoint).order_by(ControlPoint.code)).all()


def all_profiles(session: Session) -> Sequence[Profile]:
    return session.scalars(select(Profile).order_by(Profile.code)).all()


def active_by_profile(session: Session) -> dict[str, int]:
    """How many authorisations of each profile are in force; profiles without any are left out."""
    counted = session.execute(
        select(Authorisation.profile_code, func.count())
        .where(Authorisation.state.in_([state.value for state in IN_FORCE]))
        .group_by(Authorisation.profile_code)
    )
    return {row[0]: row[1] for row in counted}


def control_point_codes(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(ControlPoint.code)))


def zone_names(session: Session, language: str) -> dict[str, str]:
    """Codes of zones with their names in `language`."""
    return {zone.code: zone.names.get(language) or zone.names["en"] for zone in all_zones(session)}


def names(session: Session, language: str) -> dict[str, str]:
    """Codes of zones, profiles and control points with their names in `language`."""
    named: dict[str, str] = {}
    for code, texts in (
        *((zone.code, zone.names) for zone in all_zones(session)),
        *((profile.code, profile.names) for profile in all_profiles(session)),
    ):
        named[code] = texts.get(language) or texts["en"]
    for point in all_control_points(session):
        named[point.code] = point.name
    return named
