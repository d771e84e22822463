"""What infractions cost: the list, and a new price from a day on."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from core import audit
from core.clock import municipal
from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.web.dependencies import ClockDep, LanguageDep, SessionDep, require
from core.web.pages import redirect, render
from core.words import N_
from sanctions.catalogue.models import OffencePrice
from sanctions.catalogue.service import catalogue, enter, reduced
from sanctions.reasons import OFFENCE_LABELS, Offence, coded

router = APIRouter(prefix="/prices")

Manager = Annotated[Actor, Depends(require(Permission.MANAGE_RULES))]
SEVERITIES = {"minor": N_("Minor"), "serious": N_("Serious")}


def zone_names(request: Request, session: SessionDep, language: LanguageDep) -> dict[str, str]:
    """Code to name of the city's zones; empty where no application provides them.

    Prices know zones by their codes alone. Whoever mounts these pages may know more, and says so
    in ``app.state.zone_names``.
    """
    known: ZoneNames | None = getattr(request.app.state, "zone_names", None)
    return {} if known is None else known(session, language)


ZoneNames = Callable[[Session, str], dict[str, str]]
ZoneNamesDep = Annotated[dict[str, str], Depends(zone_names)]


@router.get("")
def show(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Manager,
    named: ZoneNamesDep,
) -> Response:
    """Every price, the latest of each infraction first."""
    rows = catalogue(session)
    context = {
        "rows": rows,
        "reduced": {row.id: reduced(row.amount_cents, row.reduction_percent) for row in rows},
        "offences": OFFENCE_LABELS,
        "severities": SEVERITIES,
        "zones": named | {row.zone: row.zone for row in rows if row.zone not in named},
        "today": municipal(clock.now()).date(),
    }
    return render(request, "sanctions/prices.html", context)


@router.post("")
def add(
    request: Request,
    session: SessionDep,
    actor: Manager,
    named: ZoneNamesDep,
    zone: Annotated[str, Form(max_length=60)],
    offence: Annotated[str, Form(max_length=40)],
    valid_from: Annotated[date, Form()],
    severity: Annotated[str, Form(max_length=20)],
    euros: Annotated[float, Form(gt=0, le=10_000)],
    reduction_percent: Annotated[int, Form(ge=0, le=100)],
    legal_basis: Annotated[str, Form(min_length=1, max_length=300)],
    text_es: Annotated[str, Form(min_length=1, max_length=500)],
    text_eu: Annotated[str, Form(min_length=1, max_length=500)],
) -> Response:
    """A price from its day on; what held before ends on the eve. Cases keep the price they have."""
    if severity not in SEVERITIES:
        raise InvalidInput("An infraction is minor or serious; choose one.")
    if named and zone.strip() not in named:
        raise InvalidInput("There is no such zone; choose one of the list.")
    price = OffencePrice(
        zone=zone.strip(),
        offence=coded(Offence, offence),
        valid_from=valid_from,
        severity=severity,
        legal_basis=legal_basis.strip(),
        descriptions={"es": text_es.strip(), "eu": text_eu.strip()},
        amount_cents=round(euros * 100),
        reduction_percent=reduction_percent,
    )
    if enter(session, price) is not price:
        raise InvalidInput(
            "This infraction has a price from that very day. Choose another day: prices are not "
            "changed afterwards."
        )
    subject = f"price:{price.zone}/{price.offence}"
    audit.record(session, actor, "sanctions:price:entered", subject, cents=price.amount_cents)
    return redirect(request, "/prices", N_("The price is entered."))
