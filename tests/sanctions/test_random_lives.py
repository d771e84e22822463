"""Random lives: anybody tries anything at any time, and what must never happen does not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import municipal
from core.errors import SarbideError
from core.identity import SYSTEM, Actor, Role
from sanctions import daily, procedure
from sanctions.models import InfractionCase
from sanctions.review import claims, service
from sanctions.service import mark_regularised
from sanctions.states import CLOSED, PAID, TERMINAL, VALIDATED, CaseState, Trigger
from sanctions.transitions import apply
from tests.sanctions.lives import (
    AGENT,
    DRIVER,
    HOLDER,
    INSTRUCTOR,
    RESOLVER,
    allege,
    enter_prices,
    look_at,
    propose,
    ready,
    resolve,
)
from tests.sanctions.reports import AFTER

JACK_OF_ALL = Actor(
    INSTRUCTOR.id,
    "Somebody with every role",
    frozenset({Role.POLICE, Role.INSTRUCTOR, Role.RESOLVER}),
    agent_number="48-9999",
)
ACTORS = (AGENT, INSTRUCTOR, RESOLVER, JACK_OF_ALL, SYSTEM)
Act = Callable[[Session, InfractionCase, Actor, datetime], Any]


def _review(session: Session, case: InfractionCase, actor: Actor, now: datetime) -> None:
    claims.claim(session, case.id, actor, now=now)
    look_at(case, actor, now)
    service.validate(session, case.id, actor, now=now)


def _send(session: Session, case: InfractionCase, actor: Actor, now: datetime) -> None:
    procedure.start_notifying(
        session, case.id, channel="post", now=now, actor=actor, note="weighed"
    )


def _serve(session: Session, case: InfractionCase, actor: Actor, now: datetime) -> None:
    day = municipal(now).date()
    procedure.serve(
        session, case.id, served_on=day, how="post", now=now, actor=actor, note="weighed"
    )


def _calendar(session: Session, _: InfractionCase, __: Actor, now: datetime) -> None:
    for sweep in daily.SWEEPS:
        daily.run(session, sweep, now=now)


ACTS: dict[str, Act] = {
    "review": _review,
    "validate unseen": lambda s, c, a, n: service.validate(s, c.id, a, now=n),
    "find the holder": lambda s, c, a, n: procedure.find_holder(
        s, c.id, HOLDER, enquired_at=n, now=n, actor=a
    ),
    "send": _send,
    "serve": _serve,
    "pay half": lambda s, c, a, n: procedure.pay(
        s, c.id, cents=5_000, paid_at=n, payment="P", now=n, actor=a
    ),
    "pay all": lambda s, c, a, n: procedure.pay(
        s, c.id, cents=10_000, paid_at=n, payment="P", now=n, actor=a
    ),
    "name a driver": lambda s, c, a, n: procedure.identify_driver(s, c.id, DRIVER, now=n, actor=a),
    "allege": lambda s, c, a, n: allege(s, c.id, n),
    "propose": lambda s, c, a, n: propose(s, c.id, n, actor=a),
    "resolve": lambda s, c, a, n: resolve(s, c.id, n, actor=a, note="weighed"),
    "annul": lambda s, c, a, n: procedure.annul(s, c.id, reason="formal_defect", actor=a, now=n),
    "regularise": lambda s, c, a, n: mark_regularised(s, c.passage_id, why="R-1", now=n),
    "let the calendar run": _calendar,
    **{
        f"force {trigger}": lambda s, c, a, n, trigger=trigger: apply(  # type: ignore[misc]
            s, c, trigger, actor=a, now=n, note="forced"
        )
        for trigger in Trigger
    },
}
USUAL = ("review", "find the holder", "send", "serve", "allege", "propose", "resolve")
STEPS = st.tuples(
    st.one_of(st.sampled_from(USUAL), st.sampled_from(sorted(ACTS))),
    st.sampled_from(ACTORS),
    st.sampled_from([0, 0, 0, 1, 2, 20, 40, 90, 400]),
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEPS, min_size=3, max_size=25))
def test_what_must_never_happen_does_not(
    session: Session, steps: list[tuple[str, Actor, int]]
) -> None:
    enter_prices(session)
    case, now = ready(session), AFTER
    for act, actor, days in steps:
        now += timedelta(days=days)
        before, barred_at = case.case_state, case.barred_at
        try:
            with session.begin_nested():
                ACTS[act](session, case, actor, now)
        except (SarbideError, IntegrityError):  # refused by the code, or by the database
            session.refresh(case)
        _check_step(case, before, barred_at, now)
        _check_whole(case)
    session.rollback()


def _check_step(
    case: InfractionCase, before: CaseState, barred_at: datetime, now: datetime
) -> None:
    after = case.case_state
    if before in TERMINAL:
        assert after is before, "what has ended was moved"
    if before in PAID:
        assert after in {before, CaseState.ANNULLED}
    if after is not before and after in {CaseState.NOTIFYING, CaseState.NOTIFIED}:
        assert now < barred_at, "notified after the bar"


def _check_whole(case: InfractionCase) -> None:
    validations = [event for event in case.events if event.to_state == "agent_validated"]
    if case.case_state in VALIDATED:
        assert validations, "a sanction that no agent validated"
    for event in validations:
        assert event.actor_id is not None and event.agent_number
    people = [one for one in (case.validated_by, case.instructed_by, case.resolved_by) if one]
    assert len(set(people)) == len(people), "one person with two duties"
    annulments = [event for event in case.events if event.to_state == "annulled"]
    assert all(event.actor_id != case.validated_by and event.reason for event in annulments)
    assert (case.closed_at is not None) is (case.case_state in CLOSED)
    assert [event.number for event in case.events] == list(range(1, len(case.events) + 1))
