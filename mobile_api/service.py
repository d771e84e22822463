"""What a citizen may do by themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.identity import Actor
from core.plates import PlateNumber
from mobile_api.plates import checked_plate
from permits.service import PlateChange, VehicleFacts, change_plate

CHANNEL = "app"


def change_own_plate(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    holder_id: UUID,
    reference: str,
    *,
    old: str,
    new: str,
    now: datetime,
    vehicle_class: str | None = None,
    confirmed: bool = False,
) -> PlateChange:
    """Replace a vehicle of one's own authorisation; all or nothing.

    A plate of no known format has to be `confirmed`.

    Raises:
        InvalidInput: a malformed plate, which the message names.
        UnusualPlate: of no known format, and not confirmed.
        NotFound: no such authorisation of this holder, or the old vehicle is not on it.
        Conflict: its state, the limit of the day, or the vehicle is on it already.
    """
    plate = checked_plate(new, confirmed=confirmed)
    with session.begin_nested():
        return change_plate(
            session,
            keys,
            actor,
            reference,
            old=PlateNumber.parse(old),
            new=VehicleFacts(plate, vehicle_class),
            channel=CHANNEL,
            now=now,
            of_holder=holder_id,
        )
