"""The integrations as the staff page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.clock import utc_now
from core.settings import Settings
from core.words import N_, Word
from sanctions.integrations import alarms
from sanctions.integrations.actions import ACTIONS
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.delivery_models import Channel, Delivery, DeliveryState
from sanctions.integrations.errors import OutsideForbidden
from sanctions.integrations.guard import check_destination
from sanctions.integrations.handover.models import BatchState, HandoverBatch, HandoverDay
from sanctions.integrations.health import state_of
from sanctions.integrations.holders.models import HolderLookup, LookupState
from sanctions.integrations.models import IntegrationAlarm, IntegrationState
from sanctions.integrations.payment.models import RefundOrder, RefundState
from sanctions.integrations.systems import LABELS, System, address_of

DIFFERENCES: dict[str, Word] = {
    "without_receipt": N_("sent, without a receipt"),
    "accepted_only_here": N_("accepted here, unknown there"),
    "accepted_only_there": N_("accepted there, not here"),
    "rejected_only_here": N_("rejected here, unknown there"),
    "rejected_only_there": N_("rejected there, not here"),
}


@dataclass(frozen=True)
class SystemLine:
    """One system outside."""

    system: System
    label: Word
    state: Word
    tone: str
    advice: Word | None
    """What to do when it is not as it should be."""
    waiting: int
    last_success_at: datetime | None
    failing_since: datetime | None
    rest_until: datetime | None
    alarms: int


@dataclass(frozen=True)
class AlarmLine:
    """One thing that a person must look at."""

    alarm: IntegrationAlarm
    system: Word
    label: Word
    what_to_do: Word
    action: Word | None
    """The step that one press does; None when the alarm wants words or a form."""

    @property
    def wants_publication(self) -> bool:
        return self.alarm.kind == AlarmKind.TO_THE_GAZETTE

    @property
    def wants_holder(self) -> bool:
        return self.alarm.kind in {AlarmKind.FOREIGN_PLATE, AlarmKind.NO_RECORD}


def system_lines(session: Session, settings: Settings) -> list[SystemLine]:
    counts = _alarm_counts(session)
    return [_line(session, settings, system, counts.get(system.value, 0)) for system in System]


def _line(session: Session, settings: Settings, system: System, open_alarms: int) -> SystemLine:
    known = state_of(session, system)
    failing = known.failing_since if known is not None else None
    state, tone, advice = _condition(settings, system, known)
    return SystemLine(
        system=system,
        label=LABELS[system],
        state=state,
        tone=tone,
        advice=advice,
        waiting=_waiting(session, system),
        last_success_at=known.last_success_at if known is not None else None,
        failing_since=failing,
        rest_until=known.rest_until if known is not None else None,
        alarms=open_alarms,
    )


def _condition(
    settings: Settings, system: System, known: IntegrationState | None
) -> tuple[Word, str, Word | None]:
    address = address_of(settings, system)
    if address is None:
        advice = N_("Nothing is sent to it. Its address and key are settings of the installation.")
        return N_("Not configured"), "off", advice
    try:
        check_destination(settings.environment, address.url)
    except OutsideForbidden:
        advice = N_(
            "Outside production nothing is sent to the outside. Configure a fake service on this "
            "machine."
        )
        return N_("Not used in this environment"), "pending", advice
    if known is None:
        return N_("Not used yet"), "off", None
    if known.failing_since is not None:
        advice = N_(
            "Nothing is lost: what waits is sent when it answers again. If this lasts for hours, "
            "call whoever runs it."
        )
        return N_("Failing"), "alert", advice
    if known.rest_until is not None and utc_now() < known.rest_until:
        advice = N_("It is asked less often for now, so that nothing else waits for it.")
        return N_("Slow"), "pending", advice
    return N_("Working"), "ok", None


def _waiting(session: Session, system: System) -> int:
    """How much waits to be sent to it."""
    queries = {
        System.HANDOVER: select(func.count())
        .select_from(HandoverBatch)
        .where(HandoverBatch.state == BatchState.WAITING.value),
        System.HOLDERS: select(func.count())
        .select_from(HolderLookup)
        .where(HolderLookup.state == LookupState.WAITING.value),
        System.ELECTRONIC_NOTIFICATION: _deliveries(Channel.ELECTRONIC),
        System.POST: _deliveries(Channel.POST),
        System.PAYMENT: select(func.count())
        .select_from(RefundOrder)
        .where(RefundOrder.state == RefundState.APPROVED.value),
    }
    return session.scalar(queries[system]) or 0


def _deliveries(channel: Channel) -> Select[int]:
    return (
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.channel == channel.value, Delivery.state == DeliveryState.WAITING.value)
    )


def _alarm_counts(session: Session) -> dict[str, int]:
    query = (
        select(IntegrationAlarm.system, func.count())
        .where(IntegrationAlarm.resolved_at.is_(None))
        .group_by(IntegrationAlarm.system)
    )
    return {row.system: row[1] for row in session.execute(query)}


def alarm_lines(session: Session) -> list[AlarmLine]:
    """Open alarms, oldest first."""
    return [_alarm_line(alarm) for alarm in alarms.open_alarms(session)]


def _alarm_line(alarm: IntegrationAlarm) -> AlarmLine:
    kind = AlarmKind(alarm.kind)
    action = ACTIONS.get(kind)
    return AlarmLine(
        alarm=alarm,
        system=LABELS[System(alarm.system)],
        label=alarms.LABELS[kind],
        what_to_do=alarms.WHAT_TO_DO[kind],
        action=action.label if action is not None else None,
    )


def last_days(session: Session) -> Sequence[HandoverDay]:
    """The latest reconciliations."""
    return session.scalars(select(HandoverDay).order_by(HandoverDay.day.desc()).limit(14)).all()
