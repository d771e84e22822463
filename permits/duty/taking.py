"""What taxis' dispatchers say is taken in, and passages that wait are decided again."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.database import transaction
from core.encryption import KeyRing
from core.errors import SarbideError
from core.identity import Actor
from core.keyed_hash import plate_hash
from core.runtime import Runtime
from core.words import N_
from permits.duty.feed import FEED, Statement, rejection, understand
from permits.grants import OFF_DUTY_AT_MOST
from permits.history import duty_changed
from permits.imports.connectors import Connector, Fetched
from permits.imports.models import DeadLetter, ImportRun
from permits.imports.records import Rejected
from permits.imports.states import RunState
from permits.models import Authorisation, PlateAssignment, Profile, Vehicle
from permits.rules.models import DutyStatement

MAX_LETTERS = 200
UNKNOWN = N_("No vehicle of this plate has a right that counts in service only.")

_CHUNK = 500

_log = structlog.get_logger()
_T = TypeVar("_T")


@dataclass(frozen=True)
class OnDuty:
    """How many vehicles with a right that counts in service only are in service now."""

    on: int
    off: int
    unsaid: int
    """Nobody has said anything lately: taken to be in service."""
    newest: datetime | None
    """When the last of what was said begins."""


def read_duty(runtime: Runtime, connector: Connector, actor: Actor, *, now: datetime) -> UUID:
    """Fetch what is said and take it in; the id of the run that tells of it.

    A feed that can't be had or read changes nothing, and its run says why.
    """
    try:
        fetched = connector.fetch(FEED)
        with transaction(runtime.writing) as session:
            return take_in(session, runtime.keys, actor, fetched, connector.source, now=now).id
    except SarbideError as error:
        _log.warning("duty_not_read", problem=error.message)
        with transaction(runtime.writing) as session:
            run = _run_of_today(session, RunState.FAILED, connector.source, actor, now)
            run.problem, run.problem_values = error.template, dict(error.details)
            return run.id


def take_in(
    session: Session, keys: KeyRing, actor: Actor, fetched: Fetched, source: str, *, now: datetime
) -> ImportRun:
    """Add what is new. What was said before stays as it was: lines only add.

    Raises:
        UnreadableRegister: it is no feed; nothing was changed.
    """
    table = fetched.table(FEED)
    statements, rejected = understand(table, now)
    vehicles = _vehicles(session, keys, statements)
    fresh: list[Statement] = []
    for statement in statements:
        if plate_hash(keys.plate_hash_key, statement.plate) in vehicles:
            fresh.append(statement)
        else:
            rejected.append(rejection(statement.line, UNKNOWN))
    added = _add(session, keys, vehicles, fresh, now)
    run = _run_of_today(session, RunState.APPLIED, source, actor, now)
    run.rows, run.unchanged = table.rows, len(fresh) - added
    run.added += added
    run.letters = [_letter(one) for one in sorted(rejected, key=_line)[:MAX_LETTERS]]
    if added:
        audit.record(session, actor, "permits:duty:taken", f"import:{run.id}", added=added)
    return run


def _vehicles(
    session: Session, keys: KeyRing, statements: Sequence[Statement]
) -> dict[bytes, UUID]:
    """Plate hash to vehicle, of those with a right that counts in service only."""
    found: dict[bytes, UUID] = {}
    hashes = {plate_hash(keys.plate_hash_key, one.plate) for one in statements}
    for some in _chunks(sorted(hashes)):
        query = _in_service_only().where(Vehicle.plate_hash.in_(some))
        found |= {row.plate_hash: row.id for row in session.execute(query)}
    return found


def _in_service_only() -> Select[UUID, bytes]:
    """Vehicles that have a right now which counts in service only."""
    return (
        select(Vehicle.id, Vehicle.plate_hash)
        .join(PlateAssignment, PlateAssignment.vehicle_id == Vehicle.id)
        .join(Authorisation, Authorisation.id == PlateAssignment.authorisation_id)
        .join(Profile, Profile.code == Authorisation.profile_code)
        .where(PlateAssignment.assigned_until.is_(None), Profile.only_in_service)
        .distinct()
    )


def _add(
    session: Session,
    keys: KeyRing,
    vehicles: dict[bytes, UUID],
    statements: Sequence[Statement],
    now: datetime,
) -> int:
    known = dict(_said(session, set(vehicles.values())))
    added = 0
    for statement in statements:
        hashed = plate_hash(keys.plate_hash_key, statement.plate)
        name = (vehicles[hashed], statement.at)
        if known.get(name) is statement.on_duty:
            continue
        known[name] = statement.on_duty
        session.add(DutyStatement(vehicle_id=name[0], at=statement.at, on_duty=statement.on_duty))
        added += 1
        if statement.at <= now:
            duty_changed(session, hashed, now)
    session.flush()
    return added


def _said(
    session: Session, vehicles: Collection[UUID]
) -> Iterator[tuple[tuple[UUID, datetime], bool]]:
    """What is known already; of several words about one moment the last counts."""
    for some in _chunks(sorted(vehicles)):
        query = select(DutyStatement).where(DutyStatement.vehicle_id.in_(some))
        for row in session.scalars(query.order_by(DutyStatement.id)):
            yield (row.vehicle_id, row.at), row.on_duty


def _run_of_today(
    session: Session, state: RunState, source: str, actor: Actor, now: datetime
) -> ImportRun:
    """One line a day and source, which gathers what every reading of the day brought."""
    last = session.scalar(
        select(ImportRun).where(ImportRun.kind == FEED.code).order_by(ImportRun.id.desc()).limit(1)
    )
    same = (
        last is not None
        and (last.state, last.source, last.by_name) == (state.value, source, actor.name)
        and municipal(last.started_at).date() == municipal(now).date()
    )
    if last is None or not same:
        last = ImportRun(
            kind=FEED.code,
            source=source,
            state=RunState.FETCHING.value,
            started_at=now,
            by_name=actor.name,
            added=0,
        )
        last.become(state)
        session.add(last)
    last.finished_at = now
    session.flush()
    return last


def _chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for begin in range(0, len(items), _CHUNK):
        yield items[begin : begin + _CHUNK]


def _letter(one: Rejected) -> DeadLetter:
    return DeadLetter(
        line=one.line,
        content="; ".join(f"{name}={value}" for name, value in one.cells.items())[:500],
        problem=one.problem,
        problem_values=one.values,
    )


def _line(one: Rejected) -> int:
    return one.line


def on_duty_now(session: Session, now: datetime) -> OnDuty:
    """The whole fleet at a glance."""
    fleet = {row.id for row in session.execute(_in_service_only())}
    said: dict[UUID, bool] = {}
    newest: datetime | None = None
    query = select(DutyStatement).where(
        DutyStatement.at <= now, DutyStatement.at > now - OFF_DUTY_AT_MOST
    )
    for row in session.scalars(query.order_by(DutyStatement.at, DutyStatement.id)):
        said[row.vehicle_id], newest = row.on_duty, row.at
    counts = Counter(said.get(vehicle) for vehicle in fleet)
    return OnDuty(counts[True], counts[False], counts[None], newest)
