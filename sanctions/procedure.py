"""The steps of the procedure after an agent's validation, as other parts of the house call them.

Each takes the id of a case, locks it, moves it through `transitions.apply`, and stores what the
step is about. `actor` is a person or `core.identity.SYSTEM`; every time is an argument.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from core.clock import municipal
from core.errors import Conflict
from core.identity import SYSTEM, Actor
from sanctions import deadlines
from sanctions.deadlines import Zone
from sanctions.duties import take_instruction
from sanctions.errors import WrongAmount
from sanctions.models import CasePicture, InfractionCase, LiablePerson
from sanctions.paperwork import follow
from sanctions.periods import answer_of, payment_of
from sanctions.queries import get_case
from sanctions.reasons import AnnulmentReason, coded, needs_note
from sanctions.refunds import open_refund
from sanctions.service import add_version, next_reference
from sanctions.states import PAID, UNSERVED, CaseState, Trigger, state_after
from sanctions.transitions import EventKind, apply, write_event


class PersonRole(StrEnum):
    """Why a person answers for the vehicle (RDL 6/2015, article 82)."""

    HOLDER = "holder"
    HABITUAL_DRIVER = "habitual_driver"
    RENTER = "renter"
    DRIVER = "driver"


@dataclass(frozen=True)
class Person:
    """Who answers for the vehicle."""

    role: PersonRole
    name: str
    identity_number: str
    address: Sequence[str]
    """Lines, as they go on an envelope."""
    language: str = "es"
    source: str = "statement"
    """Which register or statement named the person."""


def find_holder(
    session: Session,
    case_id: UUID,
    person: Person,
    *,
    enquired_at: datetime,
    now: datetime,
    actor: Actor = SYSTEM,
) -> InfractionCase:
    """The vehicle register named `person`. The enquiry at another body interrupts the time-bar
    (RDL 6/2015, article 112.2). Raises as `transitions.apply`."""
    case = get_case(session, case_id, lock=True)
    apply(session, case, Trigger.FIND_HOLDER, actor=actor, now=now)
    case.person = _person_row(person, now)
    _interrupt(case, enquired_at, actor, now)
    session.flush()
    return case


def start_notifying(
    session: Session,
    case_id: UUID,
    *,
    channel: str,
    now: datetime,
    actor: Actor = SYSTEM,
    note: str | None = None,
) -> InfractionCase:
    """The denuncia goes out by `channel` (``electronic``, ``post``, ``gazette``, ``counter``).

    On a doubtful day only a person with a `note` sends. Raises as `transitions.apply`.
    """
    case = get_case(session, case_id, lock=True)
    apply(session, case, Trigger.SEND, actor=actor, now=now, reason=channel, note=note)
    return case


def serve(
    session: Session,
    case_id: UUID,
    *,
    served_on: date,
    how: str,
    now: datetime,
    actor: Actor = SYSTEM,
    note: str | None = None,
) -> InfractionCase:
    """The denuncia counts as served on `served_on` (`deadlines.electronic_service`,
    `gazette_service`, or the day of delivery); recording it twice does nothing.

    When that day is past the time-bar, the case is marked as time-barred instead. A doubtful day
    is a person's to judge, with a `note`. Raises as `transitions.apply`.
    """
    case = get_case(session, case_id, lock=True)
    if case.served_on == served_on:
        return case
    state_after(case.reference, case.case_state, Trigger.SERVE)
    served = deadlines.start_of_day(served_on)
    moment = max(served, case.opened_at)
    if moment >= case.barred_at:
        apply(session, case, Trigger.BAR, actor=SYSTEM, now=now, as_of=moment, reason=how)
        return case
    # What counts is the day of the service, not the day on which its receipt is entered.
    apply(session, case, Trigger.SERVE, actor=actor, now=now, as_of=moment, reason=how, note=note)
    case.served_on = served_on
    session.flush()
    return case


def inform(
    session: Session, case_id: UUID, *, now: datetime, actor: Actor = SYSTEM
) -> InfractionCase:
    """An information letter went out: the end of a warning case. Raises as `transitions.apply`."""
    case = get_case(session, case_id, lock=True)
    apply(session, case, Trigger.INFORM, actor=actor, now=now)
    return case


@dataclass(frozen=True)
class Owed:
    """What would settle a case at some time."""

    trigger: Trigger
    cents: int
    until: date | None
    """Last safe day of this amount; None when it does not go up later."""
    is_doubtful: bool = False


def owed(session: Session, case: InfractionCase, now: datetime) -> Owed | None:
    """What `case` costs at `now`; None when nothing can be paid in its state.

    The reduction holds to the last possible day of its period: a doubtful day is the payer's.
    """
    if case.amount_cents is None:
        return None
    if case.case_state is CaseState.NOTIFIED and case.served_on is not None:
        period = answer_of(session, case)
        zone = Zone.BARRED if period is None else period.zone(now)
        if period is not None and zone is not Zone.BARRED and case.reduced_cents is not None:
            doubtful = zone is Zone.DOUBTFUL
            return Owed(Trigger.PAY_REDUCED, case.reduced_cents, period.last_safe, doubtful)
        return None  # the day's task is about to make it final; then the whole amount is owed
    if case.case_state in {CaseState.RESOLVED, CaseState.FINAL, CaseState.FIRM}:
        return Owed(Trigger.PAY, case.amount_cents, None)
    return None


def pay(
    session: Session,
    case_id: UUID,
    *,
    cents: int,
    paid_at: datetime,
    payment: str,
    now: datetime,
    actor: Actor = SYSTEM,
) -> InfractionCase:
    """A payment arrived; `payment` is its reference. The same one again does nothing.

    Raises:
        WrongAmount: another amount than is owed on `paid_at`; the case stays as it is.
        Conflict: nothing is owed.
    """
    case = get_case(session, case_id, lock=True)
    if case.case_state in PAID and any(event.reason == payment for event in case.events):
        return case
    due = owed(session, case, paid_at)
    if due is None:
        raise Conflict(
            "Nothing is owed in case %(case)s at present. Keep payment %(payment)s apart and ask "
            "the instructor.",
            case=case.reference,
            payment=payment,
        )
    if cents != due.cents:
        raise WrongAmount(
            "Payment %(payment)s for case %(case)s is %(paid)s cents, and %(owed)s are owed. The "
            "case stays open; send the payment back or ask the payer for the rest.",
            payment=payment,
            case=case.reference,
            paid=cents,
            owed=due.cents,
        )
    apply(session, case, due.trigger, actor=actor, now=now, reason=payment)
    case.paid_cents = cents
    return case


def identify_driver(
    session: Session, case_id: UUID, driver: Person, *, now: datetime, actor: Actor
) -> InfractionCase:
    """The holder names who drove: this case closes, and the new one against the driver is returned.

    It rests on the same evidence and the same agent's validation, and starts where the person is
    known. Raises as `transitions.apply`.
    """
    case = get_case(session, case_id, lock=True)
    apply(session, case, Trigger.IDENTIFY_DRIVER, actor=actor, now=now)
    fresh = _case_against(session, case, driver, actor, now)
    session.add(fresh)
    note = f"{case.reference}: {case.agent_number}"
    write_event(fresh, EventKind.OPENED, actor, now=now, to_state=CaseState.HOLDER_FOUND, note=note)
    add_version(fresh, "opened", actor, now)
    session.flush()
    follow(session, fresh, CaseState.AGENT_VALIDATED, actor, now=now)
    return fresh


def annul(
    session: Session, case_id: UUID, *, reason: str, note: str = "", now: datetime, actor: Actor
) -> InfractionCase:
    """Take a validated case back, for a coded reason; what was paid becomes a refund to be made.

    Raises:
        UnknownReason, InvalidInput: no coded reason, or ``other`` without a note.
        SamePerson: who created a case can't annul it.
        Forbidden, InvalidTransition, TooLate: as `transitions.apply`.
    """
    code = coded(AnnulmentReason, reason)
    words = needs_note(code, note)
    case = get_case(session, case_id, lock=True)
    was_paid = case.case_state in PAID
    apply(session, case, Trigger.ANNUL, actor=actor, now=now, reason=code, note=words)
    if was_paid and case.paid_cents:
        open_refund(session, case, actor, now=now)
    return case


def collect(session: Session, case_id: UUID, *, now: datetime, actor: Actor) -> InfractionCase:
    """Hand a firm, unpaid sanction to enforced collection, once its 15 days are over for certain.

    Raises:
        Conflict: the time to pay still runs, perhaps only arguably.
    """
    case = get_case(session, case_id, lock=True)
    state_after(case.reference, case.case_state, Trigger.COLLECT)
    period = payment_of(session, case)
    if period is not None and period.zone(now) is not Zone.BARRED:
        raise Conflict(
            "Case %(case)s can be paid until %(day)s; enforced collection begins after it.",
            case=case.reference,
            day=period.last_possible.isoformat(),
        )
    apply(session, case, Trigger.COLLECT, actor=actor, now=now)
    return case


def take(session: Session, case_id: UUID, actor: Actor, *, now: datetime) -> InfractionCase:
    """The case, locked, with `actor` as its instructor. Raises Forbidden, SamePerson, TooLate."""
    case = get_case(session, case_id, lock=True)
    take_instruction(case, actor)
    return case


def _interrupt(case: InfractionCase, at: datetime, actor: Actor, now: datetime) -> None:
    if case.case_state not in UNSERVED or at >= case.limitation_at:
        return
    begun = deadlines.infraction_bar(municipal(at).date(), serious=case.is_serious)
    case.limitation_at, case.barred_at = begun.safe_until, begun.possible_until
    write_event(case, EventKind.INTERRUPTED, actor, now=now, note=begun.last_safe.isoformat())


def _person_row(person: Person, now: datetime) -> LiablePerson:
    return LiablePerson(
        role=person.role.value,
        name=person.name,
        identity_number=person.identity_number,
        address=json.dumps(list(person.address), ensure_ascii=False),
        language=person.language,
        source=person.source,
        found_at=now,
    )


_COPIED = (
    *("passage_id", "offence", "plate", "plate_hash", "country", "zone", "control_point"),
    *("control_point_name", "camera", "direction", "seen_at", "confidence", "snapshot"),
    *("regularisation_deadline", "limitation_at", "severity", "legal_basis", "amount_cents"),
    *("reduced_cents", "agent_number", "validated_by", "is_warning"),
)


def _case_against(
    session: Session, case: InfractionCase, driver: Person, actor: Actor, now: datetime
) -> InfractionCase:
    named = deadlines.infraction_bar(municipal(now).date(), serious=case.is_serious)
    return InfractionCase(
        **{name: getattr(case, name) for name in _COPIED},
        # Whether naming the driver begins the time-bar anew is argued: doubtful until then.
        barred_at=max(case.barred_at, named.possible_until),
        reference=next_reference(session, case.seen_at),
        state=CaseState.HOLDER_FOUND,
        version=1,
        opened_at=now,
        opened_by=actor.id,
        validated_at=now,
        parent_id=case.id,
        person=_person_row(driver, now),
        pictures=[
            CasePicture(kind=one.kind, evidence_key=one.evidence_key, sha256=one.sha256)
            for one in case.pictures
        ],
    )
