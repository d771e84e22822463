"""Outages of the app and the service desk, written down by staff."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from control_center.labels import N_
from control_center.pending import regularisation
from control_center.pending.extended_periods import follow_outage
from control_center.pending.outages import Service, end_outage, latest_outages, record_outage
from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.web.dependencies import ClockDep, SessionDep, require
from core.web.pages import redirect, render
from permits.applications.forms import moment_of
from sanctions.extended_periods import Extended

router = APIRouter(prefix="/outages")

Recorder = Annotated[Actor, Depends(require(Permission.RECORD_OUTAGES))]
SERVICES = {Service.APP.value: N_("the app"), Service.DESK.value: N_("the service desk")}


@router.get("")
def list_outages(request: Request, session: SessionDep, _: Recorder) -> Response:
    """Outages, newest first, and the form for another."""
    context = {"outages": latest_outages(session), "services": SERVICES}
    return render(request, "control_center/outages.html", context)


@router.post("")
def write_down(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    recorder: Recorder,
    service: Annotated[str, Form(max_length=10)] = "",
    reason: Annotated[str, Form(max_length=300)] = "",
    began_at: Annotated[str, Form(max_length=30)] = "",
    restored_at: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    """From now on, or since then, nobody's time to put an entry right runs."""
    if service not in SERVICES:
        raise InvalidInput(N_("Choose what was out of order."))
    now = clock.now()
    outage = record_outage(
        session,
        recorder,
        Service(service),
        reason=reason,
        now=now,
        began_at=moment_of(began_at),
        restored_at=moment_of(restored_at),
    )
    regularisation.follow_all_freezes(session, now)
    became = follow_outage(session, outage, now)
    if not any(became[one] for one in Extended if one is not Extended.UNCHANGED):
        return redirect(request, "/outages", N_("The outage is written down: periods stand still."))
    words = N_(
        "The outage is written down. Of the cases that had opened meanwhile, %(back)s went back to "
        "waiting; %(held)s wait with whoever validated them, and %(late)s need the instructor."
    )
    return redirect(
        request,
        "/outages",
        words,
        back=str(became[Extended.TAKEN_BACK]),
        held=str(became[Extended.WAITS]),
        late=str(became[Extended.TOO_LATE]),
    )


@router.post("/{outage_id}/end")
def end(
    request: Request, outage_id: UUID, session: SessionDep, clock: ClockDep, recorder: Recorder
) -> Response:
    """It works again; a day later the periods go on."""
    now = clock.now()
    outage = end_outage(session, recorder, outage_id, now=now)
    regularisation.follow_all_freezes(session, now)
    follow_outage(session, outage, now)
    return redirect(request, "/outages", N_("The outage has ended: periods go on in 24 hours."))
