"""Reminders before a grant ends: 30, 7 and 1 days, so that nobody collects fines unknowingly."""

from datetime import datetime, timedelta

from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import municipal
from core.words import N_
from permits.applications import letters
from permits.models import Authorisation
from permits.states import IN_FORCE

DAYS = (30, 7, 1)
BATCH = 500

REMINDER = letters.Letter(
    N_("Authorisation %(reference)s ends on %(end)s"),
    N_(
        "Your authorisation %(reference)s (%(profile)s) ends on %(end)s. To keep it, apply anew in "
        "the app or at the service desk before that day."
    ),
)


def due_reminder(begin: datetime, end: datetime, now: datetime) -> int | None:
    """Which of `DAYS` is due at `now`; None when none is.

    Only the nearest: whoever missed the 30 days hears of the 7. A permit that lasts hardly longer
    than the notice gets none, since its holder has just been told when it ends.
    """
    if now >= end:
        return None
    due = [days for days in DAYS if now >= end - timedelta(days=days)]
    fitting = [days for days in due if end - begin >= timedelta(days=2 * days)]
    return min(fitting) if fitting and min(fitting) == min(due) else None


def remind(session: Session, now: datetime) -> int:
    """Write the reminders due at `now`, each once; returns how many were written."""
    soon = now + timedelta(days=max(DAYS))
    query = (
        select(Authorisation)
        .where(
            Authorisation.state.in_([state.value for state in IN_FORCE]),
            Authorisation.valid_until > now,
            Authorisation.valid_until <= soon,
        )
        .order_by(Authorisation.valid_until)
        .execution_options(yield_per=BATCH)
    )
    return sum(_remind(session, row, now) for row in session.scalars(query))


def _remind(session: Session, row: Authorisation, now: datetime) -> bool:
    end = row.valid_until
    days = due_reminder(row.valid_from, end, now) if end is not None else None
    if days is None or end is None:
        return False
    language = row.holder.language
    names: dict[str, str] = row.profile.names
    notice = letters.write(
        session,
        row.holder,
        REMINDER,
        {
            "reference": row.reference,
            "profile": names.get(language) or names["en"],
            "end": format_datetime(municipal(end), "d MMMM y, HH:mm", locale=language),
        },
        about=f"authorisation:{row.id}",
        now=now,
        key=f"reminder:{row.id}:{municipal(end):%Y%m%d%H%M}:{days}",
    )
    return notice is not None
