"""The officer's side: take up, ask, grant, refuse, decide an appeal."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from core.clock import MUNICIPAL_ZONE, municipal
from core.encryption import KeyRing
from core.errors import Forbidden, InvalidInput
from core.identity import Actor
from permits.applications import granting, labels, letters
from permits.applications.lodging import checked_text
from permits.applications.models import Application
from permits.applications.queries import get_application
from permits.authorisations import change_state
from permits.calendar import holidays_of_years
from permits.history import application_changed
from permits.states import AuthorisationState as S

WORKING_DAYS_TO_ANSWER = 10
"""Ley 39/2015, article 68.1: ten days to mend an application, working days by article 30.2."""


def take_up(session: Session, actor: Actor, reference: str, *, now: datetime) -> Application:
    """Begin the review. Raises UnknownAuthorisation, UnknownApplication, NoSuchTransition."""
    application = get_application(session, reference, lock=True)
    change_state(session, actor, reference, S.UNDER_REVIEW, why=labels.TAKEN_UP, now=now)
    return application


def request_information(
    session: Session, actor: Actor, reference: str, question: str, *, now: datetime
) -> Application:
    """Ask the applicant for what is missing, with the day by which they have to answer.

    Raises:
        UnknownAuthorisation, UnknownApplication, NoSuchTransition: not under review.
        InvalidInput: no question.
    """
    words = checked_text(question)
    application = get_application(session, reference, lock=True)
    change_state(session, actor, reference, S.INFORMATION_REQUESTED, why=labels.ASKED, now=now)
    application.question = words
    application.answer_by = end_of_working_days(session, now, WORKING_DAYS_TO_ANSWER)
    letters.tell(session, application, letters.ASKED, now=now)
    return application


def end_of_working_days(session: Session, now: datetime, days: int) -> datetime:
    """The end of the `days`-th working day after that of `now` (Saturdays don't count)."""
    day = municipal(now).date()
    holidays = holidays_of_years(session, day.year, day.year + 1)
    while days:
        day += timedelta(days=1)
        days -= _is_working_day(day, holidays)
    return datetime.combine(day + timedelta(days=1), time(0), MUNICIPAL_ZONE)


def _is_working_day(day: date, holidays: frozenset[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def approve(
    session: Session, keys: KeyRing, actor: Actor, reference: str, *, now: datetime
) -> Application:
    """Grant what is under review, or uphold an appeal.

    Raises:
        UnknownAuthorisation, UnknownApplication, NoSuchTransition.
        Forbidden: whoever refused decides no appeal.
        CapacityReached, VehicleNotAdmitted: it cannot be granted as it stands.
    """
    application = get_application(session, reference, lock=True)
    appealed = application.authorisation.state == S.APPEALED.value
    if appealed:
        _check_another_officer(application, actor)
    why = labels.APPEAL_UPHELD if appealed else labels.GRANTED
    granting.grant(session, keys, actor, application, why=why, now=now)
    return application


def refuse(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    reason: str,
    note: str = "",
    now: datetime,
) -> Application:
    """Refuse what is under review, or dismiss an appeal, with a reason the citizen reads.

    Raises:
        UnknownAuthorisation, UnknownApplication, NoSuchTransition.
        Forbidden: whoever refused decides no appeal.
        InvalidInput: no reason, or the reason "other" without words.
    """
    if reason not in labels.REFUSALS:
        raise InvalidInput("Choose a reason: the citizen has a right to know it.")
    words = note.strip() or None
    if reason == "other" and words is None:
        raise InvalidInput("Write the reason in your own words.")
    application = get_application(session, reference, lock=True)
    if application.authorisation.state == S.APPEALED.value:
        _check_another_officer(application, actor)
    change_state(session, actor, reference, S.REFUSED, why=labels.REFUSALS[reason], now=now)
    application.reason, application.note, application.answered_at = reason, words, now
    for vehicle in application.vehicles:
        application_changed(session, vehicle.plate_hash, now)
    letters.tell(session, application, letters.REFUSED, now=now)
    return application


def _check_another_officer(application: Application, actor: Actor) -> None:
    refusals = [e for e in application.authorisation.events if e.to_state == S.REFUSED.value]
    if any(event.by_account == actor.id for event in refusals):
        raise Forbidden("You refused this application: somebody else has to decide its appeal.")
