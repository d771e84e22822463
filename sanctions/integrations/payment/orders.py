"""Setting out to pay: what is owed now, as an order that a browser takes to the gateway."""

import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.encryption import KeyRing
from core.errors import Conflict, NotFound
from core.identity import SYSTEM
from core.settings import Settings
from sanctions import procedure
from sanctions.integrations.errors import NotConfigured
from sanctions.integrations.guard import check_destination
from sanctions.integrations.payment.adapter import Order, packed
from sanctions.integrations.payment.models import PaymentOrder
from sanctions.integrations.systems import LABELS, System, address_of
from sanctions.models import InfractionCase
from sanctions.states import PAID, Trigger

CODE_CHARACTERS = 10
_AS_TYPED = str.maketrans({" ": None, "-": None, "0": "O", "1": "I", "8": "B"})
"""The code has no digit that looks like a letter, so a digit that does was meant as one."""
FRESH_FOR = timedelta(hours=1)
CALLBACK_PATH = "/payments/callback"
RETURN_PATH = "/payments/thanks"


def payment_code(keys: KeyRing, case: InfractionCase) -> str:
    """What the letter prints beside the case number: 50 bits that nobody can guess."""
    digest = hmac.digest(keys.derive("payment code"), case.id.bytes, "sha256")
    return b32encode(digest).decode()[:CODE_CHARACTERS]


def case_to_pay(session: Session, keys: KeyRing, reference: str, code: str) -> InfractionCase:
    """The case of that number. Raises NotFound, which never says what of the two is wrong."""
    query = select(InfractionCase).where(InfractionCase.reference == reference.strip())
    case = session.scalar(query)
    given = code.strip().upper().translate(_AS_TYPED).encode()
    if case is None or not hmac.compare_digest(payment_code(keys, case).encode(), given):
        raise NotFound("No case has this number and this code. Both are in the letter.")
    return case


@dataclass(frozen=True)
class Quote:
    """What paying would take now."""

    case: InfractionCase
    owed: procedure.Owed | None
    is_paid: bool

    @property
    def is_reduced(self) -> bool:
        return self.owed is not None and self.owed.trigger is Trigger.PAY_REDUCED


def quote(session: Session, case: InfractionCase, now: datetime) -> Quote:
    return Quote(case, procedure.owed(session, case, now), case.case_state in PAID)


@dataclass(frozen=True)
class Redirect:
    """A form that takes the browser to the gateway."""

    url: str
    message: str
    signature: str


def start(
    session: Session, settings: Settings, case: InfractionCase, *, language: str, now: datetime
) -> Redirect:
    """An order for what is owed now.

    Raises:
        Conflict: nothing is owed.
        NotConfigured, OutsideForbidden: there is no gateway, or not from this environment.
    """
    address = address_of(settings, System.PAYMENT)
    if address is None:
        raise NotConfigured("%(system)s is not configured.", system=LABELS[System.PAYMENT])
    check_destination(settings.environment, address.url)
    owed = procedure.owed(session, case, now)
    if owed is None:
        raise Conflict("Nothing can be paid for case %(case)s now.", case=case.reference)
    order = _recent(session, case, owed.cents, now) or _order(session, case, owed, now)
    base = public_base(settings)
    message, signature = packed(
        address.key,
        Order(
            Pedido=str(order.id),
            Importe=order.amount_cents,
            Concepto="Sarbide",
            UrlAviso=f"{base}{CALLBACK_PATH}",
            UrlVuelta=f"{base}{RETURN_PATH}",
            Idioma=language,
        ),
    )
    return Redirect(f"{address.url}/start", message, signature)


def _recent(
    session: Session, case: InfractionCase, cents: int, now: datetime
) -> PaymentOrder | None:
    """An unpaid order of the same amount that is still fresh: reloading makes no second one."""
    query = select(PaymentOrder).where(
        PaymentOrder.case_id == case.id,
        PaymentOrder.amount_cents == cents,
        PaymentOrder.settled_at.is_(None),
        PaymentOrder.created_at > now - FRESH_FOR,
        PaymentOrder.created_at <= now,
    )
    return session.scalar(query.order_by(PaymentOrder.created_at.desc()).limit(1))


def _order(
    session: Session, case: InfractionCase, owed: procedure.Owed, now: datetime
) -> PaymentOrder:
    order = PaymentOrder(
        case_id=case.id,
        reference=case.reference,
        amount_cents=owed.cents,
        is_reduced=owed.trigger is Trigger.PAY_REDUCED,
        created_at=now,
    )
    session.add(order)
    session.flush()
    audit.record(session, SYSTEM, "sanctions:payment:started", f"case:{case.id}")
    return order


def public_base(settings: Settings) -> str:
    """Where people reach the residents' app."""
    here = f"http://{settings.app_host}:{settings.app_port}"
    return (settings.public_url or here).rstrip("/")
