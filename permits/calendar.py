"""Public holidays: national and Basque ones from a library, others from the register."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
from sqlalchemy import extract, select
from sqlalchemy.orm import Session

from core.clock import municipal
from permits.models import LocalHoliday
from permits.rules.book import RuleBook
from permits.rules.current import rule_book
from permits.rules.holidays import Holiday

_BASQUE = {
    "Año Nuevo": "Urte Berria",
    "Epifanía del Señor": "Errege Eguna",
    "San José": "San Jose",
    "Jueves Santo": "Ostegun Santua",
    "Viernes Santo": "Ostiral Santua",
    "Lunes de Pascua": "Pazko astelehena",
    "Fiesta del Trabajo": "Langileen Eguna",
    "Santiago Apóstol": "Santiago apostolua",
    "Asunción de la Virgen": "Andre Mariaren Jasokundea",
    "Fiesta Nacional de España": "Espainiako Jai Nazionala",
    "Todos los Santos": "Domu Santu",
    "Día de la Constitución Española": "Espainiako Konstituzioaren Eguna",
    "Inmaculada Concepción": "Sortzez Garbia",
    "Natividad del Señor": "Eguberri",
}
"""The library's Spanish names in Basque, which it has not."""


@lru_cache(maxsize=32)
def national_and_basque(year: int) -> frozenset[date]:
    """Public holidays of Spain and of the Basque Country in `year`, as the library has them."""
    return frozenset(holidays.country_holidays("ES", subdiv="PV", years=year))


@lru_cache(maxsize=512)
def _regional_around(today: date) -> frozenset[date]:
    days = {today + timedelta(days=shift) for shift in (-1, 0, 1)}
    return frozenset(day for day in days if day in national_and_basque(day.year))


def holidays_around(book: RuleBook, moment: datetime) -> frozenset[date]:
    """Which of the day before, the municipal day and the day after are public holidays.

    No decision needs more, and it keeps the stored inputs small.
    """
    today = municipal(moment).date()
    near = {today + timedelta(days=shift) for shift in (-1, 0, 1)}
    regional = _regional_around(today)
    if book.own_years:
        regional = frozenset(day for day in regional if day.year not in book.own_years)
    return regional | (near & book.local_holidays)


def holidays_of_years(session: Session, first: int, last: int) -> frozenset[date]:
    """All public holidays from year `first` to year `last`, both included."""
    book = rule_book(session)
    years = (year for year in range(first, last + 1) if year not in book.own_years)
    known = frozenset().union(*(national_and_basque(year) for year in years))
    return known | {day for day in book.local_holidays if first <= day.year <= last}


def calendar_of(session: Session, year: int) -> list[Holiday]:
    """The public holidays of `year` with their level and names, by day."""
    rows = session.scalars(select(LocalHoliday).where(extract("year", LocalHoliday.day) == year))
    known = {row.day: Holiday(row.day, row.level, dict(row.names)) for row in rows}
    if year not in rule_book(session).own_years:
        for one in _from_the_library(year):
            known.setdefault(one.day, one)
    return [known[day] for day in sorted(known)]


def _from_the_library(year: int) -> list[Holiday]:
    national = holidays.country_holidays("ES", years=year)
    spanish = holidays.country_holidays("ES", subdiv="PV", years=year, language="es")
    english = holidays.country_holidays("ES", subdiv="PV", years=year, language="en_US")
    return [
        Holiday(day, "national" if day in national else "basque", _names(spanish, english, day))
        for day in sorted(national_and_basque(year))
    ]


def _names(spanish: Mapping[date, str], english: Mapping[date, str], day: date) -> dict[str, str]:
    """A day that this file has no Basque name for has its Spanish one."""
    return {"es": spanish[day], "eu": _BASQUE.get(spanish[day], spanish[day]), "en": english[day]}
