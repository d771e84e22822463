"""The desk's first pages: find or enrol somebody, and begin to serve them."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi import Form as FormField
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from control_center.desk.dependencies import Agent, Form
from control_center.desk.visits import IDENTIFICATIONS, WAYS, begin_visit, open_visits
from control_center.labels import N_
from core.clock import utc_now
from core.errors import InvalidInput, SarbideError
from core.identity import Actor
from core.notifications.states import Channel
from core.web.dependencies import ClockDep, KeysDep, LanguageDep, SessionDep
from core.web.pages import redirect, render
from core.web.translations import LANGUAGES, translate
from permits.applications.forms import text_of, typed
from permits.applications.registry import Act, register
from permits.documents import check_document
from permits.holders import HolderKind, find_holders, register_holder
from permits.imports.applying import holder_by_document

router = APIRouter(prefix="/desk")


@router.get("")
def start(request: Request, session: SessionDep, agent: Agent) -> Response:
    """Whom to serve."""
    return _start(request, session, agent)


def _start(
    request: Request,
    session: Session,
    agent: Actor,
    more: Mapping[str, object] | None = None,
    status: int = 200,
) -> Response:
    context: dict[str, object] = {
        "visits": open_visits(session, agent, utc_now()),
        "ways": WAYS,
        "identifications": IDENTIFICATIONS,
        "text": "",
        "purpose": "",
        "found": None,
        "problem": None,
        "field": None,
        **(more or {}),
    }
    return render(request, "control_center/desk/start.html", context, status)


@router.get("/search")
@router.get("/visits")
def back_to_start() -> Response:
    """What a search found is nobody's address; language links and reloads lead here."""
    return RedirectResponse("/desk", status_code=303)


@router.post("/search")
def search(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    language: LanguageDep,
    agent: Agent,
    text: Annotated[str, FormField(max_length=100)] = "",
    purpose: Annotated[str, FormField(max_length=200)] = "",
) -> Response:
    """Holders found; a form, so that plates and names stay out of addresses and logs."""
    asked: dict[str, object] = {"text": text, "purpose": purpose}
    try:
        asked["found"] = find_holders(session, keys, agent, text, purpose=purpose)
    except InvalidInput as error:
        asked["problem"] = translate(error.template, language, **error.details)
        asked["field"] = "purpose" if text.strip() else "text"
        return _start(request, session, agent, asked, 422)
    return _start(request, session, agent, asked)


@router.post("/visits")
def begin(
    request: Request,
    session: SessionDep,
    agent: Agent,
    holder_id: Annotated[UUID, FormField()],
    way: Annotated[str, FormField(max_length=20)] = "",
    identified_by: Annotated[str, FormField(max_length=30)] = "",
    proxy_name: Annotated[str, FormField(max_length=120)] = "",
    proxy_document: Annotated[str, FormField(max_length=20)] = "",
) -> Response:
    """Begin to serve somebody who was found."""
    visit = begin_visit(
        session,
        agent,
        holder_id,
        way=way,
        identified_by=identified_by,
        proxy_name=proxy_name,
        proxy_document=proxy_document,
        now=utc_now(),
    )
    return redirect(request, f"/desk/visits/{visit.id}")


@router.get("/enrol")
def enrol_form(request: Request, agent: Agent) -> Response:
    """The form for somebody new."""
    return _enrol_form(request, {})


def _enrol_form(
    request: Request, values: Mapping[str, str], problem: str | None = None, status: int = 200
) -> Response:
    context = {
        "values": values,
        "problem": problem,
        "ways": WAYS,
        "identifications": IDENTIFICATIONS,
        "all_languages": LANGUAGES,
        "channels": [channel.value for channel in Channel],
    }
    return render(request, "control_center/desk/enrol.html", context, status)


@router.post("/enrol")
def enrol(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    agent: Agent,
    form: Form,
) -> Response:
    """Enrol somebody and begin to serve them."""
    try:
        document = text_of(form, "document")
        check_document(document)
        check_document(text_of(form, "proxy_document"))
        if document and holder_by_document(session, keys, document) is not None:
            raise InvalidInput(
                N_("Somebody with this identity number is enrolled already: search for it.")
            )
        with session.begin_nested():
            kind: HolderKind = "company" if text_of(form, "kind") == "company" else "person"
            chosen = text_of(form, "language")
            holder = register_holder(
                session,
                keys,
                agent,
                name=text_of(form, "name"),
                kind=kind,
                now=clock.now(),
                document=document or None,
                email=text_of(form, "email") or None,
                phone=text_of(form, "phone") or None,
                language=chosen if chosen in LANGUAGES else language,
            )
            holder.address = text_of(form, "address")[:300] or None
            visit = begin_visit(
                session,
                agent,
                holder.id,
                way=text_of(form, "way"),
                identified_by=text_of(form, "identified_by"),
                proxy_name=text_of(form, "proxy_name"),
                proxy_document=text_of(form, "proxy_document"),
                now=utc_now(),
            )
            entry = register(
                session,
                agent,
                Act.ENROLLED,
                holder,
                channel="desk",
                now=clock.now(),
                represented_by=visit.proxy_name,
            )
    except SarbideError as error:
        words = translate(error.template, language, **error.details)
        return _enrol_form(request, typed(form), words, error.status)
    return redirect(
        request, f"/desk/visits/{visit.id}", N_("Enrolled: %(number)s."), number=entry.number
    )
