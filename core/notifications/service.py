"""Writing notices and delivering them.

A notice is written in the transaction that has something to say, with its delivery as an outbox
job. Whoever writes one hands over finished words: no number plate and no picture may be in them,
since e-mail is read by others on its way (P6).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import InvalidInput, NotFound, SarbideError
from core.notifications.channels import Carrier
from core.notifications.models import Notice
from core.notifications.states import TRANSITIONS, Channel, NoticeState
from core.outbox import enqueue

DELIVER = "deliver-notice"
"""Kind of the outbox job that hands a notice to its carrier."""
_PLATE = re.compile(
    r"\b\d{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}\b|\b[A-Z]{1,2}[ -]\d{4}[ -][A-Z]{1,2}\b"
)


@dataclass(frozen=True)
class Recipient:
    """Whom to tell, where and in which language."""

    holder_id: UUID
    channel: Channel
    language: str
    email: str | None = None
    postal_address: str | None = None

    @property
    def address(self) -> str | None:
        match self.channel:
            case Channel.EMAIL:
                return self.email
            case Channel.LETTER:
                return self.postal_address
            case Channel.PUSH:
                return None


def notify(
    session: Session,
    to: Recipient,
    *,
    subject: str,
    body: str,
    about: str,
    now: datetime,
    key: str | None = None,
) -> Notice | None:
    """Write a notice and have it delivered; None when one of the same `key` was written before.

    Raises:
        InvalidInput: the words hold what looks like a number plate.
    """
    if _PLATE.search(subject) or _PLATE.search(body):
        raise InvalidInput("A notice must not name a number plate: name the authorisation instead.")
    if key is not None and session.scalar(select(Notice.id).where(Notice.key == key)) is not None:
        return None
    notice = Notice(
        recipient_id=to.holder_id,
        channel=to.channel.value,
        address=to.address,
        language=to.language,
        subject=subject,
        body=body,
        about=about,
        key=key,
        state=NoticeState.QUEUED.value,
        created_at=now,
    )
    session.add(notice)
    session.flush()
    enqueue(session, DELIVER, {"notice_id": str(notice.id)}, due_at=now, key=str(notice.id))
    return notice


def deliver(
    session: Session,
    notice_id: UUID,
    carriers: Mapping[Channel, Carrier],
    *,
    is_production: bool,
    now: datetime,
) -> Notice:
    """Hand a notice to its carrier; outside production it is kept for staff to read instead.

    A notice that left already stays as it is. What fails for a while (a mail server that does not
    answer) raises, so that the job is tried again.

    Raises:
        NotFound: there is no such notice.
        Unavailable: the carrier does not answer now.
    """
    notice = session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFound("There is no notice %(notice)s.", notice=str(notice_id))
    if notice.state != NoticeState.QUEUED.value:
        return notice
    if not is_production:
        become(notice, NoticeState.KEPT)
        return notice
    try:
        carriers[Channel(notice.channel)].carry(notice)
    except InvalidInput as error:
        notice.problem = error.template
        become(notice, NoticeState.FAILED)
        return notice
    notice.sent_at = now
    become(notice, NoticeState.SENT)
    return notice


def become(notice: Notice, new: NoticeState) -> None:
    """Apply a transition; one that the table lacks is a mistake of ours."""
    if new not in TRANSITIONS[NoticeState(notice.state)]:
        raise SarbideError(f"Notice {notice.id} is {notice.state}: it can't become {new.value}.")
    notice.state = new.value


def latest(session: Session, limit: int = 200) -> list[Notice]:
    """What was written last, newest first."""
    return list(session.scalars(select(Notice).order_by(Notice.id.desc()).limit(limit)))


def of_recipient(session: Session, holder_id: UUID, limit: int = 50) -> list[Notice]:
    """What was written to one holder, newest first: the app shows it, whatever the channel."""
    mine = select(Notice).where(Notice.recipient_id == holder_id)
    return list(session.scalars(mine.order_by(Notice.id.desc()).limit(limit)))
