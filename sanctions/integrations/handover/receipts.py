"""What a receipt says, and what follows from it. Nothing here crashes on a strange receipt."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import SarbideError
from core.identity import SYSTEM
from sanctions.integrations import alarms
from sanctions.integrations.alarms import AlarmKind
from sanctions.integrations.handover.models import (
    BatchState,
    HandoverBatch,
    HandoverItem,
    HandoverReceipt,
    ItemState,
)
from sanctions.integrations.handover.wire import NEW, Receipt, TicketResult
from sanctions.integrations.systems import System
from sanctions.queries import get_case
from sanctions.sentences import kept
from sanctions.states import CaseState, Trigger
from sanctions.transitions import apply

_STATES = {
    0: ItemState.ACCEPTED,
    1: ItemState.ACCEPTED_WITH_ERRORS,
    2: ItemState.REJECTED,
}


@dataclass(frozen=True)
class Verdict:
    """What the sanction system says of one item."""

    state: ItemState
    codes: tuple[str, ...] = ()
    resend_until: str | None = None


def verdicts(receipt: Receipt) -> Mapping[str, Verdict]:
    """By our case reference. Where a receipt names one twice, the worse verdict counts. Pure."""
    found: dict[str, TicketResult] = {}
    for result in receipt.BUTLLETES:
        known = found.get(result.ID_BUTLLETA)
        if known is None or result.RESULTAT > known.RESULTAT:
            found[result.ID_BUTLLETA] = result
    return {
        reference: Verdict(
            _STATES[result.RESULTAT],
            tuple(incident.CODI_INCIDENCIA for incident in result.INCIDENCIES),
            result.DATA_LIMIT,
        )
        for reference, result in found.items()
    }


def keep(session: Session, receipt: Receipt, *, is_known: bool, now: datetime) -> bool:
    """Store a receipt as it came; False when the very same is there already."""
    content = receipt.model_dump_json()
    digest = hashlib.sha256(content.encode()).hexdigest()
    known = select(HandoverReceipt.id).where(HandoverReceipt.sha256 == digest)
    if session.scalar(known) is not None:
        return False
    session.add(
        HandoverReceipt(
            batch_name=receipt.CAPCALERA.FITXER_PDA[:100],
            received_at=now,
            is_known=is_known,
            sha256=digest,
            content=content,
        )
    )
    return True


def take_in(session: Session, batch: HandoverBatch, receipt: Receipt, *, now: datetime) -> None:
    """Write down what became of each item of `batch`. The same receipt again changes nothing.

    Items the receipt does not name stay waiting; the reconciliation of the day finds them.
    """
    keep(session, receipt, is_known=True, now=now)
    if receipt.codiResultat != "0":
        return  # the whole batch was not processed over there: it is sent again
    said = verdicts(receipt)
    for item in batch.items:
        verdict = said.get(item.reference)
        if verdict is not None and item.state == ItemState.WAITING:
            _settle(session, item, verdict, now)
    if all(item.state != ItemState.WAITING for item in batch.items):
        batch.state, batch.answered_at = BatchState.ANSWERED.value, now
    session.flush()


def _settle(session: Session, item: HandoverItem, verdict: Verdict, now: datetime) -> None:
    item.state, item.codes = verdict.state.value, list(verdict.codes)
    item.resend_until = verdict.resend_until
    if verdict.state is ItemState.REJECTED:
        alarms.raise_alarm(
            session,
            System.HANDOVER,
            AlarmKind.ITEM_REJECTED,
            f"item:{item.id}",
            reference=item.reference,
            case_id=item.case_id,
            details=" ".join([*verdict.codes, verdict.resend_until or ""]).strip(),
            now=now,
        )
    elif item.action == NEW:
        _hand_over(session, item, now)


def _hand_over(session: Session, item: HandoverItem, now: datetime) -> None:
    """The case goes on over there. One that ended here meanwhile is annulled over there next."""
    case = get_case(session, item.case_id, lock=True)
    if case.case_state is not CaseState.AGENT_VALIDATED:
        return
    try:
        with session.begin_nested():
            apply(session, case, Trigger.HAND_OVER, actor=SYSTEM, now=now, reason=str(item.number))
    except SarbideError as error:
        session.refresh(case)
        alarms.raise_alarm(
            session,
            System.HANDOVER,
            AlarmKind.ACCEPTED_TOO_LATE,
            f"case:{case.id}",
            reference=item.reference,
            case_id=case.id,
            details=kept(error),
            now=now,
        )


def take_in_unknown(session: Session, receipt: Receipt, *, now: datetime) -> None:
    """A receipt for a batch that nobody here sent: kept and alarmed, and nothing else."""
    if keep(session, receipt, is_known=False, now=now):
        alarms.raise_alarm(
            session,
            System.HANDOVER,
            AlarmKind.UNKNOWN_BATCH,
            f"batch:{receipt.ID_REMESA[:60]}",
            reference=receipt.CAPCALERA.FITXER_PDA[:60],
            now=now,
        )
