"""Numbers that are given once: case numbers of the sanction system's range, batches of a day."""

from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from sanctions.integrations.handover.models import HandoverCounter


def next_number(session: Session, name: str, first: int) -> int:
    """The number after the last one given under `name`; `first` the first time."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    table = cast(Table, HandoverCounter.__table__)
    insert = (sqlite_insert if is_sqlite else postgresql_insert)(table)
    counted = insert.values(name=name, last=first).on_conflict_do_update(
        index_elements=["name"], set_={"last": HandoverCounter.last + 1}
    )
    number: int = session.execute(counted.returning(HandoverCounter.last)).scalar_one()
    return number
