"""``/api/v1``: entries that can be put right and what was lodged, as JSON.

What carries papers is sent as a multipart form with the fields of the page's form.
"""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session

from core.clock import DomainClock
from core.settings import Settings
from core.web.dependencies import (
    ClockDep,
    KeysDep,
    LanguageDep,
    SessionDep,
    SettingsDep,
    StoreDep,
)
from core.web.translations import translate
from mobile_api import schemas
from mobile_api.applications import application_of_holder, say
from mobile_api.entry_views import (
    ApplicationView,
    Clocks,
    EntryView,
    application_view,
    own_applications,
    own_entries,
    right_views,
)
from mobile_api.forms import MOST_BYTES, SentForm
from mobile_api.owner import Citizen, OwnHolder
from mobile_api.putting_right import put_right
from permits.applications.queries import numbers_to_put_right
from permits.applications.registry import Act
from permits.applications.rights import rights_to_put_right
from permits.queries import get_holder

router = APIRouter(prefix="/api/v1")


@router.get("/pending")
def list_pending(
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> schemas.PendingList:
    """Entries that can still be put right, the most urgent first."""
    entries = own_entries(session, keys, holder_id, language=language, now=clock.now())
    return schemas.PendingList(pending=tuple(_pending(one, language) for one in entries))


@router.get("/rights")
def list_rights(
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> schemas.RightList:
    """Under which rights the citizen may put an entry right."""
    holder = get_holder(session, holder_id)
    rights = rights_to_put_right(session, keys, holder, clock.now())
    return schemas.RightList(
        rights=tuple(
            schemas.Right(
                code=one.code,
                name=one.name,
                place=one.place,
                papers=tuple(translate(paper, language) for paper in one.papers),
            )
            for one in right_views(rights, language)
        )
    )


@router.get("/applications")
def list_applications(
    session: SessionDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> schemas.ApplicationList:
    """What the citizen has lodged, the newest first."""
    rows = own_applications(session, settings, holder_id, language=language, now=clock.now())
    return schemas.ApplicationList(applications=tuple(_application(one, language) for one in rows))


@router.get("/applications/{reference}")
def show_application(
    reference: str,
    session: SessionDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> schemas.Application:
    """One of them; anybody else's is not found."""
    return _one(session, clock, settings, language, holder_id, reference)


def _one(
    session: Session,
    clock: DomainClock,
    settings: Settings,
    language: str,
    holder_id: UUID,
    reference: str,
) -> schemas.Application:
    row = application_of_holder(session, holder_id, reference)
    numbers, now = numbers_to_put_right(session, holder_id), clock.now()
    view = application_view(session, settings, row, numbers, language=language, now=now)
    return _application(view, language)


@router.post("/applications", status_code=201, max_body_size=MOST_BYTES)
def lodge_application(
    session: SessionDep,
    keys: KeysDep,
    store: StoreDep,
    clock: ClockDep,
    settings: SettingsDep,
    actor: Citizen,
    holder_id: OwnHolder,
    form: SentForm,
) -> schemas.Receipt:
    """Put an entry right. The same form sent again, ``token`` included, gives the same receipt."""
    row = put_right(session, keys, store, settings, actor, holder_id, form, now=clock.now())
    return schemas.Receipt(
        number=str(row.registration_number), reference=row.authorisation.reference
    )


@router.post("/applications/{reference}/answers", status_code=201, max_body_size=MOST_BYTES)
def answer_question(
    reference: str,
    session: SessionDep,
    store: StoreDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    actor: Citizen,
    holder_id: OwnHolder,
    form: SentForm,
) -> schemas.Application:
    """Answer what was asked, with ``words`` and papers."""
    say(session, store, actor, holder_id, reference, form, act=Act.INFORMED, now=clock.now())
    return _one(session, clock, settings, language, holder_id, reference)


@router.post("/applications/{reference}/appeals", status_code=201, max_body_size=MOST_BYTES)
def appeal_refusal(
    reference: str,
    session: SessionDep,
    store: StoreDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    actor: Citizen,
    holder_id: OwnHolder,
    form: SentForm,
) -> schemas.Application:
    """Appeal against a refusal, with ``words`` and papers."""
    say(session, store, actor, holder_id, reference, form, act=Act.APPEALED, now=clock.now())
    return _one(session, clock, settings, language, holder_id, reference)


def _clocks(clocks: Clocks, language: str) -> schemas.Clocks:
    return schemas.Clocks(
        deadline=clocks.deadline,
        seconds_left=int(clocks.left.total_seconds()) if clocks.left is not None else None,
        frozen_because=translate(clocks.frozen, language) if clocks.frozen else None,
        barred_from=clocks.barred_from,
    )


def _pending(one: EntryView, language: str) -> schemas.Pending:
    clocks = _clocks(one.clocks, language)
    return schemas.Pending(
        entry=one.code,
        plate=one.plate,
        authorisation=one.reference,
        control_point=one.control_point,
        seen_at=one.seen_at,
        offence=one.offence,
        text=translate(one.words, language),
        deadline=clocks.deadline,
        seconds_left=clocks.seconds_left,
        clocks=clocks,
        application=one.lodged,
    )


def _application(one: ApplicationView, language: str) -> schemas.Application:
    row = one.row
    return schemas.Application(
        reference=one.reference,
        registration_number=row.registration_number,
        profile=one.profile,
        state=schemas.AuthorisationState(
            code=row.authorisation.state, text=translate(one.state, language)
        ),
        lodged_at=row.submitted_at,
        puts_an_entry_right=one.puts_right,
        vehicles=tuple(vehicle.plate for vehicle in row.vehicles),
        valid_from=row.authorisation.valid_from,
        valid_until=row.authorisation.valid_until,
        papers=tuple(paper.name for paper in row.documents),
        statement=row.statement,
        question=row.question if one.has_question else None,
        answer_by=row.answer_by if one.has_question else None,
        refused_because=translate(one.reason, language) if one.reason else None,
        note=row.note if one.is_refused else None,
        clocks=_clocks(one.clocks, language) if one.clocks else None,
    )
