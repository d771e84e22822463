"""``/api/v1``: the same as the pages, as JSON. Errors are RFC 9457 problem documents."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from core.accounts.service import SESSION_LENGTH, SessionKind, log_in, log_out
from core.errors import SarbideError
from core.web import csrf
from core.web.cookies import clear_cookie, get_cookie, set_cookie
from core.web.dependencies import ClockDep, KeysDep, LanguageDep, SessionDep, actor_of
from core.web.errors import respond
from core.web.translations import translate
from mobile_api import schemas
from mobile_api.owner import Citizen, OwnHolder
from mobile_api.service import change_own_plate
from mobile_api.views import OwnAuthorisation, own_authorisations
from permits.errors import UnknownAuthorisation

router = APIRouter(prefix="/api/v1")

KIND: SessionKind = "citizen"


@router.get("/session")
def session_state(request: Request, language: LanguageDep) -> Response:
    """Whether somebody is logged in, and the token for requests that change something."""
    actor = actor_of(request)
    state = schemas.SessionState(
        logged_in=actor is not None,
        name=actor.name if actor else None,
        language=language,
        csrf_token=csrf.token_for(request),
    )
    response = JSONResponse(state.model_dump(mode="json"))
    csrf.remember_browser(request, response)
    return response


@router.post("/session")
def open_session(request: Request, session: SessionDep, body: schemas.Login) -> Response:
    """Log in: sets the cookie. Ask for a new form token afterwards."""
    address = request.client.host if request.client else None
    try:
        token = log_in(session, body.login, body.password, KIND, address=address)
    except SarbideError as error:
        # Answered, not raised: the failure must be counted, so this transaction commits.
        return respond(request, error)
    response = Response(status_code=204)
    age = int(SESSION_LENGTH[KIND].total_seconds())
    set_cookie(request, response, "session", token, max_age=age)
    return response


@router.delete("/session")
def close_session(request: Request, session: SessionDep) -> Response:
    """Log out."""
    log_out(session, get_cookie(request, "session") or "")
    response = Response(status_code=204)
    clear_cookie(request, response, "session")
    return response


@router.get("/authorisations")
def list_authorisations(
    session: SessionDep, clock: ClockDep, language: LanguageDep, holder_id: OwnHolder
) -> schemas.AuthorisationList:
    """The citizen's authorisations."""
    own = own_authorisations(session, holder_id, language=language, now=clock.now())
    return schemas.AuthorisationList(authorisations=tuple(_authorisation(o, language) for o in own))


@router.get("/authorisations/{reference}")
def show_authorisation(
    reference: str,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> schemas.Authorisation:
    """One of them; anybody else's is not found."""
    for own in own_authorisations(session, holder_id, language=language, now=clock.now()):
        if own.view.reference == reference.upper():
            return _authorisation(own, language)
    raise UnknownAuthorisation("There is no authorisation %(reference)s.", reference=reference[:40])


@router.post("/authorisations/{reference}/plate-changes", status_code=201)
def create_plate_change(
    reference: str,
    body: schemas.PlateChangeRequest,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    actor: Citizen,
    holder_id: OwnHolder,
) -> schemas.PlateChangeReceipt:
    """Replace a vehicle; the receipt carries a reference number."""
    change = change_own_plate(
        session,
        keys,
        actor,
        holder_id,
        reference,
        old=body.old,
        new=body.new,
        now=clock.now(),
        vehicle_class=body.vehicle_class,
        confirmed=body.confirmed,
    )
    return schemas.PlateChangeReceipt(
        receipt=change.receipt,
        reference=change.reference,
        old=change.old,
        new=change.new,
        at=change.at,
    )


def _authorisation(own: OwnAuthorisation, language: str) -> schemas.Authorisation:
    view = own.view
    return schemas.Authorisation(
        reference=view.reference,
        profile=view.profile,
        conditions=view.conditions,
        state=schemas.AuthorisationState(
            code=view.state_code, text=translate(view.state, language)
        ),
        valid_from=view.valid_from,
        valid_until=view.valid_until,
        hours=view.windows,
        max_stay_minutes=view.max_stay_minutes,
        entries=tuple(
            schemas.Entries(period=q.period, used=q.used, limit=q.limit, left=q.left)
            for q in view.quotas
        ),
        vehicles=view.plates,
        max_vehicles=view.max_vehicles,
        plate_changes_left_today=own.changes_left,
    )
