"""Passage reports from the edge become rows, each once, whole or not at all."""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from control_center.background.jobs import enqueue_decision
from control_center.edge_boxes.device_models import Device
from control_center.models import PassageRecord, ReadRecord
from control_center.passages.live import announce
from control_center.passages.passage_states import PassageStatus
from control_center.passages.reads import usable_plate
from control_points.protocol import (
    MAX_BATCH,
    BatchReceipt,
    PassageReceipt,
    PassageReport,
    ReceiptStatus,
    signed_content,
)
from core.errors import InvalidInput
from core.signing import PASSAGE_REPORT, verify

READ = {"plate", "country", "candidates", "votes", "plate_colour"}
"""Fields of a report that say what was read; kept encrypted."""
MAX_AHEAD = timedelta(minutes=2)
"""How far a passage may lie ahead of the city's clock before it is refused."""


def receive_batch(
    session: Session, device: Device, body: bytes, *, known_points: frozenset[str], now: datetime
) -> BatchReceipt:
    """Store the reports of `body` (a `PassageBatch`); one receipt each, in order.

    A report that breaks a rule is rejected by itself, with one problem; the others are stored.

    Raises:
        InvalidInput: not a batch, or a report without a usable passage id: nothing is stored.
    """
    reports = _reports_in(body)
    ids = [_passage_id(report, place) for place, report in enumerate(reports)]
    known = set(session.scalars(select(PassageRecord.id).where(PassageRecord.id.in_(ids))))
    receipts = []
    for passage_id, raw in zip(ids, reports, strict=True):
        if passage_id in known:
            receipts.append(PassageReceipt(passage_id=passage_id, status=ReceiptStatus.DUPLICATE))
            continue
        receipt = _receive(session, device, passage_id, raw, known_points, now)
        known.add(passage_id)
        receipts.append(receipt)
    return BatchReceipt(receipts=tuple(receipts))


def _reports_in(body: bytes) -> list[Mapping[str, Any]]:
    try:
        batch = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The body is not JSON: expected a batch of passage reports.") from error
    reports = batch.get("reports") if isinstance(batch, dict) else None
    if not isinstance(reports, list) or not all(isinstance(r, dict) for r in reports):
        raise InvalidInput('The body is not a batch: expected {"reports": [...]}.')
    if set(batch) != {"reports"}:
        extra = ", ".join(sorted(set(batch) - {"reports"}))
        raise InvalidInput(f"The batch has fields that are not in the protocol: {extra[:100]}.")
    if not 1 <= len(reports) <= MAX_BATCH:
        raise InvalidInput(f"A batch has 1 to {MAX_BATCH} reports, this one has {len(reports)}.")
    return reports


def _passage_id(report: Mapping[str, Any], place: int) -> UUID:
    try:
        return UUID(report["passage_id"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise InvalidInput(f"Report {place} of the batch has no valid passage_id.") from error


def _receive(
    session: Session,
    device: Device,
    passage_id: UUID,
    raw: Mapping[str, Any],
    known_points: frozenset[str],
    now: datetime,
) -> PassageReceipt:
    try:
        report = PassageReport.model_validate(raw)
    except ValidationError as error:
        return _rejected(passage_id, describe(error))
    problem = _problem_with(report, device, known_points, now)
    if problem is not None:
        return _rejected(passage_id, problem)
    try:
        with session.begin_nested():
            _store(session, device, report, now)
    except IntegrityError:  # the same report came in through another connection just now
        return PassageReceipt(passage_id=passage_id, status=ReceiptStatus.DUPLICATE)
    return PassageReceipt(passage_id=passage_id, status=ReceiptStatus.ACCEPTED)


def describe(error: ValidationError) -> str:
    """One sentence for the first thing wrong, naming the field."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "report"
    return f"{field}: {first['msg']}."


def _rejected(passage_id: UUID, problem: str) -> PassageReceipt:
    return PassageReceipt(passage_id=passage_id, status=ReceiptStatus.REJECTED, problem=problem)


def _problem_with(
    report: PassageReport, device: Device, known_points: frozenset[str], now: datetime
) -> str | None:
    point = report.control_point
    if point not in device.control_points:
        return f"Device '{device.key_id}' may not report for control point '{point}'."
    if point not in known_points:
        return f"Control point '{point}' is not in the register."
    if report.seen_at > now + MAX_AHEAD:
        return (
            f"The passage at {report.seen_at.isoformat()} lies in the future of this clock "
            f"({now.isoformat()}): check the clock of device '{device.key_id}'."
        )
    if not report.first_seen_at <= report.seen_at <= report.last_seen_at:
        return "seen_at must lie between first_seen_at and last_seen_at."
    if len({picture.kind for picture in report.pictures}) < len(report.pictures):
        return "pictures: each kind may be announced once."
    return _problem_with_signature(report, device)


def _problem_with_signature(report: PassageReport, device: Device) -> str | None:
    if report.signature is None or _is_signed_by(device, report):
        return None
    return f"signature: it is not device '{device.key_id}' that signed this report."


def _is_signed_by(device: Device, report: PassageReport) -> bool:
    try:
        signature = base64.b64decode(report.signature or "", validate=True)
    except ValueError:
        return False
    return verify(device.public_key, PASSAGE_REPORT + signed_content(report), signature)


def _store(session: Session, device: Device, report: PassageReport, now: datetime) -> None:
    passage = PassageRecord(
        id=report.passage_id,
        device_id=device.id,
        control_point=report.control_point,
        camera=report.camera,
        direction=report.direction.value,
        seen_at=report.seen_at,
        received_at=now,
        status=PassageStatus.RECEIVED.value,
        plate=plate.text if (plate := usable_plate(report.plate)) else None,
        country=report.country,
        confidence=report.confidence,
        pictures_wanted="wait",
    )
    passage.read = _read_of(report)
    session.add(passage)
    session.flush()
    announce(session, passage, "passage", now)
    enqueue_decision(session, passage.id, due_at=min(report.seen_at, now))


def _read_of(report: PassageReport) -> ReadRecord:
    return ReadRecord(
        content=report.model_dump_json(include=READ),
        frames=report.frames,
        first_seen_at=report.first_seen_at,
        last_seen_at=report.last_seen_at,
        clock_offset_ms=report.clock_offset_ms,
        camera_quality=report.camera_quality.value,
        pictures=_dump(report.pictures),
        edge_decision=report.decision.model_dump(mode="json") if report.decision else None,
        software=report.software,
        models=report.models,
        signed_report=signed_content(report).decode() if report.signature else None,
        signature=report.signature,
    )


def _dump(pictures: Iterable[Any]) -> list[dict[str, Any]]:
    return [picture.model_dump(mode="json") for picture in pictures]
