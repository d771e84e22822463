"""The municipal table of holidays: a file, or what a rules manager typed as one.

CSV with a header, comma or semicolon, UTF-8::

    day,level,es,eu,en
    2027-07-31,biscay,San Ignacio de Loyola,Loiolako San Ignazio,Saint Ignatius

It replaces the years that it has days of. National and Basque days come from a library, unless
the table has some of that year: then all of that year's come from here.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from core import audit
from core.identity import Actor, Permission
from core.words import N_
from permits.access_list_changes import note_everything
from permits.models import LocalHoliday
from permits.rules.errors import HolidaysRefused
from permits.rules.models import RuleVersion

COLUMNS = ("day", "level", "es", "eu", "en")
LEVELS = ("national", "basque", "biscay", "bilbao")
CALENDAR = "calendar"
"""Kind of the record of changes; its code is the year."""


@dataclass(frozen=True)
class Holiday:
    day: date
    level: str
    """One of `LEVELS`."""
    names: dict[str, str]


def read_holidays(path: Path) -> tuple[Holiday, ...]:
    """The table in `path`, by day.

    Raises:
        HolidaysRefused: it can't be read, or a line is broken; the message names the line.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HolidaysRefused(
            N_("%(file)s can't be read: %(reason)s."), file=str(path), reason=error.strerror
        ) from error
    return parse_holidays(decoded(content, str(path)), str(path))


def decoded(content: bytes, name: str) -> str:
    """Raises HolidaysRefused when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HolidaysRefused(
            N_("%(file)s is not UTF-8: save it with that encoding."), file=name
        ) from error


def parse_holidays(text: str, name: str) -> tuple[Holiday, ...]:
    """The table in `text`, by day; `name` is what a message calls it. Raises HolidaysRefused."""
    found: dict[date, Holiday] = {}
    for number, holiday in _lines(name, text):
        if holiday.day in found:
            raise HolidaysRefused(
                N_("%(file)s: line %(line)s: %(day)s is there twice."),
                file=name,
                line=number,
                day=holiday.day.isoformat(),
            )
        found[holiday.day] = holiday
    if not found:
        raise HolidaysRefused(N_("%(file)s has no holidays: nothing was changed."), file=name)
    return tuple(found[day] for day in sorted(found))


def _lines(name: str, text: str) -> Iterator[tuple[int, Holiday]]:
    separator = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.reader(text.splitlines(), delimiter=separator)
    header = tuple(cell.strip().lower() for cell in next(rows, []))
    if header != COLUMNS:
        columns = separator.join(COLUMNS)
        raise HolidaysRefused(
            N_("%(file)s: line 1: the columns must be %(columns)s."), file=name, columns=columns
        )
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            yield number, _holiday(name, number, [cell.strip() for cell in row])


def _holiday(name: str, number: int, cells: list[str]) -> Holiday:
    if len(cells) != len(COLUMNS):
        raise HolidaysRefused(
            N_("%(file)s: line %(line)s: %(wanted)s fields expected, %(found)s found."),
            file=name,
            line=number,
            wanted=len(COLUMNS),
            found=len(cells),
        )
    day, level, *names = cells
    if level not in LEVELS:
        raise HolidaysRefused(
            N_("%(file)s: line %(line)s: '%(text)s' is neither of %(levels)s."),
            file=name,
            line=number,
            text=level[:20],
            levels=", ".join(LEVELS),
        )
    if not all(names):
        raise HolidaysRefused(
            N_("%(file)s: line %(line)s: a name in one of the languages is missing."),
            file=name,
            line=number,
        )
    try:
        return Holiday(date.fromisoformat(day), level, dict(zip(COLUMNS[2:], names, strict=True)))
    except ValueError as error:
        raise HolidaysRefused(
            N_("%(file)s: line %(line)s: '%(text)s' is no date such as 2027-07-31."),
            file=name,
            line=number,
            text=day[:20],
        ) from error


def as_table(holidays: Iterable[Holiday]) -> str:
    """The same as a file, for editing."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in holidays:
        writer.writerow([one.day.isoformat(), one.level, *(one.names[c] for c in COLUMNS[2:])])
    return stream.getvalue()


def replace_holidays(
    session: Session, actor: Actor, table: tuple[Holiday, ...], *, why: str, now: datetime
) -> int:
    """Let `table` hold for the years it has days of; other years stay. Returns how many changed.

    What holds then is kept on record, year by year, with `why`.

    Raises:
        Forbidden: `actor` may not edit rules.
    """
    actor.check(Permission.MANAGE_RULES)
    years = {holiday.day.year for holiday in table}
    wanted = {holiday.day: holiday for holiday in table}
    changed: set[date] = set()
    known = select(LocalHoliday).where(extract("year", LocalHoliday.day).in_(years))
    for row in session.scalars(known).all():
        holiday = wanted.pop(row.day, None)
        if holiday is None:
            session.delete(row)
            changed.add(row.day)
        elif (row.level, row.names) != (holiday.level, holiday.names):
            row.level, row.names = holiday.level, dict(holiday.names)
            changed.add(row.day)
    session.add_all(
        LocalHoliday(day=one.day, level=one.level, names=dict(one.names)) for one in wanted.values()
    )
    changed |= set(wanted)
    session.flush()
    for year in sorted({day.year for day in changed}):
        _record(session, actor, year, table, why, now)
    if changed:
        note_everything(session)
    audit.record(
        session,
        actor,
        "permits:holidays:replaced",
        "calendar",
        changed=len(changed),
        days=[day.isoformat() for day in sorted(changed)],
        years=sorted(years),
        why=why,
    )
    return len(changed)


def _record(
    session: Session,
    actor: Actor,
    year: int,
    table: tuple[Holiday, ...],
    why: str,
    now: datetime,
) -> None:
    is_of_year = RuleVersion.kind == CALENDAR, RuleVersion.code == str(year)
    newest = session.scalar(select(func.max(RuleVersion.number)).where(*is_of_year)) or 0
    days = [
        {"day": one.day.isoformat(), "level": one.level, "names": one.names}
        for one in table
        if one.day.year == year
    ]
    session.add(
        RuleVersion(
            kind=CALENDAR,
            code=str(year),
            number=newest + 1,
            valid_from=now,
            content={"days": days},
            made_at=now,
            by_account=actor.id,
            by_name=actor.name,
            why=why,
        )
    )
    session.flush()


def record_of(session: Session, year: int) -> list[RuleVersion]:
    """Every change of a year's table, the newest first."""
    query = select(RuleVersion).where(RuleVersion.kind == CALENDAR, RuleVersion.code == str(year))
    return list(session.scalars(query.order_by(RuleVersion.number.desc())))
