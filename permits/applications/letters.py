"""What applicants are told, in their language. Plates stay out: the reference says enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime
from sqlalchemy.orm import Session

from core.clock import municipal
from core.notifications.models import Notice
from core.notifications.service import Recipient, notify
from core.notifications.states import Channel
from core.web.translations import translate
from core.words import N_
from permits.applications.labels import REFUSALS
from permits.applications.models import Application
from permits.models import Holder
from permits.views import in_language


@dataclass(frozen=True)
class Letter:
    """Message ids of a letter."""

    subject: str
    body: str


GRANTED = Letter(
    N_("Authorisation %(reference)s is granted"),
    N_(
        "Your application %(number)s for '%(profile)s' is granted. The authorisation is called "
        "%(reference)s. Its hours and vehicles are in the app and at the service desk."
    ),
)
REFUSED = Letter(
    N_("Application %(number)s is refused"),
    N_(
        "Your application %(number)s for '%(profile)s' is refused. Reason: %(reason)s You may "
        "appeal within one month, in the app or at the service desk."
    ),
)
ASKED = Letter(
    N_("Application %(number)s: something is missing"),
    N_(
        "Your application %(number)s for '%(profile)s' lacks something. Read what in the app or "
        "ask at the service desk, and answer before %(answer_by)s; afterwards it counts as "
        "withdrawn."
    ),
)
RECEIVED = Letter(
    N_("Application %(number)s: received"),
    N_("What you handed in for your application %(number)s has been registered."),
)
UNANSWERED = Letter(
    N_("Application %(number)s counts as withdrawn"),
    N_(
        "The question about your application %(number)s was not answered in time, so it counts as "
        "withdrawn. You can apply anew at any time."
    ),
)


def recipient(holder: Holder) -> Recipient:
    """How `holder` wants to be told; without an address for that, in the app."""
    channel = Channel(holder.contact_channel)
    reachable = {Channel.EMAIL: holder.email, Channel.LETTER: holder.address}
    if channel in reachable and not reachable[channel]:
        channel = Channel.PUSH
    return Recipient(holder.id, channel, holder.language, holder.email, holder.address)


def tell(
    session: Session, application: Application, letter: Letter, *, now: datetime
) -> Notice | None:
    """Write `letter` about `application` to its holder."""
    row = application.authorisation
    language = row.holder.language
    values = {
        "reference": row.reference,
        "number": application.registration_number or row.reference,
        "profile": in_language(row.profile.names, language),
        "reason": translate(REFUSALS.get(application.reason or "", ""), language),
        "answer_by": moment(application.answer_by, language),
    }
    return write(session, row.holder, letter, values, about=f"authorisation:{row.id}", now=now)


def write(
    session: Session,
    holder: Holder,
    letter: Letter,
    values: Mapping[str, str],
    *,
    about: str,
    now: datetime,
    key: str | None = None,
) -> Notice | None:
    """Write `letter` to `holder`, filled in with `values`; once for each `key`."""
    language = holder.language
    return notify(
        session,
        recipient(holder),
        subject=translate(letter.subject, language, **values),
        body=translate(letter.body, language, **values),
        about=about,
        now=now,
        key=key,
    )


def moment(at: datetime | None, language: str) -> str:
    """A municipal date and time in words; empty without one."""
    if at is None:
        return ""
    return format_datetime(municipal(at), "d MMMM y, HH:mm", locale=language)
