"""What is kept how long: one list, applied by the worker, shown by `doctor`.

Times in the city are measured by the domain clock, technical ones by real time. Each rule works
in batches of its own transaction, so a long backlog blocks nobody and an interruption loses
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from control_center.desk import visits
from control_center.edge_boxes import devices
from control_center.keeping import anonymisation, case_retention, duty_retention
from control_center.models import LiveEvent, PassageRecord
from control_center.passages import settling, stays
from control_center.passages.deciding import expire_review
from control_center.passages.passage_states import PassageStatus
from core.accounts.service import delete_expired
from core.clock import utc_now
from core.database import transaction
from core.outbox import Job
from core.runtime import Runtime
from permits.applications.registry import forget_particulars
from sanctions.documents.lookup import forget_attempts
from sanctions.integrations import retention as integrations_retention

BATCH = 200
AFTER_SETTLED = timedelta(hours=24)
"""P1: plate, hash, holder link and pictures of a settled passage."""
REVIEW_AT_MOST = timedelta(days=30)
"""P3: a picture that became no case is gone a month after it was taken (LOPDGDD 22.3)."""
LIVE_EVENTS = timedelta(hours=24)
DUTY_WORDS = timedelta(days=30)
FINISHED_JOBS = timedelta(hours=24)


@dataclass(frozen=True)
class Rule:
    """One line of the policy. `apply` handles up to `BATCH` and says how many it handled."""

    name: str
    basis: str
    apply: Callable[[Session, Runtime, datetime], int]


def _close_stays(session: Session, runtime: Runtime, now: datetime) -> int:
    """P1: an entry whose exit nobody saw counts as settled, never as an overstay."""
    patience = timedelta(hours=runtime.settings.stay_unknown_hours)
    passages = stays.unmatched_before(session, now - patience, BATCH)
    for passage in passages:
        stays.close_as_unknown(session, passage)
        settling.settle_quietly(session, passage, now=now)
    return len(passages)


def _anonymise(session: Session, _: Runtime, now: datetime) -> int:
    query = (
        select(PassageRecord)
        .where(
            PassageRecord.settled_at <= now - AFTER_SETTLED,
            PassageRecord.anonymised_at.is_(None),
        )
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    passages = session.scalars(query).all()
    for passage in passages:
        anonymisation.anonymise(session, passage, now=now)
    return len(passages)


def _expire_reviews(session: Session, _: Runtime, now: datetime) -> int:
    waiting = (PassageStatus.READ_REVIEW.value, PassageStatus.VEHICLE_CHECK.value)
    query = (
        select(PassageRecord)
        .where(PassageRecord.status.in_(waiting), PassageRecord.seen_at <= now - REVIEW_AT_MOST)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    passages = session.scalars(query).all()
    for passage in passages:
        expire_review(session, passage, now=now)
    return len(passages)


def _forget_cases(session: Session, runtime: Runtime, now: datetime) -> int:
    return case_retention.forget_cases(session, runtime, now, BATCH)


def _forget_integrations(session: Session, runtime: Runtime, now: datetime) -> int:
    term = timedelta(days=runtime.settings.case_retention_days)
    return integrations_retention.forget(session, now - term, limit=BATCH)


def _forget_visits(session: Session, runtime: Runtime, _: datetime) -> int:
    return visits.forget(session, runtime.settings, utc_now(), limit=BATCH)


def _forget_registrations(session: Session, runtime: Runtime, now: datetime) -> int:
    term = timedelta(days=runtime.settings.visit_retention_days)
    return forget_particulars(session, now - term, limit=BATCH)


def _forget_duty(session: Session, _: Runtime, now: datetime) -> int:
    return duty_retention.forget(session, now - DUTY_WORDS, limit=BATCH)


def _delete_live_events(session: Session, _: Runtime, now: datetime) -> int:
    old = select(LiveEvent.id).where(LiveEvent.at < now - LIVE_EVENTS).limit(BATCH)
    return _deleted(session.execute(delete(LiveEvent).where(LiveEvent.id.in_(old))))


def _delete_jobs(session: Session, _: Runtime, __: datetime) -> int:
    old = select(Job.id).where(Job.done_at < utc_now() - FINISHED_JOBS).limit(BATCH)
    return _deleted(session.execute(delete(Job).where(Job.id.in_(old))))


def _forget_nonces(session: Session, _: Runtime, __: datetime) -> int:
    return devices.forget_nonces(session, utc_now(), limit=BATCH)


def _forget_codes(session: Session, _: Runtime, __: datetime) -> int:
    return forget_attempts(session, utc_now())


def _end_logins(session: Session, _: Runtime, __: datetime) -> int:
    delete_expired(session, utc_now())
    return 0


def _deleted(result: object) -> int:
    return int(getattr(result, "rowcount", 0))


POLICY: tuple[Rule, ...] = (
    Rule("stays without an exit are closed as unknown, 24 hours by default", "P1", _close_stays),
    Rule("settled passages lose plate, hash, holder and pictures after 24 hours", "P1", _anonymise),
    Rule("reads that nobody reviewed are given up after 30 days", "P3", _expire_reviews),
    Rule("cases go when their term after closure is over, unless held", "P4", _forget_cases),
    Rule("what systems outside told goes with the term of cases", "P4", _forget_integrations),
    Rule("visits to the service desk go after a year by default", "RGPD 5.1.e", _forget_visits),
    Rule(
        "the general register then loses plates and proxies, its numbers stay",
        "RGPD 5.1.e",
        _forget_registrations,
    ),
    Rule("what was said of taxis' duty goes after 30 days", "RGPD 5.1.e", _forget_duty),
    Rule("lines of the live list go after 24 hours", "P1", _delete_live_events),
    Rule("finished jobs go after 24 hours", "P1", _delete_jobs),
    Rule("nonces of signed requests go after ten minutes", "technical", _forget_nonces),
    Rule("tried verification codes go after an hour", "technical", _forget_codes),
    Rule("ended logins go", "technical", _end_logins),
)


def apply(runtime: Runtime) -> dict[str, int]:
    """Apply every rule until it has nothing left; returns how much each one handled."""
    return {rule.name: _apply(runtime, rule) for rule in POLICY}


def _apply(runtime: Runtime, rule: Rule) -> int:
    handled, more = 0, True
    while more:
        with transaction(runtime.writing) as session:
            count = rule.apply(session, runtime, runtime.clock.now())
        handled += count
        more = count >= BATCH
    return handled


def due(runtime: Runtime) -> dict[str, int]:
    """A dry run: what the first batch of each rule would handle now. Changes nothing."""
    counts = {}
    for rule in POLICY:
        with runtime.writing() as session:
            counts[rule.name] = rule.apply(session, runtime, runtime.clock.now())
            session.rollback()
    return counts
