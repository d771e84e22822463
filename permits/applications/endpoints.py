"""The officers' tray of applications, and one application with everything to answer it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from core import audit
from core.errors import SarbideError
from core.identity import Actor, Permission
from core.web.dependencies import (
    ClockDep,
    KeysDep,
    LanguageDep,
    SessionDep,
    StoreDep,
    WritingSessionDep,
    require,
)
from core.web.pages import redirect, render
from core.web.translations import translate
from core.words import N_
from permits import labels
from permits.applications import reviewing
from permits.applications.evidence import document_of
from permits.applications.labels import REFUSALS
from permits.applications.queries import get_application, to_answer
from permits.states import TRANSITIONS, AuthorisationState
from permits.views import in_language

router = APIRouter(prefix="/applications")

Officer = Annotated[Actor, Depends(require(Permission.MANAGE_AUTHORISATIONS))]

DONE = {
    "take_up": N_("The review of %(reference)s has begun."),
    "ask": N_("The applicant of %(reference)s was asked."),
    "approve": N_("%(reference)s is granted."),
    "refuse": N_("%(reference)s is refused."),
}


@router.get("")
def tray(
    request: Request, session: SessionDep, language: LanguageDep, clock: ClockDep, _: Officer
) -> Response:
    """Applications that wait, the longest waiting first."""
    rows = to_answer(session)
    context = {
        "rows": rows,
        "names": {
            row.authorisation.profile_code: in_language(row.authorisation.profile.names, language)
            for row in rows
        },
        "states": labels.STATES,
        "tones": labels.STATE_TONES,
        "now": clock.now(),
    }
    return render(request, "permits/applications.html", context)


@router.get("/{reference}")
def show(
    request: Request,
    reference: str,
    session: WritingSessionDep,
    language: LanguageDep,
    officer: Officer,
) -> Response:
    """One application. Reading it leaves an audit row."""
    return _page(request, session, language, officer, reference)


def _page(
    request: Request,
    session: Session,
    language: str,
    officer: Actor,
    reference: str,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    application = get_application(session, reference)
    row = application.authorisation
    audit.record(session, officer, "permits:application:viewed", f"authorisation:{row.id}")
    following = TRANSITIONS[AuthorisationState(row.state)]
    context = {
        "application": application,
        "row": row,
        "profile": in_language(row.profile.names, language),
        "conditions": in_language(row.profile.conditions, language),
        "may": {state.value for state in following},
        "states": labels.STATES,
        "tones": labels.STATE_TONES,
        "events": labels.EVENTS,
        "evidence": labels.EVIDENCE,
        "classes": labels.VEHICLE_CLASSES,
        "refusals": REFUSALS,
        "problem": problem,
    }
    return render(request, "permits/application.html", context, status)


@router.get("/{reference}/papers/{document_id}")
def show_paper(
    reference: str,
    document_id: str,
    session: WritingSessionDep,
    store: StoreDep,
    officer: Officer,
) -> Response:
    """A paper as it was handed in, for downloading; recorded."""
    application = get_application(session, reference)
    document = document_of(application, document_id)
    subject = f"application:{application.id}"
    audit.record(session, officer, "permits:document:viewed", subject, sha256=document.sha256)
    ending = document.media_type.rsplit("/", 1)[-1]
    headers = {"Content-Disposition": f'attachment; filename="{document.id}.{ending}"'}
    return Response(store.get(document.store_key), media_type=document.media_type, headers=headers)


@router.post("/{reference}")
def answer(
    request: Request,
    reference: str,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    officer: Officer,
    act: Annotated[str, Form(max_length=20)] = "",
    question: Annotated[str, Form(max_length=2500)] = "",
    reason: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=2500)] = "",
) -> Response:
    """Take up, ask, approve or refuse; a problem is answered with the page."""
    now = clock.now()
    try:
        with session.begin_nested():
            match act:
                case "take_up":
                    reviewing.take_up(session, officer, reference, now=now)
                case "ask":
                    reviewing.request_information(session, officer, reference, question, now=now)
                case "approve":
                    reviewing.approve(session, keys, officer, reference, now=now)
                case _:
                    reviewing.refuse(session, officer, reference, reason=reason, note=note, now=now)
    except SarbideError as error:
        session.expire_all()
        words = translate(error.template, language, **error.details)
        return _page(request, session, language, officer, reference, words, error.status)
    path = f"/applications/{reference}"
    done = DONE.get(act, DONE["refuse"])
    return redirect(request, path, done, reference=reference.upper())
