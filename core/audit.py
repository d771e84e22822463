"""Who did what: an append-only table whose rows are chained by their hashes.

Each row's hash covers the row before it, so a row can't be changed, dropped or slipped in without
every later hash being wrong (`first_broken`). Rows are written at the very end of the transaction:
chaining needs a lock, and a lock taken last can't take part in a deadlock.

Personal data stays out: name subjects by their ids, never by plates or people's names.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, event, insert, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from core.append_only import protect
from core.clock import utc_now
from core.database import Base, require_writable
from core.identity import Actor
from core.signing import canonical_json

_PENDING = "sarbide_audit_pending"
_GENESIS = "0" * 64
_POSTGRESQL_LOCK = 0x5A7B1DE
_READ_LAST = "SELECT id, hash FROM audit_event ORDER BY id DESC LIMIT 1"
_LOCK_AND_READ_LAST = f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LOCK}); {_READ_LAST}"
_ACTION = re.compile(r"[a-z_]+:[a-z_]+:[a-z_]+")


class AuditEvent(Base):
    """One thing done. `id` counts up; `hash` is SHA-256 over the row and `previous_hash`."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    """Real time."""
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    on_behalf_of: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]


protect(cast(Table, AuditEvent.__table__))


@dataclass(frozen=True)
class _Pending:
    savepoint: SessionTransaction | None
    values: dict[str, Any]


def record(session: Session, actor: Actor, action: str, subject: str, **details: object) -> None:
    """Note that `actor` did `action` to `subject`; written when the transaction commits.

    `action` follows the grammar "package:object:verb" ("permits:vehicle:changed"), `subject` names
    one object ("case:0198..."), `details` must be serialisable as JSON.
    """
    if not _ACTION.fullmatch(action):
        raise ValueError(f"'{action}' does not follow the grammar package:object:verb.")
    require_writable(session)
    values = {
        "at": utc_now(),
        "actor_id": actor.id,
        "actor_name": actor.name,
        "on_behalf_of": actor.on_behalf_of,
        "action": action,
        "subject": subject,
        "details": details,
    }
    pending = session.info.setdefault(_PENDING, [])
    pending.append(_Pending(session.get_nested_transaction(), values))
    # A session that only records would not begin a transaction, and so would not commit.
    session.connection()


def events(
    session: Session, *, action: str | None = None, subject: str | None = None
) -> list[AuditEvent]:
    """Audit rows, oldest first, those of the present transaction included."""
    write_pending(session)
    query = select(AuditEvent).order_by(AuditEvent.id)
    if action is not None:
        query = query.where(AuditEvent.action == action)
    if subject is not None:
        query = query.where(AuditEvent.subject == subject)
    return list(session.scalars(query))


def first_broken(session: Session) -> int | None:
    """Id of the first row that does not fit the chain; None when all of it holds."""
    previous, expected_id = _GENESIS, 1
    for row in _in_order(session):
        values = {name: getattr(row, name) for name in _CHAINED}
        if row.id != expected_id or row.previous_hash != previous:
            return row.id
        if row.hash != _row_hash(row.id, previous, values):
            return row.id
        previous, expected_id = row.hash, expected_id + 1
    return None


def _in_order(session: Session) -> Iterator[AuditEvent]:
    query = select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=500)
    yield from session.scalars(query)


_CHAINED = ("at", "actor_id", "actor_name", "on_behalf_of", "action", "subject", "details")


def _row_hash(row_id: int, previous: str, values: dict[str, Any]) -> str:
    plain = {key: _plain(value) for key, value in values.items()}
    return hashlib.sha256(canonical_json({"id": row_id, "previous": previous, **plain})).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


def write_pending(session: Session) -> None:
    """Chain and insert what was recorded so far; runs by itself before each commit."""
    pending: list[_Pending] = session.info.pop(_PENDING, [])
    if not pending:
        return
    row_id, previous = _last_locked(session)
    rows = []
    for item in pending:
        row_id += 1
        row_hash = _row_hash(row_id, previous, item.values)
        rows.append({"id": row_id, "previous_hash": previous, "hash": row_hash, **item.values})
        previous = row_hash
    session.execute(insert(cast(Table, AuditEvent.__table__)), rows)


def _last_locked(session: Session) -> tuple[int, str]:
    """Id and hash of the last row; nobody else adds one until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        # One round trip, but two statements: the second sees what was committed before the lock.
        result = session.connection().exec_driver_sql(_LOCK_AND_READ_LAST)
        result.cursor.nextset()
        last = result.cursor.fetchone()
        result.close()
    else:
        last = session.connection().exec_driver_sql(_READ_LAST).first()
    return (last[0], last[1]) if last else (0, _GENESIS)


@event.listens_for(Session, "before_commit")
def _write_before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        write_pending(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget_rolled_back(session: Session, ended: SessionTransaction) -> None:
    pending: list[_Pending] = session.info.get(_PENDING, [])
    if ended.nested:
        pending[:] = [item for item in pending if item.savepoint is not ended]
    else:
        pending.clear()
