"""What a person must look at, and what to do about it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.errors import InvalidInput, NotFound
from core.identity import SYSTEM, Actor, Permission
from core.words import N_, Word
from sanctions.integrations.models import IntegrationAlarm
from sanctions.integrations.systems import System


class AlarmKind(StrEnum):
    UNKNOWN_BATCH = "unknown_batch"
    ITEM_REJECTED = "item_rejected"
    BATCH_REFUSED = "batch_refused"
    NOT_BALANCED = "not_balanced"
    ACCEPTED_TOO_LATE = "accepted_too_late"
    EVIDENCE_UNFIT = "evidence_unfit"
    NUMBERS_EXHAUSTED = "numbers_exhausted"
    NO_CATALOGUE_ENTRY = "no_catalogue_entry"
    OTHER_PLATE = "other_plate"
    NO_RECORD = "no_record"
    FOREIGN_PLATE = "foreign_plate"
    LOOKUP_REFUSED = "lookup_refused"
    SEND_REFUSED = "send_refused"
    SENT_TOO_LATE = "sent_too_late"
    SECOND_ATTEMPT_LATE = "second_attempt_late"
    TO_THE_GAZETTE = "to_the_gazette"
    UNKNOWN_DELIVERY = "unknown_delivery"
    DOUBTFUL_SERVICE = "doubtful_service"
    WRONG_AMOUNT = "wrong_amount"
    PAID_TWICE = "paid_twice"
    UNEXPECTED_PAYMENT = "unexpected_payment"
    UNKNOWN_PAYMENT = "unknown_payment"
    REFUND_DUE = "refund_due"
    REFUND_REFUSED = "refund_refused"


_A = AlarmKind
LABELS: dict[AlarmKind, Word] = {
    _A.UNKNOWN_BATCH: N_("Receipt for a batch that was never sent from here"),
    _A.ITEM_REJECTED: N_("The sanction system rejected a case"),
    _A.BATCH_REFUSED: N_("The sanction system refused a whole batch"),
    _A.NOT_BALANCED: N_("Sent is not accepted plus rejected"),
    _A.ACCEPTED_TOO_LATE: N_("Accepted over there, but the case may not go on"),
    _A.EVIDENCE_UNFIT: N_("The evidence of a case is missing or was altered"),
    _A.NUMBERS_EXHAUSTED: N_("The range of case numbers is used up"),
    _A.NO_CATALOGUE_ENTRY: N_("No entry of the infraction catalogue fits"),
    _A.OTHER_PLATE: N_("The register answered for another plate"),
    _A.NO_RECORD: N_("The register does not know the plate"),
    _A.FOREIGN_PLATE: N_("Foreign vehicle"),
    _A.LOOKUP_REFUSED: N_("The register refused the question"),
    _A.SEND_REFUSED: N_("A notification was refused"),
    _A.SENT_TOO_LATE: N_("A notice went out at the moment its case ended"),
    _A.SECOND_ATTEMPT_LATE: N_("The second delivery attempt came too late"),
    _A.TO_THE_GAZETTE: N_("Could not be delivered: publish in the gazette"),
    _A.UNKNOWN_DELIVERY: N_("News of a letter that was never sent from here"),
    _A.DOUBTFUL_SERVICE: N_("The date of service is in doubt"),
    _A.WRONG_AMOUNT: N_("A payment of a wrong amount"),
    _A.PAID_TWICE: N_("Paid twice"),
    _A.UNEXPECTED_PAYMENT: N_("Paid although nothing is owed"),
    _A.UNKNOWN_PAYMENT: N_("A payment for an order that does not exist here"),
    _A.REFUND_DUE: N_("A refund waits for a decision"),
    _A.REFUND_REFUSED: N_("The gateway refused a refund"),
}
WHAT_TO_DO: dict[AlarmKind, Word] = {
    _A.UNKNOWN_BATCH: N_(
        "The receipt is kept. Ask the sanction system whose batch it is; no case was changed."
    ),
    _A.ITEM_REJECTED: N_(
        "Read the error codes, put right what they name, and send the case again before the date "
        "given."
    ),
    _A.BATCH_REFUSED: N_(
        "Nothing of the batch was taken in. Check address, key and case numbers with the sanction "
        "system, then send it again."
    ),
    _A.NOT_BALANCED: N_(
        "Compare the lists of both sides for that day. Cases that only one side knows are named "
        "here."
    ),
    _A.ACCEPTED_TOO_LATE: N_(
        "Look at the case: it is held or out of time here. Have the sanction system stop it too."
    ),
    _A.EVIDENCE_UNFIT: N_(
        "Nothing was sent. Do not use the pictures; look at the integrity panel of the case and "
        "tell the data-protection officer."
    ),
    _A.NUMBERS_EXHAUSTED: N_(
        "Ask the sanction system for a new range and enter it in the settings. The cases wait."
    ),
    _A.NO_CATALOGUE_ENTRY: N_(
        "The catalogue has no entry for this offence on the day of the infraction. Load the "
        "catalogue of that day. The case waits."
    ),
    _A.OTHER_PLATE: N_(
        "The answer was thrown away unread. Tell the register, then ask again. No one was entered "
        "as holder."
    ),
    _A.NO_RECORD: N_(
        "Look at the picture again: the plate may be misread or false. Annul the case, or ask "
        "again if the vehicle was registered lately."
    ),
    _A.FOREIGN_PLATE: N_(
        "Ask for the holder through EUCARIS, with the justification it wants, and enter the answer "
        "by hand."
    ),
    _A.LOOKUP_REFUSED: N_(
        "Read the reason, check the key and the authorisation with the register, then ask again."
    ),
    _A.SEND_REFUSED: N_("Read the reason, check the person's data, then send again."),
    _A.SENT_TOO_LATE: N_(
        "The case ended while the provider was taking the notice. Write to the person that it has "
        "no effect."
    ),
    _A.SECOND_ATTEMPT_LATE: N_(
        "The second attempt must follow within three days. Have the letter sent again, or publish "
        "in the gazette if the law allows."
    ),
    _A.TO_THE_GAZETTE: N_(
        "Publish the notice in the gazette (BOE, edictal board) and enter the day of publication: "
        "it counts as served 20 natural days later."
    ),
    _A.UNKNOWN_DELIVERY: N_("The news is kept. Ask the provider whose letter it is."),
    _A.DOUBTFUL_SERVICE: N_(
        "The day of service can be counted in two ways. Have the instructor decide which holds."
    ),
    _A.WRONG_AMOUNT: N_(
        "The money is kept aside and the case unchanged. Ask the person for the rest, or give the "
        "money back."
    ),
    _A.PAID_TWICE: N_("The case is paid. Give the second payment back."),
    _A.UNEXPECTED_PAYMENT: N_(
        "The case is not one that can be paid now. Give the money back, or book it to what is owed."
    ),
    _A.UNKNOWN_PAYMENT: N_("The callback is kept. Ask the gateway whose payment it is."),
    _A.REFUND_DUE: N_("Approve the refund; the gateway then pays it back."),
    _A.REFUND_REFUSED: N_("Pay the money back by bank transfer and note it here."),
}


def raise_alarm(
    session: Session,
    system: System,
    kind: AlarmKind,
    subject: str,
    *,
    reference: str,
    now: datetime,
    details: str | None = None,
    case_id: UUID | None = None,
) -> IntegrationAlarm:
    """Open an alarm; one that is open for the same subject gets the new details instead."""
    query = select(IntegrationAlarm).where(
        IntegrationAlarm.system == system.value,
        IntegrationAlarm.kind == kind.value,
        IntegrationAlarm.subject == subject,
        IntegrationAlarm.resolved_at.is_(None),
    )
    alarm = session.scalar(query)
    if alarm is None:
        alarm = IntegrationAlarm(
            system=system.value,
            kind=kind.value,
            subject=subject,
            reference=reference,
            case_id=case_id,
            opened_at=now,
            details=details,
        )
        session.add(alarm)
        audit.record(session, SYSTEM, "sanctions:alarm:raised", subject, kind=kind.value)
    else:
        alarm.details = details or alarm.details
    session.flush()
    return alarm


def open_alarms(session: Session, system: System | None = None) -> Sequence[IntegrationAlarm]:
    """Those that nobody has dealt with, oldest first."""
    query = select(IntegrationAlarm).where(IntegrationAlarm.resolved_at.is_(None))
    if system is not None:
        query = query.where(IntegrationAlarm.system == system.value)
    return session.scalars(query.order_by(IntegrationAlarm.opened_at, IntegrationAlarm.id)).all()


def get_alarm(session: Session, alarm_id: UUID) -> IntegrationAlarm:
    """Raises NotFound."""
    alarm = session.get(IntegrationAlarm, alarm_id, with_for_update=True)
    if alarm is None:
        raise NotFound("There is no alarm %(alarm)s.", alarm=str(alarm_id))
    return alarm


def resolve(
    session: Session, alarm_id: UUID, actor: Actor, *, note: str, now: datetime
) -> IntegrationAlarm:
    """Close an alarm, saying what was done; closing a closed one does nothing.

    Raises:
        Forbidden: without the permission.
        InvalidInput: nothing is said.
    """
    actor.check(Permission.MANAGE_INTEGRATIONS)
    words = note.strip()[:1000]
    if not words:
        raise InvalidInput("Say what was done about it.")
    alarm = get_alarm(session, alarm_id)
    if alarm.resolved_at is None:
        close(alarm, actor, note=words, now=now)
        audit.record(session, actor, "sanctions:alarm:resolved", alarm.subject, kind=alarm.kind)
        session.flush()
    return alarm


def close(alarm: IntegrationAlarm, actor: Actor, *, note: str, now: datetime) -> None:
    """What the alarm was about is settled."""
    alarm.resolved_at, alarm.resolved_by, alarm.resolved_by_name = now, actor.id, actor.name
    alarm.note = note


def settle(session: Session, kind: AlarmKind, subject: str, *, note: str, now: datetime) -> None:
    """Close the open alarm of `kind` about `subject`, if there is one: it was overtaken."""
    query = select(IntegrationAlarm).where(
        IntegrationAlarm.kind == kind.value,
        IntegrationAlarm.subject == subject,
        IntegrationAlarm.resolved_at.is_(None),
    )
    for alarm in session.scalars(query):
        close(alarm, SYSTEM, note=note, now=now)
