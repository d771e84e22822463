"""Which taxis and VTC are in service, as their dispatchers say: line by line. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import InvalidInput
from core.plates import PlateNumber
from core.words import N_
from permits.imports.kinds import RegisterKind
from permits.imports.records import Rejected
from permits.imports.tables import Line, Table

FEED = RegisterKind(
    "duty",
    N_("Taxis and VTC in service"),
    "taxi",
    key="plate",
    required=("plate", "duty", "since"),
    optional=(),
)
"""Read like a register, by the same connectors; but its lines only add, and end nothing."""
DUTIES = {"on": True, "off": False}
OLDEST, FURTHEST = timedelta(days=7), timedelta(days=31)


@dataclass(frozen=True)
class Statement:
    """A vehicle is in service, or is not, from `at` on."""

    plate: PlateNumber
    on_duty: bool
    at: datetime
    line: Line


def understand(table: Table, now: datetime) -> tuple[list[Statement], list[Rejected]]:
    """Sort `table` into statements and lines put aside."""
    statements: list[Statement] = []
    rejected = [
        rejection(line, N_("The line has another number of cells than the heading."))
        for line in table.torn
    ]
    for line in table.lines:
        try:
            statements.append(_statement(line, now))
        except InvalidInput as error:
            rejected.append(rejection(line, error.template, error.details))
    return statements, rejected


def rejection(line: Line, problem: str, values: Mapping[str, object] | None = None) -> Rejected:
    """`line`, put aside for `problem` (a message id)."""
    words = {name: str(value) for name, value in (values or {}).items()}
    return Rejected(line.number, line.cells, problem, words)


def _statement(line: Line, now: datetime) -> Statement:
    duty = line.cells.get("duty", "").casefold()
    if duty not in DUTIES:
        raise InvalidInput(N_("The column 'duty' says neither 'on' nor 'off'."))
    at = _moment(line.cells.get("since", ""))
    if not now - OLDEST <= at <= now + FURTHEST:
        raise InvalidInput(N_("The time is more than 7 days old, or more than 31 days ahead."))
    return Statement(PlateNumber.parse(line.cells.get("plate", "")), DUTIES[duty], at, line)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(
            N_("The time is not written as 2026-10-20T08:00+02:00, with its offset.")
        )
    return moment
