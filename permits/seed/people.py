"""Twelve hundred invented holders with their vehicles, the same ones for the same seed."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.plates import PlateNumber
from permits.documents import check_letter
from permits.seed.names import (
    CARRIER_WORDS,
    GIVEN_NAMES,
    HOTELS,
    PUBLIC_SERVICES,
    SHOP_TRADES,
    STREETS,
    SURNAMES,
)

_LETTERS = "BCDFGHJKLMNPRSTVWXYZ"

RESIDENTS = 590
GARAGES = 501
GARAGES_OF_RESIDENTS = 60
"""Garage holders who live in the quarter too, and hold both rights."""
SHOPS = 85
DISABLED = 20
CARRIERS = 20
TAXIS = 8
WORKS = 6
EVENTS = 4
HOME_CARE = 6


@dataclass(frozen=True)
class SeededVehicle:
    plate: PlateNumber
    vehicle_class: str


@dataclass
class SeededPermit:
    profile: str
    place: str | None
    vehicles: tuple[SeededVehicle, ...]
    valid_from: datetime
    valid_until: datetime | None = None
    used: tuple[datetime, ...] = ()
    """Entries that were counted before."""


@dataclass
class SeededHolder:
    name: str
    kind: str
    document: str
    language: str
    permits: list[SeededPermit] = field(default_factory=list)


class Population:
    """Draws holders one after another from one random source."""

    def __init__(self, seed: int, now: datetime, avoid: Iterable[PlateNumber]) -> None:
        self._random = random.Random(seed)
        self._now = now
        self._taken: set[str] = set()
        self._avoid = tuple(plate.text for plate in avoid)
        self._documents: set[int] = set()

    def holders(self) -> list[SeededHolder]:
        residents = [self._resident(index) for index in range(RESIDENTS)]
        return [
            *residents,
            *self._people("garage", GARAGES - GARAGES_OF_RESIDENTS, "Garaje, plaza"),
            *self._people("disabled_badge", DISABLED, None),
            *self._shops(),
            *self._hotels(),
            *self._carriers(),
            *self._public_services(),
            *self._people("taxi", TAXIS, None, vehicle_class="taxi"),
            *self._companies("works", WORKS, "Obra en", "van", self._around(60)),
            *self._companies("event", EVENTS, "Acto en", "van", self._around(2)),
            *self._companies("home_care", HOME_CARE, "Atención en", "car", None),
        ]

    def _resident(self, index: int) -> SeededHolder:
        holder = self._person()
        cars = self._vehicles("car", self._random.choice((1, 1, 1, 2)))
        holder.permits.append(self._permit("resident", self._dwelling(), cars, quota=True))
        if index < GARAGES_OF_RESIDENTS:
            holder.permits.append(self._permit("garage", self._garage(), cars[:1]))
        return holder

    def _people(
        self, profile: str, number: int, place: str | None, vehicle_class: str = "car"
    ) -> Iterator[SeededHolder]:
        for _ in range(number):
            holder = self._person()
            where = self._garage() if place else None
            cars = self._vehicles(vehicle_class, 1)
            holder.permits.append(self._permit(profile, where, cars))
            yield holder

    def _shops(self) -> Iterator[SeededHolder]:
        for _ in range(SHOPS):
            holder = self._company(f"{self._pick(SHOP_TRADES)} {self._pick(SURNAMES)}")
            vans = self._vehicles("van", self._random.choice((1, 2)))
            holder.permits.append(self._permit("shop", self._dwelling(), vans, quota=True))
            yield holder

    def _hotels(self) -> Iterator[SeededHolder]:
        """Each with some guests whose days lie around now."""
        for name in HOTELS:
            holder = self._company(name)
            for _ in range(self._random.randint(2, 6)):
                arrival = self._now + timedelta(days=self._random.randint(-3, 3))
                guest = self._permit("hotel_guest", name, self._vehicles("car", 1))
                guest.valid_from = _midday(arrival)
                guest.valid_until = _midday(arrival) + timedelta(days=2)
                holder.permits.append(guest)
            yield holder

    def _carriers(self) -> Iterator[SeededHolder]:
        for index in range(CARRIERS):
            holder = self._company(f"{CARRIER_WORDS[index % len(CARRIER_WORDS)]} {index + 1}")
            kinds = [self._pick(("van", "van", "mixed_two_seat", "lorry")) for _ in range(5)]
            fleet = tuple(self._vehicle(kind) for kind in kinds[: self._random.randint(1, 5)])
            holder.permits.append(self._permit("loading", None, fleet))
            yield holder

    def _public_services(self) -> Iterator[SeededHolder]:
        for name, profile in PUBLIC_SERVICES:
            holder = self._company(name)
            fleet = self._vehicles("van", self._random.randint(3, 8))
            holder.permits.append(self._permit(profile, None, fleet))
            yield holder

    def _companies(
        self,
        profile: str,
        number: int,
        place: str,
        vehicle_class: str,
        span: tuple[datetime, datetime] | None,
    ) -> Iterator[SeededHolder]:
        for _ in range(number):
            holder = self._company(f"{self._pick(SURNAMES)} y {self._pick(SURNAMES)}, S.L.")
            cars = self._vehicles(vehicle_class, self._random.randint(1, 3))
            permit = self._permit(profile, f"{place} {self._dwelling()}", cars)
            if span is not None:
                permit.valid_from, permit.valid_until = span
            holder.permits.append(permit)
            yield holder

    def _permit(
        self,
        profile: str,
        place: str | None,
        vehicles: tuple[SeededVehicle, ...],
        *,
        quota: bool = False,
    ) -> SeededPermit:
        begin = self._now - timedelta(days=self._random.randint(30, 1400))
        return SeededPermit(profile, place, vehicles, begin, used=self._entries() if quota else ())

    def _entries(self) -> tuple[datetime, ...]:
        """Earlier entries of the year, few enough that no quota is used up."""
        days = self._random.sample(range(2, 200), self._random.randint(0, 10))
        recent = [day for day in days if day < 32][:2]
        older = [day for day in days if day >= 32]
        chosen = sorted(recent + older, reverse=True)
        return tuple(_midday(self._now - timedelta(days=day)) for day in chosen)

    def _person(self) -> SeededHolder:
        given = self._pick(GIVEN_NAMES)
        name = f"{given} {self._pick(SURNAMES)} {self._pick(SURNAMES)}"
        number = self._number()
        document = f"{number}{check_letter(number)}"
        return SeededHolder(name, "person", document, self._pick(("es", "es", "eu")))

    def _company(self, name: str) -> SeededHolder:
        return SeededHolder(name, "company", f"B{self._number()}", self._pick(("es", "eu")))

    def _number(self) -> int:
        while True:
            number = self._random.randint(10_000_000, 99_999_999)
            if number not in self._documents:
                self._documents.add(number)
                return number

    def _vehicles(self, vehicle_class: str, number: int) -> tuple[SeededVehicle, ...]:
        return tuple(self._vehicle(vehicle_class) for _ in range(number))

    def _vehicle(self, vehicle_class: str) -> SeededVehicle:
        return SeededVehicle(self._plate(), vehicle_class)

    def _plate(self) -> PlateNumber:
        """A current Spanish plate, registered by now, unlike any plate to avoid."""
        while True:
            first = self._pick("BCDFGHJKLM")
            letters = first + self._pick(_LETTERS) + self._pick(_LETTERS)
            text = f"{self._random.randint(0, 9999):04d}{letters}"
            if text not in self._taken and not any(is_alike(text, a) for a in self._avoid):
                self._taken.add(text)
                return PlateNumber(text)

    def _dwelling(self) -> str:
        floor, door = self._random.randint(1, 6), self._pick(("izda.", "dcha.", "A", "B"))
        return f"{self._pick(STREETS)} {self._random.randint(1, 48)}, {floor}.º {door}"

    def _garage(self) -> str:
        return f"Garaje, plaza {self._random.randint(1, 620)}"

    def _around(self, days: int) -> tuple[datetime, datetime]:
        length = timedelta(days=days)
        return _midday(self._now - length), _midday(self._now + length)

    def _pick(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)


def is_alike(one: str, other: str) -> bool:
    """Whether two plates differ in one character at most: a camera may confuse them."""
    if len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) <= 1


def _midday(moment: datetime) -> datetime:
    return moment.replace(hour=10, minute=0, second=0, microsecond=0)
