"""The pages of a visit: the citizen's file, and what the agent does for them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi import Form as FormField
from starlette.responses import Response

from control_center.desk import acts
from control_center.desk.dependencies import Agent, Form, Visit, VisitOnRecord
from control_center.desk.views import citizen_file, common, entries_to_put_right
from control_center.desk.visits import acting, end_visit
from control_center.labels import N_
from core import audit
from core.clock import utc_now
from core.errors import SarbideError
from core.notifications.states import Channel
from core.plates import PlateNumber
from core.web.dependencies import ClockDep, KeysDep, LanguageDep, SessionDep, WritingSessionDep
from core.web.pages import redirect, render
from core.web.translations import translate
from permits import labels
from permits.applications.forms import text_of, whole_of
from permits.applications.lodging import withdraw
from permits.queries import get_authorisation
from permits.vehicles import VehicleFacts

router = APIRouter(prefix="/desk/visits/{visit_id}")


@router.get("")
def show_file(
    request: Request,
    session: WritingSessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    agent: Agent,
    visit: VisitOnRecord,
) -> Response:
    """Everything of the holder. Looking at it is recorded."""
    audit.record(
        session, acting(agent, visit), "control_center:file:viewed", f"holder:{visit.holder_id}"
    )
    context = citizen_file(session, keys, visit, language=language, now=clock.now())
    return render(request, "control_center/desk/file.html", context)


@router.post("/end")
def end(request: Request, session: SessionDep, agent: Agent, visit: Visit) -> Response:
    """The citizen has been served."""
    end_visit(session, agent, visit, utc_now())
    return redirect(request, "/desk", N_("The visit has ended."))


@router.get("/entries")
@router.get("/details")
def back_to_file(request: Request, visit_id: UUID, agent: Agent) -> Response:
    """Language links and reloads of a form's answer lead to the file."""
    return redirect(request, f"/desk/visits/{visit_id}")


@router.post("/entries")
def find_entries(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    agent: Agent,
    visit: Visit,
    plate: Annotated[str, FormField(max_length=40)] = "",
) -> Response:
    """Entries of a vehicle that is on none of the holder's authorisations; recorded."""
    problem, entries = None, []
    try:
        number = PlateNumber.parse(plate)
        audit.record(
            session,
            acting(agent, visit),
            "control_center:entry:searched",
            f"visit:{visit.id}",
            purpose="regularisation at the service desk",
        )
        entries = entries_to_put_right(session, keys, visit, (), clock.now(), number)
    except SarbideError as error:
        problem = translate(error.template, language, **error.details)
    context = {**common(visit), "plate_text": plate, "entries": entries, "problem": problem}
    return render(request, "control_center/desk/entries.html", context, 422 if problem else 200)


@router.post("/details")
def change_details(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    agent: Agent,
    visit: Visit,
    form: Form,
) -> Response:
    """Contact details and the way to be told."""
    entry = acts.change_details(
        session,
        agent,
        visit,
        email=text_of(form, "email"),
        phone=text_of(form, "phone"),
        address=text_of(form, "address"),
        channel=text_of(form, "channel") or Channel.EMAIL,
        language=text_of(form, "language"),
        now=clock.now(),
    )
    return redirect(request, f"/desk/visits/{visit.id}/receipts/{entry.number}")


@router.get("/vehicles/{reference}")
def vehicle_form(
    request: Request,
    reference: str,
    session: SessionDep,
    agent: Agent,
    visit: Visit,
    old: str = "",
) -> Response:
    """Another vehicle instead of `old`, or one more when none is named."""
    return _vehicle_form(request, session, visit, reference, old)


def _vehicle_form(
    request: Request,
    session: SessionDep,
    visit: Visit,
    reference: str,
    old: str,
    *,
    new: str = "",
    problem: str | None = None,
    status: int = 200,
) -> Response:
    row = get_authorisation(session, reference, of_holder=visit.holder_id)
    plates = [one.vehicle.plate for one in row.current]
    context = {
        **common(visit),
        "row": row,
        "plates": plates,
        "old": old if old in plates else "",
        "new": new,
        "problem": problem,
        "classes": labels.VEHICLE_CLASSES,
    }
    return render(request, "control_center/desk/vehicle.html", context, status)


@router.post("/vehicles/{reference}")
def submit_vehicle(
    request: Request,
    reference: str,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    agent: Agent,
    visit: Visit,
    form: Form,
) -> Response:
    """Change or add a vehicle; a problem is answered with the form."""
    old, new = text_of(form, "old"), text_of(form, "new")
    try:
        facts = VehicleFacts(
            PlateNumber.parse(new),
            text_of(form, "vehicle_class") or None,
            whole_of(text_of(form, "mass_kg")),
            whole_of(text_of(form, "height_cm")),
        )
        now = clock.now()
        if old:
            entry = acts.change_vehicle(
                session, keys, agent, visit, reference, old=old, new=facts, now=now
            )
        else:
            entry = acts.put_on(session, keys, agent, visit, reference, facts, now=now)
    except SarbideError as error:
        words = translate(error.template, language, **error.details)
        return _vehicle_form(
            request, session, visit, reference, old, new=new, problem=words, status=error.status
        )
    return redirect(request, f"/desk/visits/{visit.id}/receipts/{entry.number}")


@router.post("/withdraw/{reference}")
def withdraw_it(
    request: Request,
    reference: str,
    session: SessionDep,
    clock: ClockDep,
    agent: Agent,
    visit: Visit,
) -> Response:
    """Give an authorisation back, or take an application back."""
    row = get_authorisation(session, reference, of_holder=visit.holder_id)
    entry = withdraw(
        session,
        acting(agent, visit),
        row.reference,
        now=clock.now(),
        represented_by=visit.proxy_name,
    )
    return redirect(request, f"/desk/visits/{visit.id}/receipts/{entry.number}")
