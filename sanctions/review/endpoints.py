"""The police's pages: the queue of possible infractions and the case."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from core.evidence_store import EvidenceStore
from core.identity import Actor, Permission
from core.web.dependencies import (
    ClockDep,
    LanguageDep,
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
from sanctions.evidence import integrity
from sanctions.extended_periods import waiting_of
from sanctions.models import CLAIM_LENGTH, InfractionCase
from sanctions.review import claims, corrections, pictures, second, service, views
from sanctions.service import missing_of
from sanctions.states import AWAITING_REVIEW, CaseState

router = APIRouter(prefix="/cases")

Viewer = Annotated[Actor, Depends(require(Permission.VIEW_CASES))]
Reviewer = Annotated[Actor, Depends(require(Permission.REVIEW_CASES))]


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
def show_case(
    request: Request,
    session: WritingSessionDep,
    clock: ClockDep,
    store: StoreDep,
    actor: Viewer,
    language: LanguageDep,
    case_id: UUID,
) -> Response:
    """The case with its evidence; the look is written into its history."""
    if case_id in second.hidden_from(session, actor):
        return redirect(request, f"/cases/second/{case_id}")
    now = clock.now()
    case = service.view(session, case_id, actor, now=now)
    context = evidence_context(session, store, case, language, now)
    return render(request, "sanctions/case.html", context | _duty_context(case, actor, now))


def evidence_context(
    session: Session, store: EvidenceStore, case: InfractionCase, language: str, now: datetime
) -> dict[str, Any]:
    """What the pages of a case show of its evidence."""
    is_waiting = case.case_state in AWAITING_REVIEW
    return {
        "case": case,
        "line": views.case_line(case, now),
        "report": case.report,
        "votes": views.votes_by_weight(case.report),
        "trace": views.trace_in_words(case.report, language),
        "missing": missing_of(case) if is_waiting else (),
        "direction": views.DIRECTION_LABELS.get(case.direction, case.direction),
        "pictures": views.pictures_in_order(case),
        "picture_labels": views.PICTURE_LABELS,
        "checks": integrity.integrity(session, store, case),
        "status_labels": integrity.STATUS_LABELS,
        "others": views.other_cases(session, case),
        "hold": views.hold_label(case),
        "now": now,
    }


def _duty_context(case: InfractionCase, actor: Actor, now: datetime) -> dict[str, Any]:
    is_waiting = case.case_state in AWAITING_REVIEW
    return {
        "event_label": views.event_label,
        "reason_label": views.reason_label,
        "event_note": views.event_note,
        "choices": views.decision_choices(case),
        "is_ready": case.case_state is CaseState.READY,
        "is_correcting": corrections.is_being_corrected(case),
        "asked_second_look": case.second_look_by is not None,
        "asked_it_myself": case.second_look_by is not None and case.second_look_by == actor.id,
        "may_review": is_waiting and actor.may(Permission.REVIEW_CASES),
        "may_instruct": actor.may(Permission.INSTRUCT_CASES) or actor.may(Permission.RESOLVE_CASES),
        "is_mine": case.holder_of_claim(now) == actor.id,
        "claim_minutes": int(CLAIM_LENGTH.total_seconds() // 60),
    }


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
def claim(
    request: Request, session: SessionDep, clock: ClockDep, actor: Reviewer, case_id: UUID
) -> Response:
    claims.claim(session, case_id, actor, now=clock.now())
    return redirect(request, f"/cases/{case_id}")


@router.post("/{case_id}/release")
def release(
    request: Request, session: SessionDep, clock: ClockDep, actor: Reviewer, case_id: UUID
) -> Response:
    claims.release(session, case_id, actor, now=clock.now())
    return redirect(request, "/cases", N_("The case is back in the queue."), kind="info")


@router.post("/{case_id}/skip")
def skip(
    request: Request, session: SessionDep, clock: ClockDep, actor: Reviewer, case_id: UUID
) -> Response:
    """Leave the case to others and go on with the next."""
    claims.skip(session, case_id, actor, now=clock.now())
    return take_next(request, session, clock, actor)


@router.post("/{case_id}/second-look")
def second_look(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Reviewer,
    case_id: UUID,
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Ask another agent to decide."""
    case = claims.ask_second_look(session, case_id, actor, note=note, now=clock.now())
    message = N_("Another agent will look at case %(case)s.")
    return redirect(request, "/cases", message, kind="info", case=case.reference)


@router.post("/{case_id}/correct")
def correct(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Reviewer,
    case_id: UUID,
    plate: Annotated[str, Form(max_length=20)],
) -> Response:
    """Have the passage decided again with the plate that the agent reads."""
    corrections.ask_correction(session, case_id, actor, plate=plate, now=clock.now())
    message = N_("The read is corrected; the passage is being decided again.")
    return redirect(request, f"/cases/{case_id}", message, kind="info")


@router.post("/{case_id}/validate")
def validate(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    store: StoreDep,
    settings: SettingsDep,
    actor: Reviewer,
    case_id: UUID,
) -> Response:
    case = service.validate(
        session,
        case_id,
        actor,
        now=clock.now(),
        store=store,
        second_review_percent=settings.second_review_percent,
    )
    return redirect(request, "/cases", N_("Case %(case)s is validated."), case=case.reference)


@router.post("/{case_id}/reject")
def reject(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    settings: SettingsDep,
    actor: Reviewer,
    case_id: UUID,
    reason: Annotated[str, Form(max_length=40)],
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Reject for a coded reason."""
    case = service.reject(
        session,
        case_id,
        actor,
        reason=reason,
        note=note,
        now=clock.now(),
        second_review_percent=settings.second_review_percent,
    )
    return redirect(request, "/cases", N_("Case %(case)s is rejected."), case=case.reference)


@router.post("/{case_id}/discard")
def discard(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Reviewer,
    case_id: UUID,
    reason: Annotated[str, Form(max_length=40)],
) -> Response:
    """Put aside a case whose evidence stays incomplete, for a coded reason."""
    case = service.discard(session, case_id, actor, reason=reason, now=clock.now())
    return redirect(request, "/cases", N_("Case %(case)s is discarded."), case=case.reference)
