"""What staff can do about an alarm with one press: the step that its kind calls for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.errors import Conflict
from core.identity import Actor
from core.words import N_, Word
from sanctions.integrations import alarms, deliveries
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.handover import batches
from sanctions.integrations.holders import lookup
from sanctions.integrations.models import IntegrationAlarm
from sanctions.integrations.payment import refunds

Step = Callable[[Session, IntegrationAlarm, Actor, datetime], object]


@dataclass(frozen=True)
class Action:
    label: Word
    step: Step


def _subject_id(alarm: IntegrationAlarm) -> UUID:
    """The id in ``delivery:0198...``."""
    return UUID(alarm.subject.partition(":")[2])


def _case_id(alarm: IntegrationAlarm) -> UUID:
    if alarm.case_id is None:
        raise Conflict("This alarm is about no case.")
    return alarm.case_id


_AGAIN = N_("Send again")
_ASK_AGAIN = N_("Ask again")
_GIVE_BACK = N_("Give the money back")
_A = AlarmKind
ACTIONS: dict[AlarmKind, Action] = {
    _A.ITEM_REJECTED: Action(
        _AGAIN, lambda s, alarm, actor, now: batches.send_again(s, _case_id(alarm), actor, now=now)
    ),
    _A.EVIDENCE_UNFIT: Action(
        _AGAIN, lambda s, alarm, actor, now: batches.send_again(s, _case_id(alarm), actor, now=now)
    ),
    _A.BATCH_REFUSED: Action(
        _AGAIN,
        lambda s, alarm, actor, now: batches.try_batch_again(s, _subject_id(alarm), actor, now=now),
    ),
    **{
        kind: Action(
            _ASK_AGAIN,
            lambda s, alarm, actor, now: lookup.ask_again(s, _case_id(alarm), actor, now=now),
        )
        for kind in (_A.OTHER_PLATE, _A.NO_RECORD, _A.LOOKUP_REFUSED)
    },
    **{
        kind: Action(
            _AGAIN,
            lambda s, alarm, actor, now: deliveries.send_again(
                s, _subject_id(alarm), actor, now=now
            ),
        )
        for kind in (_A.SEND_REFUSED, _A.SECOND_ATTEMPT_LATE)
    },
    **{
        kind: Action(
            _GIVE_BACK,
            lambda s, alarm, actor, now: refunds.give_back(s, _subject_id(alarm), actor, now=now),
        )
        for kind in (_A.WRONG_AMOUNT, _A.PAID_TWICE, _A.UNEXPECTED_PAYMENT, _A.UNKNOWN_PAYMENT)
    },
    **{
        kind: Action(
            N_("Approve the refund"),
            lambda s, alarm, actor, now: refunds.approve(s, _subject_id(alarm), actor, now=now),
        )
        for kind in (_A.REFUND_DUE, _A.REFUND_REFUSED)
    },
}
"""Kinds without an entry are settled by saying what was done, or with a form of their own."""


def act(session: Session, alarm_id: UUID, actor: Actor, *, now: datetime) -> IntegrationAlarm:
    """Do what the alarm's kind calls for; the step closes the alarm.

    Raises:
        NotFound: no such alarm.
        Conflict: it was settled already, or its kind has no such step.
        Forbidden: without the permission.
    """
    alarm = alarms.get_alarm(session, alarm_id)
    action = ACTIONS.get(AlarmKind(alarm.kind))
    if alarm.resolved_at is not None or action is None:
        raise Conflict("This alarm was settled already. Reload the page.")
    action.step(session, alarm, actor, now)
    if alarm.resolved_at is None:
        alarms.close(alarm, actor, note=action.label, now=now)
    session.flush()
    return alarm
