"""Seeded holders as rows for bulk inserts: a thousand holders in a moment, not one by one."""

from collections import Counter as Tally
from datetime import datetime
from typing import Any
from uuid import UUID

from core.database import uuid7
from core.encryption import KeyRing
from core.identity import SYSTEM
from core.keyed_hash import plate_hash
from permits.holders import search_tokens
from permits.models import (
    Authorisation,
    AuthorisationEvent,
    Counter,
    Holder,
    HolderToken,
    PlateAssignment,
    QuotaEntry,
    Vehicle,
)
from permits.seed.people import SeededHolder, SeededPermit, SeededVehicle
from permits.seed.places import ZONE, old_quarter
from permits.states import AuthorisationState

Row = dict[str, Any]

CHANNEL = "import"
_EVIDENCE = "technical card"
_WHY = "Taken over from the municipal register"


class SeedRows:
    """Collects rows table by table; `tables` has them in the order of their foreign keys."""

    def __init__(self, keys: KeyRing, now: datetime) -> None:
        self._keys = keys
        self._now = now
        self._profiles = {profile["code"]: profile for profile in old_quarter()["profile"]}
        self._numbers: Tally[str] = Tally()
        self._vehicles: dict[bytes, UUID] = {}
        self.tables: dict[type[Any], list[Row]] = {
            model: []
            for model in (
                Holder,
                HolderToken,
                Vehicle,
                Authorisation,
                AuthorisationEvent,
                PlateAssignment,
                QuotaEntry,
                Counter,
            )
        }

    def add_all(self, people: list[SeededHolder]) -> None:
        for person in people:
            holder_id = self._add_holder(person)
            for permit in person.permits:
                self._add_permit(holder_id, permit)
        self.tables[Counter] = [
            {"name": f"reference-{prefix}", "value": number}
            for prefix, number in self._numbers.items()
        ]

    def _add_holder(self, person: SeededHolder) -> UUID:
        holder_id = uuid7()
        self.tables[Holder].append(
            {
                "id": holder_id,
                "kind": person.kind,
                "name": person.name,
                "document": person.document,
                "language": person.language,
                "created_at": self._now,
            }
        )
        tokens = search_tokens(self._keys, person.name, person.document)
        self.tables[HolderToken] += [
            {"token": token, "holder_id": holder_id} for token in sorted(tokens)
        ]
        return holder_id

    def _add_permit(self, holder_id: UUID, permit: SeededPermit) -> None:
        authorisation_id, since = uuid7(), min(permit.valid_from, self._now)
        state = self._state(permit)
        self.tables[Authorisation].append(
            {
                "id": authorisation_id,
                "reference": self._reference(permit.profile),
                "profile_code": permit.profile,
                "holder_id": holder_id,
                "zones": [ZONE],
                "control_points": [],
                "place": permit.place,
                "max_vehicles": self._profiles[permit.profile]["max_vehicles"],
                "valid_from": permit.valid_from,
                "valid_until": permit.valid_until,
                "state": state.value,
                "created_at": since,
            }
        )
        self._add_event(authorisation_id, since, state)
        for vehicle in permit.vehicles:
            self._add_assignment(authorisation_id, vehicle, since)
        self.tables[QuotaEntry] += [
            {"id": uuid7(), "authorisation_id": authorisation_id, "entered_at": moment}
            for moment in permit.used
        ]

    def _add_event(self, authorisation_id: UUID, at: datetime, state: AuthorisationState) -> None:
        self.tables[AuthorisationEvent].append(
            {
                "id": uuid7(),
                "authorisation_id": authorisation_id,
                "at": at,
                "kind": "created",
                "to_state": state.value,
                "why": _WHY,
                "by_name": SYSTEM.name,
            }
        )

    def _add_assignment(
        self, authorisation_id: UUID, vehicle: SeededVehicle, since: datetime
    ) -> None:
        self.tables[PlateAssignment].append(
            {
                "id": uuid7(),
                "authorisation_id": authorisation_id,
                "vehicle_id": self._vehicle_id(vehicle),
                "assigned_from": since,
                "by_name": SYSTEM.name,
                "channel": CHANNEL,
            }
        )

    def _vehicle_id(self, vehicle: SeededVehicle) -> UUID:
        hashed = plate_hash(self._keys.plate_hash_key, vehicle.plate)
        if hashed not in self._vehicles:
            self._vehicles[hashed] = uuid7()
            self.tables[Vehicle].append(
                {
                    "id": self._vehicles[hashed],
                    "plate": vehicle.plate.text,
                    "plate_hash": hashed,
                    "vehicle_class": vehicle.vehicle_class,
                    "class_evidence": _EVIDENCE,
                }
            )
        return self._vehicles[hashed]

    def _reference(self, profile: str) -> str:
        prefix: str = self._profiles[profile]["prefix"]
        self._numbers[prefix] += 1
        return f"{prefix}-{self._numbers[prefix]:04d}"

    def _state(self, permit: SeededPermit) -> AuthorisationState:
        if permit.valid_until is not None and permit.valid_until <= self._now:
            return AuthorisationState.EXPIRED
        if permit.valid_from > self._now:
            return AuthorisationState.GRANTED
        return AuthorisationState.ACTIVE
