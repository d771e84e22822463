"""A case's own deadlines: its days of service, and the calendars that count for its person.

A day that is no working day where the person lives is none for their deadlines either (Ley
39/2015, article 30.6). Holidays of their region are known by the postal code of their address.
Those of another town are not: a municipality has two of its own a year at most (Estatuto de los
Trabajadores, article 37.2), so such a deadline is doubtful for two working days more.
"""

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from sanctions import deadlines
from sanctions.calendar import holidays_near, regional_holidays
from sanctions.deadlines import Deadline
from sanctions.models import InfractionCase

OWN_POSTAL_CODES = frozenset(f"{code:05d}" for code in range(48001, 48016))
"""Of the municipality whose calendar `sanctions.calendar` keeps."""
_POSTAL_CODE = re.compile(r"\b(\d{5})\b")


@dataclass(frozen=True)
class PersonalCalendar:
    """The days off that count for one person."""

    holidays: frozenset[date]
    knows_the_town: bool


def answer_of(session: Session, case: InfractionCase) -> Deadline | None:
    """To pay with reduction, allege or name the driver; None before the service."""
    return _of(session, case, case.served_on, deadlines.answer)


def new_allegations_of(session: Session, case: InfractionCase, shown_on: date) -> Deadline | None:
    return _of(session, case, shown_on, deadlines.new_allegations)


def appeal_of(session: Session, case: InfractionCase) -> Deadline | None:
    """To ask for reconsideration, of the resolution or of the denuncia that became one."""
    return _of(session, case, case.resolution_served_on or case.served_on, deadlines.appeal)


def payment_of(session: Session, case: InfractionCase) -> Deadline | None:
    """To pay once firm; None before."""
    return _of(session, case, case.firm_on, deadlines.payment)


def calendar_for(session: Session, case: InfractionCase, start: date) -> PersonalCalendar:
    """The city's days off from `start` on, and those of where the person of `case` lives."""
    here = holidays_near(session, start)
    code = _postal_code(case)
    if code in OWN_POSTAL_CODES:
        return PersonalCalendar(here, knows_the_town=True)
    there = regional_holidays(code[:2], start) if code else frozenset()
    return PersonalCalendar(here | there, knows_the_town=False)


def _postal_code(case: InfractionCase) -> str | None:
    lines = json.loads(case.person.address) if case.person is not None else []
    found = [match for line in lines for match in _POSTAL_CODE.findall(str(line))]
    return found[-1] if found else None


def _of(
    session: Session,
    case: InfractionCase,
    start: date | None,
    rule: Callable[[date, Collection[date]], Deadline],
) -> Deadline | None:
    if start is None:
        return None
    known = calendar_for(session, case, start)
    period = rule(start, known.holidays)
    if known.knows_the_town:
        return period
    return deadlines.of_another_town(period, known.holidays)
