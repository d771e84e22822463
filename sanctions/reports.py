"""What the control centre hands over: one frozen snapshot that a case rests on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class ReportedPicture:
    evidence_key: str
    """Where it is in the evidence store."""
    sha256: str
    """Of its content when it was taken in, hexadecimal."""


@dataclass(frozen=True)
class InfractionReport:
    """A possible infraction whose regularisation period has ended."""

    passage_id: UUID
    plate: str
    """In normal form."""
    country: str | None
    offence: str
    """A value of `reasons.Offence`."""
    zone: str
    control_point: str
    control_point_name: str
    camera: str
    seen_at: datetime
    direction: str
    confidence: float
    votes: Mapping[str, int]
    """How many frames read which text."""
    candidates: Sequence[Mapping[str, Any]]
    decision: Mapping[str, Any]
    """The decision as JSON; its ``trace`` has message ids with values."""
    rule_version: str
    clock_offset_ms: float | None
    """Edge clock minus centre clock; None if never measured."""
    pictures: Mapping[str, ReportedPicture]
    """``plate`` and ``context`` (masked); ``exit-`` before each for the end of a stay."""
    regularisation_deadline: datetime
    plate_hash: bytes | None = None
    """Keyed hash of the plate, to find its earlier cases."""
    mode: str = "enforcing"
    """Of the control point when the vehicle passed: only ``enforcing`` and ``warning`` count."""
    health: str = "ok"
    """Of the camera when the vehicle passed; any other value is not enforceable."""
    is_warning: bool = False
    """The zone or the point only informs."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Everything the decision rests on; replaying it gives the same answer."""
    read: Mapping[str, Any] = field(default_factory=dict)
    """The raw read: ``plate``, ``candidates``, ``votes`` with boxes."""
    edge: Mapping[str, Any] = field(default_factory=dict)
    """The camera's certificate: ``device``, ``key_id``, ``software``, ``models``, ``frames``,
    ``first_seen_at``, ``last_seen_at``, ``camera_quality``."""
    signed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the device signed, by prefix of the pictures' kinds (empty for the passage itself):
    ``key_id``, ``report`` byte by byte, and ``signature`` in base64."""
    originals: Mapping[str, ReportedPicture] = field(default_factory=dict)
    """Context pictures as filmed, by the kind of the masked one; shown only when unmasked."""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Codes in the trace and their names by language: ``{"resident": {"es": "Residente"}}``."""


def snapshot_of(report: InfractionReport) -> str:
    """The parts of `report` that nobody searches by, as JSON."""
    return json.dumps(
        {
            "votes": dict(report.votes),
            "candidates": [dict(candidate) for candidate in report.candidates],
            "decision": dict(report.decision),
            "rule_version": report.rule_version,
            "clock_offset_ms": report.clock_offset_ms,
            "mode": report.mode,
            "health": report.health,
            "inputs": dict(report.inputs),
            "read": dict(report.read),
            "edge": dict(report.edge),
            "signed": {prefix: dict(one) for prefix, one in report.signed.items()},
            "names": {code: dict(names) for code, names in report.names.items()},
        },
        sort_keys=True,
    )
