"""The residents' pages: phone first, whole without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import JSONResponse, Response

from core.errors import Conflict, InvalidInput, SarbideError
from core.web.dependencies import ClockDep, KeysDep, LanguageDep, SessionDep
from core.web.pages import redirect, render
from core.web.translations import translate
from mobile_api.entry_views import own_entries
from mobile_api.errors import UnusualPlate
from mobile_api.owner import Citizen, OwnHolder
from mobile_api.service import change_own_plate
from mobile_api.views import own_authorisations
from permits.errors import UnknownVehicle, VehicleNotAdmitted
from permits.labels import VEHICLE_CLASSES
from permits.models import Authorisation
from permits.queries import get_authorisation, plate_change_by_receipt
from permits.vehicles import changes_left_today
from permits.views import in_language

router = APIRouter()


@router.get("/")
def home(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> Response:
    """The citizen's authorisations, and what they can still put right."""
    now = clock.now()
    context = {
        "authorisations": own_authorisations(session, holder_id, language=language, now=now),
        "entries": own_entries(session, keys, holder_id, language=language, now=now),
    }
    return render(request, "mobile_api/home.html", context)


@router.get("/authorisations/{reference}/plate")
def plate_form(
    request: Request,
    reference: str,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    holder_id: OwnHolder,
    old: str = "",
) -> Response:
    """The form for another plate; `old` is the vehicle to replace."""
    row = get_authorisation(session, reference, of_holder=holder_id)
    left = changes_left_today(session, row, clock.now())
    return _form(request, row, language, old=old[:20], changes_left=left)


@router.post("/authorisations/{reference}/plate")
def submit_plate(
    request: Request,
    reference: str,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    actor: Citizen,
    holder_id: OwnHolder,
    old: Annotated[str, Form(max_length=40)] = "",
    new: Annotated[str, Form(max_length=100)] = "",
    vehicle_class: Annotated[str, Form(max_length=30)] = "",
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Change the plate; a problem is answered with the form and an error linked to its field."""
    row = get_authorisation(session, reference, of_holder=holder_id)
    now = clock.now()
    try:
        change = change_own_plate(
            session,
            keys,
            actor,
            holder_id,
            row.reference,
            old=old,
            new=new,
            now=now,
            vehicle_class=vehicle_class or None,
            confirmed=confirmed,
        )
    except (InvalidInput, Conflict, UnknownVehicle) as error:
        left = changes_left_today(session, row, now)
        return _form(request, row, language, old=old, new=new, changes_left=left, problem=error)
    return redirect(request, f"/changes/{change.receipt}")


def _form(
    request: Request,
    row: Authorisation,
    language: str,
    *,
    old: str,
    changes_left: int,
    new: str = "",
    problem: SarbideError | None = None,
) -> Response:
    plates = [assignment.vehicle.plate for assignment in row.current]
    context = {
        "row": row,
        "profile": in_language(row.profile.names, language),
        "plates": plates,
        "old": old if old in plates else (plates[0] if plates else ""),
        "new": new,
        "changes_left": changes_left,
        "classes": {code: VEHICLE_CLASSES[code] for code in row.profile.vehicle_classes},
        "problem": _words(problem, language) if problem else None,
        "field": _field(problem),
        "ask_to_confirm": isinstance(problem, UnusualPlate),
    }
    return render(request, "mobile_api/plate.html", context, problem.status if problem else 200)


def _words(problem: SarbideError, language: str) -> str:
    return translate(problem.template, language, **problem.details)


def _field(problem: SarbideError | None) -> str | None:
    """Id of the field that the problem is about."""
    match problem:
        case None:
            return None
        case UnknownVehicle():
            return "old"
        case UnusualPlate():
            return "confirmed"
        case VehicleNotAdmitted():
            return "vehicle_class"
        case _:
            return "new"


@router.get("/changes/{receipt}")
def show_change(
    request: Request, receipt: str, session: SessionDep, holder_id: OwnHolder
) -> Response:
    """The confirmation, with its reference number; may be opened again at any time."""
    new, old = plate_change_by_receipt(session, receipt, of_holder=holder_id)
    return render(request, "mobile_api/changed.html", {"new": new, "old": old})


@router.get("/manifest.webmanifest")
def manifest(language: LanguageDep) -> Response:
    """What a phone needs to put the app on its home screen (W3C Web Application Manifest)."""
    document = {
        "name": translate("Sarbide: my authorisations", language),
        "short_name": "Sarbide",
        "lang": language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f3",
        "theme_color": "#17513f",
        "icons": [
            {"src": "/static/core/icon.svg", "sizes": "any", "type": "image/svg+xml"},
        ],
    }
    return JSONResponse(document, media_type="application/manifest+json")
