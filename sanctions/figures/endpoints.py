"""The page of figures for the police chief and the data-protection officer."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from core.identity import Actor, Permission
from core.web.dependencies import ClockDep, SessionDep, require
from core.web.pages import redirect, render
from core.words import N_
from sanctions import retention
from sanctions.figures.queries import SMALLEST, figures
from sanctions.numbers import one_decimal
from sanctions.queries import case_by_reference
from sanctions.retention import held_cases

router = APIRouter(prefix="/figures")
PERIODS = (7, 30, 90, 365)


@router.get("")
def show(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, Depends(require(Permission.VIEW_CASE_FIGURES))],
    days: Annotated[int, Query(ge=1, le=1830)] = 30,
) -> Response:
    """How long cases wait, why they are rejected, how agents agree, what was looked up."""
    now = clock.now()
    counted = figures(session, since=now - timedelta(days=days), now=now)
    context = {
        "figures": counted,
        "days": days,
        "periods": PERIODS,
        "smallest": SMALLEST,
        "one_decimal": one_decimal,
        "held": held_cases(session),
        "may_hold": actor.may(Permission.HOLD_CASES),
    }
    return render(request, "sanctions/figures.html", context)


@router.post("/holds")
def hold(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Annotated[Actor, Depends(require(Permission.HOLD_CASES))],
    reference: Annotated[str, Form(max_length=20)],
    reason: Annotated[str, Form(max_length=1000)],
    keep: Annotated[bool, Form()],
) -> Response:
    """Keep a case beyond its term, or let its term count again; named by its reference, so that
    nobody has to see the case for it."""
    case = case_by_reference(session, reference)
    change = retention.hold if keep else retention.lift_hold
    change(session, case.id, actor, reason=reason, now=clock.now())
    kept, counted = N_("Case %(case)s is kept."), N_("The term of case %(case)s counts again.")
    return redirect(request, "/figures", kept if keep else counted, case=case.reference)
