"""The second, blinded review: the evidence of a decided case without its decision."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from core.web.dependencies import (
    ClockDep,
    LanguageDep,
    SessionDep,
    StoreDep,
    WritingSessionDep,
)
from core.web.pages import redirect, render
from core.words import N_
from sanctions.reasons import REJECTION_LABELS
from sanctions.review import second, service
from sanctions.review.endpoints import Reviewer
from sanctions.review.pages import evidence_context

router = APIRouter(prefix="/cases/second")


@router.get("")
def next_second(request: Request, session: SessionDep, actor: Reviewer) -> Response:
    """The oldest case that waits for this agent's second review."""
    case_id = second.next_second(session, actor)
    if case_id is None:
        return redirect(request, "/cases", N_("No second review is waiting."), kind="info")
    return redirect(request, f"/cases/second/{case_id}")


@router.get("/{case_id}")
def show(
    request: Request,
    session: WritingSessionDep,
    clock: ClockDep,
    store: StoreDep,
    actor: Reviewer,
    language: LanguageDep,
    case_id: UUID,
) -> Response:
    """The evidence alone: who decided and how is not shown."""
    second.require_pending(session, case_id, actor)
    case = service.view(session, case_id, actor, now=clock.now())
    context = evidence_context(session, store, case, language, clock.now())
    return render(request, "sanctions/second.html", context | {"choices": REJECTION_LABELS})


@router.post("/{case_id}")
def decide(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Reviewer,
    case_id: UUID,
    verdict: Annotated[str, Form(max_length=20)],
    reason: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    second.decide_second(
        session, case_id, actor, verdict=verdict, reason=reason, note=note, now=clock.now()
    )
    return redirect(request, "/cases", N_("Your second review is noted."))
