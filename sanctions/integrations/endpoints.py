"""The staff page of the systems outside: how each fares, and what wants a person."""

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from core import audit
from core.identity import Actor, Permission
from core.web.dependencies import ClockDep, LanguageDep, SessionDep, SettingsDep, require
from core.web.pages import redirect, render
from core.words import N_
from sanctions.integrations import actions, alarms, deliveries, health, views
from sanctions.integrations.holders import lookup
from sanctions.integrations.systems import System
from sanctions.procedure import Person, PersonRole
from sanctions.sentences import shown

router = APIRouter(prefix="/integrations")
Viewer = Annotated[Actor, Depends(require(Permission.VIEW_INTEGRATIONS))]
Manager = Annotated[Actor, Depends(require(Permission.MANAGE_INTEGRATIONS))]
_DONE = N_("Done. The systems outside are asked within a minute.")


@router.get("")
def overview(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Viewer,
    language: LanguageDep,
) -> Response:
    """Every system with its state, and every open alarm with what to do about it."""
    context = {
        "systems": views.system_lines(session, settings),
        "alarms": views.alarm_lines(session),
        "in_words": partial(shown, language=language),
        "days": views.last_days(session),
        "differences": views.DIFFERENCES,
        "is_handed_over": settings.sanction_procedure == "handed_over",
        "may_manage": actor.may(Permission.MANAGE_INTEGRATIONS),
        "may_see_cases": actor.may(Permission.VIEW_CASES),
    }
    return render(request, "sanctions/integrations/overview.html", context)


@router.post("/alarms/{alarm_id}/act")
def act(
    request: Request, session: SessionDep, clock: ClockDep, actor: Manager, alarm_id: UUID
) -> Response:
    """The one step that the alarm calls for."""
    actions.act(session, alarm_id, actor, now=clock.now())
    return redirect(request, "/integrations", _DONE)


@router.post("/alarms/{alarm_id}/resolve")
def resolve(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Manager,
    alarm_id: UUID,
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Say what was done about it."""
    alarms.resolve(session, alarm_id, actor, note=note, now=clock.now())
    return redirect(request, "/integrations", N_("The alarm is settled."))


@router.post("/alarms/{alarm_id}/published")
def published(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Manager,
    alarm_id: UUID,
    published_on: Annotated[date, Form()],
) -> Response:
    """Enter the day on which the gazette published the notice."""
    alarm = alarms.get_alarm(session, alarm_id)
    if alarm.case_id is not None:
        deliveries.enter_publication(session, alarm.case_id, published_on, actor, now=clock.now())
    return redirect(request, "/integrations", N_("The day of publication is entered."))


@router.post("/alarms/{alarm_id}/holder")
def holder(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Manager,
    alarm_id: UUID,
    name: Annotated[str, Form(min_length=2, max_length=250)],
    identity_number: Annotated[str, Form(min_length=4, max_length=30)],
    address: Annotated[str, Form(min_length=5, max_length=500)],
) -> Response:
    """Enter a holder whom another authority named."""
    alarm = alarms.get_alarm(session, alarm_id)
    lines = tuple(line.strip() for line in address.splitlines() if line.strip())
    person = Person(
        PersonRole.HOLDER, name.strip(), identity_number.strip().upper(), lines, source="by hand"
    )
    if alarm.case_id is not None:
        lookup.enter_by_hand(session, alarm.case_id, person, actor, now=clock.now())
    return redirect(request, "/integrations", N_("The holder is entered."))


@router.post("/{system}/try-now")
def try_now(request: Request, session: SessionDep, actor: Manager, system: System) -> Response:
    """Do not leave a failing system alone any longer."""
    state = health.state_of(session, system, lock=True)
    if state is not None:
        state.rest_until = None
    audit.record(session, actor, "sanctions:integration:tried", f"system:{system.value}")
    return redirect(request, "/integrations", _DONE)
