"""What people lodge: from the app, at the registry, on paper. Whatever comes is taken in.

A submission in time moves the case. One that came on a doubtful day moves it too, flagged: the
instructor weighs the doubt in the proposal. One that is late for certain is kept in the file and
changes nothing, except that the instructor sees it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.errors import InvalidInput
from core.identity import Actor
from sanctions import deadlines
from sanctions.deadlines import Deadline, Zone
from sanctions.duties import check_lodging
from sanctions.errors import UnknownReason
from sanctions.instruction.kinds import Channel, SubmissionKind
from sanctions.instruction.models import Submission
from sanctions.instruction.queries import open_round
from sanctions.models import InfractionCase
from sanctions.paperwork import acknowledge
from sanctions.periods import answer_of, appeal_of, new_allegations_of
from sanctions.queries import get_case
from sanctions.reasons import coded
from sanctions.states import CaseState, Trigger, state_after
from sanctions.transitions import EventKind, apply, write_event

LONGEST = 20_000


@dataclass(frozen=True)
class Lodged:
    """What was lodged, and how."""

    kind: SubmissionKind
    channel: Channel
    text: str
    lodged_on: date
    """Municipal day that counts: of the app's receipt, the registry's entry, the postmark."""
    registry_reference: str | None = None


_TRIGGERS = {
    SubmissionKind.ALLEGATIONS: Trigger.ALLEGE,
    SubmissionKind.RECONSIDERATION: Trigger.APPEAL,
}


def lodged(kind: str, channel: str, text: str, lodged_on: date, reference: str = "") -> Lodged:
    """A submission as a form gives it. Raises UnknownReason or InvalidInput."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise InvalidInput(
            "Write what was lodged, in at most %(longest)s characters.", longest=LONGEST
        )
    chosen = coded(SubmissionKind, kind)
    if chosen is SubmissionKind.DRIVER:
        raise UnknownReason("Name a driver on the form for it: a driver needs an address.")
    return Lodged(chosen, coded(Channel, channel), words, lodged_on, reference.strip() or None)


def lodge(
    session: Session, case_id: UUID, what: Lodged, *, actor: Actor, now: datetime
) -> Submission:
    """Take `what` in; it moves the case unless it is late for certain.

    Raises:
        Forbidden: the actor may not lodge or register.
        InvalidTransition: nothing of this kind can be lodged in the case's state.
        InvalidInput: lodged on a day to come, or before the notification.
    """
    check_lodging(actor)
    case = get_case(session, case_id, lock=True)
    zone = _zone(session, case, what, now)
    row = _row(case, what, zone, actor, now)
    session.add(row)
    write_event(case, EventKind.SUBMISSION, actor, now=now, reason=what.kind)
    trigger = _TRIGGERS.get(what.kind)
    if zone is Zone.DOUBTFUL:
        write_event(case, EventKind.DEADLINE_FLAGGED, actor, now=now, reason=what.kind)
    if trigger is not None and zone is not Zone.BARRED:
        apply(session, case, trigger, actor=actor, now=now, reason=what.channel)
        if trigger is Trigger.APPEAL:
            case.appealed_on = what.lodged_on
    audit.record(session, actor, "sanctions:submission:lodged", f"case:{case.id}", kind=what.kind)
    session.flush()
    acknowledge(session, case, row, now=now)
    return row


def _zone(session: Session, case: InfractionCase, what: Lodged, now: datetime) -> Zone:
    trigger = _TRIGGERS.get(what.kind)
    if trigger is not None:
        state_after(case.reference, case.case_state, trigger)
    period = period_of(session, case, what.kind)
    if what.lodged_on > municipal(now).date():
        raise InvalidInput("The day on which it was lodged is still to come.")
    if period is None:
        raise InvalidInput(
            "In case %(case)s nobody was asked for this: no period is open.", case=case.reference
        )
    return period.zone(deadlines.start_of_day(what.lodged_on))


def period_of(session: Session, case: InfractionCase, kind: SubmissionKind) -> Deadline | None:
    """Until when `kind` may be lodged in `case`; None when no such period was opened."""
    if kind is SubmissionKind.NEW_ALLEGATIONS:
        shown = open_round(session, case)
        if shown is None or case.case_state is not CaseState.ALLEGATIONS:
            return None
        return new_allegations_of(session, case, shown)
    if kind is SubmissionKind.RECONSIDERATION:
        return appeal_of(session, case)
    return answer_of(session, case)


def _row(case: InfractionCase, what: Lodged, zone: Zone, actor: Actor, now: datetime) -> Submission:
    return Submission(
        case_id=case.id,
        kind=what.kind,
        channel=what.channel,
        lodged_on=what.lodged_on,
        timeliness=zone,
        registry_reference=what.registry_reference,
        text=what.text,
        recorded_at=now,
        recorded_by=actor.id,
        recorded_by_name=actor.name,
    )
