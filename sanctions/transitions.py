"""The one way a case changes: the state moves and the event is written together.

Beside the table of `states`, a move is refused for who asks (`duties`), for when (a time-barred
or lapsed case is moved by nobody), and while a hold keeps everything from going out.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.identity import Actor
from core.words import N_
from sanctions import deadlines
from sanctions.deadlines import Zone
from sanctions.duties import check_duty
from sanctions.errors import DoubtfulDeadline, OnHold, TooLate, WarningOnly
from sanctions.models import CaseEvent, InfractionCase
from sanctions.reasons import HOLD_LABELS, Hold
from sanctions.states import CLOSED, RUNNING, UNSERVED, CaseState, Trigger, state_after

_OUTWARD = frozenset({Trigger.HAND_OVER, Trigger.FIND_HOLDER, Trigger.SEND, Trigger.INFORM})
"""What a hold keeps from happening."""
_SENDS = frozenset({Trigger.HAND_OVER, Trigger.SEND, Trigger.INFORM})
_OF_TIME = frozenset({Trigger.BAR, Trigger.LAPSE})
_OUT_OF_TIME = {Trigger.BAR: N_("time-barred"), Trigger.LAPSE: N_("lapsed")}
_PERSON_WEIGHS = frozenset({Trigger.SEND, Trigger.SERVE, Trigger.RESOLVE})
"""In a doubtful stretch only a person does these, and writes down why."""


class EventKind(StrEnum):
    OPENED = "opened"
    STATE_CHANGED = "state_changed"
    VIEWED = "viewed"
    """With a picture's kind as its reason: that picture went to the person's screen."""
    CLAIMED = "claimed"
    RELEASED = "released"
    SKIPPED = "skipped"
    SECOND_LOOK_ASKED = "second_look_asked"
    SECOND_REVIEW = "second_review"
    PICTURE_ADDED = "picture_added"
    READ_CORRECTED = "read_corrected"
    DECIDED_AGAIN = "decided_again"
    HELD = "held"
    HOLD_LIFTED = "hold_lifted"
    INTERRUPTED = "interrupted"
    """The time-bar begins anew (RDL 6/2015, article 112.2)."""
    SUBMISSION = "submission"
    REPORT_ASKED = "report_asked"
    REPORT_GIVEN = "report_given"
    PROPOSED = "proposed"
    RESOLUTION = "resolution"
    REFUND_OPENED = "refund_opened"
    REFUND_PAID = "refund_paid"
    LEGAL_HOLD = "legal_hold"
    LEGAL_HOLD_LIFTED = "legal_hold_lifted"
    PERIOD_EXTENDED = "period_extended"
    """The passage may be put right for longer than was known; the note says until when."""
    DEADLINE_FLAGGED = "deadline_flagged"
    """Something came, or was done, on a day about which the law is argued."""
    NOTE = "note"
    """What another part of the house wants on record: a batch, a receipt, a document."""


def write_event(
    case: InfractionCase,
    kind: EventKind,
    actor: Actor,
    *,
    now: datetime,
    from_state: CaseState | None = None,
    to_state: CaseState | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> CaseEvent:
    """Append to the case's history. Lock the case first (`queries.get_case`)."""
    event = CaseEvent(
        number=len(case.events) + 1,
        at=now,
        kind=kind,
        actor_id=actor.id,
        actor_name=actor.name,
        agent_number=actor.agent_number,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        note=note,
    )
    case.events.append(event)
    return event


def apply(
    session: Session,
    case: InfractionCase,
    trigger: Trigger,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    note: str | None = None,
    as_of: datetime | None = None,
) -> CaseEvent:
    """What `trigger` does to `case`, with its event and its audit row. A claim ends with it.

    Lock the case first (`queries.get_case(..., lock=True)`). `procedure` and `review.service` wrap
    this with what each step needs beside the state; call those where one fits. `as_of` is when it
    happened, if it is entered later: deadlines count to there.

    Raises:
        InvalidTransition: the present state does not allow it.
        Forbidden: the actor lacks the permission.
        SamePerson: the actor had another duty in this case.
        TooLate: time-barred or lapsed; only `BAR` and `LAPSE` are left.
        DoubtfulDeadline: the law is argued today, and no person with a note decides.
        OnHold, WarningOnly: nothing may go out, or only a letter.
    """
    present = case.case_state
    check_duty(case, trigger, actor)
    wanted = state_after(case.reference, present, trigger)
    _refuse_when_late(case, trigger, actor, as_of or now, note)
    _refuse_outward(case, trigger, now)
    case.state = wanted
    case.claimed_by = case.claimed_by_name = case.claimed_at = None
    case.closed_at = now if wanted in CLOSED else None
    event = write_event(
        case,
        EventKind.STATE_CHANGED,
        actor,
        now=now,
        from_state=present,
        to_state=wanted,
        reason=reason,
        note=note,
    )
    action = f"sanctions:case:{wanted.value}"
    audit.record(session, actor, action, f"case:{case.id}", reason=reason)
    session.flush()
    # The papers write events themselves, so they are known here only when there is one to write.
    from sanctions.paperwork import follow  # noqa: PLC0415

    follow(session, case, wanted, actor, now=now)
    return event


def bar_zone(case: InfractionCase, now: datetime) -> Zone:
    """Where `case` stands before the time-bar of its infraction; safe once it is served, unless
    the procedure stands still for too long."""
    standing = standstill(case)
    if standing is not None:
        return standing.zone(now)
    if case.case_state not in UNSERVED or now < case.limitation_at:
        return Zone.SAFE
    return Zone.DOUBTFUL if now < case.barred_at else Zone.BARRED


_ACTS = frozenset(
    {
        EventKind.STATE_CHANGED,
        EventKind.SUBMISSION,
        EventKind.REPORT_ASKED,
        EventKind.REPORT_GIVEN,
        EventKind.PROPOSED,
    }
)
"""What moves an instruction on; a look or a note does not."""


def standstill(case: InfractionCase) -> deadlines.Deadline | None:
    """The bar of a case in instruction if nothing more is done (RDL 6/2015, article 112.2); None
    in other states: an answer that is waited for is the person's time, and silence resolves."""
    if case.case_state is not CaseState.ALLEGATIONS or case.served_on is None:
        return None
    acts = [municipal(event.at).date() for event in case.events if event.kind in _ACTS]
    left = (municipal(case.limitation_at).date() - case.served_on).days - 1
    return deadlines.standstill_bar(max(acts), left, serious=case.is_serious)


def lapse_zone(case: InfractionCase, now: datetime) -> Zone:
    """Where `case` stands before the year of its procedure; safe once it is resolved."""
    if case.case_state not in RUNNING or case.validated_at is None:
        return Zone.SAFE
    return deadlines.lapse(municipal(case.validated_at).date()).zone(now)


def fine_zone(case: InfractionCase, now: datetime) -> Zone:
    """Where `case` stands before the time-bar of its fine; safe until it is firm."""
    if case.case_state is not CaseState.FIRM or case.firm_on is None:
        return Zone.SAFE
    return deadlines.fine_bar(case.firm_on).zone(now)


def time_trigger(case: InfractionCase, now: datetime) -> Trigger | None:
    """What time has done to `case` by `now`: `BAR`, `LAPSE` or nothing yet."""
    if Zone.BARRED in {bar_zone(case, now), fine_zone(case, now)}:
        return Trigger.BAR
    return Trigger.LAPSE if lapse_zone(case, now) is Zone.BARRED else None


def _refuse_when_late(
    case: InfractionCase, trigger: Trigger, actor: Actor, now: datetime, note: str | None
) -> None:
    due = time_trigger(case, now)
    if trigger in _OF_TIME:
        if trigger is not due:
            raise TooLate(
                "Case %(case)s is not out of time yet, so it is not marked.", case=case.reference
            )
        return
    if due is not None:
        raise TooLate(
            "The time for case %(case)s has run out: it is %(what)s, and nobody can move it on.",
            case=case.reference,
            what=_OUT_OF_TIME[due],
        )
    is_argued = Zone.DOUBTFUL in {bar_zone(case, now), lapse_zone(case, now)}
    if is_argued and trigger in _PERSON_WEIGHS and (actor.id is None or not note):
        raise DoubtfulDeadline(
            "The law is argued about this day for case %(case)s. The instructor decides whether it "
            "goes on, and writes down why.",
            case=case.reference,
        )


def _refuse_outward(case: InfractionCase, trigger: Trigger, now: datetime) -> None:
    if trigger in _OUTWARD and now < case.regularisation_deadline:
        raise OnHold(
            "Nothing of case %(case)s goes out for now: %(why)s.",
            case=case.reference,
            why=N_("its passage may still be put right"),
        )
    if trigger in _OUTWARD and case.hold is not None:
        raise OnHold(
            "Nothing of case %(case)s goes out for now: %(why)s.",
            case=case.reference,
            why=HOLD_LABELS[Hold(case.hold)],
        )
    if trigger in _SENDS and (trigger is Trigger.INFORM) != case.is_warning:
        raise WarningOnly(
            "Case %(case)s is of a zone in its first weeks: it ends in an information letter."
            if case.is_warning
            else "Case %(case)s is no warning: it ends in a denuncia, not in a letter.",
            case=case.reference,
        )
