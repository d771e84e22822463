"""Infraction reports for tests, complete unless told otherwise."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from core.database import uuid7
from core.evidence_store import EvidenceStore
from sanctions.reports import InfractionReport, ReportedPicture

SEEN_AT = datetime(2026, 10, 20, 12, 41, 7, tzinfo=UTC)
DEADLINE = SEEN_AT + timedelta(hours=72)
AFTER = DEADLINE + timedelta(minutes=1)
PLATE_PICTURE = b"\xff\xd8 the plate"
CONTEXT_PICTURE = b"\xff\xd8 the street"

DECISION = {
    "outcome": "not_authorised",
    "reason": "no_permit",
    "trace": [
        {"message": "Log in first.", "values": {}},
        {"message": "You are logged in as %(name)s.", "values": {"name": "Jon"}},
    ],
}


def reported(content: bytes, key: str) -> ReportedPicture:
    return ReportedPicture(key, hashlib.sha256(content).hexdigest())


def report(**fields: Any) -> InfractionReport:
    """A van that entered without a permit; `fields` replace what the test is about."""
    values: dict[str, Any] = {
        "passage_id": uuid7(),
        "plate": "1234BBC",
        "country": "ES",
        "offence": "no_permit",
        "zone": "old-quarter",
        "control_point": "CP-01",
        "control_point_name": "Arenal",
        "camera": "CP-01-A",
        "seen_at": SEEN_AT,
        "direction": "entry",
        "confidence": 0.987,
        "votes": {"1234BBC": 12, "1234B8C": 2},
        "candidates": [{"text": "1234BBC", "probability": 0.987}],
        "decision": DECISION,
        "rule_version": "1",
        "clock_offset_ms": 12.0,
        "regularisation_deadline": DEADLINE,
    }
    passage_id = fields.get("passage_id", values["passage_id"])
    values["passage_id"] = passage_id
    values["pictures"] = {
        "plate": reported(PLATE_PICTURE, f"passages/{passage_id}/plate.jpg"),
        "context": reported(CONTEXT_PICTURE, f"passages/{passage_id}/context.jpg"),
    }
    return InfractionReport(**{**values, **fields})


def store_pictures(store: EvidenceStore, made: InfractionReport) -> None:
    """Put what `report` announced into the evidence store."""
    contents = {"plate": PLATE_PICTURE, "context": CONTEXT_PICTURE}
    for kind, picture in made.pictures.items():
        store.put(picture.evidence_key, contents[kind])
