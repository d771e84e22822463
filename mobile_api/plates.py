"""Plates as citizens type them."""

from core.plates import PlateNumber, is_valid_syntax
from mobile_api.errors import UnusualPlate


def checked_plate(text: str, *, confirmed: bool) -> PlateNumber:
    """The plate. One of no known format is a typing error more often than not.

    Raises:
        InvalidInput: a malformed plate, which the message names.
        UnusualPlate: of no known format, and not `confirmed`.
    """
    plate = PlateNumber.parse(text)
    if not confirmed and not is_valid_syntax(plate):
        raise UnusualPlate(
            "'%(plate)s' fits no plate format that we know. Check it; if it is right, confirm it.",
            plate=plate.text,
        )
    return plate
