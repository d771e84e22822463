"""Holders and authorisations for tests, each field open to change."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.identity import Actor, Role
from core.keyed_hash import plate_hash
from core.passage_ids import passage_id
from core.plates import PlateNumber
from permits.access import AccessDecision, Movement, decide
from permits.models import Authorisation, Holder, Stay
from permits.queries import build_query
from permits.service import (
    Sighting,
    StayChange,
    VehicleFacts,
    grant,
    record_stay,
    register_holder,
)
from permits.states import Incomplete
from permits.stays import Witness

NOW = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
"""Tuesday 20 October 2026, 08:00 in Bilbao."""
DESK = Actor(UUID(int=7), "Leire (service desk)", frozenset({Role.SERVICE_DESK}))


def holder(
    session: Session, keys: KeyRing, name: str = "Ane Etxebarria Gil", **data: Any
) -> Holder:
    values = {"kind": "person", "now": NOW, **data}
    return register_holder(session, keys, DESK, name=name, **values)


def facts(plate: str, vehicle_class: str | None = "car", **data: Any) -> VehicleFacts:
    values = {"class_evidence": "technical card" if vehicle_class else None, **data}
    return VehicleFacts(PlateNumber(plate), vehicle_class, **values)


def authorisation(
    session: Session,
    keys: KeyRing,
    *plates: str,
    profile: str = "resident",
    to: Holder | None = None,
    vehicle_class: str | None = "car",
    **data: Any,
) -> Authorisation:
    """An active authorisation, by default a resident's that began a month ago."""
    values = {"zones": ["old-quarter"], "now": NOW, "valid_from": NOW - timedelta(days=30), **data}
    return grant(
        session,
        keys,
        DESK,
        to or holder(session, keys),
        profile=profile,
        vehicles=[facts(plate, vehicle_class) for plate in plates],
        **values,
    )


def decided(
    session: Session,
    keys: KeyRing,
    plate: str,
    at: datetime,
    *,
    movement: Movement = Movement.ENTRY,
    point: str = "CP-01",
    **data: Any,
) -> AccessDecision:
    """What the centre decides about a clear read of `plate`."""
    values = {"confidence": 0.97, "country": "ES", **data}
    query = build_query(
        session,
        keys,
        plate=PlateNumber(plate),
        movement=movement,
        seen_at=at,
        control_point=point,
        **values,
    )
    return decide(query)


def passing(
    session: Session,
    keys: KeyRing,
    plate: str,
    at: datetime,
    movement: Movement = Movement.ENTRY,
    *,
    witness: Witness | None = None,
    **data: Any,
) -> tuple[AccessDecision, StayChange]:
    """Decide a passage and record what it means for stays, as ingest does."""
    decision = decided(session, keys, plate, at, movement=movement, **data)
    seen = sighting(keys, plate, at, movement, confident=data.get("confidence", 0.97) >= 0.9)
    return decision, record_stay(session, seen, decision, witness or Trust())


def sighting(
    keys: KeyRing,
    plate: str,
    at: datetime,
    movement: Movement = Movement.ENTRY,
    *,
    confident: bool = True,
) -> Sighting:
    return Sighting(
        passage_id=passage_of(plate, at),
        plate_hash=plate_hash(keys.plate_hash_key, PlateNumber(plate)),
        movement=movement,
        seen_at=at,
        zones=("old-quarter",),
        confident=confident,
    )


class Trust:
    """Every gate was watched."""

    def objection(self, stay: Stay, left_at: datetime) -> Incomplete | None:
        return None


def passage_of(plate: str, at: datetime) -> UUID:
    return passage_id(at, plate, 0, (0, 0, 1, 1))
