"""The municipal calendar of non-working days, which each year's resolution publishes
(Ley 39/2015, article 30.7): national and Basque holidays from a library, the city's own as data."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base

_NEAR = timedelta(days=60)
_REGIONS: dict[str, str] = {
    **dict.fromkeys(("04", "11", "14", "18", "21", "23", "29", "41"), "AN"),
    **dict.fromkeys(("22", "44", "50"), "AR"),
    **dict.fromkeys(("02", "13", "16", "19", "45"), "CM"),
    **dict.fromkeys(("05", "09", "24", "34", "37", "40", "42", "47", "49"), "CL"),
    **dict.fromkeys(("08", "17", "25", "43"), "CT"),
    **dict.fromkeys(("06", "10"), "EX"),
    **dict.fromkeys(("15", "27", "32", "36"), "GA"),
    **dict.fromkeys(("01", "20", "48"), "PV"),
    **dict.fromkeys(("03", "12", "46"), "VC"),
    **dict.fromkeys(("35", "38"), "CN"),
    **{"33": "AS", "07": "IB", "39": "CB", "28": "MD", "30": "MC", "31": "NC", "26": "RI"},
    **{"51": "CE", "52": "ML"},
}
"""First two digits of a postal code (the province), and its autonomous community."""


class NonWorkingDay(Base):
    """A non-working day of this municipality, beside the national and Basque ones."""

    __tablename__ = "non_working_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]


@lru_cache(maxsize=256)
def _published(year: int, region: str = "PV") -> frozenset[date]:
    return frozenset(holidays.country_holidays("ES", subdiv=region, years=year))


def holidays_between(session: Session, first: date, last: date) -> frozenset[date]:
    """Every holiday from `first` to `last`, both included."""
    years = range(first.year, last.year + 1)
    known = frozenset().union(*(_published(year) for year in years))
    own = select(NonWorkingDay.day).where(NonWorkingDay.day.between(first, last))
    return frozenset(day for day in known if first <= day <= last) | frozenset(session.scalars(own))


def holidays_near(session: Session, start: date) -> frozenset[date]:
    """The holidays that a deadline in days or in a month from `start` may meet."""
    return holidays_between(session, start, start + _NEAR)


def regional_holidays(province: str, start: date) -> frozenset[date]:
    """National and regional holidays near `start` where a postal code begins with `province`;
    none for one that does not exist."""
    region = _REGIONS.get(province)
    if region is None:
        return frozenset()
    last = start + _NEAR
    known = _published(start.year, region) | _published(last.year, region)
    return frozenset(day for day in known if start <= day <= last)


def add_days(session: Session, days: Iterable[tuple[date, str]]) -> int:
    """Enter the city's own non-working days; those known already stay. Returns how many are new."""
    known = set(session.scalars(select(NonWorkingDay.day)))
    fresh = {day: name for day, name in days if day not in known}
    session.add_all(NonWorkingDay(day=day, name=name) for day, name in fresh.items())
    session.flush()
    return len(fresh)
