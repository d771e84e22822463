"""An outage that is written down afterwards: whose time was up too early gets it back.

A period that an outage stopped had not ended when its case opened. What is still before police
goes back to waiting; what an agent has validated stays, and nothing of it goes out before the new
deadline (`sanctions.extended_periods`).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from control_center.models import PassageRecord, PendingRegularisation
from control_center.passages.live import announce
from control_center.passages.passage_states import PassageStatus
from control_center.pending import regularisation
from control_center.pending.freezes import Freeze
from control_center.pending.outage_models import ServiceOutage
from control_center.pending.outages import freeze_of, open_outages
from sanctions.extended_periods import Extended, extend_period


def follow_outage(session: Session, outage: ServiceOutage, now: datetime) -> Mapping[Extended, int]:
    """Extend the periods that `outage` stopped and whose cases are open; says what became of them.

    Periods without a case are `regularisation.follow_all_freezes`'s. A second time changes nothing.
    """
    found: Counter[Extended] = Counter()
    for passage in session.scalars(_opened_in(freeze_of(outage))).all():
        if passage.pending is not None:
            found[_extend(session, passage, passage.pending, now)] += 1
    return found


def follow_open_outages(session: Session, now: datetime) -> None:
    """While one lasts, the deadlines of validated cases move on with it."""
    for outage in open_outages(session):
        follow_outage(session, outage, now)


def _opened_in(freeze: Freeze) -> Select[PassageRecord]:
    """Passages with a case whose period, as it was known, touches `freeze`."""
    query = (
        select(PassageRecord)
        .join(PassageRecord.pending)
        .where(
            PassageRecord.status == PassageStatus.CASE_OPENED.value,
            PendingRegularisation.deadline > freeze.begin,
        )
        .order_by(PassageRecord.seen_at)
        .with_for_update(of=PassageRecord)
    )
    if freeze.end is None:
        return query
    return query.where(PendingRegularisation.began_at < freeze.end)


def _extend(
    session: Session, passage: PassageRecord, pending: PendingRegularisation, now: datetime
) -> Extended:
    period = regularisation.period_of(session, passage, pending, now=now)
    done = extend_period(session, passage.id, deadline=period.deadline, now=now)
    if done is Extended.TAKEN_BACK:
        passage.become(PassageStatus.PENDING)
        pending.closed_at = None
        regularisation.follow_freezes(session, passage, pending, now=now)
        session.flush()
        announce(session, passage, "decision", now)
    elif done is not Extended.UNCHANGED:
        pending.deadline = period.deadline
    return done
