"""Public holidays for the rules manager: a year at a glance, edited as a table or from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import Response

from core.clock import municipal
from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.web.dependencies import ClockDep, LanguageDep, SessionDep, require
from core.web.pages import redirect, render
from core.web.translations import translate
from core.words import N_
from permits.calendar import calendar_of
from permits.rules.errors import HolidaysRefused
from permits.rules.holidays import (
    Holiday,
    as_table,
    decoded,
    parse_holidays,
    record_of,
    replace_holidays,
)
from permits.views import in_language

router = APIRouter(prefix="/rules/holidays")

Manager = Annotated[Actor, Depends(require(Permission.MANAGE_RULES))]
MAX_BYTES = 200_000
LEVELS = {
    "national": N_("National"),
    "basque": N_("Basque Country"),
    "biscay": N_("Biscay"),
    "bilbao": N_("Bilbao"),
}
_TYPED = N_("The table")


@dataclass(frozen=True)
class DayChange:
    """A day that a table adds (`old` None), takes away (`new` None) or says otherwise."""

    day: date
    old: str | None
    new: str | None
    is_past: bool


@router.get("")
def show_holidays(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    _: Manager,
    year: int | None = None,
) -> Response:
    """The holidays of a year, the form to change them, and every change so far."""
    this_year = municipal(clock.now()).year
    chosen = year if year is not None and 2000 <= year <= 2100 else this_year
    table = as_table(calendar_of(session, chosen))
    return _show(request, session, language, chosen, this_year, table)


def _show(
    request: Request,
    session: Session,
    language: str,
    year: int,
    this_year: int,
    table: str,
    problem: str | None = None,
) -> Response:
    context = {
        "year": year,
        "years": range(this_year - 1, this_year + 3),
        "days": [
            (one, LEVELS[one.level], in_language(one.names, language))
            for one in calendar_of(session, year)
        ],
        "table": table,
        "versions": record_of(session, year),
        "problem": problem,
    }
    return render(request, "permits/rules/holidays.html", context, status=422 if problem else 200)


@router.post("/preview")
def preview_holidays(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    _: Manager,
    year: Annotated[int, Form(ge=2000, le=2100)],
    table: Annotated[str, Form(max_length=MAX_BYTES)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """What the table, or the file if there is one, would change; a broken line is named."""
    now = clock.now()
    content = file.file.read(MAX_BYTES + 1) if file is not None and file.filename else b""
    name = (file.filename if file is not None else None) or ""
    try:
        if len(content) > MAX_BYTES:
            raise HolidaysRefused(N_("%(file)s is larger than 200 kB."), file=name[:80])
        text = decoded(content, name[:80]) if content else table
        holidays = parse_holidays(text, name[:80] if content else translate(_TYPED, language))
    except HolidaysRefused as error:
        words = translate(error.template, language, **error.details)
        typed = table or as_table(calendar_of(session, year))
        return _show(request, session, language, year, municipal(now).year, typed, words)
    changes = _changes(session, holidays, now, language)
    return _show_preview(request, year, holidays, changes)


def _show_preview(
    request: Request,
    year: int,
    holidays: tuple[Holiday, ...],
    changes: Sequence[DayChange],
    problem: str | None = None,
) -> Response:
    context = {
        "year": year,
        "table": as_table(holidays),
        "changes": changes,
        "has_past": any(change.is_past for change in changes),
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "permits/rules/holidays_preview.html", context, status=status)


def _changes(
    session: Session, table: tuple[Holiday, ...], now: datetime, language: str
) -> list[DayChange]:
    def words(holiday: Holiday | None) -> str | None:
        if holiday is None:
            return None
        level = translate(LEVELS[holiday.level], language)
        return f"{in_language(holiday.names, language)} ({level})"

    today = municipal(now).date()
    years = {one.day.year for one in table}
    present = {one.day: one for year in sorted(years) for one in calendar_of(session, year)}
    wanted = {one.day: one for one in table}
    own = {one.day.year for one in table if one.level in ("national", "basque")}
    # Days from the library stay, in years of which the table has none of its own.
    for day, one in present.items():
        if day.year not in own and one.level in ("national", "basque"):
            wanted.setdefault(day, one)
    return [
        DayChange(day, words(present.get(day)), words(wanted.get(day)), day < today)
        for day in sorted(present.keys() | wanted.keys())
        if present.get(day) != wanted.get(day)
    ]


@router.post("")
def save_holidays(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    manager: Manager,
    year: Annotated[int, Form(ge=2000, le=2100)],
    table: Annotated[str, Form(max_length=MAX_BYTES)],
    why: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Let the table of the preview hold, with a reason on record."""
    now = clock.now()
    try:
        holidays = parse_holidays(table, translate(_TYPED, language))
    except HolidaysRefused as error:
        raise InvalidInput(
            N_("The form was changed on the way: go back and preview again.")
        ) from error
    if len(why.strip()) < 5:
        words = N_("Say why, or which resolution it follows: the record keeps it.")
        changes = _changes(session, holidays, now, language)
        return _show_preview(request, year, holidays, changes, translate(words, language))
    changed = replace_holidays(session, manager, holidays, why=why.strip(), now=now)
    path = f"/rules/holidays?year={year}"
    return redirect(request, path, N_("%(number)s days were changed."), number=str(changed))
