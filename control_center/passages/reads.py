"""What the edge read, as values to look up."""

import json

from control_center.models import PassageRecord
from core.errors import InvalidInput
from core.plates import PlateNumber


def usable_plate(text: str | None) -> PlateNumber | None:
    """The plate of a report or candidate; None when there is nothing to look up."""
    if not text:
        return None
    try:
        return PlateNumber(text)
    except InvalidInput:
        return None


def candidates_of(passage: PassageRecord) -> tuple[tuple[PlateNumber, float], ...]:
    """The edge's candidates that can be looked up, best first, with their probabilities."""
    raw = json.loads(passage.read.content) if passage.read.content else {}
    found = ((usable_plate(one["text"]), one["probability"]) for one in raw.get("candidates", ()))
    return tuple((plate, probability) for plate, probability in found if plate is not None)
