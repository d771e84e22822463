"""Where people settle what a camera could not: plates and kinds of vehicle."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from control_center import labels, queries
from control_center.endpoints.passages import shown_pictures
from control_center.labels import N_
from control_center.models import PassageRecord
from control_center.passages import reviews
from control_center.passages.deciding import get_passage
from control_center.passages.passage_states import PassageStatus
from control_center.passages.passage_views import decision_view, line, read_view
from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.plates import PlateNumber
from core.web.cookies import runtime_of
from core.web.dependencies import ClockDep, LanguageDep, SessionDep, require
from core.web.pages import redirect, render
from core.web.translations import translate
from permits.labels import VEHICLE_CLASSES
from permits.queries import names
from permits.rules.book import ZoneRules
from permits.rules.current import rule_book

router = APIRouter(prefix="/reviews")

Reviewer = Annotated[Actor, Depends(require(Permission.REVIEW_READS))]


@router.get("/reads")
def list_reads(request: Request, session: SessionDep, clock: ClockDep, _: Reviewer) -> Response:
    """Reads in doubt, oldest first."""
    return _list(request, session, clock, PassageStatus.READ_REVIEW, "control_center/reads.html")


@router.get("/vehicles")
def list_vehicles(request: Request, session: SessionDep, clock: ClockDep, _: Reviewer) -> Response:
    """Vehicles of unknown kind in loading hours, oldest first."""
    template = "control_center/vehicles.html"
    return _list(request, session, clock, PassageStatus.VEHICLE_CHECK, template)


def _list(
    request: Request, session: SessionDep, clock: ClockDep, status: PassageStatus, template: str
) -> Response:
    now = clock.now()
    lines = [line(one, now) for one in queries.waiting(session, status)]
    return render(request, template, {"lines": lines})


@router.get("/reads/{passage_id}")
def show_read(
    request: Request,
    passage_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    _: Reviewer,
) -> Response:
    """The crop, the candidates, and the form that settles it."""
    return _form(request, passage_id, session, clock, language, "control_center/read.html")


@router.get("/vehicles/{passage_id}")
def show_vehicle(
    request: Request,
    passage_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    _: Reviewer,
) -> Response:
    """The picture and the question what kind of vehicle it is."""
    return _form(request, passage_id, session, clock, language, "control_center/vehicle.html")


def _form(
    request: Request,
    passage_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    language: str,
    template: str,
    *,
    error: str | None = None,
    typed: str | None = None,
) -> Response:
    passage = get_passage(session, passage_id)
    context = {
        "line": line(passage, clock.now()),
        "read": read_view(passage),
        "decision": decision_view(passage.decisions[-1], language, names(session, language))
        if passage.decisions
        else None,
        "pictures": shown_pictures(passage),
        "loading": _loading_rules(session, passage),
        "classes": VEHICLE_CLASSES,
        "error": error,
        "typed": typed,
    }
    return render(request, template, context, status=200 if error is None else 422)


def _loading_rules(session: Session, passage: PassageRecord) -> ZoneRules | None:
    """Which vehicles the zone took as loading vehicles when this one passed."""
    book = rule_book(session)
    place = book.place(passage.control_point, passage.seen_at)
    zones = book.zones_at(place.zones, passage.seen_at) if place else []
    return next((zone for zone in zones if zone.loading_windows), None)


@router.post("/reads/{passage_id}")
def answer_read(
    request: Request,
    passage_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    actor: Reviewer,
    plate: Annotated[str, Form(max_length=20)] = "",
    unreadable: Annotated[bool, Form()] = False,
) -> Response:
    """Confirm, correct, or say that nobody can read it."""
    try:
        number = None if unreadable else PlateNumber.parse(plate)
    except InvalidInput as problem:
        message = translate(problem.template, language, **problem.details)
        return _form(
            request,
            passage_id,
            session,
            clock,
            language,
            "control_center/read.html",
            error=message,
            typed=plate,
        )
    decision = reviews.answer_read(session, runtime_of(request), actor, passage_id, number)
    return _done(request, "/reviews/reads", labels.OUTCOME[decision.outcome], language)


@router.post("/vehicles/{passage_id}")
def answer_vehicle(
    request: Request,
    passage_id: UUID,
    session: SessionDep,
    language: LanguageDep,
    actor: Reviewer,
    vehicle_class: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Say whether it is a loading vehicle within the limits, a larger one, or another."""
    decision = reviews.answer_class(session, runtime_of(request), actor, passage_id, vehicle_class)
    return _done(request, "/reviews/vehicles", labels.OUTCOME[decision.outcome], language)


def _done(request: Request, path: str, outcome: str, language: str) -> Response:
    return redirect(
        request,
        path,
        N_("Answer saved. The passage is now: %(outcome)s."),
        outcome=translate(outcome, language),
    )
