"""The vehicles of the sample footage, decided from their plates: what the manifest expects.

No picture is looked at here. The demonstration has to come to the same answers from the clips.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from permits.access import Movement, Outcome, decide
from permits.queries import build_query
from permits.seed.register import load_register
from permits.seed.service import seed
from tests.permits.builders import NOW, decided, passage_of, passing

FOOTAGE = Path(__file__).parents[2] / "sample_footage"


def vehicles() -> list[tuple[datetime, str, dict[str, Any]]]:
    """(seen at, control point, vehicle), in the order of their time."""
    manifest = json.loads((FOOTAGE / "manifest.json").read_text())
    seen = [
        (datetime.fromisoformat(vehicle["seen_at"]), clip["control_point"], vehicle)
        for clip in manifest["clips"]
        for vehicle in clip["vehicles"]
    ]
    return sorted(seen, key=lambda one: one[0])


@pytest.fixture
def filmed(session: Session, keys: KeyRing) -> Session:
    seed(session, keys, NOW)
    load_register(session, keys, FOOTAGE / "register.json", now=NOW)
    return session


def test_every_vehicle_is_decided_as_the_manifest_expects(filmed: Session, keys: KeyRing) -> None:
    different = []
    entries: dict[UUID, tuple[datetime, str, dict[str, Any]]] = {}
    for at, point, vehicle in vehicles():
        plate, movement = vehicle["plate"], Movement(vehicle["direction"])
        case = None
        if plate is None:
            decision = decide(unread(filmed, keys, at, point, movement))
        else:
            decision, change = passing(filmed, keys, plate, at, movement, point=point)
            entries[passage_of(plate, at)] = (at, point, vehicle)
            if change.completed is not None:
                entered, gate, _ = entries[change.completed.entry_passage_id]
                minutes = change.completed.minutes
                stayed = decided(filmed, keys, plate, entered, point=gate, stay_minutes=minutes)
                case = stayed.reason.value if stayed.outcome is Outcome.NOT_AUTHORISED else None
        if decision.outcome is Outcome.NOT_AUTHORISED:
            case = decision.reason.value
        found = {
            "outcome": decision.outcome.value,
            "reason": decision.reason.value,
            "case": case,
        }
        if found != vehicle["expected"]:
            different.append((at.isoformat(), point, plate, found, vehicle["expected"]))
    assert len(entries) >= 40
    assert different == []


def unread(session: Session, keys: KeyRing, at: datetime, point: str, movement: Movement) -> Any:
    return build_query(
        session,
        keys,
        plate=None,
        confidence=0.0,
        country=None,
        movement=movement,
        seen_at=at,
        control_point=point,
    )
