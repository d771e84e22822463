"""The price of an infraction on its day."""

from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.clock import municipal
from sanctions.catalogue.models import OffencePrice
from sanctions.models import InfractionCase


def price_on(session: Session, zone: str, offence: str, day: date) -> OffencePrice | None:
    """What `offence` cost in `zone` on `day`; None when the catalogue does not say."""
    query = (
        select(OffencePrice)
        .where(
            OffencePrice.zone == zone,
            OffencePrice.offence == offence,
            OffencePrice.valid_from <= day,
            or_(OffencePrice.valid_to.is_(None), OffencePrice.valid_to >= day),
        )
        .order_by(OffencePrice.valid_from.desc())
        .limit(1)
    )
    return session.scalar(query)


def apply_price(session: Session, case: InfractionCase) -> bool:
    """Write into `case` what its infraction costs on its day; False when nobody has said so."""
    price = price_on(session, case.zone, case.offence, municipal(case.seen_at).date())
    if price is None:
        return False
    case.severity, case.legal_basis = price.severity, price.legal_basis
    case.amount_cents = price.amount_cents
    case.reduced_cents = reduced(price.amount_cents, price.reduction_percent)
    return True


def reduced(amount_cents: int, percent: int) -> int:
    """The amount less `percent`, in whole cents, rounded down in the payer's favour."""
    return amount_cents * (100 - percent) // 100


def catalogue(session: Session) -> list[OffencePrice]:
    """Every row, by zone and offence, the latest first."""
    order = (OffencePrice.zone, OffencePrice.offence, OffencePrice.valid_from.desc())
    return list(session.scalars(select(OffencePrice).order_by(*order)))


def enter(session: Session, price: OffencePrice) -> OffencePrice:
    """A new price from its day on: what held before ends on the eve."""
    before = price_on(session, price.zone, price.offence, price.valid_from)
    if before is not None and before.valid_from == price.valid_from:
        return before
    if before is not None:
        price.valid_to, before.valid_to = before.valid_to, price.valid_from - timedelta(days=1)
    session.add(price)
    session.flush()
    return price
