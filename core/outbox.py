"""Jobs as rows: written in the transaction that needs them, so neither is ever without the other.

A worker claims due jobs in one short transaction, runs each in another and finishes it there. A
worker that dies leaves its claim behind; after `STALE_AFTER` another takes the job over, so every
job must do no harm when run twice. Due times are the city's time (`core.clock.DomainClock`);
claims, retries and staleness are real time, which nobody can move.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, Table, and_, event, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from core.clock import utc_now
from core.database import Base, require_writable, uuid7
from core.errors import Conflict

STALE_AFTER = timedelta(minutes=2)
"""A claim older than this is of a dead worker; longer than any job takes."""
MAX_ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=5)
"""Doubled with every further failure."""

_ENQUEUED = "sarbide_outbox_enqueued"


class Job(Base):
    """One thing to do. Open until `done_at` or `failed_at` is set."""

    __tablename__ = "job"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    """City time from which it may run."""
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    """Real time of the next attempt, after a failure."""
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """Given up; `last_error` says why."""
    last_error: Mapped[str | None]
    dedup_key: Mapped[str | None]

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        return and_(cls.done_at.is_(None), cls.failed_at.is_(None))

    @classmethod
    def is_waiting(cls) -> ColumnElement[bool]:
        """Open and never claimed: only such a job can stand in for a new one of the same key."""
        return and_(cls.is_open(), cls.claimed_at.is_(None))


# A running job may have read its data before the change that asks for it again, so it does not
# stand in for a new one: unique are only the jobs that nobody has claimed yet.
Index(
    "uq_job_waiting_dedup_key",
    Job.kind,
    Job.dedup_key,
    unique=True,
    sqlite_where=Job.is_waiting(),
    postgresql_where=Job.is_waiting(),
)
Index("ix_job_open_due_at", Job.due_at, sqlite_where=Job.is_open(), postgresql_where=Job.is_open())


def enqueue(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    due_at: datetime,
    key: str | None = None,
) -> None:
    """Ask for a job in the present transaction.

    With a `key`, a waiting job of the same kind and key stands in for it, due at the earlier time.
    """
    require_writable(session)
    session.info[_ENQUEUED] = True
    for _ in range(5):
        # Inserted first: most jobs are new, and the index tells when one is waiting.
        if _insert(session, kind, payload, due_at, key):
            return
        if key is not None and _bring_forward(session, kind, key, due_at):
            return
    raise Conflict(
        "The job '%(kind)s' with key '%(key)s' is being changed by others; try again.",
        kind=kind,
        key=key,
    )


def _bring_forward(session: Session, kind: str, key: str, due_at: datetime) -> bool:
    waiting = select(Job).where(Job.kind == kind, Job.dedup_key == key, Job.is_waiting())
    # The lock makes a worker that is about to claim this job wait until our change is committed.
    job = session.scalar(waiting.with_for_update().execution_options(populate_existing=True))
    if job is None:
        return False
    job.due_at = min(job.due_at, due_at)
    return True


def _insert(
    session: Session, kind: str, payload: dict[str, Any], due_at: datetime, key: str | None
) -> bool:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = (sqlite_insert if is_sqlite else postgresql_insert)(cast(Table, Job.__table__))
    values = {
        "id": uuid7(),
        "kind": kind,
        "payload": payload,
        "due_at": due_at,
        "created_at": utc_now(),
        "attempts": 0,
        "dedup_key": key,
    }
    inserted = statement.values(values).on_conflict_do_nothing().returning(Job.id)
    return session.execute(inserted).first() is not None


def claim_due(
    session: Session, now: datetime, limit: int, *, stale_after: timedelta = STALE_AFTER
) -> list[Job]:
    """Claim up to `limit` jobs due at city time `now`, earliest first. Commit before running them.

    Two workers never get the same job: PostgreSQL skips rows that another has locked, and SQLite
    lets one writing transaction in at a time.
    """
    require_writable(session)
    real_now = utc_now()
    jobs = list(session.scalars(_claimable(now, real_now, stale_after).limit(limit)))
    for job in jobs:
        job.claimed_at = real_now
        job.retry_at = None
        job.attempts += 1
    session.flush()
    return jobs


def _claimable(now: datetime, real_now: datetime, stale_after: timedelta) -> Select[Job]:
    free = or_(
        Job.claimed_at.is_(None),
        Job.retry_at <= real_now,
        and_(Job.retry_at.is_(None), Job.claimed_at <= real_now - stale_after),
    )
    return (
        select(Job)
        .where(Job.is_open(), Job.due_at <= now, free)
        .order_by(Job.due_at, Job.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def finish(session: Session, job: Job) -> None:
    """The job is done; call it in the transaction that did it."""
    _row(session, job).done_at = utc_now()


def fail(session: Session, job: Job, error: str) -> None:
    """The job failed: it is tried again, later each time, and given up after `MAX_ATTEMPTS`."""
    row = _row(session, job)
    row.last_error = error[:2000]
    if row.attempts >= MAX_ATTEMPTS:
        row.failed_at = utc_now()
    else:
        row.retry_at = utc_now() + FIRST_RETRY * 2 ** max(0, row.attempts - 1)


def _row(session: Session, job: Job) -> Job:
    """`job` in this session; jobs are claimed in another one."""
    return session.get_one(Job, job.id)


def count_open(session: Session) -> int:
    """Jobs neither done nor given up, due or not."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.is_open())) or 0


def wake_on_commit(factory: sessionmaker[Session], wake: Callable[[], None]) -> None:
    """Call `wake` after every commit of a session of `factory` that enqueued something."""

    @event.listens_for(factory, "after_commit")
    def after_commit(session: Session) -> None:
        if session.info.pop(_ENQUEUED, False):
            wake()

    @event.listens_for(factory, "after_rollback")
    def after_rollback(session: Session) -> None:
        session.info.pop(_ENQUEUED, None)
