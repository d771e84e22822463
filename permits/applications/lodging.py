"""The applicant's side: draft, submit, answer a question, appeal, withdraw."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core import audit
from core.database import uuid7
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.identity import Actor
from core.keyed_hash import plate_hash
from core.words import Word
from permits.applications import automatic, labels, letters
from permits.applications.models import Application, ApplicationVehicle, RegistryEntry
from permits.applications.queries import application_of, get_application
from permits.applications.registry import Act, register
from permits.applications.requests import ApplicationRequest, CheckedRequest, check
from permits.authorisations import change_state, next_reference
from permits.entitlements.matching import covering
from permits.errors import AppliedAlready, EvidenceMissing
from permits.history import application_changed, note_event
from permits.labels import EVIDENCE
from permits.models import Authorisation, Holder
from permits.states import AuthorisationState as S
from permits.vehicles import VehicleFacts

MAX_TEXT = 2000
_WAITING = (S.SUBMITTED, S.UNDER_REVIEW, S.INFORMATION_REQUESTED)


def draft(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    holder: Holder,
    request: ApplicationRequest,
    *,
    channel: str,
    now: datetime,
    application_id: UUID | None = None,
) -> Application:
    """Write down what `holder` asks for. Nobody answers a draft, and it allows nothing.

    Raises:
        UnknownProfile, UnknownZone, VehicleNotAdmitted, InvalidInput: see `requests.check`.
        AppliedAlready: the same waits for its answer; the message names it.
    """
    checked = check(session, request, now)
    vehicles = [_vehicle(keys, facts) for facts in request.vehicles]
    _check_not_waiting(session, holder, checked, vehicles)
    authorisation = Authorisation(
        reference=next_reference(session, checked.profile),
        profile=checked.profile,
        holder=holder,
        zones=list(request.zones),
        control_points=list(request.control_points),
        place=request.place,
        max_vehicles=checked.profile.max_vehicles,
        valid_from=checked.begin,
        valid_until=checked.end,
        state=S.DRAFT.value,
        created_at=now,
    )
    session.add(authorisation)
    session.flush()
    note_event(authorisation, actor, now, kind="created", to_state=S.DRAFT)
    application = Application(
        id=application_id or uuid7(),
        authorisation=authorisation,
        channel=channel,
        statement=request.statement or None,
        created_at=now,
        vehicles=vehicles,
    )
    session.add(application)
    session.flush()
    audit.record(session, actor, "permits:application:drafted", _subject(authorisation))
    return application


def _check_not_waiting(
    session: Session, holder: Holder, asked: CheckedRequest, vehicles: list[ApplicationVehicle]
) -> None:
    """The same kind of permit for the same vehicle and time is asked for once: twice would cost
    the office two answers and the holder two places. A beginning that the first does not cover is
    another request: an entry of then could not be put right otherwise."""
    query = (
        select(Authorisation.reference, ApplicationVehicle.plate)
        .join(Application, Application.authorisation_id == Authorisation.id)
        .join(ApplicationVehicle, ApplicationVehicle.application_id == Application.id)
        .where(
            Authorisation.holder_id == holder.id,
            Authorisation.profile_code == asked.profile.code,
            Authorisation.state.in_([state.value for state in _WAITING]),
            ApplicationVehicle.plate_hash.in_([one.plate_hash for one in vehicles]),
            Authorisation.valid_from <= asked.begin,
            or_(Authorisation.valid_until.is_(None), Authorisation.valid_until > asked.begin),
        )
    )
    waiting = session.execute(query).first()
    if waiting is not None:
        raise AppliedAlready(
            "%(plate)s waits for an answer to %(reference)s already: go on with that application, "
            "or withdraw it first.",
            plate=waiting.plate,
            reference=waiting.reference,
        )


def _vehicle(keys: KeyRing, facts: VehicleFacts) -> ApplicationVehicle:
    return ApplicationVehicle(
        plate=facts.plate.text,
        plate_hash=plate_hash(keys.plate_hash_key, facts.plate),
        vehicle_class=facts.vehicle_class,
        mass_kg=facts.mass_kg,
        height_cm=facts.height_cm,
    )


def submit(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    reference: str,
    *,
    now: datetime,
    act: Act = Act.APPLIED,
    represented_by: str | None = None,
) -> Application:
    """Lodge the draft: it gets its registration number, and an answer at once if the city knows.

    Raises:
        UnknownAuthorisation, UnknownApplication: no such draft.
        NoSuchTransition: it was submitted already.
        EvidenceMissing: a paper that the profile asks for; the message names it.
    """
    application = get_application(session, reference, lock=True)
    authorisation = application.authorisation
    _check_evidence(session, keys, application, now)
    change_state(
        session, actor, authorisation.reference, S.SUBMITTED, why=labels.SUBMITTED, now=now
    )
    entry = register(
        session,
        actor,
        act,
        authorisation.holder,
        channel=application.channel,
        now=now,
        reference=authorisation.reference,
        detail=", ".join(one.plate for one in application.vehicles),
        represented_by=represented_by,
    )
    application.registration_number = entry.number
    application.submitted_at = now
    _tell_passages(session, application, now)
    automatic.answer(session, keys, application, now=now)
    return application


def _check_evidence(
    session: Session, keys: KeyRing, application: Application, now: datetime
) -> None:
    profile, holder = application.authorisation.profile, application.authorisation.holder
    shown = {document.kind for document in application.documents}
    missing = [code for code in profile.evidence_required if code not in shown]
    if missing and not covering(session, keys, holder.document, profile.code, now):
        raise EvidenceMissing(
            "This kind of authorisation needs a paper that is missing: %(paper)s.",
            paper=Word(EVIDENCE[missing[0]]),
        )


def supply_information(
    session: Session,
    actor: Actor,
    reference: str,
    answer: str,
    *,
    now: datetime,
    represented_by: str | None = None,
) -> Application:
    """Answer the officer's question; new papers are added before. Back to the review.

    Raises:
        UnknownAuthorisation, UnknownApplication, NoSuchTransition: nothing was asked.
        InvalidInput: no words, or too many.
    """
    words = checked_text(answer)
    application = get_application(session, reference, lock=True)
    change_state(session, actor, reference, S.UNDER_REVIEW, why=labels.INFORMED, now=now)
    before = f"{application.statement}\n\n" if application.statement else ""
    application.statement = before + words
    application.answer_by = None
    _registered(session, actor, application, Act.INFORMED, now, represented_by)
    return application


def appeal(
    session: Session,
    actor: Actor,
    reference: str,
    words: str,
    *,
    now: datetime,
    represented_by: str | None = None,
) -> Application:
    """Appeal against a refusal; somebody other than who refused decides it.

    Raises:
        UnknownAuthorisation, UnknownApplication, NoSuchTransition: nothing was refused.
        InvalidInput: no words, or too many.
    """
    text = checked_text(words)
    application = get_application(session, reference, lock=True)
    change_state(session, actor, reference, S.APPEALED, why=labels.APPEALED, now=now)
    application.appeal, application.appealed_at = text, now
    _registered(session, actor, application, Act.APPEALED, now, represented_by)
    return application


def withdraw(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    now: datetime,
    represented_by: str | None = None,
) -> RegistryEntry:
    """Take an application or an authorisation back, as its holder; returns the register's entry.

    Raises:
        UnknownAuthorisation, NoSuchTransition.
    """
    row = change_state(session, actor, reference, S.WITHDRAWN, why=labels.WITHDRAWN, now=now)
    close(session, row, now)
    return register(
        session,
        actor,
        Act.WITHDREW,
        row.holder,
        channel=_channel(actor),
        now=now,
        reference=row.reference,
        represented_by=represented_by,
    )


def close(session: Session, authorisation: Authorisation, now: datetime) -> None:
    """Whatever waited for the answer waits no longer; nothing to do without an application."""
    application = application_of(session, authorisation)
    if application is not None and application.answered_at is None:
        application.answered_at = now
        _tell_passages(session, application, now)


def _registered(
    session: Session,
    actor: Actor,
    application: Application,
    act: Act,
    now: datetime,
    represented_by: str | None,
) -> None:
    row = application.authorisation
    register(
        session,
        actor,
        act,
        row.holder,
        channel=_channel(actor),
        now=now,
        reference=row.reference,
        represented_by=represented_by,
    )
    letters.tell(session, application, letters.RECEIVED, now=now)


def _channel(actor: Actor) -> str:
    return "app" if actor.holder_id else "desk"


def _tell_passages(session: Session, application: Application, now: datetime) -> None:
    for vehicle in application.vehicles:
        application_changed(session, vehicle.plate_hash, now)


def checked_text(text: str) -> str:
    """Raises InvalidInput unless there are words, and not too many."""
    words = text.strip()
    if not 3 <= len(words) <= MAX_TEXT:
        raise InvalidInput("Write 3 to %(limit)s characters.", limit=MAX_TEXT)
    return words


def _subject(authorisation: Authorisation) -> str:
    return f"authorisation:{authorisation.id}"
