"""The instructor's tray, and the page of one procedure for everyone with a duty in it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from core.clock import municipal
from core.identity import Actor, Permission
from core.web.dependencies import (
    ActorDep,
    ClockDep,
    LanguageDep,
    SessionDep,
    WritingSessionDep,
    require,
)
from core.web.pages import redirect, render
from core.words import N_
from sanctions import procedure, refunds
from sanctions.instruction import queries, service, silence, submissions, templates, views
from sanctions.instruction.kinds import (
    CHANNEL_LABELS,
    OUTCOME_LABELS,
    SUBMISSION_LABELS,
    SubmissionKind,
)
from sanctions.procedure import Person, PersonRole
from sanctions.reasons import ANNULMENT_LABELS
from sanctions.review import service as review

router = APIRouter(prefix="/procedures")

Viewer = Annotated[Actor, Depends(require(Permission.VIEW_CASES))]
Instructor = Annotated[Actor, Depends(require(Permission.INSTRUCT_CASES))]
Words = Annotated[str, Form(max_length=20_000)]
Code = Annotated[str, Form(max_length=40)]
Short = Annotated[str, Form(max_length=200)]


@router.get("")
def tray(request: Request, session: SessionDep, clock: ClockDep, actor: Viewer) -> Response:
    """What waits for the instructor, the resolver and the reporting agent."""
    context = {
        "lines": views.tray(session, clock.now()),
        "held": views.held(session),
        "refunds": refunds.open_refunds(session),
        "reports": queries.reports_asked_of(session, actor.id)
        if actor.may(Permission.REVIEW_CASES)
        else [],
        "reference": views.REPEATS_REFERENCE,
        "may_decide": actor.may(Permission.INSTRUCT_CASES),
    }
    return render(request, "sanctions/procedures.html", context)


@router.get("/{case_id}")
def show(
    request: Request,
    session: WritingSessionDep,
    clock: ClockDep,
    actor: Viewer,
    language: LanguageDep,
    case_id: UUID,
    template: str = "",
) -> Response:
    """One procedure: what was lodged, reported, proposed, resolved; the look is on record."""
    case = review.view(session, case_id, actor, now=clock.now())
    text = templates.begin(case, template, language) if template else ""
    context = views.procedure_context(session, case, actor, clock.now()) | {
        "templates": templates.templates(),
        "template": template,
        "text": text,
        "today": municipal(clock.now()).date(),
        "submission_labels": SUBMISSION_LABELS,
        "channel_labels": CHANNEL_LABELS,
        "outcome_labels": OUTCOME_LABELS,
        "annulment_labels": ANNULMENT_LABELS,
        "driver_kind": SubmissionKind.DRIVER,
        "reference": views.REPEATS_REFERENCE,
    }
    return render(request, "sanctions/procedure.html", context)


@router.post("/{case_id}/submissions")
def register(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, Depends(require(Permission.REGISTER_SUBMISSIONS))],
    case_id: UUID,
    kind: Code,
    channel: Code,
    lodged_on: Annotated[date, Form()],
    text: Words,
    reference: Short = "",
) -> Response:
    """Enter what came at the registry or on paper."""
    what = submissions.lodged(kind, channel, text, lodged_on, reference)
    submissions.lodge(session, case_id, what, actor=actor, now=clock.now())
    return _back(request, case_id, N_("It is in the file."))


@router.post("/{case_id}/driver")
def name_driver(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, Depends(require(Permission.REGISTER_SUBMISSIONS))],
    case_id: UUID,
    name: Short,
    identity_number: Short,
    address: Annotated[str, Form(max_length=500)],
) -> Response:
    """The holder names who drove: a new case opens against that person."""
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    driver = Person(PersonRole.DRIVER, name.strip(), identity_number.strip(), lines)
    fresh = procedure.identify_driver(session, case_id, driver, now=clock.now(), actor=actor)
    return redirect(
        request,
        f"/procedures/{fresh.id}",
        N_("Case %(case)s is open against the driver."),
        case=fresh.reference,
    )


@router.post("/{case_id}/report-request")
def ask_report(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Instructor,
    case_id: UUID,
    question: Words,
) -> Response:
    service.ask_report(session, case_id, question, actor=actor, now=clock.now())
    return _back(request, case_id, N_("The agent is asked for a report."))


@router.post("/{case_id}/report")
def give_report(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, Depends(require(Permission.REVIEW_CASES))],
    case_id: UUID,
    text: Words,
    confirms: Annotated[bool, Form()],
) -> Response:
    service.give_report(session, case_id, text, confirms=confirms, actor=actor, now=clock.now())
    return _back(request, case_id, N_("Your report is in the file."))


@router.post("/{case_id}/proposal")
def propose(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Instructor,
    language: LanguageDep,
    case_id: UUID,
    outcome: Code,
    text: Words,
    template: Annotated[str, Form(max_length=40)] = "",
    has_new_facts: Annotated[bool, Form()] = False,
) -> Response:
    service.propose(
        session,
        case_id,
        outcome=outcome,
        text=text,
        template=template,
        language=language,
        has_new_facts=has_new_facts,
        actor=actor,
        now=clock.now(),
    )
    return _back(request, case_id, N_("The proposal is made."))


@router.post("/{case_id}/resolution")
def resolve(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, Depends(require(Permission.RESOLVE_CASES))],
    language: LanguageDep,
    case_id: UUID,
    outcome: Code,
    text: Words,
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    service.resolve(
        session,
        case_id,
        outcome=outcome,
        text=text,
        language=language,
        actor=actor,
        now=clock.now(),
        note=note.strip() or None,
    )
    return _back(request, case_id, N_("The case is resolved."))


@router.post("/{case_id}/silence-certificate")
def certify_silence(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, Depends(require(Permission.RESOLVE_CASES))],
    case_id: UUID,
) -> Response:
    """Issue the certificate that silence dismissed the reconsideration."""
    silence.certify(session, case_id, actor=actor, now=clock.now())
    message = N_("The certificate is being made; it will be among the documents of the case.")
    return _back(request, case_id, message)


@router.post("/{case_id}/served")
def record_service(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Instructor,
    case_id: UUID,
    served_on: Annotated[date, Form()],
) -> Response:
    service.serve_resolution(session, case_id, served_on=served_on, actor=actor, now=clock.now())
    return _back(request, case_id, N_("The day of the service is noted."))


@router.post("/{case_id}/hold")
def decide_hold(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Instructor,
    case_id: UUID,
    goes_on: Annotated[bool, Form()],
    note: Annotated[str, Form(max_length=1000)],
) -> Response:
    service.decide_repeat(
        session, case_id, goes_on=goes_on, note=note, actor=actor, now=clock.now()
    )
    return _back(request, case_id, N_("Decided."))


@router.post("/{case_id}/annul")
def annul(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: ActorDep,
    case_id: UUID,
    reason: Code,
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Take the case back; the service checks who may."""
    case = procedure.annul(session, case_id, reason=reason, note=note, now=clock.now(), actor=actor)
    message = N_("Case %(case)s is annulled.")
    return redirect(request, f"/procedures/{case_id}", message, case=case.reference)


@router.post("/{case_id}/refund")
def settle_refund(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Instructor,
    case_id: UUID,
    settlement: Short,
) -> Response:
    refunds.settle_refund(session, case_id, settlement=settlement, actor=actor, now=clock.now())
    return _back(request, case_id, N_("The refund is settled."))


def _back(request: Request, case_id: UUID, message: str) -> Response:
    return redirect(request, f"/procedures/{case_id}", message)
