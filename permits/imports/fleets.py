"""A carrier hands in its own fleet: the same file as the register of carriers, for one holder.

All of it or nothing: the carrier is there to mend a line. Vehicles that the file does not name
stay, unless the carrier wants them taken off.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.identity import Actor
from core.words import N_
from permits.entitlements.matching import token
from permits.entitlements.models import Entitlement
from permits.imports.applying import Applier
from permits.imports.kinds import KINDS, RegisterKind
from permits.imports.records import Record, Rejected, record_from, understand
from permits.imports.running import fingerprint
from permits.imports.tables import Line, Table, read_csv
from permits.models import Authorisation, Holder
from permits.queries import all_zones

CARRIERS = KINDS["carrier-fleets"]
FLEET = RegisterKind(
    "fleet",
    N_("Fleet of a carrier"),
    "loading",
    key="plate",
    required=("plate", "vehicle_class", "class_evidence"),
    optional=("mass_kg", "height_cm", "zones"),
    is_fleet=True,
)
"""The carrier's columns: who it is about is the holder who hands it in."""


@dataclass(frozen=True)
class Taken:
    """What became of a fleet."""

    reference: str | None
    """Of the authorisation; None when a line was broken and nothing was changed."""
    vehicles: int
    rejected: tuple[Rejected, ...] = ()


def take_fleet(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    holder: Holder,
    content: bytes,
    *,
    is_whole: bool,
    now: datetime,
) -> Taken:
    """Put the vehicles of `content` on the holder's loading authorisation, or make one.

    With `is_whole` vehicles that it does not name are taken off.

    Raises:
        UnreadableRegister: no CSV file, a column missing, wrong encoding, cut off.
        InvalidInput: the holder has no number to go by, or the file no vehicle.
        SarbideError: the profile does not allow it, such as so many vehicles.
    """
    if not holder.document:
        raise InvalidInput(
            N_("Write down the holder's tax number first: a fleet is registered under it.")
        )
    table = read_csv(FLEET, content)
    zones = tuple(zone.code for zone in all_zones(session))
    understood = understand(CARRIERS, _of(holder, table), zones)
    if understood.rejected:
        return Taken(None, 0, understood.rejected)
    if len(understood.records) != 1:
        raise InvalidInput(N_("The file names no vehicle."))
    record = understood.records[0]
    if not is_whole:
        record = _with_the_others(session, keys, record)
    Applier(session, keys, CARRIERS, now).put(record, fingerprint(keys, record), spared=False)
    session.flush()
    audit.record(
        session, actor, "permits:fleet:registered", f"holder:{holder.id}", rows=understood.rows
    )
    return Taken(_reference(session, keys, record), len(record.vehicles))


def _of(holder: Holder, table: Table) -> Table:
    """The carrier's lines as those of the register, which names the carrier in each."""
    who = {"document": holder.document or "", "name": holder.name[:200]}

    def named(line: Line) -> Line:
        return Line(line.number, {**line.cells, **who})

    return Table(tuple(named(line) for line in table.lines), tuple(map(named, table.torn)))


def _known(session: Session, keys: KeyRing, record: Record) -> Entitlement | None:
    return session.scalar(
        select(Entitlement).where(
            Entitlement.kind == CARRIERS.code, Entitlement.key_hash == token(keys, record.key)
        )
    )


def _with_the_others(session: Session, keys: KeyRing, record: Record) -> Record:
    row = _known(session, keys, record)
    if row is None or row.content is None or row.ended_at is not None:
        return record
    named = {vehicle.plate for vehicle in record.vehicles}
    others = (one for one in record_from(row.content).vehicles if one.plate not in named)
    vehicles = (*record.vehicles, *others)
    return replace(record, vehicles=vehicles, capacity=len(vehicles))


def _reference(session: Session, keys: KeyRing, record: Record) -> str:
    row = _known(session, keys, record)
    reference = select(Authorisation.reference).where(
        Authorisation.entitlement_id == (row.id if row else None)
    )
    return session.scalars(reference.order_by(Authorisation.created_at.desc())).first() or ""
