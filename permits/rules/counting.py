"""Entries counted by gate, quarter of an hour and profile: what is left when people are forgotten.

A cell says nothing about anybody, so it outlives the passages it was counted from. A passage that
is decided anew moves from one cell to another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from permits.access import AccessDecision, AccessQuery, Movement, Reason
from permits.rules.models import PassageCount

QUARTER = timedelta(minutes=15)
_NOT_ENTERING = frozenset({Movement.EXIT, Movement.REVERSED_OUT})


@dataclass(frozen=True, slots=True)
class Cell:
    """Which cell of the table a passage belongs to."""

    quarter: datetime
    control_point: str
    profile: str
    """Of the grant that allowed the entry, or came closest; empty without any."""
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    cell: Cell
    entries: int


def cell_of(query: AccessQuery, decision: AccessDecision) -> Cell | None:
    """The cell of an entry; None for exits and vehicles that did not drive in."""
    if query.movement in _NOT_ENTERING or decision.reason is Reason.EXIT:
        return None
    profiles = (g.profile for g in query.grants if g.reference == decision.grant)
    return Cell(
        quarter=quarter_of(query.seen_at),
        control_point=query.point.control_point,
        profile=next(profiles, ""),
        outcome=decision.outcome.value,
        reason=decision.reason.value,
    )


def quarter_of(moment: datetime) -> datetime:
    """The first instant of its quarter of an hour; offsets are whole quarters everywhere."""
    at = moment.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def move_count(session: Session, old: Cell | None, new: Cell | None) -> None:
    """Take a passage out of cell `old` and put it into `new`; None is no cell."""
    if old == new:
        return
    changes = [(cell, change) for cell, change in ((old, -1), (new, 1)) if cell is not None]
    # In a fixed order, so that two workers never wait for each other's cell.
    for cell, change in sorted(changes, key=lambda one: _key(one[0])):
        _add(session, cell, change)


def _key(cell: Cell) -> tuple[datetime, str, str, str, str]:
    return (cell.quarter, cell.control_point, cell.profile, cell.outcome, cell.reason)


def _add(session: Session, cell: Cell, change: int) -> None:
    table = cast(Table, PassageCount.__table__)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite_insert if is_sqlite else postgresql_insert)(table)
    keys = ("quarter", "control_point", "profile", "outcome", "reason")
    values = dict(zip(keys, _key(cell), strict=True))
    session.execute(
        insert.values(**values, entries=change).on_conflict_do_update(
            index_elements=keys, set_={"entries": table.c.entries + change}
        )
    )


def counts_between(session: Session, begin: datetime, end: datetime) -> Sequence[Count]:
    """Every cell with entries in quarters from `begin` up to `end`, which is left out."""
    rows = session.scalars(
        select(PassageCount).where(
            PassageCount.quarter >= begin, PassageCount.quarter < end, PassageCount.entries > 0
        )
    )
    return [
        Count(
            Cell(row.quarter, row.control_point, row.profile, row.outcome, row.reason), row.entries
        )
        for row in rows
    ]
