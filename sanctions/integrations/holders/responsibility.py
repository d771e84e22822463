"""Who answers for the infraction, of all whom the register names. Pure.

The habitual driver whom the register has for that day; else whoever rented the vehicle that day;
else its holder (RDL 6/2015, article 82). Dates count on the day of the infraction, not today.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sanctions.integrations.holders.wire import DatedPerson, Vehicle
from sanctions.procedure import PersonRole

_COMPANY = re.compile(r"[ABCDEFGHJNPQRSUVW]\d{7}[0-9A-J]")


@dataclass(frozen=True)
class Party:
    """Somebody whom the register names."""

    role: PersonRole
    name: str
    identity_number: str
    address: tuple[str, ...]
    """Empty where the register has none: renters and drivers come without one."""

    @property
    def is_company(self) -> bool:
        return is_company(self.identity_number)


def is_company(identity_number: str) -> bool:
    """Whether a Spanish tax number is that of a legal person."""
    return _COMPANY.fullmatch(identity_number.upper()) is not None


def parties_on(vehicle: Vehicle, day: date) -> tuple[Party, ...]:
    """Whom the register names for `day`, the one who answers first; empty when nobody is named."""
    named = vehicle.DatosResponsables
    drivers = _current(named.ListaConductoresHabituales, PersonRole.HABITUAL_DRIVER, day)
    renters = _current(named.ListaArrendatarios, PersonRole.RENTER, day)
    return (*drivers, *renters, *_holder(vehicle))


def _current(people: Sequence[DatedPerson], role: PersonRole, day: date) -> list[Party]:
    return [
        Party(role, person.Filiacion, person.Documentacion, ())
        for person in people
        if person.is_current(day) and person.Documentacion
    ]


def _holder(vehicle: Vehicle) -> list[Party]:
    holder, domicile = vehicle.DatosTitular, vehicle.DatosGenerales.Titular
    if not holder.Documentacion:
        return []
    # The traffic register's own address goes first (RDL 6/2015, article 90.1).
    address = domicile.DomicilioDGT.lines() or domicile.DomicilioINE.lines()
    name, number = holder.full_name(), holder.Documentacion
    return [Party(PersonRole.HOLDER, name, number, address)]
