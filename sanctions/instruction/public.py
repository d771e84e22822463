"""The public page on which somebody answers a notification, with the case number and code of the
letter. Neither is ever part of an address: they would stay in histories and logs."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from core.clock import municipal
from core.errors import Conflict, NotFound, SarbideError
from core.identity import Actor, Role
from core.web.dependencies import ClockDep, KeysDep, WritingSessionDep
from core.web.pages import render
from sanctions.instruction.kinds import SUBMISSION_LABELS, Channel, SubmissionKind
from sanctions.instruction.submissions import LONGEST, lodge, lodged, period_of
from sanctions.integrations.payment.attempts import note_attempt, refuse_too_many
from sanctions.integrations.payment.orders import case_to_pay
from sanctions.models import InfractionCase
from sanctions.states import CaseState

router = APIRouter(prefix="/answers")
_PAGE = "sanctions/answer.html"
WRITER = Actor(id=None, name="The person, with the code", roles=frozenset({Role.CITIZEN}))
"""Whoever has the letter; the code stands for a login."""


@router.get("")
def ask(request: Request) -> Response:
    """Which case, the code of its letter, and what there is to say."""
    return render(request, _PAGE, {"problem": None, "done": None, "longest": LONGEST})


@router.post("")
def answer(
    request: Request,
    session: WritingSessionDep,
    clock: ClockDep,
    keys: KeysDep,
    reference: Annotated[str, Form(max_length=40)],
    code: Annotated[str, Form(max_length=40)],
    text: Annotated[str, Form(max_length=LONGEST)],
) -> Response:
    """Take it in; the page says as what, and whether the day was in time."""
    now = clock.now()
    refuse_too_many(session, keys, request)
    try:
        case = case_to_pay(session, keys, reference, code)
    except NotFound as error:
        note_attempt(session, keys, request)
        return _refused(request, error)
    try:
        kind = kind_of(session, case)
        what = lodged(kind, Channel.APP, text, municipal(now).date())
        with session.begin_nested():
            row = lodge(session, case.id, what, actor=WRITER, now=now)
    except SarbideError as error:
        return _refused(request, error)
    done = {"case": case.reference, "kind": SUBMISSION_LABELS[kind], "row": row}
    return render(request, _PAGE, {"problem": None, "done": done, "longest": LONGEST})


def kind_of(session: Session, case: InfractionCase) -> SubmissionKind:
    """What an answer is in the case's present state. Raises Conflict when none is waited for."""
    if case.case_state is CaseState.NOTIFIED:
        return SubmissionKind.ALLEGATIONS
    if case.case_state in {CaseState.RESOLVED, CaseState.FINAL}:
        return SubmissionKind.RECONSIDERATION
    if period_of(session, case, SubmissionKind.NEW_ALLEGATIONS) is not None:
        return SubmissionKind.NEW_ALLEGATIONS
    raise Conflict(
        "Case %(case)s waits for no answer now. If your letter says otherwise, come to the citizen "
        "service office.",
        case=case.reference,
    )


def _refused(request: Request, error: SarbideError) -> Response:
    problem = {"message": error.template, "details": error.details}
    context = {"problem": problem, "done": None, "longest": LONGEST}
    return render(request, _PAGE, context, status=error.status)
