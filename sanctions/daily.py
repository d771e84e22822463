"""What the calendar does to cases by itself: the daily task.

Each rule finds its cases in batches; each case is moved in the transaction that found it. Run twice
it does nothing the second time. On a doubtful day nothing happens by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, sessionmaker

from core.clock import municipal
from core.database import transaction
from core.errors import SarbideError
from core.identity import SYSTEM
from sanctions import deadlines
from sanctions.deadlines import Zone
from sanctions.models import InfractionCase
from sanctions.periods import answer_of, appeal_of
from sanctions.states import RUNNING, UNSERVED, CaseState, Trigger
from sanctions.transitions import EventKind, apply, time_trigger, write_event

BATCH = 200
_log = structlog.get_logger()
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sweep:
    """One line of the daily task: which cases it looks at, and what it does to one of them."""

    name: str
    basis: str
    find: Callable[[datetime], Select[InfractionCase]]
    move: Callable[[Session, InfractionCase, datetime], bool]


@dataclass(frozen=True)
class Batch:
    moved: int
    more_after: UUID | None
    """Where the next batch begins; None at the end."""


def _old(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(
        InfractionCase.state.in_(UNSERVED), InfractionCase.barred_at <= now
    )


def _long_running(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(
        InfractionCase.state.in_(RUNNING),
        InfractionCase.validated_at <= now - timedelta(days=365),
    )


def _unpaid_for_years(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(
        InfractionCase.state == CaseState.FIRM,
        InfractionCase.firm_on <= municipal(now).date() - timedelta(days=4 * 365),
    )


def _standing_still(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(InfractionCase.state == CaseState.ALLEGATIONS)


def _mark(session: Session, case: InfractionCase, now: datetime) -> bool:
    due = time_trigger(case, now)
    if due is None:
        return False
    apply(session, case, due, actor=SYSTEM, now=now)
    return True


def _unanswered(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(
        InfractionCase.state == CaseState.NOTIFIED,
        InfractionCase.served_on < municipal(now).date() - timedelta(days=deadlines.ANSWER_DAYS),
    )


def _fall_silent(session: Session, case: InfractionCase, now: datetime) -> bool:
    """Nobody answered, not even on a doubtful day: the denuncia is the resolution (95.4)."""
    period = answer_of(session, case)
    if period is None or period.zone(now) is not Zone.BARRED:
        return False
    apply(session, case, Trigger.FALL_SILENT, actor=SYSTEM, now=now)
    return True


def _silent(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(
        InfractionCase.state == CaseState.FINAL,
        InfractionCase.served_on < municipal(now).date() - timedelta(days=deadlines.SILENCE_DAYS),
    )


def _make_silent_firm(session: Session, case: InfractionCase, now: datetime) -> bool:
    """Executable 30 natural days after the notification (article 95.4)."""
    if case.served_on is None:
        return False
    day = deadlines.executable_from(case.served_on)
    if municipal(now).date() < day:
        return False
    apply(session, case, Trigger.BECOME_FIRM, actor=SYSTEM, now=now)
    case.firm_on = day
    return True


def _resolved(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(
        InfractionCase.state == CaseState.RESOLVED,
        InfractionCase.resolution_served_on < municipal(now).date() - timedelta(days=27),
    )


def _make_resolved_firm(session: Session, case: InfractionCase, now: datetime) -> bool:
    """Nobody asked for reconsideration within its month (article 96)."""
    period = appeal_of(session, case)
    if case.resolution_served_on is None or period is None or period.zone(now) is not Zone.BARRED:
        return False
    apply(session, case, Trigger.BECOME_FIRM, actor=SYSTEM, now=now)
    case.firm_on = period.last_possible + _DAY
    return True


def _appealed(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(
        InfractionCase.state == CaseState.RECONSIDERATION,
        InfractionCase.appealed_on < municipal(now).date() - timedelta(days=27),
    )


def _dismiss_by_silence(session: Session, case: InfractionCase, now: datetime) -> bool:
    """A reconsideration that nobody answered for a month counts as dismissed (article 96.5)."""
    if case.appealed_on is None:
        return False
    day = deadlines.appeal_dismissed_from(case.appealed_on)
    if municipal(now).date() < day:
        return False
    apply(session, case, Trigger.DISMISS_APPEAL, actor=SYSTEM, now=now, reason="silence")
    case.firm_on = day
    return True


def _doubtful(now: datetime) -> Select[InfractionCase]:
    return select(InfractionCase).where(
        InfractionCase.state.in_(UNSERVED),
        InfractionCase.limitation_at <= now,
        InfractionCase.barred_at > now,
    )


def _flag(session: Session, case: InfractionCase, now: datetime) -> bool:
    """The last argued day has come: the case is flagged once, and left to a person."""
    if any(event.kind == EventKind.DEADLINE_FLAGGED for event in case.events):
        return False
    write_event(case, EventKind.DEADLINE_FLAGGED, SYSTEM, now=now, reason="limitation")
    session.flush()
    return True


SWEEPS: tuple[Sweep, ...] = (
    Sweep("infractions too old to be served are marked", "112.1", _old, _mark),
    Sweep("procedures of over a year are marked", "112.3", _long_running, _mark),
    Sweep("procedures that stand still are marked", "112.2", _standing_still, _mark),
    Sweep("fines nobody collected for four years are marked", "112.4", _unpaid_for_years, _mark),
    Sweep("cases on a doubtful day are flagged", "112.1", _doubtful, _flag),
    Sweep("denuncias nobody answered become final", "95.4", _unanswered, _fall_silent),
    Sweep("final denuncias become firm", "95.4", _silent, _make_silent_firm),
    Sweep("resolutions nobody contests become firm", "96", _resolved, _make_resolved_firm),
    Sweep("reconsiderations nobody answers are dismissed", "96.5", _appealed, _dismiss_by_silence),
)


def run(
    session: Session, sweep: Sweep, *, now: datetime, after: UUID | None = None, limit: int = BATCH
) -> Batch:
    """Look at up to `limit` cases of one line, those after `after` in their order."""
    found = sweep.find(now).order_by(InfractionCase.id).limit(limit)
    if after is not None:
        found = found.where(InfractionCase.id > after)
    locked = found.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    cases = session.scalars(locked).all()
    moved = sum(_moved(session, sweep, case, now) for case in cases)
    return Batch(moved, cases[-1].id if len(cases) == limit else None)


def _moved(session: Session, sweep: Sweep, case: InfractionCase, now: datetime) -> bool:
    """One case that can't be moved must not keep the others from it."""
    try:
        with session.begin_nested():
            return sweep.move(session, case, now)
    except SarbideError as error:
        _log.error("case_not_moved", case=str(case.id), sweep=sweep.name, error=error.message)
        return False


def run_all(factory: sessionmaker[Session], *, now: datetime) -> dict[str, int]:
    """Every line over every case, in small transactions; returns how many each one moved."""
    return {sweep.name: _run_line(factory, sweep, now) for sweep in SWEEPS}


def _run_line(factory: sessionmaker[Session], sweep: Sweep, now: datetime) -> int:
    moved, after = 0, None
    while True:
        with transaction(factory) as session:
            batch = run(session, sweep, now=now, after=after)
        moved, after = moved + batch.moved, batch.more_after
        if after is None:
            return moved
