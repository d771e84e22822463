"""The public page on which somebody pays with a case number and a code, and the gateway's callback.

Neither number nor code nor plate is ever part of an address: they would stay in histories and logs.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import PlainTextResponse, Response

from core.errors import Conflict, NotFound, Unavailable
from core.web.dependencies import (
    ClockDep,
    KeysDep,
    LanguageDep,
    SessionDep,
    SettingsDep,
    WritingSessionDep,
)
from core.web.middleware import CONTENT_SECURITY_POLICY
from core.web.pages import render
from sanctions.integrations.city_time import on_city_clock
from sanctions.integrations.payment import booking, orders
from sanctions.integrations.payment.adapter import Callback, unpacked
from sanctions.integrations.payment.attempts import note_attempt, refuse_too_many
from sanctions.integrations.systems import System, address_of

router = APIRouter(prefix="/payments")
_PAGE = "sanctions/integrations/pay.html"


@router.get("")
def ask(request: Request) -> Response:
    """Which case, and the code of its letter."""
    return render(request, _PAGE, {"quote": None, "redirect": None, "problem": None})


@router.post("")
def show(
    request: Request,
    session: WritingSessionDep,
    settings: SettingsDep,
    clock: ClockDep,
    keys: KeysDep,
    language: LanguageDep,
    reference: Annotated[str, Form(max_length=40)] = "",
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """What is owed now, and the way to the gateway."""
    now = clock.now()
    refuse_too_many(session, keys, request)
    try:
        case = orders.case_to_pay(session, keys, reference, code)
    except NotFound as error:
        note_attempt(session, keys, request)
        context = {"quote": None, "redirect": None, "problem": error.template}
        return render(request, _PAGE, context, status=404)
    quote, redirect, problem = orders.quote(session, case, now), None, None
    if quote.owed is not None:
        try:
            redirect = orders.start(session, settings, case, language=language, now=now)
        except (Unavailable, Conflict) as error:
            problem = error.template
    response = render(request, _PAGE, {"quote": quote, "redirect": redirect, "problem": problem})
    if redirect is not None:
        gateway = redirect.url.rpartition("/")[0]
        allowed = CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", f"form-action 'self' {gateway}/"
        )
        response.headers["Content-Security-Policy"] = allowed
    return response


@router.get("/thanks")
def thanks(request: Request) -> Response:
    """Back from the gateway: what counts is the callback, not this page."""
    return render(request, "sanctions/integrations/thanks.html")


@router.post("/callback")
def callback(
    session: SessionDep,
    settings: SettingsDep,
    clock: ClockDep,
    mensaje: Annotated[str, Form(max_length=8_000)],
    firma: Annotated[str, Form(max_length=200)],
) -> Response:
    """The gateway tells of a payment. Signed; as often as it likes.

    Raises Unauthenticated for a wrong signature, InvalidInput for another message.
    """
    address = address_of(settings, System.PAYMENT)
    if address is None:
        raise NotFound("No payment gateway is configured here.")
    told = unpacked(address.key, mensaje, firma, Callback)
    paid_at = on_city_clock(clock, told.Fecha)
    booking.book(session, told, paid_at=paid_at, now=clock.now())
    return PlainTextResponse("OK")
