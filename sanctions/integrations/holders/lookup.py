"""Asking the vehicle register: after the regularisation deadline, for a case, on record.

The question is written into the audit trail before it is sent, so that one that crashed in between
is on record too. The answer is taken for the plate that was asked for and for no other.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import audit
from core.clock import municipal, utc_now
from core.database import transaction
from core.errors import NotFound, SarbideError
from core.identity import SYSTEM, Actor, Permission
from core.runtime import Runtime
from sanctions import procedure
from sanctions.integrations import alarms, health
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.errors import (
    AnswerNotUnderstood,
    NotToBeSent,
    RequestRefused,
    ServiceDown,
)
from sanctions.integrations.holders.adapter import Enquiry, Finding
from sanctions.integrations.holders.models import HolderLookup, LookupState
from sanctions.integrations.holders.responsibility import Party, parties_on
from sanctions.integrations.holders.wire import FOUND, PURPOSE
from sanctions.integrations.leaving import check_may_be_looked_up
from sanctions.integrations.services import holder_register
from sanctions.integrations.systems import System
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.sentences import kept
from sanctions.states import CaseState

AT_ONCE = 200
_UNANSWERED = frozenset(
    {LookupState.NO_RECORD, LookupState.REFUSED, LookupState.OTHER_PLATE, LookupState.FOREIGN}
)
_ALARMS = {
    LookupState.NO_RECORD: AlarmKind.NO_RECORD,
    LookupState.REFUSED: AlarmKind.LOOKUP_REFUSED,
    LookupState.OTHER_PLATE: AlarmKind.OTHER_PLATE,
    LookupState.FOREIGN: AlarmKind.FOREIGN_PLATE,
}


def make_lookups(session: Session, now: datetime) -> list[HolderLookup]:
    """A question for every validated case that has none yet and may be asked about."""
    asked = exists().where(
        HolderLookup.case_id == InfractionCase.id,
        HolderLookup.state != LookupState.WITHDRAWN.value,
    )
    query = (
        select(InfractionCase)
        .where(
            InfractionCase.state == CaseState.AGENT_VALIDATED.value,
            InfractionCase.hold.is_(None),
            InfractionCase.regularisation_deadline <= now,
            ~asked,
        )
        .order_by(InfractionCase.limitation_at, InfractionCase.id)
        .limit(AT_ONCE)
    )
    return [found for case in session.scalars(query) if (found := _lookup(session, case, now))]


def _lookup(session: Session, case: InfractionCase, now: datetime) -> HolderLookup | None:
    try:
        check_may_be_looked_up(case, now)
    except SarbideError:
        return None
    lookup = HolderLookup(
        case_id=case.id,
        reference=case.reference,
        state=LookupState.WAITING.value,
        created_at=now,
        attempts=0,
    )
    session.add(lookup)
    session.flush()
    if case.country not in {None, "ES"}:
        _unanswered(session, lookup, LookupState.FOREIGN, case.country or "", now)
    return lookup


@dataclass(frozen=True)
class _Asked:
    enquiry: Enquiry
    asked_at: datetime


def ask(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The outbox job of one question. Quiet when answered, with another worker, or resting."""
    lookup_id = UUID(payload["lookup_id"])
    asked = _take(runtime, lookup_id)
    if asked is None:
        return
    now = runtime.clock.now()
    try:
        with holder_register(runtime.settings) as register, health.calling(runtime, System.HOLDERS):
            finding = register.look_up(asked.enquiry)
    except (ServiceDown, AnswerNotUnderstood):
        _locked(session, lookup_id).give_back()
        return
    except RequestRefused as error:
        _unanswered(session, _locked(session, lookup_id), LookupState.REFUSED, kept(error), now)
        return
    _take_in(session, _locked(session, lookup_id), finding, asked, now)


def _take(runtime: Runtime, lookup_id: UUID) -> _Asked | None:
    """Mark the question as going out, with its audit row; None when it may not, or not now."""
    now, real_now = runtime.clock.now(), utc_now()
    with transaction(runtime.writing) as session:
        if health.is_resting(session, System.HOLDERS, real_now):
            return None
        lookup = session.get(HolderLookup, lookup_id, with_for_update=True)
        if lookup is None or lookup.state != LookupState.WAITING or not lookup.take(real_now):
            return None
        case = get_case(session, lookup.case_id, lock=True)
        try:
            check_may_be_looked_up(case, now)
        except NotToBeSent:
            lookup.state = LookupState.WITHDRAWN.value
            return None
        lookup.asked_at = lookup.asked_at or now
        audit.record(session, SYSTEM, "sanctions:holder:asked", f"case:{case.id}", purpose=PURPOSE)
        applicant = runtime.settings.municipality_code
        enquiry = Enquiry(lookup.id, case.reference, case.plate, case.country or "ES", applicant)
        return _Asked(enquiry, lookup.asked_at)


def _take_in(
    session: Session, lookup: HolderLookup, finding: Finding, asked: _Asked, now: datetime
) -> None:
    if finding.plate != asked.enquiry.plate:
        _unanswered(session, lookup, LookupState.OTHER_PLATE, "", now)
        return
    case = get_case(session, lookup.case_id, lock=True)
    day = municipal(case.seen_at).date()
    parties = parties_on(finding.vehicle, day) if finding.vehicle is not None else ()
    lookup.code = finding.code
    if finding.code != FOUND or not parties:
        _unanswered(session, lookup, LookupState.NO_RECORD, f"CodigoEstado {finding.code}", now)
        return
    _found(session, lookup, parties, asked.asked_at, now)


def _found(
    session: Session,
    lookup: HolderLookup,
    parties: Sequence[Party],
    asked_at: datetime,
    now: datetime,
) -> None:
    """Who answers goes into the case. When the case may not go on, nothing of it is kept."""
    lookup.give_back()
    lookup.answered_at = now
    try:
        with session.begin_nested():
            procedure.find_holder(
                session,
                lookup.case_id,
                _person(parties),
                enquired_at=asked_at,
                now=now,
            )
    except SarbideError:
        lookup.state = LookupState.WITHDRAWN.value
        return
    lookup.state = LookupState.FOUND.value
    lookup.answer = json.dumps([asdict(party) for party in parties], ensure_ascii=False)
    audit.record(
        session,
        SYSTEM,
        "sanctions:holder:found",
        f"case:{lookup.case_id}",
        role=parties[0].role.value,
    )
    session.flush()


def _person(parties: Sequence[Party]) -> procedure.Person:
    """Whoever answers first. A renter or driver comes without an address: the post needs one."""
    first = parties[0]
    return procedure.Person(
        role=first.role,
        name=first.name,
        identity_number=first.identity_number,
        address=first.address,
        source="vehicle_register",
    )


def _unanswered(
    session: Session, lookup: HolderLookup, state: LookupState, details: str, now: datetime
) -> None:
    lookup.give_back()
    lookup.state = state.value
    lookup.answered_at = now
    alarms.raise_alarm(
        session,
        System.HOLDERS,
        _ALARMS[state],
        f"case:{lookup.case_id}",
        reference=lookup.reference,
        case_id=lookup.case_id,
        details=details or None,
        now=now,
    )


def _locked(session: Session, lookup_id: UUID) -> HolderLookup:
    return session.get_one(HolderLookup, lookup_id, with_for_update=True)


def ask_again(session: Session, case_id: UUID, actor: Actor, *, now: datetime) -> None:
    """A person has the register asked once more about a case that it had no answer for.

    Raises:
        Forbidden: without the permission.
        NotFound: no question about this case is unanswered.
    """
    actor.check(Permission.MANAGE_INTEGRATIONS)
    lookup = _unanswered_of(session, case_id)
    kind = _ALARMS[LookupState(lookup.state)]
    lookup.state = LookupState.WITHDRAWN.value
    note = f"asked again by {actor.name}"
    alarms.settle(session, kind, f"case:{case_id}", note=note, now=now)
    audit.record(session, actor, "sanctions:holder:asked_again", f"case:{case_id}")


def enter_by_hand(
    session: Session, case_id: UUID, person: procedure.Person, actor: Actor, *, now: datetime
) -> None:
    """Enter what a person found out elsewhere (EUCARIS, another authority).

    Raises Forbidden, NotFound, or whatever `procedure.find_holder` raises.
    """
    actor.check(Permission.MANAGE_INTEGRATIONS)
    lookup = _unanswered_of(session, case_id)
    kind = _ALARMS[LookupState(lookup.state)]
    procedure.find_holder(session, case_id, person, enquired_at=now, now=now, actor=actor)
    lookup.state = LookupState.FOUND.value
    note = f"entered by {actor.name}"
    alarms.settle(session, kind, f"case:{case_id}", note=note, now=now)
    audit.record(session, actor, "sanctions:holder:entered", f"case:{case_id}")


def _unanswered_of(session: Session, case_id: UUID) -> HolderLookup:
    query = select(HolderLookup).where(
        HolderLookup.case_id == case_id,
        HolderLookup.state.in_([state.value for state in _UNANSWERED]),
    )
    lookup = session.scalar(query.with_for_update())
    if lookup is None:
        raise NotFound("No question about case %(case)s is unanswered.", case=str(case_id))
    return lookup
