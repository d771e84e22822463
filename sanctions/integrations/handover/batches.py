"""Which cases go into the next batches, and which annulments."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from core import audit
from core.clock import municipal
from core.errors import Conflict, NotFound
from core.identity import Actor, Permission
from core.settings import Settings
from sanctions.integrations import alarms
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.handover.catalogue import entry_for
from sanctions.integrations.handover.control_digit import control_digit
from sanctions.integrations.handover.counting import next_number
from sanctions.integrations.handover.models import (
    ACCEPTED,
    BatchState,
    HandoverBatch,
    HandoverItem,
    ItemState,
)
from sanctions.integrations.handover.wire import ANNULMENT, MAX_ITEMS, NEW
from sanctions.integrations.leaving import may_leave
from sanctions.integrations.systems import System
from sanctions.models import InfractionCase
from sanctions.states import CaseState

ANNULMENT_REASONS: dict[CaseState, str] = {
    CaseState.ANNULLED: "0029",
    CaseState.REGULARISED: "0001",
    CaseState.TIME_BARRED: "0018",
    CaseState.LAPSED: "0015",
}
"""Our end of a case as MOTIU_ANULLACIO: annulled ex officio, no infraction, barred, unspecified."""
_STANDING = (*(state.value for state in ACCEPTED), ItemState.WAITING, ItemState.REJECTED)


def make_batches(session: Session, settings: Settings, now: datetime) -> list[HandoverBatch]:
    """Put every case that waits into a batch of at most fifty. Returns the new ones."""
    items = [*_new_items(session, settings, now), *_annulments(session)]
    batches = []
    for start in range(0, len(items), MAX_ITEMS):
        batch = HandoverBatch(
            name=_name(session, settings, now),
            state=BatchState.WAITING.value,
            created_at=now,
            items=items[start : start + MAX_ITEMS],
            attempts=0,
        )
        session.add(batch)
        batches.append(batch)
    session.flush()
    return batches


def _name(session: Session, settings: Settings, now: datetime) -> str:
    """As SCT_REMESA names files: city, minute, and which one of the day it is."""
    local = municipal(now)
    order = next_number(session, f"batch:{local:%Y%m%d}", 1)
    return f"BUT{settings.municipality_code}{local:%Y%m%d%H%M}_{order}.xml"


def _new_items(session: Session, settings: Settings, now: datetime) -> list[HandoverItem]:
    items = []
    for case in _waiting_cases(session):
        if not may_leave(case, CaseState.AGENT_VALIDATED, now) or case.is_warning:
            continue
        if not _has_entry(session, case, now):
            continue
        number = _case_number(session, settings, case, now)
        if number is None:
            break
        items.append(_item(case, NEW, number, settings))
    return items


def _waiting_cases(session: Session) -> Sequence[InfractionCase]:
    standing = exists().where(
        HandoverItem.case_id == InfractionCase.id,
        HandoverItem.action == NEW,
        HandoverItem.state.in_(_STANDING),
    )
    query = (
        select(InfractionCase)
        .where(
            InfractionCase.state == CaseState.AGENT_VALIDATED.value,
            InfractionCase.hold.is_(None),
            InfractionCase.is_warning.is_(False),
            ~standing,
        )
        .order_by(InfractionCase.limitation_at, InfractionCase.id)
        .limit(1000)
    )
    return session.scalars(query).all()


def _has_entry(session: Session, case: InfractionCase, now: datetime) -> bool:
    if entry_for(session, case.offence, municipal(case.seen_at).date()) is not None:
        return True
    alarms.raise_alarm(
        session,
        System.HANDOVER,
        AlarmKind.NO_CATALOGUE_ENTRY,
        f"case:{case.id}",
        reference=case.reference,
        case_id=case.id,
        details=case.offence,
        now=now,
    )
    return False


def _case_number(
    session: Session, settings: Settings, case: InfractionCase, now: datetime
) -> int | None:
    """The number the case had before, or the next one of the range; None when it is used up."""
    before = select(HandoverItem.number).where(HandoverItem.case_id == case.id).limit(1)
    known = session.scalar(before)
    if known is not None:
        return known
    number = next_number(session, "cases", settings.handover_first_number)
    if number <= settings.handover_last_number:
        return number
    alarms.raise_alarm(
        session,
        System.HANDOVER,
        AlarmKind.NUMBERS_EXHAUSTED,
        "range:cases",
        reference=str(settings.handover_last_number),
        now=now,
    )
    return None


def _annulments(session: Session) -> list[HandoverItem]:
    """Cases that were accepted over there and have ended here since."""
    taken_back = aliased(HandoverItem)
    query = (
        select(HandoverItem, InfractionCase)
        .join(InfractionCase, InfractionCase.id == HandoverItem.case_id)
        .where(
            HandoverItem.action == NEW,
            HandoverItem.state.in_([state.value for state in ACCEPTED]),
            InfractionCase.state.in_([state.value for state in ANNULMENT_REASONS]),
            ~exists().where(
                taken_back.case_id == HandoverItem.case_id,
                taken_back.action == ANNULMENT,
                taken_back.state.in_(_STANDING),
            ),
        )
    )
    found = []
    for item, case in session.execute(query):
        reason = ANNULMENT_REASONS[case.case_state]
        found.append(
            HandoverItem(
                case_id=case.id,
                reference=case.reference,
                action=ANNULMENT,
                number=item.number,
                control_digit=item.control_digit,
                annulment_reason=reason,
                state=ItemState.WAITING.value,
                codes=[],
            )
        )
    return found


def _item(case: InfractionCase, action: str, number: int, settings: Settings) -> HandoverItem:
    return HandoverItem(
        case_id=case.id,
        reference=case.reference,
        action=action,
        number=number,
        control_digit=control_digit(settings.handover_territory, number, settings.handover_issuer),
        state=ItemState.WAITING.value,
        codes=[],
    )


def send_again(session: Session, case_id: UUID, actor: Actor, *, now: datetime) -> None:
    """A rejected case was put right: it goes into the next batch, under its old number.

    Raises:
        Forbidden: without the permission.
        NotFound: no item of this case was rejected.
    """
    actor.check(Permission.MANAGE_INTEGRATIONS)
    query = select(HandoverItem).where(
        HandoverItem.case_id == case_id, HandoverItem.state == ItemState.REJECTED.value
    )
    item = session.scalar(query.order_by(HandoverItem.id.desc()).with_for_update())
    if item is None:
        raise NotFound("No item of case %(case)s was rejected.", case=str(case_id))
    item.state = ItemState.REPLACED.value
    note = f"sent again by {actor.name}"
    subject = f"item:{item.id}"
    alarms.settle(session, AlarmKind.ITEM_REJECTED, subject, note=note, now=now)
    audit.record(session, actor, "sanctions:handover:sent_again", f"case:{case_id}")


def try_batch_again(session: Session, batch_id: UUID, actor: Actor, *, now: datetime) -> None:
    """A refused batch goes out once more, under its own id.

    Raises Forbidden, NotFound, or Conflict when it was not refused.
    """
    actor.check(Permission.MANAGE_INTEGRATIONS)
    batch = session.get(HandoverBatch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFound("There is no batch %(batch)s.", batch=str(batch_id))
    if batch.state != BatchState.REFUSED:
        raise Conflict("Batch %(batch)s was not refused.", batch=batch.name)
    batch.state = BatchState.WAITING.value
    subject = f"batch:{batch.id}"
    note = f"sent again by {actor.name}"
    alarms.settle(session, AlarmKind.BATCH_REFUSED, subject, note=note, now=now)
    audit.record(session, actor, "sanctions:handover:sent_again", subject)
