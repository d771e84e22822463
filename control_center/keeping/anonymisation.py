"""P1: what goes of a settled passage, and what stays so that its decision can be replayed.

Plate, plate hash, the raw reads, the holder's reference and the pictures go. What stays: where,
when, the profile and rules that applied, and the decision, which replays to the same answer.
"""

import json
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from control_center.models import DecisionRecord, LiveEvent, PassageRecord
from control_center.passages import stays
from control_center.passages.pictures import erase_pictures
from control_points.protocol import Instruction
from permits.access import decide
from permits.replay import (
    decision_to_json,
    query_from_json,
    query_to_json,
    without_identity,
)


def anonymise(session: Session, passage: PassageRecord, *, now: datetime) -> None:
    """Take everything personal out of `passage`; a second time does nothing."""
    if passage.anonymised_at is not None:
        return
    erase_pictures(session, passage, now=now)
    passage.pictures_wanted = Instruction.DISCARD.value
    passage.plate = passage.plate_hash = None
    passage.read.content = passage.read.signed_report = passage.read.signature = None
    for correction in passage.corrections:
        correction.plate = None
    for record in passage.decisions:
        _anonymise_decision(record)
    if passage.pending is not None:
        passage.pending.holder_id = None
    stays.forget(session, passage.id)
    session.execute(delete(LiveEvent).where(LiveEvent.passage_id == passage.id))
    passage.anonymised_at = now


def _anonymise_decision(record: DecisionRecord) -> None:
    query = without_identity(query_from_json(json.loads(record.inputs)))
    record.inputs = json.dumps(query_to_json(query))
    record.answer = json.dumps(decision_to_json(decide(query)))
