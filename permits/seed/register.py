"""Authorisations listed in a JSON file, such as those of the filmed vehicles."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.errors import InvalidInput
from core.identity import SYSTEM
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from permits.authorisations import grant
from permits.holders import register_holder
from permits.models import Authorisation, Holder, PlateAssignment, QuotaEntry, Vehicle
from permits.vehicles import VehicleFacts

CHANNEL = "register-file"


class RegisterEntry(BaseModel):
    """One vehicle's authorisation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plate: str
    profile: str
    holder: str
    """Name; the same name is the same holder."""
    valid_from: AwareDatetime
    valid_until: AwareDatetime | None = None
    used_this_month: int = Field(default=0, ge=0, le=31)
    """Entries already debited in the month of `now`."""
    zones: tuple[str, ...] = ("old-quarter",)
    control_points: tuple[str, ...] = ()
    vehicle_class: str | None = None


def load_register(session: Session, keys: KeyRing, path: Path, *, now: datetime) -> dict[str, UUID]:
    """Grant every entry of `path` that is not granted yet; returns plate to holder id.

    Raises:
        InvalidInput: the file is missing, not JSON, or an entry is malformed; nothing is written.
        UnknownProfile, UnknownZone: an entry names one that does not exist.
    """
    holders: dict[str, Holder] = {}
    found: dict[str, UUID] = {}
    for entry in _read(path):
        known = _known(session, keys, entry)
        if known is None:
            holder = holders.get(entry.holder) or _holder(session, keys, entry, now)
            known = _grant(session, keys, holder, entry, now)
        holders[entry.holder] = known.holder
        found[entry.plate] = known.holder_id
    return found


def _read(path: Path) -> tuple[RegisterEntry, ...]:
    try:
        return TypeAdapter(tuple[RegisterEntry, ...]).validate_python(json.loads(path.read_text()))
    except OSError as error:
        raise InvalidInput(f"The register file {path} can't be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"The register file {path}: entry {where}: {first['msg']}.") from error
    except ValueError as error:
        raise InvalidInput(f"The register file {path} is not JSON: {error}.") from error


def _known(session: Session, keys: KeyRing, entry: RegisterEntry) -> Authorisation | None:
    return session.scalars(
        select(Authorisation)
        .join(PlateAssignment)
        .join(Vehicle)
        .where(
            Vehicle.plate_hash == plate_hash(keys.plate_hash_key, PlateNumber(entry.plate)),
            Authorisation.profile_code == entry.profile,
            PlateAssignment.channel == CHANNEL,
        )
    ).first()


def _holder(session: Session, keys: KeyRing, entry: RegisterEntry, now: datetime) -> Holder:
    return register_holder(session, keys, SYSTEM, name=entry.holder, kind="person", now=now)


def _grant(
    session: Session, keys: KeyRing, holder: Holder, entry: RegisterEntry, now: datetime
) -> Authorisation:
    authorisation = grant(
        session,
        keys,
        SYSTEM,
        holder,
        profile=entry.profile,
        zones=entry.zones,
        vehicles=[_vehicle(entry)],
        control_points=entry.control_points,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        now=now,
        why="Taken over from a register file",
        channel=CHANNEL,
    )
    _debit(session, authorisation, entry.used_this_month, now)
    return authorisation


def _vehicle(entry: RegisterEntry) -> VehicleFacts:
    evidence = CHANNEL if entry.vehicle_class else None
    return VehicleFacts(PlateNumber(entry.plate), entry.vehicle_class, class_evidence=evidence)


def _debit(session: Session, authorisation: Authorisation, used: int, now: datetime) -> None:
    """Entries earlier in the month: one a day before `now`, or within its first minutes."""
    month_start = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for index in range(used):
        day_before = now - timedelta(days=index + 1)
        moment = max(day_before, month_start + timedelta(minutes=index))
        session.add(QuotaEntry(authorisation_id=authorisation.id, entered_at=moment))
    session.flush()
