"""Cases brought to any state by the people whose duty each step is."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.clock import municipal
from core.database import uuid7
from core.identity import SYSTEM, Actor, Role
from sanctions import procedure
from sanctions.catalogue.models import OffencePrice
from sanctions.catalogue.service import enter
from sanctions.instruction import service as instruction
from sanctions.instruction.kinds import Channel, SubmissionKind
from sanctions.instruction.models import Proposal, Resolution, Submission
from sanctions.instruction.submissions import Lodged, lodge
from sanctions.models import InfractionCase
from sanctions.procedure import Person, PersonRole
from sanctions.reasons import Offence
from sanctions.review import claims, service
from sanctions.service import open_case
from sanctions.states import CaseState, Trigger
from sanctions.transitions import EventKind, apply, write_event
from tests.sanctions.reports import AFTER, report


def person(role: Role, name: str, number: str | None = None) -> Actor:
    return Actor(id=uuid7(), name=name, roles=frozenset({role}), agent_number=number)


AGENT = person(Role.POLICE, "Miren", "48-1207")
INSTRUCTOR = person(Role.INSTRUCTOR, "Begoña")
RESOLVER = person(Role.RESOLVER, "Kepa")
HOLDER = Person(
    role=PersonRole.HOLDER,
    name="Ane Etxebarria Gil",
    identity_number="00000000T",
    address=("Somera 4, 2.º A", "48005 Bilbao"),
    source="test register",
)
DRIVER = Person(
    role=PersonRole.DRIVER,
    name="Jon Driver",
    identity_number="00000001R",
    address=("Ronda 1", "48005 Bilbao"),
)


def price(**fields: Any) -> OffencePrice:
    """Entry without a permit: 100 €, minor; `fields` replace what the test is about."""
    values: dict[str, Any] = {
        "zone": "old-quarter",
        "offence": Offence.NO_PERMIT,
        "valid_from": date(2020, 1, 1),
        "severity": "minor",
        "legal_basis": "Ordenanza, art. 1",
        "descriptions": {"es": "Entrar sin autorización", "eu": "Baimenik gabe sartzea"},
        "amount_cents": 10_000,
        "reduction_percent": 50,
    }
    return OffencePrice(**{**values, **fields})


def enter_prices(session: Session) -> None:
    """Every offence of the old quarter, at 100 €."""
    for offence in Offence:
        enter(session, price(offence=offence))


def look_at(case: InfractionCase, agent: Actor, now: datetime = AFTER) -> None:
    """The page and both pictures were on the agent's screen."""
    for kind in (None, "plate", "context"):
        write_event(case, EventKind.VIEWED, agent, now=now, reason=kind)


def ready(session: Session, now: datetime = AFTER, **fields: Any) -> InfractionCase:
    return open_case(session, report(**fields), now=now)


def validated(session: Session, now: datetime = AFTER, **fields: Any) -> InfractionCase:
    case = ready(session, now, **fields)
    return validate(session, case, now)


def validate(
    session: Session, case: InfractionCase, now: datetime = AFTER, agent: Actor = AGENT
) -> InfractionCase:
    claims.claim(session, case.id, agent, now=now)
    look_at(case, agent, now)
    return service.validate(session, case.id, agent, now=now)


def holder_found(session: Session, now: datetime = AFTER, **fields: Any) -> InfractionCase:
    case = validated(session, now, **fields)
    return procedure.find_holder(session, case.id, HOLDER, enquired_at=now, now=now)


def notifying(session: Session, now: datetime = AFTER, **fields: Any) -> InfractionCase:
    case = holder_found(session, now, **fields)
    return procedure.start_notifying(session, case.id, channel="post", now=now)


def notified(session: Session, now: datetime = AFTER, **fields: Any) -> InfractionCase:
    """Served on the next day."""
    case = notifying(session, now, **fields)
    served_on = municipal(now).date() + timedelta(days=1)
    return procedure.serve(session, case.id, served_on=served_on, how="post", now=now)


def allege(
    session: Session, case_id: UUID, now: datetime, lodged_on: date | None = None
) -> Submission:
    """Allegations at the registry."""
    day = lodged_on or municipal(now).date()
    what = Lodged(SubmissionKind.ALLEGATIONS, Channel.REGISTRY, "I was in Vitoria.", day)
    return lodge(session, case_id, what, actor=INSTRUCTOR, now=now)


def propose(session: Session, case_id: UUID, now: datetime, **fields: Any) -> Proposal:
    values: dict[str, Any] = {
        "outcome": "sanction",
        "text": "The pictures prove it.",
        "template": "facts_proven",
        "language": "es",
        "has_new_facts": False,
        "actor": INSTRUCTOR,
    }
    return instruction.propose(session, case_id, now=now, **{**values, **fields})


def resolve(session: Session, case_id: UUID, now: datetime, **fields: Any) -> Resolution:
    values: dict[str, Any] = {
        "outcome": "sanction",
        "text": "Resolved.",
        "language": "es",
        "actor": RESOLVER,
    }
    return instruction.resolve(session, case_id, now=now, **{**values, **fields})


def in_state(session: Session, state: CaseState, now: datetime = AFTER) -> InfractionCase:
    """A case in `state`, moved there by the table's own arrows."""
    fields: dict[str, Any] = {"pictures": {}} if state in _UNREVIEWED else {}
    case = ready(session, now, is_warning=state is CaseState.INFORMED, **fields)
    for trigger in PATHS[state]:
        if trigger is Trigger.VALIDATE:
            validate(session, case, now)
        else:
            if trigger is Trigger.BECOME_FIRM:
                case.firm_on = municipal(now).date()
            moment = case.barred_at if trigger is Trigger.BAR else now
            if trigger is Trigger.LAPSE and case.validated_at:
                moment = case.validated_at + timedelta(days=367)
                case.barred_at = case.limitation_at = moment + timedelta(days=1)
            apply(session, case, trigger, actor=actor_for(trigger), now=moment)
    assert case.case_state is state
    return case


def actor_for(trigger: Trigger) -> Actor:
    """Somebody whose duty `trigger` is."""
    return {
        Trigger.VALIDATE: AGENT,
        Trigger.REJECT: AGENT,
        Trigger.DISCARD: AGENT,
        Trigger.JOIN: INSTRUCTOR,
        Trigger.RESOLVE: RESOLVER,
        Trigger.DISMISS_APPEAL: RESOLVER,
        Trigger.ANNUL: INSTRUCTOR,
        Trigger.ALLEGE: INSTRUCTOR,
        Trigger.APPEAL: INSTRUCTOR,
        Trigger.IDENTIFY_DRIVER: INSTRUCTOR,
    }.get(trigger, SYSTEM)


_S, _T = CaseState, Trigger
_UNREVIEWED = frozenset({_S.CANDIDATE, _S.DISCARDED})
_TO_NOTIFIED = (_T.VALIDATE, _T.FIND_HOLDER, _T.SEND, _T.SERVE)
PATHS: dict[CaseState, tuple[Trigger, ...]] = {
    _S.CANDIDATE: (),
    _S.READY: (),
    _S.DISCARDED: (_T.DISCARD,),
    _S.REGULARISED: (_T.REGULARISE,),
    _S.AGENT_REJECTED: (_T.REJECT,),
    _S.TIME_BARRED: (_T.BAR,),
    _S.AGENT_VALIDATED: _TO_NOTIFIED[:1],
    _S.HOLDER_FOUND: _TO_NOTIFIED[:2],
    _S.NOTIFYING: _TO_NOTIFIED[:3],
    _S.LAPSED: (*_TO_NOTIFIED[:3], _T.LAPSE),
    _S.HANDED_OVER: (_T.VALIDATE, _T.HAND_OVER),
    _S.INFORMED: (*_TO_NOTIFIED[:2], _T.INFORM),
    _S.ANNULLED: (_T.VALIDATE, _T.ANNUL),
    _S.NOTIFIED: _TO_NOTIFIED,
    _S.PAID_REDUCED: (*_TO_NOTIFIED, _T.PAY_REDUCED),
    _S.DRIVER_IDENTIFIED: (*_TO_NOTIFIED, _T.IDENTIFY_DRIVER),
    _S.ALLEGATIONS: (*_TO_NOTIFIED, _T.ALLEGE),
    _S.RESOLVED: (*_TO_NOTIFIED, _T.ALLEGE, _T.RESOLVE),
    _S.FINAL: (*_TO_NOTIFIED, _T.FALL_SILENT),
    _S.RECONSIDERATION: (*_TO_NOTIFIED, _T.FALL_SILENT, _T.APPEAL),
    _S.FIRM: (*_TO_NOTIFIED, _T.FALL_SILENT, _T.BECOME_FIRM),
    _S.VOLUNTARILY_PAID: (*_TO_NOTIFIED, _T.FALL_SILENT, _T.PAY),
    _S.ENFORCED_COLLECTION: (*_TO_NOTIFIED, _T.FALL_SILENT, _T.BECOME_FIRM, _T.COLLECT),
}
