"""What the instructor and the resolver do: reports, proposals, repeats, resolutions.

The instructor is never the agent who validated, and the resolver neither of the two
(`sanctions.duties`); the case keeps who was what.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.errors import Conflict, InvalidInput
from core.identity import Actor, Permission
from sanctions import deadlines
from sanctions.calendar import holidays_near
from sanctions.duties import check_resolver, take_instruction
from sanctions.errors import SamePerson
from sanctions.instruction import queries
from sanctions.instruction.kinds import Outcome, SubmissionKind
from sanctions.instruction.models import AgentReport, Proposal, ReportRequest, Resolution
from sanctions.instruction.submissions import period_of
from sanctions.models import InfractionCase
from sanctions.procedure import annul
from sanctions.queries import get_case
from sanctions.reasons import AnnulmentReason, DiscardReason, Hold, coded
from sanctions.states import AWAITING_REVIEW, CaseState, Trigger, state_after
from sanctions.transitions import EventKind, apply, write_event

LONGEST = 20_000


def ask_report(
    session: Session, case_id: UUID, question: str, *, actor: Actor, now: datetime
) -> ReportRequest:
    """Ask the agent who validated for a report, within 15 natural days (article 95.2).

    Raises:
        Forbidden, SamePerson: not this case's instructor.
        Conflict: no allegations to report on, or a report is asked for already.
    """
    case = _instructed(session, case_id, actor)
    _require_state(case, CaseState.ALLEGATIONS, CaseState.RECONSIDERATION)
    if queries.open_request(session, case) is not None:
        raise Conflict(
            "A report was asked for in case %(case)s already; it has not come yet.",
            case=case.reference,
        )
    today = municipal(now).date()
    row = ReportRequest(
        case_id=case.id,
        question=_text(question),
        asked_at=now,
        asked_by=actor.id,
        asked_by_name=actor.name,
        due_on=deadlines.agent_report(today, holidays_near(session, today)).last_safe,
    )
    session.add(row)
    _note(session, case, EventKind.REPORT_ASKED, actor, now)
    return row


def give_report(
    session: Session, case_id: UUID, text: str, *, confirms: bool, actor: Actor, now: datetime
) -> AgentReport:
    """The agent who validated answers the instructor.

    Raises:
        Forbidden: not an agent.
        SamePerson: not the agent who validated.
        Conflict: nobody asked.
    """
    actor.check(Permission.REVIEW_CASES)
    case = get_case(session, case_id, lock=True)
    asked = queries.open_request(session, case)
    if asked is None:
        raise Conflict("No report is asked for in case %(case)s.", case=case.reference)
    if case.validated_by is not None and case.validated_by != actor.id:
        raise SamePerson(
            "The report on case %(case)s is for the agent who validated it to give.",
            case=case.reference,
        )
    row = AgentReport(
        request_id=asked.id,
        case_id=case.id,
        text=_text(text),
        confirms=confirms,
        given_at=now,
        given_by=actor.id,
        given_by_name=actor.name,
        agent_number=actor.agent_number,
    )
    session.add(row)
    _note(session, case, EventKind.REPORT_GIVEN, actor, now)
    return row


def propose(
    session: Session,
    case_id: UUID,
    *,
    outcome: str,
    text: str,
    template: str,
    language: str,
    has_new_facts: bool,
    actor: Actor,
    now: datetime,
    shown_on: date | None = None,
) -> Proposal:
    """The instructor proposes a resolution. With facts other than the person's it is served and a
    round of new allegations opens on `shown_on` (article 95.3).

    Raises:
        Forbidden, SamePerson: not this case's instructor.
        Conflict: the agent's report or a round of allegations is not over.
    """
    case = _instructed(session, case_id, actor)
    _require_state(case, CaseState.ALLEGATIONS, CaseState.RECONSIDERATION)
    _refuse_while_waiting(session, case, now)
    row = Proposal(
        case_id=case.id,
        outcome=coded(Outcome, outcome),
        template=template,
        text=_text(text),
        language=language,
        amount_cents=case.amount_cents,
        has_new_facts=has_new_facts,
        shown_on=(shown_on or municipal(now).date()) if has_new_facts else None,
        made_at=now,
        made_by=actor.id,
        made_by_name=actor.name,
    )
    session.add(row)
    _note(session, case, EventKind.PROPOSED, actor, now, reason=row.outcome)
    return row


def _refuse_while_waiting(session: Session, case: InfractionCase, now: datetime) -> None:
    asked = queries.open_request(session, case)
    if asked is not None and municipal(now).date() <= asked.due_on:
        raise Conflict(
            "The agent may report on case %(case)s until %(day)s. Wait for the report.",
            case=case.reference,
            day=asked.due_on.isoformat(),
        )
    _refuse_during_round(session, case, now)


def _refuse_during_round(session: Session, case: InfractionCase, now: datetime) -> None:
    period = period_of(session, case, SubmissionKind.NEW_ALLEGATIONS)
    answered = any(
        one.kind == SubmissionKind.NEW_ALLEGATIONS for one in queries.submissions(session, case)
    )
    if period is not None and not answered and period.zone(now) is not deadlines.Zone.BARRED:
        raise Conflict(
            "The person may answer the proposal in case %(case)s until %(day)s.",
            case=case.reference,
            day=period.last_possible.isoformat(),
        )


def resolve(
    session: Session,
    case_id: UUID,
    *,
    outcome: str,
    text: str,
    language: str,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> Resolution:
    """The resolver decides on the instructor's proposal: sanction, or annul.

    Raises:
        Forbidden: the actor does not resolve cases.
        SamePerson: the actor validated or instructed it.
        Conflict: there is no proposal, or the person may still answer it.
        DoubtfulDeadline: the year of the procedure ends on a doubtful day, and there is no note.
        TooLate: it has lapsed.
    """
    actor.check(Permission.RESOLVE_CASES)
    case = get_case(session, case_id, lock=True)
    chosen = coded(Outcome, outcome)
    check_resolver(case, actor)
    is_appeal = case.case_state is CaseState.RECONSIDERATION
    trigger = Trigger.DISMISS_APPEAL if is_appeal else Trigger.RESOLVE
    state_after(case.reference, case.case_state, trigger)
    proposal = queries.unresolved_proposal(session, case)
    if proposal is None:
        raise Conflict(
            "Case %(case)s has no proposal yet: the instructor makes it.", case=case.reference
        )
    _refuse_during_round(session, case, now)
    words = _text(text)
    case.resolved_by, case.resolved_by_name = actor.id, actor.name
    if chosen is Outcome.ANNUL:
        upheld = "reconsideration_upheld" if is_appeal else "allegations_upheld"
        annul(session, case.id, reason=upheld, now=now, actor=actor)
    else:
        apply(session, case, trigger, actor=actor, now=now, note=note)
        case.firm_on = municipal(now).date() if is_appeal else None
    row = Resolution(
        case_id=case.id,
        proposal_id=proposal.id,
        kind="reconsideration" if is_appeal else "allegations",
        outcome=chosen,
        text=words,
        language=language,
        amount_cents=case.amount_cents if chosen is Outcome.SANCTION else None,
        made_at=now,
        made_by=actor.id,
        made_by_name=actor.name,
    )
    session.add(row)
    _note(session, case, EventKind.RESOLUTION, actor, now, reason=chosen)
    return row


def serve_resolution(
    session: Session, case_id: UUID, *, served_on: date, actor: Actor, now: datetime
) -> InfractionCase:
    """The resolution counts as served: the month for reconsideration begins. Twice is once."""
    case = get_case(session, case_id, lock=True)
    if actor.id is not None:
        actor.check(Permission.INSTRUCT_CASES)
    if case.case_state is CaseState.RESOLVED and case.resolution_served_on is None:
        case.resolution_served_on = served_on
        _note(session, case, EventKind.NOTE, actor, now, note=f"served {served_on.isoformat()}")
    return case


def decide_repeat(
    session: Session,
    case_id: UUID,
    *,
    goes_on: bool,
    note: str,
    actor: Actor,
    now: datetime,
) -> InfractionCase:
    """The instructor decides about a held case: it goes on by itself, or is part of the first one
    (Ley 39/2015, article 63.3) and ends: annulled, or discarded when no agent has validated it
    yet. For two agents who disagree, likewise.

    Raises:
        Forbidden, SamePerson: not this case's instructor.
        Conflict: nothing is held.
        InvalidInput: no reason was written down.
    """
    case = _instructed(session, case_id, actor)
    if not queries.is_decidable(case):
        raise Conflict("Nothing of case %(case)s waits for a decision.", case=case.reference)
    was, case.hold = Hold(case.hold or ""), None
    write_event(case, EventKind.HOLD_LIFTED, actor, now=now, reason=was, note=_text(note))
    audit.record(session, actor, "sanctions:case:hold_lifted", f"case:{case.id}", held=was)
    session.flush()
    if not goes_on and case.case_state in AWAITING_REVIEW:
        joined = DiscardReason.PART_OF_ANOTHER
        apply(session, case, Trigger.JOIN, actor=actor, now=now, reason=joined, note=note)
    elif not goes_on:
        reason = (
            AnnulmentReason.REPEAT_OF_ANOTHER
            if was is Hold.REPEAT
            else AnnulmentReason.EVIDENCE_UNSOUND
        )
        annul(session, case.id, reason=reason, note=note, now=now, actor=actor)
    return case


def _instructed(session: Session, case_id: UUID, actor: Actor) -> InfractionCase:
    actor.check(Permission.INSTRUCT_CASES)
    case = get_case(session, case_id, lock=True)
    take_instruction(case, actor)
    return case


def _require_state(case: InfractionCase, *states: CaseState) -> None:
    if case.case_state not in states:
        state_after(case.reference, case.case_state, Trigger.RESOLVE)


def _text(words: str) -> str:
    text = words.strip()
    if not text or len(text) > LONGEST:
        raise InvalidInput("Write it down, in at most %(longest)s characters.", longest=LONGEST)
    return text


def _note(
    session: Session,
    case: InfractionCase,
    kind: EventKind,
    actor: Actor,
    now: datetime,
    *,
    reason: str | None = None,
    note: str | None = None,
) -> None:
    write_event(case, kind, actor, now=now, reason=reason, note=note)
    audit.record(session, actor, f"sanctions:case:{kind.value}", f"case:{case.id}", reason=reason)
    session.flush()
