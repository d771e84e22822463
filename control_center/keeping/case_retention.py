"""P4: when a case goes, what the centre holds of its passages goes too."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from control_center.background.jobs import enqueue_erasure
from control_center.keeping import anonymisation
from control_center.models import PassageRecord
from control_center.passages.passage_states import PassageStatus
from core.runtime import Runtime
from sanctions import retention
from sanctions.models import InfractionCase
from sanctions.retention import Terms


def forget_cases(session: Session, runtime: Runtime, now: datetime, limit: int) -> int:
    """Delete cases whose term is over, with their pictures and their passages' plates."""
    terms = Terms(
        validated=timedelta(days=runtime.settings.case_retention_days),
        unsanctioned=timedelta(days=runtime.settings.unsanctioned_retention_days),
    )
    cases = retention.expired(session, terms, now=now, limit=limit)
    for case in cases:
        _forget(session, case, now)
    return len(cases)


def _forget(session: Session, case: InfractionCase, now: datetime) -> None:
    # A passage that waits again, or has another case, still needs its pictures.
    passage = session.get(PassageRecord, case.passage_id)
    waits = passage is not None and passage.status == PassageStatus.PENDING.value
    shared = waits or retention.shares_passage(session, case)
    for picture in case.pictures if not shared else ():
        enqueue_erasure(session, picture.evidence_key, due_at=now)
    for key in retention.file_keys(session, case):
        enqueue_erasure(session, key, due_at=now)
    leaving = passage.pending.exit_passage_id if passage and passage.pending else None
    retention.forget(session, case)
    if shared or passage is None:
        return
    anonymisation.anonymise(session, passage, now=now)
    if leaving is not None:
        anonymisation.anonymise(session, session.get_one(PassageRecord, leaving), now=now)
