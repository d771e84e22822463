"""What others may ask the register to do. Services never commit: the request or task does."""

from permits.authorisations import change_state, grant, resume, revoke, suspend
from permits.holders import find_holders, register_holder
from permits.queries import build_query
from permits.stays import CompletedStay, Sighting, StayChange, record_stay
from permits.vehicles import (
    PlateChange,
    VehicleFacts,
    add_vehicle,
    change_plate,
    changes_left_today,
)

__all__ = [
    "CompletedStay",
    "PlateChange",
    "Sighting",
    "StayChange",
    "VehicleFacts",
    "add_vehicle",
    "build_query",
    "change_plate",
    "change_state",
    "changes_left_today",
    "find_holders",
    "grant",
    "record_stay",
    "register_holder",
    "resume",
    "revoke",
    "suspend",
]
