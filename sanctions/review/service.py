"""What a police agent does with a case: take it, look at it, decide it. One by one, never in bulk.

Before validating, the agent must have taken the case lately, must have had its pictures on the
screen since the evidence last changed, and must have a professional number.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal
from core.evidence_store import EvidenceStore
from core.identity import Actor, Permission
from sanctions.catalogue.service import apply_price
from sanctions.errors import (
    AlreadyDecided,
    EvidenceIncomplete,
    NoAgentNumber,
    NotViewed,
    UnknownReason,
)
from sanctions.evidence.completeness import REQUIRED_PICTURES
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.reasons import NOT_FOR_AGENTS, DiscardReason, RejectionReason, coded, needs_note
from sanctions.review.claims import require_claim
from sanctions.review.corrections import is_being_corrected
from sanctions.review.looks import has_seen
from sanctions.review.pictures import require_intact
from sanctions.review.second import draw
from sanctions.service import missing_of
from sanctions.states import LABELS, TRANSITIONS, Trigger, state_after
from sanctions.transitions import EventKind, apply, write_event


def view(session: Session, case_id: UUID, actor: Actor, *, now: datetime) -> InfractionCase:
    """The case, with the look of `actor` written into its history unless it stands there already.

    Raises CaseNotFound, or Forbidden without the permission.
    """
    actor.check(Permission.VIEW_CASES)
    case = get_case(session, case_id, lock=True)
    if not has_seen(case, actor, None):
        write_event(case, EventKind.VIEWED, actor, now=now)
    audit.record(session, actor, "sanctions:case:viewed", f"case:{case.id}")
    session.flush()
    return case


def validate(
    session: Session,
    case_id: UUID,
    actor: Actor,
    *,
    now: datetime,
    store: EvidenceStore | None = None,
    second_review_percent: int = 0,
) -> InfractionCase:
    """The agent confirms the infraction (RDL 6/2015, article 87.2: with agent number).

    With `store` the pictures are checked once more. `second_review_percent` of the decisions are
    drawn for a second, blinded review.

    Raises:
        NoAgentNumber, CaseClaimed, NotClaimed, NotViewed, EvidenceIncomplete: see there.
        EvidenceAltered: a stored picture is not the one that was taken in.
        AlreadyDecided: another agent was first; the message says who.
        InvalidTransition: not ready.
        TooLate: time-barred.
    """
    case = _case_to_decide(session, case_id, actor, Trigger.VALIDATE, now)
    _require_number(actor)
    if is_being_corrected(case):
        raise NotViewed(
            "The read of case %(case)s is being corrected; wait a moment and look at it again.",
            case=case.reference,
        )
    _require_evidence(session, case)
    for kind in REQUIRED_PICTURES:
        if not has_seen(case, actor, kind):
            raise NotViewed(
                "The pictures of case %(case)s were not on your screen since its evidence last "
                "changed. Open the case and look at them first.",
                case=case.reference,
            )
    if store is not None:
        require_intact(store, case)
    case.agent_number, case.validated_by, case.validated_at = actor.agent_number, actor.id, now
    apply(session, case, Trigger.VALIDATE, actor=actor, now=now)
    draw(session, case, "validated", actor, now=now, percent=second_review_percent)
    return case


def reject(
    session: Session,
    case_id: UUID,
    actor: Actor,
    *,
    reason: str,
    note: str = "",
    now: datetime,
    second_review_percent: int = 0,
) -> InfractionCase:
    """The agent sees no infraction, for a coded `reason`.

    Raises:
        UnknownReason: not a value of `RejectionReason`.
        InvalidInput: a reason that needs a note or a reference, without one.
        CaseClaimed, NotClaimed, NotViewed, InvalidTransition, TooLate: as in `validate`.
    """
    code = coded(RejectionReason, reason)
    words = needs_note(code, note)
    case = _case_to_decide(session, case_id, actor, Trigger.REJECT, now)
    apply(session, case, Trigger.REJECT, actor=actor, now=now, reason=code, note=words)
    draw(session, case, "rejected", actor, now=now, percent=second_review_percent)
    return case


def discard(
    session: Session, case_id: UUID, actor: Actor, *, reason: str, now: datetime
) -> InfractionCase:
    """Put aside a candidate whose evidence will never be complete. Raises as `reject`."""
    code = coded(DiscardReason, reason)
    if code in NOT_FOR_AGENTS:
        raise UnknownReason(
            "No agent discards a case for this reason: Sarbide or the instructor does."
        )
    case = _case_to_decide(session, case_id, actor, Trigger.DISCARD, now)
    apply(session, case, Trigger.DISCARD, actor=actor, now=now, reason=code)
    return case


def _case_to_decide(
    session: Session, case_id: UUID, actor: Actor, trigger: Trigger, now: datetime
) -> InfractionCase:
    actor.check(Permission.REVIEW_CASES)
    case = get_case(session, case_id, lock=True)
    _refuse_if_decided(case, trigger)
    require_claim(case, actor, now)
    if not has_seen(case, actor, None):
        raise NotViewed(
            "You have not looked at case %(case)s since its evidence last changed. Open it first.",
            case=case.reference,
        )
    return case


def _refuse_if_decided(case: InfractionCase, trigger: Trigger) -> None:
    """Two agents at once: the second is told who was first, and what became of the case."""
    if trigger in TRANSITIONS[case.case_state]:
        return
    moved = [event for event in case.events if event.kind == EventKind.STATE_CHANGED]
    if not moved or moved[-1].actor_id is None:
        state_after(case.reference, case.case_state, trigger)
    raise AlreadyDecided(
        "%(name)s was first: case %(case)s is '%(state)s' since %(time)s. Take another one.",
        name=moved[-1].actor_name,
        case=case.reference,
        state=LABELS[case.case_state],
        time=municipal(moved[-1].at).strftime("%H:%M"),
    )


def _require_number(actor: Actor) -> None:
    if not actor.agent_number:
        raise NoAgentNumber(
            "%(name)s has no agent number, and a validation carries one. Ask an administrator to "
            "enter it in the account.",
            name=actor.name,
        )


def _require_evidence(session: Session, case: InfractionCase) -> None:
    missing = missing_of(case)
    if missing:
        raise EvidenceIncomplete(
            "Case %(case)s cannot be validated: it lacks %(missing)s.",
            case=case.reference,
            missing=missing[0],
        )
    if case.amount_cents is None and not apply_price(session, case):
        raise EvidenceIncomplete(
            "Case %(case)s cannot be validated: the catalogue has no price for this infraction in "
            "its zone on its day. Ask the rules manager to enter it.",
            case=case.reference,
        )
