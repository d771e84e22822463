"""A carrier at the desk hands in its fleet as a file."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from control_center.desk import acts
from control_center.desk.dependencies import Agent, Form, Visit
from control_center.desk.models import DeskVisit
from control_center.desk.views import common
from control_center.desk.visits import acting
from control_center.labels import N_
from core.errors import InvalidInput, SarbideError
from core.web.dependencies import ClockDep, KeysDep, LanguageDep, SessionDep
from core.web.pages import redirect, render
from core.web.translations import translate
from permits.applications.forms import text_of
from permits.applications.registry import Act
from permits.imports.fleets import FLEET, take_fleet

router = APIRouter(prefix="/desk/visits/{visit_id}/fleet")

MAX_BYTES = 1_000_000


@router.get("")
def fleet_form(request: Request, visit_id: UUID, visit: Visit, _: Agent) -> Response:
    """Which columns the file has, and the form for it."""
    return _show(request, visit)


def _show(
    request: Request, visit: DeskVisit, problems: list[str] | None = None, status: int = 200
) -> Response:
    context = {
        **common(visit),
        "problems": problems or [],
        "required": FLEET.required,
        "optional": FLEET.optional,
    }
    return render(request, "control_center/desk/fleet.html", context, status)


@router.post("")
def take_it(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    agent: Agent,
    visit: Visit,
    form: Form,
) -> Response:
    """Take in the fleet; broken lines are named, and then nothing is changed."""
    now, is_whole = clock.now(), text_of(form, "is_whole") == "yes"
    try:
        with session.begin_nested():
            taken = take_fleet(
                session,
                keys,
                acting(agent, visit),
                visit.holder,
                _content(form.get("file")),
                is_whole=is_whole,
                now=now,
            )
    except SarbideError as error:
        words = translate(error.template, language, **error.details)
        return _show(request, visit, [words], error.status)
    if taken.reference is None:
        problems = [
            translate(
                N_("Line %(line)s: %(problem)s"),
                language,
                line=str(one.line),
                problem=translate(one.problem, language, **one.values),
            )
            for one in taken.rejected[:50]
        ]
        return _show(request, visit, problems, 422)
    detail = translate(N_("%(number)s vehicles"), language, number=str(taken.vehicles))
    entry = acts.note(session, agent, visit, Act.REGISTERED_FLEET, now, taken.reference, detail)
    return redirect(request, f"/desk/visits/{visit.id}/receipts/{entry.number}")


def _content(file: object) -> bytes:
    content = file.file.read(MAX_BYTES + 1) if isinstance(file, UploadFile) else b""
    if not content:
        raise InvalidInput(N_("Choose a file first."))
    if len(content) > MAX_BYTES:
        raise InvalidInput(N_("The file is larger than 1 MB."))
    return content
