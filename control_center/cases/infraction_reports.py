"""The snapshot that opens a case: everything a police agent and, later, a court may ask."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from control_center.cases.case_pictures import OF_THE_EXIT, originals, reported
from control_center.models import PassageRecord, PendingRegularisation
from core.web.translations import LANGUAGES
from permits.models import ControlPoint
from permits.queries import get_control_point, names
from sanctions.reports import InfractionReport, ReportedPicture


def report_of(
    session: Session,
    passage: PassageRecord,
    pending: PendingRegularisation,
    leaving: PassageRecord | None,
) -> InfractionReport:
    """What is known of `passage` now; for an overstay `leaving` is the exit that ended the stay."""
    decision = passage.decisions[-1]
    point = get_control_point(session, passage.control_point)
    answer = json.loads(decision.answer)
    content = json.loads(passage.read.content or "{}")
    ends = {"": passage} | ({OF_THE_EXIT: leaving} if leaving else {})
    inputs = json.loads(decision.inputs)
    return InfractionReport(
        passage_id=passage.id,
        plate=passage.plate or "",  # never empty: without a plate there is no offence
        country=passage.country,
        offence=decision.reason,
        zone=point.zones[0],
        control_point=point.code,
        control_point_name=point.name,
        camera=passage.camera,
        seen_at=passage.seen_at,
        direction=passage.direction,
        confidence=passage.confidence,
        votes=_agreement(content.get("votes", [])),
        candidates=content.get("candidates", []),
        decision=answer,
        rule_version=decision.rule_version,
        clock_offset_ms=passage.read.clock_offset_ms,
        pictures=_of_both(ends, reported),
        signed={prefix: one for prefix, end in ends.items() if (one := _signed(end))},
        originals=_of_both(ends, originals),
        regularisation_deadline=pending.deadline,
        plate_hash=passage.plate_hash,
        mode=inputs["point"]["mode"],
        health=inputs["point"]["health"],
        is_warning=bool(answer["warning_only"]),
        inputs=inputs,
        read=content,
        edge=_certificate(passage) | _authority(point),
        names=_names(session, answer),
    )


def _authority(point: ControlPoint) -> dict[str, Any]:
    """What lets the control point enforce."""
    signs = point.signs_verified_on
    return {
        "resolution": point.resolution_ref,
        "signs_verified_on": signs.isoformat() if signs else None,
    }


def _of_both(
    ends: Mapping[str, PassageRecord],
    pictures: Callable[[PassageRecord, str], dict[str, ReportedPicture]],
) -> dict[str, ReportedPicture]:
    """Pictures of the passage and, for an overstay, of the exit."""
    found: dict[str, ReportedPicture] = {}
    for prefix, passage in ends.items():
        found |= pictures(passage, prefix)
    return found


def _signed(passage: PassageRecord) -> dict[str, str]:
    """The report as the device signed it; empty when it signed none."""
    read = passage.read
    if read.signed_report is None or read.signature is None:
        return {}
    return {
        "key_id": passage.device.key_id,
        "public_key": passage.device.public_key.hex(),
        "report": read.signed_report,
        "signature": read.signature,
    }


def _certificate(passage: PassageRecord) -> dict[str, Any]:
    """What made the read: the edge box, its programs, and how the camera saw."""
    read = passage.read
    return {
        "device": str(passage.device_id),
        "software": read.software,
        "models": read.models,
        "frames": read.frames,
        "first_seen_at": read.first_seen_at.isoformat(),
        "last_seen_at": read.last_seen_at.isoformat(),
        "received_at": passage.received_at.isoformat(),
        "camera_quality": read.camera_quality,
        "pictures": read.pictures,
    }


def _names(session: Session, answer: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The codes of the reasoning with their names, as they are today, by language."""
    texts = " ".join(str(value) for line in answer["trace"] for value in line["values"].values())
    words = set(texts.replace(",", " ").split())
    named: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        for code, name in names(session, language).items():
            if code in words:
                named.setdefault(code, {})[language] = name
    return named


def _agreement(votes: list[dict[str, Any]]) -> dict[str, int]:
    """How many frames read which text."""
    return dict(Counter(vote["text"] for vote in votes))
