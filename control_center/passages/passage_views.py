"""A passage as a page shows it: codes in words, the reasoning in sentences."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from control_center import labels
from control_center.models import DecisionRecord, PassageRecord
from control_center.passages.passage_states import PassageStatus
from control_center.passages.reads import usable_plate
from control_points.protocol import Candidate, Vote
from core.clock import municipal
from core.plates import is_valid_syntax
from permits.access import Movement, Reason
from permits.replay import decision_from_json
from permits.words import sentences
from sanctions.deadlines import infraction_bar


@dataclass(frozen=True)
class PassageLine:
    """One row of a list. Words are message ids."""

    id: UUID
    seen_at: datetime
    is_of_today: bool
    """In the city's calendar; others need their date beside the time."""
    control_point: str
    movement: str
    plate: str | None
    country: str | None
    status: str
    status_words: str
    tone: str
    reason: str | None
    grant: str | None
    deadline: datetime | None
    left: timedelta | None
    """Until the deadline; None when there is none."""
    frozen_by: str | None
    """What stops the period, a message id; None while it runs."""
    barred_from: datetime | None
    """When the law's own clock, which nothing here stops, ends the matter at the earliest."""


def line(passage: PassageRecord, now: datetime) -> PassageLine:
    """The row of `passage` at city time `now`."""
    status = PassageStatus(passage.status)
    latest = passage.decisions[-1] if passage.decisions else None
    pending = passage.pending if status is PassageStatus.PENDING else None
    return PassageLine(
        id=passage.id,
        seen_at=passage.seen_at,
        is_of_today=municipal(passage.seen_at).date() == municipal(now).date(),
        control_point=passage.control_point,
        movement=labels.MOVEMENT[Movement(passage.direction)],
        plate=passage.plate,
        country=passage.country,
        status=status.value,
        status_words=labels.STATUS[status],
        tone=labels.STATUS_TONE[status],
        reason=labels.REASON[Reason(latest.reason)] if latest else None,
        grant=json.loads(latest.answer)["grant"] if latest else None,
        deadline=pending.deadline if pending else None,
        left=max(pending.deadline - now, timedelta(0)) if pending else None,
        frozen_by=labels.FROZEN[pending.frozen_by] if pending and pending.frozen_by else None,
        barred_from=infraction_bar(municipal(passage.seen_at).date()).safe_until
        if pending
        else None,
    )


@dataclass(frozen=True)
class DecisionView:
    """One decision with its reasoning in the reader's language."""

    decided_at: datetime
    cause: str
    outcome: str
    reason: str
    rule_version: str
    sentences: tuple[str, ...]


def decision_view(record: DecisionRecord, language: str, names: Mapping[str, str]) -> DecisionView:
    """`record` in `language`; `names` puts codes of places and profiles into words."""
    decision = decision_from_json(json.loads(record.answer))
    return DecisionView(
        decided_at=record.decided_at,
        cause=labels.CAUSE[record.cause],
        outcome=labels.OUTCOME[decision.outcome],
        reason=labels.REASON[decision.reason],
        rule_version=record.rule_version,
        sentences=tuple(sentences(decision.trace, language, names)),
    )


@dataclass(frozen=True)
class ReadView:
    """What the edge read, for the person who reviews it."""

    candidates: tuple[tuple[str, float, bool], ...]
    """Text, probability, and whether it fits a known format."""
    votes: tuple[Vote, ...]
    frames: int
    quality: str
    colour: str | None
    """Of the plate's ground, a message id; None when it was not told."""
    models: str


def read_view(passage: PassageRecord) -> ReadView:
    """The raw read; without candidates and votes once the passage is anonymised."""
    read = passage.read
    content = json.loads(read.content) if read.content else {"candidates": [], "votes": []}
    candidates = [Candidate.model_validate(one) for one in content["candidates"]]
    return ReadView(
        candidates=tuple((one.text, one.probability, _fits(one.text)) for one in candidates),
        votes=tuple(Vote.model_validate(one) for one in content["votes"]),
        frames=read.frames,
        quality=labels.QUALITY[read.camera_quality],
        colour=labels.PLATE_COLOUR.get(content.get("plate_colour") or ""),
        models=read.models,
    )


def _fits(text: str) -> bool:
    plate = usable_plate(text)
    return plate is not None and is_valid_syntax(plate)
