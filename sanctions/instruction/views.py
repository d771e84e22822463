"""The instructor's tray and a procedure, as pages show them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.clock import municipal
from core.identity import Actor, Permission
from core.words import N_, Word
from sanctions import deadlines, procedure
from sanctions.duties import check_annuller, check_instructor, check_resolver
from sanctions.errors import SamePerson
from sanctions.instruction import queries, silence
from sanctions.instruction.kinds import SubmissionKind
from sanctions.instruction.models import Refund
from sanctions.instruction.submissions import period_of
from sanctions.models import InfractionCase
from sanctions.reasons import HOLD_LABELS, OFFENCE_LABELS, Hold, Offence
from sanctions.states import AWAITING_REVIEW, LABELS, TRANSITIONS, CaseState, Trigger
from sanctions.transitions import bar_zone, lapse_zone, standstill

REPEATS_REFERENCE = "Ley 39/2015, art. 63.3"


@dataclass(frozen=True)
class TrayLine:
    """A case that waits for somebody of the instruction."""

    case: InfractionCase
    offence: Word
    state: Word
    step: Word
    """What is to be done next."""
    until: date | None
    days_left: int | None
    is_late: bool


def tray(session: Session, now: datetime) -> list[TrayLine]:
    """Allegations and reconsiderations, those with the fewest days left on top; silence that is
    to be certified among them."""
    lines = [_line(session, case, now) for case in queries.in_instruction(session)]
    lines += [_silent_line(session, case, now) for case in silence.uncertified(session)]
    return sorted(lines, key=lambda line: (line.until or date.max, line.case.reference))


def _line(session: Session, case: InfractionCase, now: datetime) -> TrayLine:
    return _with_days_left(case, *_next_step(session, case, now), now)


def _silent_line(session: Session, case: InfractionCase, now: datetime) -> TrayLine:
    due = silence.certificate_due(session, case)
    step = N_("The resolver certifies the silence")
    return _with_days_left(case, step, None if due is None else due.last_safe, now)


def _with_days_left(
    case: InfractionCase, step: Word, until: date | None, now: datetime
) -> TrayLine:
    today = municipal(now).date()
    left = None if until is None else (until - today).days
    return TrayLine(
        case=case,
        offence=OFFENCE_LABELS[Offence(case.offence)],
        state=LABELS[case.case_state],
        step=step,
        until=until,
        days_left=None if left is None else max(0, left),
        is_late=left is not None and left < 0,
    )


def _next_step(session: Session, case: InfractionCase, now: datetime) -> tuple[Word, date | None]:
    asked = queries.open_request(session, case)
    if asked is not None:
        return N_("The agent reports"), asked.due_on
    period = period_of(session, case, SubmissionKind.NEW_ALLEGATIONS)
    if period is not None and period.zone(now) is not deadlines.Zone.BARRED:
        return N_("The person may answer the proposal"), period.last_possible
    ends = _ends(case)
    if queries.unresolved_proposal(session, case) is not None:
        return N_("The resolver decides"), ends
    return N_("The instructor proposes"), ends


def _ends(case: InfractionCase) -> date | None:
    """The last safe day of the procedure: of its year, of the month of silence, or of a
    standstill."""
    if case.case_state is CaseState.RECONSIDERATION and case.appealed_on is not None:
        return deadlines.add_months(case.appealed_on, deadlines.APPEAL_MONTHS)
    if case.validated_at is None:
        return None
    lapses = deadlines.lapse(municipal(case.validated_at).date()).last_safe
    standing = standstill(case)
    return lapses if standing is None else min(lapses, standing.last_safe)


@dataclass(frozen=True)
class HeldLine:
    """A case on hold, with the first case of which it may be a part."""

    case: InfractionCase
    offence: Word
    why: Word
    first: InfractionCase | None
    first_state: Word | None
    last_safe: date


def held(session: Session) -> list[HeldLine]:
    """What waits for the instructor to say whether it goes on."""
    lines = []
    for case in queries.held(session):
        first = session.get(InfractionCase, case.repeat_of) if case.repeat_of else None
        lines.append(
            HeldLine(
                case=case,
                offence=OFFENCE_LABELS[Offence(case.offence)],
                why=HOLD_LABELS[Hold(case.hold or "")],
                first=first,
                first_state=LABELS[first.case_state] if first else None,
                last_safe=municipal(case.limitation_at).date() - deadlines.ONE_DAY,
            )
        )
    return lines


def procedure_context(
    session: Session, case: InfractionCase, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Everything the page of one procedure shows, and what `actor` may do there."""
    allowed = TRANSITIONS[case.case_state]
    waits = case.case_state in queries.TO_INSTRUCT
    instructs = actor.may(Permission.INSTRUCT_CASES) and _is_free(check_instructor, case, actor)
    asked = queries.open_request(session, case)
    return {
        "case": case,
        "state": LABELS[case.case_state],
        "offence": OFFENCE_LABELS[Offence(case.offence)],
        "submissions": queries.submissions(session, case),
        "requests": queries.report_requests(session, case),
        "reports": {one.request_id: one for one in queries.agent_reports(session, case)},
        "proposals": queries.proposals(session, case),
        "resolutions": queries.resolutions(session, case),
        "refund": session.get(Refund, case.id),
        "owed": procedure.owed(session, case, now),
        "ends": _ends(case),
        "is_doubtful": deadlines.Zone.DOUBTFUL in {lapse_zone(case, now), bar_zone(case, now)},
        "may_register": actor.may(Permission.REGISTER_SUBMISSIONS)
        and bool({Trigger.ALLEGE, Trigger.APPEAL} & set(allowed) or waits),
        "may_name_driver": Trigger.IDENTIFY_DRIVER in allowed
        and actor.may(Permission.REGISTER_SUBMISSIONS),
        "may_ask_report": instructs and waits and asked is None,
        "may_report": asked is not None
        and actor.may(Permission.REVIEW_CASES)
        and case.validated_by in {None, actor.id},
        "may_propose": instructs and waits,
        "may_resolve": waits
        and actor.may(Permission.RESOLVE_CASES)
        and queries.unresolved_proposal(session, case) is not None
        and _is_free(check_resolver, case, actor),
        "may_annul": Trigger.ANNUL in allowed
        and (actor.may(Permission.INSTRUCT_CASES) or actor.may(Permission.RESOLVE_CASES))
        and _is_free(check_annuller, case, actor),
        "may_decide_hold": instructs and queries.is_decidable(case),
        "silent_since": _silent_since(session, case),
        "certificate": silence.certificate(session, case),
        "certificate_due": silence.certificate_due(session, case),
        "may_certify": actor.may(Permission.RESOLVE_CASES)
        and _is_free(check_resolver, case, actor)
        and silence.was_silent(session, case),
        "is_unreviewed": case.case_state in AWAITING_REVIEW,
        "may_settle_refund": instructs,
        "may_record_service": instructs
        and case.case_state is CaseState.RESOLVED
        and case.resolution_served_on is None,
    }


def _silent_since(session: Session, case: InfractionCase) -> date | None:
    if case.appealed_on is None or not silence.was_silent(session, case):
        return None
    return deadlines.appeal_dismissed_from(case.appealed_on)


def _is_free(check: Any, case: InfractionCase, actor: Actor) -> bool:
    try:
        check(case, actor)
    except SamePerson:
        return False
    return True
