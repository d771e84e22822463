"""Later passages of the same kind: linked to the unnotified first case, waiting, decided by the
instructor (Ley 39/2015, article 63.3)."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import audit
from core.errors import Conflict, Forbidden, InvalidTransition
from core.identity import Actor, Role
from sanctions import procedure
from sanctions.errors import OnHold, SamePerson, UnknownReason
from sanctions.instruction import service, views
from sanctions.models import InfractionCase
from sanctions.reasons import Hold
from sanctions.review import claims
from sanctions.review import service as review
from sanctions.states import CaseState
from tests.sanctions.lives import (
    AGENT,
    HOLDER,
    INSTRUCTOR,
    RESOLVER,
    enter_prices,
    look_at,
    notified,
    ready,
    validate,
)
from tests.sanctions.reports import AFTER, report

LATER = report().seen_at + timedelta(days=1)
VEHICLE = {"plate_hash": b"the same vehicle"}


@pytest.fixture
def first(session: Session) -> InfractionCase:
    enter_prices(session)
    return ready(session, **VEHICLE)


@pytest.fixture
def repeat(session: Session, first: InfractionCase) -> InfractionCase:
    case = ready(session, seen_at=LATER, **VEHICLE)
    assert (case.repeat_of, case.hold) == (first.id, Hold.REPEAT)
    return case


def decide(session: Session, case: InfractionCase, *, goes_on: bool) -> InfractionCase:
    return service.decide_repeat(
        session, case.id, goes_on=goes_on, note="One plan.", actor=INSTRUCTOR, now=AFTER
    )


def test_after_the_first_is_notified_a_passage_is_a_case_of_its_own(session: Session) -> None:
    enter_prices(session)
    notified(session, **VEHICLE)
    assert ready(session, seen_at=LATER, **VEHICLE).hold is None


def test_it_waits_in_the_tray_with_its_first_case_and_the_law(
    session: Session, first: InfractionCase, repeat: InfractionCase
) -> None:
    (line,) = views.held(session)
    assert (line.case, line.first) == (repeat, first)
    assert views.REPEATS_REFERENCE == "Ley 39/2015, art. 63.3"
    assert views.procedure_context(session, repeat, INSTRUCTOR, AFTER)["may_decide_hold"]
    assert not views.procedure_context(session, repeat, RESOLVER, AFTER)["may_decide_hold"]


class TestBeforeAnAgentLooked:
    def test_as_part_of_the_first_it_ends_without_a_review(
        self, session: Session, repeat: InfractionCase
    ) -> None:
        decide(session, repeat, goes_on=False)
        assert repeat.case_state is CaseState.DISCARDED
        assert repeat.events[-1].reason == "part_of_another"
        assert (repeat.instructed_by, repeat.hold) == (INSTRUCTOR.id, None)
        assert audit.events(session, action="sanctions:case:hold_lifted")

    def test_an_agent_who_has_it_is_told_by_whom_it_was_ended(
        self, session: Session, repeat: InfractionCase
    ) -> None:
        claims.claim(session, repeat.id, AGENT, now=AFTER)
        look_at(repeat, AGENT)
        decide(session, repeat, goes_on=False)
        with pytest.raises(Exception, match="Begoña"):
            review.validate(session, repeat.id, AGENT, now=AFTER)

    def test_by_itself_it_goes_on_to_the_review_and_out(
        self, session: Session, repeat: InfractionCase
    ) -> None:
        decide(session, repeat, goes_on=True)
        assert (repeat.case_state, repeat.hold) == (CaseState.READY, None)
        validate(session, repeat)
        procedure.find_holder(session, repeat.id, HOLDER, enquired_at=AFTER, now=AFTER)
        assert repeat.case_state is CaseState.HOLDER_FOUND

    def test_whoever_decided_does_not_validate_it(
        self, session: Session, repeat: InfractionCase
    ) -> None:
        decide(session, repeat, goes_on=True)
        both = Actor(INSTRUCTOR.id, "Begoña", frozenset({Role.POLICE, Role.INSTRUCTOR}), "48-1")
        with pytest.raises(SamePerson):
            validate(session, repeat, agent=both)

    def test_no_agent_and_no_resolver_decides(
        self, session: Session, repeat: InfractionCase
    ) -> None:
        for actor in (AGENT, RESOLVER):
            with pytest.raises(Forbidden):
                service.decide_repeat(
                    session, repeat.id, goes_on=False, note="x", actor=actor, now=AFTER
                )
        claims.claim(session, repeat.id, AGENT, now=AFTER)
        look_at(repeat, AGENT)
        with pytest.raises((UnknownReason, InvalidTransition)):
            review.discard(session, repeat.id, AGENT, reason="part_of_another", now=AFTER)


class TestAfterAnAgentLooked:
    def test_nothing_goes_out_until_it_is_decided(
        self, session: Session, repeat: InfractionCase
    ) -> None:
        validate(session, repeat)
        with pytest.raises(OnHold):
            procedure.find_holder(session, repeat.id, HOLDER, enquired_at=AFTER, now=AFTER)

    def test_as_part_of_the_first_it_is_annulled(
        self, session: Session, repeat: InfractionCase
    ) -> None:
        validate(session, repeat)
        decide(session, repeat, goes_on=False)
        assert repeat.case_state is CaseState.ANNULLED
        assert repeat.events[-1].reason == "repeat_of_another"

    def test_what_is_decided_is_decided(self, session: Session, repeat: InfractionCase) -> None:
        validate(session, repeat)
        decide(session, repeat, goes_on=True)
        with pytest.raises(Conflict):
            decide(session, repeat, goes_on=False)
