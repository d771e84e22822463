"""The staff's pages of the register; `control_center` mounts them."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core import audit
from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.web.dependencies import (
    ClockDep,
    KeysDep,
    LanguageDep,
    SessionDep,
    WritingSessionDep,
    require,
)
from core.web.pages import redirect, render
from core.web.translations import translate
from permits import labels
from permits.models import Authorisation
from permits.queries import (
    active_by_profile,
    all_control_points,
    all_profiles,
    all_zones,
    get_authorisation,
)
from permits.service import change_state, find_holders
from permits.states import TRANSITIONS, AuthorisationState
from permits.views import authorisation_view, in_language, profile_views

router = APIRouter()

Viewer = Annotated[Actor, Depends(require(Permission.VIEW_AUTHORISATIONS))]
Manager = Annotated[Actor, Depends(require(Permission.MANAGE_AUTHORISATIONS))]
PointViewer = Annotated[Actor, Depends(require(Permission.VIEW_CONTROL_POINTS))]


@router.get("/authorisations")
def search_page(
    request: Request, session: SessionDep, language: LanguageDep, actor: Viewer
) -> Response:
    """The search form and how many authorisations of each profile are in force."""
    return _search(request, actor, session, language)


@router.get("/authorisations/search")
def back_to_search() -> Response:
    """What a search found is nobody's address; language links and reloads lead to the form."""
    return RedirectResponse("/authorisations", status_code=303)


@router.post("/authorisations/search")
def search(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    language: LanguageDep,
    actor: Viewer,
    text: Annotated[str, Form(max_length=100)] = "",
    purpose: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Holders found; a form, so that plates and names stay out of addresses and logs."""
    try:
        found = find_holders(session, keys, actor, text, purpose=purpose)
    except InvalidInput as error:
        words = translate(error.template, language, **error.details)
        field = "purpose" if text.strip() else "text"
        problem = {"text": text, "purpose": purpose, "error": words, "field": field}
        return _search(request, actor, session, language, problem, status=422)
    answer = {"text": text, "purpose": purpose, "found": found}
    return _search(request, actor, session, language, answer)


def _search(
    request: Request,
    actor: Actor,
    session: Session,
    language: str,
    result: Mapping[str, object] | None = None,
    status: int = 200,
) -> Response:
    profiles = profile_views(all_profiles(session), active_by_profile(session), language)
    context: dict[str, object] = {
        "text": "",
        "purpose": "",
        "found": None,
        "error": None,
        "field": None,
        "profiles": profiles,
        "names": {profile.code: profile.name for profile in profiles},
        "states": labels.STATES,
        "tones": labels.STATE_TONES,
        "may_see_zones": actor.may(Permission.VIEW_CONTROL_POINTS),
        **(result or {}),
    }
    return render(request, "permits/authorisations.html", context, status=status)


@router.get("/authorisations/{reference}")
def show_authorisation(
    request: Request,
    reference: str,
    session: WritingSessionDep,
    clock: ClockDep,
    language: LanguageDep,
    actor: Viewer,
) -> Response:
    """One authorisation with its vehicles and its history. Reading it leaves an audit row."""
    row = get_authorisation(session, reference)
    audit.record(session, actor, "permits:authorisation:viewed", f"authorisation:{row.id}")
    context = {
        "row": row,
        "view": authorisation_view(session, row, language=language, now=clock.now()),
        "former": [one for one in row.assignments if one.assigned_until is not None],
        "changes": _possible_changes(row, actor),
        "events": labels.EVENTS,
        "states": labels.STATES,
        "channels": labels.CHANNELS,
        "classes": labels.VEHICLE_CLASSES,
    }
    return render(request, "permits/authorisation.html", context)


def _possible_changes(row: Authorisation, actor: Actor) -> list[AuthorisationState]:
    if not actor.may(Permission.MANAGE_AUTHORISATIONS):
        return []
    return [new for new in labels.CHANGED if new in TRANSITIONS[AuthorisationState(row.state)]]


@router.post("/authorisations/{reference}/state")
def submit_state(
    request: Request,
    reference: str,
    session: SessionDep,
    clock: ClockDep,
    actor: Manager,
    state: Annotated[str, Form(max_length=30)],
    why: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Suspend, resume or revoke."""
    new = _desk_change(state)
    row = change_state(session, actor, reference, new, why=why, now=clock.now())
    return redirect(
        request,
        f"/authorisations/{row.reference}",
        labels.CHANGED[new],
        reference=row.reference,
    )


def _desk_change(state: str) -> AuthorisationState:
    for known in labels.CHANGED:
        if known.value == state:
            return known
    raise InvalidInput(
        "An authorisation cannot be put into the state '%(state)s' here.", state=state
    )


@router.get("/zones")
def show_zones(
    request: Request, session: SessionDep, language: LanguageDep, _: PointViewer
) -> Response:
    """Zones with their control points, and the profiles with their entry conditions."""
    zones = [(in_language(zone.names, language), zone) for zone in all_zones(session)]
    context = {
        "zones": zones,
        "points": all_control_points(session),
        "profiles": profile_views(all_profiles(session), active_by_profile(session), language),
        "modes": labels.MODES,
        "health": labels.HEALTH,
        "directions": labels.DIRECTIONS,
    }
    return render(request, "permits/zones.html", context)
