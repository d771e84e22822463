"""One import from beginning to end: fetch, understand, compare, and apply or hold.

Nothing changes unless the whole register was read. Lines are applied in batches, each in a
transaction of its own, so that a large register keeps nobody waiting; an import that is killed
half way is finished by the next one, which compares anew.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.database import transaction
from core.encryption import KeyRing
from core.errors import Conflict, SarbideError
from core.identity import Actor
from core.runtime import Runtime
from permits.applications import automatic
from permits.entitlements.matching import token
from permits.errors import UnknownImport
from permits.imports.applying import Applier, known_lines
from permits.imports.comparing import Difference, Objection, compare, objection
from permits.imports.connectors import Connector, Fetched
from permits.imports.kinds import RegisterKind, kind_of
from permits.imports.models import DeadLetter, ImportRun
from permits.imports.records import Record, Rejected, Understood, understand
from permits.imports.states import RunState
from permits.queries import all_zones

BATCH = 100
MAX_LETTERS = 1_000
"""Dead letters kept of one import; more than that is one problem, not a thousand."""
_RUNS_AT_MOST = timedelta(hours=1)

_log = structlog.get_logger()
_T = TypeVar("_T")


@dataclass(frozen=True)
class _Plan:
    """What an import would do, and with which lines it has to be careful."""

    understood: Understood
    difference: Difference
    fingerprints: dict[str, bytes]
    spared: frozenset[bytes]
    known: int


def run_import(
    runtime: Runtime, kind_code: str, connector: Connector, actor: Actor, *, now: datetime
) -> UUID:
    """Import one register; returns the id of the run, whose state says what became of it.

    A register that can't be had or read leaves everything as it was and a run that says why.

    Raises:
        InvalidInput: there is no such kind of register.
        Conflict: the same register is being imported just now.
    """
    kind = kind_of(kind_code)
    with transaction(runtime.writing) as session:
        run_id = _begin(session, kind, connector, actor, now)
    try:
        fetched = connector.fetch(kind)
        with transaction(runtime.reading) as session:
            plan = _plan(session, runtime.keys, kind, fetched)
            found = _objection(session, kind, plan)
        runtime.store.put(_store_key(run_id), fetched.content)
    except SarbideError as error:
        with transaction(runtime.writing) as session:
            _fail(session, run_id, error, now)
        return run_id
    if found is not None:
        with transaction(runtime.writing) as session:
            _hold(session, run_id, kind, plan, found, fetched)
        return run_id
    _apply(runtime, run_id, kind, plan, fetched, now)
    return run_id


def confirm(runtime: Runtime, run_id: UUID, actor: Actor, *, now: datetime) -> None:
    """Apply a held import after all, as it was fetched then.

    Raises:
        UnknownImport: there is none, or its file is gone.
        InvalidTransition: it is not held (any more).
    """
    with transaction(runtime.writing) as session:
        run = get_run(session, run_id, lock=True)
        kind = kind_of(run.kind)
        _check_held(session, run)
        run.confirmed_by, run.confirmed_at = actor.name, now
        audit.record(session, actor, "permits:import:confirmed", f"import:{run.id}")
        key, form = _stored(run)
    fetched = Fetched(runtime.store.get(key), form)
    with transaction(runtime.reading) as session:
        plan = _plan(session, runtime.keys, kind, fetched)
    _apply(runtime, run_id, kind, plan, fetched, now)


def discard(session: Session, run_id: UUID, actor: Actor, *, now: datetime) -> None:
    """Throw a held import away. Raises UnknownImport, InvalidTransition."""
    run = get_run(session, run_id, lock=True)
    run.become(RunState.DISCARDED)
    run.confirmed_by, run.confirmed_at = actor.name, now
    audit.record(session, actor, "permits:import:discarded", f"import:{run.id}")


def get_run(session: Session, run_id: UUID, *, lock: bool = False) -> ImportRun:
    """Raises UnknownImport."""
    query = select(ImportRun).where(ImportRun.id == run_id)
    run = session.scalar(query.with_for_update() if lock else query)
    if run is None:
        raise UnknownImport("There is no such import.")
    return run


def latest_runs(session: Session, limit: int = 50) -> Sequence[ImportRun]:
    """The last imports of all registers, newest first."""
    return session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)).all()


def _begin(
    session: Session, kind: RegisterKind, connector: Connector, actor: Actor, now: datetime
) -> UUID:
    running = session.scalar(
        select(ImportRun.id).where(
            ImportRun.kind == kind.code,
            ImportRun.state == RunState.FETCHING.value,
            ImportRun.started_at > now - _RUNS_AT_MOST,
        )
    )
    if running is not None:
        raise Conflict("This register is being imported just now: wait until that has ended.")
    run = ImportRun(
        kind=kind.code,
        source=connector.source,
        state=RunState.FETCHING.value,
        started_at=now,
        by_name=actor.name,
    )
    session.add(run)
    session.flush()
    audit.record(session, actor, "permits:import:started", f"import:{run.id}", kind=kind.code)
    return run.id


def _plan(session: Session, keys: KeyRing, kind: RegisterKind, fetched: Fetched) -> _Plan:
    zones = tuple(zone.code for zone in all_zones(session))
    understood = understand(kind, fetched.table(kind), zones)
    known = known_lines(session, kind)
    tonight: dict[bytes, tuple[bytes, Record]] = {}
    fingerprints: dict[str, bytes] = {}
    for record in understood.records:
        fingerprints[record.key] = fingerprint(keys, record)
        tonight[token(keys, record.key)] = (fingerprints[record.key], record)
    spared = frozenset(token(keys, key) for key in understood.spared)
    return _Plan(understood, compare(known, tonight, spared), fingerprints, spared, len(known))


def fingerprint(keys: KeyRing, record: Record) -> bytes:
    """Tells whether a record changed, and says nothing of it."""
    key = keys.derive("entitlements")
    return hmac.new(key, record.content().encode(), hashlib.sha256).digest()[:16]


def _objection(session: Session, kind: RegisterKind, plan: _Plan) -> Objection | None:
    before = session.scalar(
        select(ImportRun.rows)
        .where(ImportRun.kind == kind.code, ImportRun.state == RunState.APPLIED.value)
        .order_by(ImportRun.id.desc())
        .limit(1)
    )
    return objection(
        plan.difference, known=plan.known, rows=plan.understood.rows, rows_before=before
    )


def _fail(session: Session, run_id: UUID, error: SarbideError, now: datetime) -> None:
    run = get_run(session, run_id, lock=True)
    run.become(RunState.FAILED)
    run.finished_at = now
    run.problem, run.problem_values = error.template, dict(error.details)
    _log.warning("import_failed", kind=run.kind, problem=error.message)


def _hold(
    session: Session,
    run_id: UUID,
    kind: RegisterKind,
    plan: _Plan,
    found: Objection,
    fetched: Fetched,
) -> None:
    run = get_run(session, run_id, lock=True)
    run.become(RunState.HELD)
    run.problem, run.problem_values = found.problem, dict(found.values)
    _note(run, plan, fetched)
    run.letters = _letters(kind, plan.understood.rejected)
    _log.warning("import_held", kind=run.kind, **found.values)


def _apply(
    runtime: Runtime,
    run_id: UUID,
    kind: RegisterKind,
    plan: _Plan,
    fetched: Fetched,
    now: datetime,
) -> None:
    refused: list[Rejected] = []
    work = [*plan.difference.added, *plan.difference.changed]
    for batch in _batches(work):
        with transaction(runtime.writing) as session:
            applier = Applier(session, runtime.keys, kind, now)
            refused += [one for one in (_put(applier, plan, record) for record in batch) if one]
    for ends in _batches(plan.difference.ended):
        with transaction(runtime.writing) as session:
            applier = Applier(session, runtime.keys, kind, now)
            for key in ends:
                applier.end(key)
    with transaction(runtime.writing) as session:
        profiles = (kind.profile, *kind.profiles)
        automatic.answer_waiting(session, runtime.keys, profiles, now=now)
        run = get_run(session, run_id, lock=True)
        run.become(RunState.APPLIED)
        run.finished_at = now
        _note(run, plan, fetched)
        run.letters = _letters(kind, [*plan.understood.rejected, *refused])


def _put(applier: Applier, plan: _Plan, record: Record) -> Rejected | None:
    """Apply one record, or say why the register does not take it."""
    spared = token(applier.keys, record.key) in plan.spared
    try:
        with applier.session.begin_nested():
            applier.put(record, plan.fingerprints[record.key], spared=spared)
    except SarbideError as error:
        values = {name: str(value) for name, value in error.details.items()}
        return Rejected(record.line, {applier.kind.key: record.key}, error.template, values)
    return None


def _note(run: ImportRun, plan: _Plan, fetched: Fetched) -> None:
    run.rows = plan.understood.rows
    run.added, run.changed = len(plan.difference.added), len(plan.difference.changed)
    run.ended, run.unchanged = len(plan.difference.ended), plan.difference.unchanged
    run.store_key = f"{fetched.form}:{_store_key(run.id)}"


def _letters(kind: RegisterKind, rejected: Sequence[Rejected]) -> list[DeadLetter]:
    return [
        DeadLetter(
            line=one.line,
            content="; ".join(f"{name}={value}" for name, value in one.cells.items())[:2000],
            problem=one.problem,
            problem_values=one.values,
        )
        for one in rejected[:MAX_LETTERS]
    ]


def _check_held(session: Session, run: ImportRun) -> None:
    if run.state != RunState.HELD.value:
        run.become(RunState.APPLIED)  # raises, naming the state
    newer = select(ImportRun.id).where(
        ImportRun.kind == run.kind,
        ImportRun.id > run.id,
        ImportRun.state == RunState.APPLIED.value,
    )
    if session.scalar(newer.limit(1)) is not None:
        raise Conflict("A newer import of this register was applied since: discard this one.")


def _stored(run: ImportRun) -> tuple[str, str]:
    if run.store_key is None:
        raise UnknownImport("What was fetched then is gone: start a new import.")
    form, _, key = run.store_key.partition(":")
    return key, form


def _store_key(run_id: UUID) -> str:
    return f"imports/{run_id}"


def _batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
