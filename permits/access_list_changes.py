"""The access list's version, which rises with every change that a gate must know."""

from typing import cast

from sqlalchemy import Table, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from permits.models import AccessListChange, Counter

_COUNTER = "access-list"


def next_number(session: Session, name: str) -> int:
    """Count `name` up and return its new value; others wait until this transaction ends."""
    raised = _raise(session, name)
    if raised is None:
        # Two transactions may begin a series in the same moment: one row is enough for both.
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        statement = (sqlite_insert if is_sqlite else postgresql_insert)(
            cast(Table, Counter.__table__)
        )
        session.execute(statement.values(name=name, value=0).on_conflict_do_nothing())
        raised = _raise(session, name)
    return cast(int, raised)


def _raise(session: Session, name: str) -> int | None:
    raised: int | None = session.scalar(
        update(Counter)
        .where(Counter.name == name)
        .values(value=Counter.value + 1)
        .returning(Counter.value)
    )
    return raised


def current_version(session: Session) -> int:
    """The newest version; 0 while nothing was ever listed."""
    return session.scalar(select(Counter.value).where(Counter.name == _COUNTER)) or 0


def note_vehicle(session: Session, plate_hash: bytes) -> None:
    """What the vehicle may do has changed."""
    version = next_number(session, _COUNTER)
    session.add(AccessListChange(version=version, plate_hash=plate_hash))


def note_everything(session: Session) -> None:
    """Places, rules or the whole register changed: every gate needs a whole new list."""
    version = next_number(session, _COUNTER)
    session.add(AccessListChange(version=version, plate_hash=None))
