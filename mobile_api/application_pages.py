"""What the citizen has lodged: the list, one with its answer, and receipts."""

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from core.clock import DomainClock
from core.errors import SarbideError
from core.settings import Settings
from core.web.dependencies import ClockDep, LanguageDep, SessionDep, SettingsDep, StoreDep
from core.web.pages import redirect, render
from core.web.translations import translate
from core.words import N_
from mobile_api.applications import application_of_holder, say
from mobile_api.entry_views import application_view, own_applications
from mobile_api.forms import MOST_BYTES, SentForm
from mobile_api.owner import Citizen, OwnHolder
from permits.applications.forms import PAPER_ROWS, text_of
from permits.applications.labels import ACTS
from permits.applications.queries import numbers_to_put_right
from permits.applications.registry import Act, get_entry
from permits.errors import UnknownReceipt
from permits.labels import EVIDENCE, STATE_TONES, STATES
from permits.queries import get_authorisation
from permits.states import AuthorisationState
from permits.views import in_language

router = APIRouter()

RECEIVED_ALREADY = N_("We have this already: here is how it stands.")


@router.get("/applications")
def list_applications(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> Response:
    """Everything the citizen has lodged, with its state."""
    rows = own_applications(session, settings, holder_id, language=language, now=clock.now())
    return render(request, "mobile_api/applications.html", {"rows": rows})


@router.get("/applications/{reference}")
def show_application(
    request: Request,
    reference: str,
    session: SessionDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> Response:
    """One of them: its state, what was asked, the reasons of a refusal, and what to do now."""
    return _page(request, session, clock, settings, language, holder_id, reference)


def _page(
    request: Request,
    session: Session,
    clock: DomainClock,
    settings: Settings,
    language: str,
    holder_id: OwnHolder,
    reference: str,
    problem: SarbideError | None = None,
    words: str = "",
) -> Response:
    row = application_of_holder(session, holder_id, reference)
    numbers = numbers_to_put_right(session, holder_id)
    now = clock.now()
    said = translate(problem.template, language, **problem.details) if problem else None
    context = {
        "one": application_view(session, settings, row, numbers, language=language, now=now),
        "evidence": EVIDENCE,
        "paper_rows": PAPER_ROWS,
        "words": words,
        "problem": said,
        "field": problem.details.get("field", "words") if problem else None,
    }
    status = problem.status if problem else 200
    return render(request, "mobile_api/application.html", context, status)


@router.post("/applications/{reference}", max_body_size=MOST_BYTES)
def submit_words(
    request: Request,
    reference: str,
    session: SessionDep,
    store: StoreDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    actor: Citizen,
    holder_id: OwnHolder,
    form: SentForm,
) -> Response:
    """The answer to a question, or an appeal, with papers."""
    act = Act.APPEALED if text_of(form, "act") == "appeal" else Act.INFORMED
    try:
        entry = say(session, store, actor, holder_id, reference, form, act=act, now=clock.now())
    except SarbideError as error:
        session.expire_all()
        typed = text_of(form, "words")
        return _page(
            request, session, clock, settings, language, holder_id, reference, error, typed
        )
    if entry is None:
        return redirect(request, f"/applications/{reference}", RECEIVED_ALREADY, kind="info")
    return redirect(request, f"/receipts/{entry.number}")


@router.get("/receipts/{number}")
def show_receipt(
    request: Request,
    number: str,
    session: SessionDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> Response:
    """The receipt of one act; may be opened again at any time."""
    entry = get_entry(session, number)
    if entry.holder_id != holder_id:
        raise UnknownReceipt("There is no receipt %(receipt)s.", receipt=number[:40])
    row = (
        get_authorisation(session, entry.reference, of_holder=holder_id)
        if entry.reference
        else None
    )
    state = AuthorisationState(row.state) if row else None
    context = {
        "entry": entry,
        "act": ACTS[Act(entry.kind)],
        "row": row,
        "profile": in_language(row.profile.names, language) if row else None,
        "state": STATES[state] if state else None,
        "tone": STATE_TONES.get(state, "off") if state else "off",
    }
    return render(request, "mobile_api/receipt.html", context)
