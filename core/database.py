"""Database sessions: one model base, one way to open a transaction, on SQLite and PostgreSQL.

SQLite runs in WAL mode: readers never wait. A writing transaction begins with ``BEGIN IMMEDIATE``,
so that two writers queue up at their start instead of failing in their middle. A reading session
(``read_only=True``) begins deferred and refuses to write. A commit survives any crash of ours; a
power cut may take the last ones (``synchronous = NORMAL``), which is one reason why production
runs on PostgreSQL.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.unitofwork import UOWTransaction
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from core.errors import InvalidInput

BUSY_TIMEOUT_SECONDS = 10
TRIED_AFTER_SECONDS = 1.0
"""A PostgreSQL connection that lay idle for so long is tried before it is used again."""
_GIVEN_BACK_AT = "sarbide_given_back_at"
_READ_ONLY = "sarbide_read_only"

_uuid7_lock = threading.Lock()
_last_uuid7 = 0


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out. SQLite keeps no offsets, so UTC is what is stored."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises InvalidInput for a time without a UTC offset: nobody can say which instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvalidInput(
                "The time %(time)s has no UTC offset; write it with one.", time=value.isoformat()
            )
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all ORM models; every constraint gets a name, so that migrations can change it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        UUID: Uuid(),
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        list[dict[str, Any]]: JSON,
    }


def uuid7() -> UUID:
    """A time-ordered random id (RFC 9562, section 5.7): new rows land at the end of the index.

    Within a process each is greater than the one before, as section 6.2 allows, so rows written
    in the same millisecond keep their order.
    """
    global _last_uuid7  # noqa: PLW0603 -- the counter of this process
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0b11 << 62) | 0b10 << 62
    with _uuid7_lock:
        _last_uuid7 = max(value, _last_uuid7 + 1)
        return UUID(int=_last_uuid7)


def create_database(url: str) -> Engine:
    """An engine for `url` (``sqlite:///...`` or ``postgresql://...``), ready for many threads.

    Raises:
        InvalidInput: another kind of database.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return _create_sqlite(url)
    if backend == "postgresql":
        return _create_postgresql(url)
    raise InvalidInput(
        "Sarbide runs on SQLite or PostgreSQL, not on '%(database)s'.", database=backend
    )


def _create_postgresql(url: str) -> Engine:
    """Connections that lay idle are tried before they are used again: the server may have been
    restarted. Those used a moment ago are not; that would be a round trip more for every request.
    """
    engine = create_engine(url, pool_size=20, max_overflow=20)

    @event.listens_for(engine, "checkin")
    def note_time(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_GIVEN_BACK_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def try_first(
        connection: DBAPIConnection, record: ConnectionPoolEntry, _: PoolProxiedConnection
    ) -> None:
        given_back_at = record.info.get(_GIVEN_BACK_AT)
        if given_back_at is None or time.monotonic() - given_back_at < TRIED_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool opens another one

    return engine


def _create_sqlite(url: str) -> Engine:
    engine = create_engine(
        url, pool_size=20, max_overflow=20, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver's own transaction handling is off: it would never send BEGIN IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def session_factory(
    engine: Engine, *, read_only: bool = False, single_look: bool = False
) -> sessionmaker[Session]:
    """Sessions of `engine`. Objects stay readable after the commit.

    With `read_only` they never wait for writers, and flushing a change raises RuntimeError. With
    `single_look` too, each query stands for itself, which saves PostgreSQL two round trips.
    """
    if not read_only:
        return sessionmaker(engine, expire_on_commit=False)
    options: dict[str, Any] = {_READ_ONLY: True}
    if engine.dialect.name == "postgresql":
        options |= (
            {"isolation_level": "AUTOCOMMIT"} if single_look else {"postgresql_readonly": True}
        )
    factory = sessionmaker(
        engine.execution_options(**options), expire_on_commit=False, info={_READ_ONLY: True}
    )
    event.listen(factory, "before_flush", _refuse_changes)
    return factory


def _refuse_changes(session: Session, _: UOWTransaction, __: object) -> None:
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        require_writable(session)


def require_writable(session: Session) -> None:
    """Raise RuntimeError when `session` is for reading: a mistake in the code, not of the user."""
    if session.info.get(_READ_ONLY):
        raise RuntimeError(
            "This session only reads. A GET endpoint that writes (an audit row, say) asks for "
            "WritingSessionDep instead of SessionDep."
        )


@contextmanager
def transaction(factory: sessionmaker[Session]) -> Iterator[Session]:
    """One transaction: committed at the end of the block, rolled back on any error."""
    with factory() as session, session.begin():
        yield session
