"""The police's pages: the queue of possible infractions and the case."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from core.identity import Actor, Permission
from core.web.dependencies import (
    ClockDep,
    SessionDep,
    SettingsDep,
    StoreDep,
    WritingSessionDep,
    require,
)
from core.web.errors import respond
from core.web.pages import redirect, render
from core.words import N_
from sanctions import queries
from sanctions.errors import EvidenceAltered
from sanctions.extended_periods import waiting_of
from sanctions.review import claims, corrections, pictures, second, service, views
from sanctions.review.pages import CasePageDep, Viewer
from sanctions.states import AWAITING_REVIEW

router = APIRouter(prefix="/cases")

Reviewer = Annotated[Actor, Depends(require(Permission.REVIEW_CASES))]
Note = Annotated[str, Form(max_length=1000)]


@router.get("")
def queue(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Viewer,
    after: str | None = None,
    decided: bool = False,
) -> Response:
    """Cases that wait for an agent, or those past the review."""
    listed = queries.decided_cases if decided else queries.review_queue
    page = listed(session, cursor=after)
    counts = queries.count_by_state(session)
    blind = second.hidden_from(session, actor)
    context = {
        "lines": [
            views.case_line(case, clock.now()) for case in page.items if case.id not in blind
        ],
        "next_cursor": page.next_cursor,
        "is_first": after is None,
        "decided": decided,
        "waiting": sum(counts.get(state, 0) for state in AWAITING_REVIEW),
        "second_waiting": second.waiting_for(session, actor),
        "extended": waiting_of(session, actor.id, clock.now()),
        "counts": counts,
        "may_review": actor.may(Permission.REVIEW_CASES),
    }
    return render(request, "sanctions/queue.html", context)


@router.post("/next")
def take_next(request: Request, session: SessionDep, clock: ClockDep, actor: Reviewer) -> Response:
    """Take the most urgent free case and show it."""
    case = claims.claim_next(session, actor, now=clock.now())
    if case is None:
        return redirect(request, "/cases", N_("No free case is waiting."), kind="info")
    return redirect(request, f"/cases/{case.id}")


@router.get("/{case_id}")
def show_case(page: CasePageDep, case_id: UUID) -> Response:
    """The case with its evidence; the look is written into its history."""
    if case_id in second.hidden_from(page.session, page.actor):
        return page.to_second_review(case_id)
    return page.show(case_id)


@router.get("/{case_id}/pictures/{kind}")
def picture(
    request: Request,
    session: WritingSessionDep,
    store: StoreDep,
    clock: ClockDep,
    actor: Viewer,
    case_id: UUID,
    kind: str,
) -> Response:
    """One evidence picture; every look is on record. One that was altered is put on record too."""
    now = clock.now()
    try:
        content = pictures.open_picture(session, store, case_id, kind, actor, now=now)
    except EvidenceAltered as error:
        # Answered rather than raised: what was found is to be committed.
        pictures.mark_altered(session, store, case_id, now=now)
        return respond(request, error)
    headers = {"Cache-Control": "no-store"}
    return Response(content, media_type="image/jpeg", headers=headers)


@router.post("/{case_id}/claim")
def claim(page: CasePageDep, actor: Reviewer, case_id: UUID) -> Response:
    def act() -> Response:
        claims.claim(page.session, case_id, actor, now=page.clock.now())
        return redirect(page.request, f"/cases/{case_id}")

    return page.try_to(act, case_id)


@router.post("/{case_id}/release")
def release(
    request: Request, session: SessionDep, clock: ClockDep, actor: Reviewer, case_id: UUID
) -> Response:
    claims.release(session, case_id, actor, now=clock.now())
    return redirect(request, "/cases", N_("The case is back in the queue."), kind="info")


@router.post("/{case_id}/skip")
def skip(page: CasePageDep, actor: Reviewer, case_id: UUID) -> Response:
    """Leave the case to others and go on with the next."""

    def act() -> Response:
        claims.skip(page.session, case_id, actor, now=page.clock.now())
        return take_next(page.request, page.session, page.clock, actor)

    return page.try_to(act, case_id)


@router.post("/{case_id}/second-look")
def second_look(page: CasePageDep, actor: Reviewer, case_id: UUID, note: Note = "") -> Response:
    """Ask another agent to decide."""

    def act() -> Response:
        now = page.clock.now()
        case = claims.ask_second_look(page.session, case_id, actor, note=note, now=now)
        message = N_("Another agent will look at case %(case)s.")
        return redirect(page.request, "/cases", message, kind="info", case=case.reference)

    return page.try_to(act, case_id)


@router.post("/{case_id}/correct")
def correct(
    page: CasePageDep,
    actor: Reviewer,
    case_id: UUID,
    plate: Annotated[str, Form(max_length=20)],
) -> Response:
    """Have the passage decided again with the plate that the agent reads."""

    def act() -> Response:
        now = page.clock.now()
        corrections.ask_correction(page.session, case_id, actor, plate=plate, now=now)
        message = N_("The read is corrected; the passage is being decided again.")
        return redirect(page.request, f"/cases/{case_id}", message, kind="info")

    return page.try_to(act, case_id, plate=plate)


@router.post("/{case_id}/validate")
def validate(page: CasePageDep, settings: SettingsDep, actor: Reviewer, case_id: UUID) -> Response:
    def act() -> Response:
        case = service.validate(
            page.session,
            case_id,
            actor,
            now=page.clock.now(),
            store=page.store,
            second_review_percent=settings.second_review_percent,
        )
        message = N_("Case %(case)s is validated.")
        return redirect(page.request, "/cases", message, case=case.reference)

    return page.try_to(act, case_id)


@router.post("/{case_id}/reject")
def reject(
    page: CasePageDep,
    settings: SettingsDep,
    actor: Reviewer,
    case_id: UUID,
    reason: Annotated[str, Form(max_length=40)],
    note: Note = "",
) -> Response:
    """Reject for a coded reason."""

    def act() -> Response:
        case = service.reject(
            page.session,
            case_id,
            actor,
            reason=reason,
            note=note,
            now=page.clock.now(),
            second_review_percent=settings.second_review_percent,
        )
        message = N_("Case %(case)s is rejected.")
        return redirect(page.request, "/cases", message, case=case.reference)

    return page.try_to(act, case_id, reason=reason, note=note)


@router.post("/{case_id}/discard")
def discard(
    page: CasePageDep,
    actor: Reviewer,
    case_id: UUID,
    reason: Annotated[str, Form(max_length=40)],
) -> Response:
    """Put aside a case whose evidence stays incomplete, for a coded reason."""

    def act() -> Response:
        now = page.clock.now()
        case = service.discard(page.session, case_id, actor, reason=reason, now=now)
        message = N_("Case %(case)s is discarded.")
        return redirect(page.request, "/cases", message, case=case.reference)

    return page.try_to(act, case_id, reason=reason)
