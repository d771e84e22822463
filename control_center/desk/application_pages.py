"""Applications at the desk: lodging one, and answering what the officer asked."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from control_center.desk import acts
from control_center.desk.dependencies import Agent, Form, Visit
from control_center.desk.forms import VEHICLE_ROWS, application_form
from control_center.desk.models import DeskVisit
from control_center.desk.views import choices, common
from control_center.desk.visits import acting
from control_center.errors import UnknownPassage
from control_center.models import PassageRecord
from control_center.passages.deciding import get_passage
from core.clock import municipal
from core.errors import SarbideError
from core.web.dependencies import ClockDep, KeysDep, LanguageDep, SessionDep, StoreDep
from core.web.pages import redirect, render
from core.web.translations import translate
from permits.applications.forms import PAPER_ROWS, papers_of, text_of, typed
from permits.applications.handing_in import hand_in
from permits.applications.labels import ACTS
from permits.applications.queries import get_application
from permits.applications.registry import Act, get_entry
from permits.errors import UnknownReceipt
from permits.labels import EVIDENCE, STATES
from permits.queries import get_authorisation

router = APIRouter(prefix="/desk/visits/{visit_id}")


@router.get("/apply")
def apply_form(
    request: Request,
    session: SessionDep,
    language: LanguageDep,
    agent: Agent,
    visit: Visit,
    passage: UUID | None = None,
) -> Response:
    """The form; with `passage`, filled in to put that entry right."""
    values = _from_passage(_pending(session, passage)) if passage else {}
    return _apply_form(request, session, visit, language, values)


def _pending(session: Session, passage_id: UUID) -> PassageRecord:
    passage = get_passage(session, passage_id)
    if passage.pending is None or passage.pending.closed_at is not None:
        raise UnknownPassage("This entry cannot be put right (any more).")
    return passage


def _from_passage(passage: PassageRecord) -> dict[str, str]:
    return {
        "passage": str(passage.id),
        "plate_1": passage.plate or "",
        "valid_from": municipal(passage.seen_at).strftime("%Y-%m-%dT%H:%M"),
    }


def _apply_form(
    request: Request,
    session: Session,
    visit: DeskVisit,
    language: str,
    values: Mapping[str, str],
    problem: str | None = None,
    status: int = 200,
) -> Response:
    context = {
        **common(visit),
        **choices(session, language),
        "values": values,
        "problem": problem,
        "vehicle_rows": VEHICLE_ROWS,
        "paper_rows": PAPER_ROWS,
    }
    return render(request, "control_center/desk/apply.html", context, status)


@router.post("/apply")
def submit_application(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    store: StoreDep,
    clock: ClockDep,
    language: LanguageDep,
    agent: Agent,
    visit: Visit,
    form: Form,
) -> Response:
    """Lodge it; a problem is answered with the form and what was typed."""
    try:
        filled = application_form(form)
        application = acts.apply_for(
            session,
            keys,
            store,
            agent,
            visit,
            filled,
            act=Act.PUT_RIGHT if text_of(form, "passage") else Act.APPLIED,
            now=clock.now(),
        )
    except SarbideError as error:
        words = translate(error.template, language, **error.details)
        return _apply_form(request, session, visit, language, typed(form), words, error.status)
    number = application.registration_number
    return redirect(request, f"/desk/visits/{visit.id}/receipts/{number}")


@router.get("/applications/{reference}")
def show_application(
    request: Request, reference: str, session: SessionDep, agent: Agent, visit: Visit
) -> Response:
    """One application of the holder: what was asked, and what can be handed in."""
    return _application(request, session, visit, reference)


def _application(
    request: Request,
    session: Session,
    visit: DeskVisit,
    reference: str,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    get_authorisation(session, reference, of_holder=visit.holder_id)
    context = {
        **common(visit),
        "application": get_application(session, reference),
        "evidence": EVIDENCE,
        "paper_rows": PAPER_ROWS,
        "problem": problem,
    }
    return render(request, "control_center/desk/application.html", context, status)


@router.post("/applications/{reference}")
def submit_papers(
    request: Request,
    reference: str,
    session: SessionDep,
    store: StoreDep,
    clock: ClockDep,
    language: LanguageDep,
    agent: Agent,
    visit: Visit,
    form: Form,
) -> Response:
    """Papers, the answer to a question, or an appeal."""
    act = Act.APPEALED if text_of(form, "act") == "appeal" else Act.INFORMED
    try:
        entry = hand_in(
            session,
            store,
            acting(agent, visit),
            visit.holder_id,
            reference,
            text_of(form, "words"),
            tuple(papers_of(form).values()),
            act=act,
            now=clock.now(),
            represented_by=visit.proxy_name,
        )
    except SarbideError as error:
        problem = translate(error.template, language, **error.details)
        return _application(request, session, visit, reference, problem, error.status)
    return redirect(request, f"/desk/visits/{visit.id}/receipts/{entry.number}")


@router.get("/receipts/{number}")
def show_receipt(
    request: Request,
    number: str,
    session: SessionDep,
    language: LanguageDep,
    agent: Agent,
    visit: Visit,
) -> Response:
    """The receipt of one act, to print and to hand over."""
    entry = get_entry(session, number)
    if entry.holder_id != visit.holder_id:
        raise UnknownReceipt("There is no receipt %(receipt)s.", receipt=number[:40])
    row = (
        get_authorisation(session, entry.reference, of_holder=visit.holder_id)
        if entry.reference
        else None
    )
    profile = (row.profile.names.get(language) or row.profile.names["en"]) if row else None
    context = {
        **common(visit),
        "entry": entry,
        "act": ACTS[Act(entry.kind)],
        "row": row,
        "profile": profile,
        "states": STATES,
    }
    return render(request, "control_center/desk/receipt.html", context)
