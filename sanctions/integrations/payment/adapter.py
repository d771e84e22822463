"""The payment gateway behind one small interface. All of its messages are assumed.

A citizen's browser takes a signed order to the gateway, which later tells us of the payment in a
signed callback: base64 of the JSON and HMAC-SHA-256 over it, as Spanish gateways do. The order
holds its own id and an amount: neither plate nor name nor case number.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Literal, Protocol, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ValidationError

from core.errors import InvalidInput, Unauthenticated
from sanctions.integrations.errors import AnswerNotUnderstood
from sanctions.integrations.http import WIRE, ServiceClient

Message = TypeVar("Message", bound=BaseModel)


class _Message(BaseModel):
    model_config = WIRE


class Order(_Message):
    Pedido: str
    Importe: int
    """Cents."""
    Moneda: Literal["EUR"] = "EUR"
    Concepto: str
    UrlAviso: str
    UrlVuelta: str
    Idioma: str


class Callback(_Message):
    Transaccion: str
    Pedido: UUID
    Importe: int
    Moneda: Literal["EUR"]
    Resultado: Literal["pagado", "rechazado"]
    Fecha: AwareDatetime


class RefundRequest(_Message):
    IdDevolucion: str
    Transaccion: str
    Importe: int
    Moneda: Literal["EUR"] = "EUR"


class RefundDone(_Message):
    IdDevolucion: str
    Identificador: str
    Fecha: AwareDatetime


class Transactions(_Message):
    Transacciones: tuple[Callback, ...]


def sign(key: str, message: bytes) -> str:
    """Hexadecimal HMAC-SHA-256 (RFC 2104)."""
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def packed(key: str, message: BaseModel) -> tuple[str, str]:
    """`message` as it travels through a browser: its base64 and the signature over that."""
    content = base64.urlsafe_b64encode(message.model_dump_json().encode())
    return content.decode(), sign(key, content)


def unpacked(key: str, content: str, signature: str, kind: type[Message]) -> Message:
    """What `packed` gave.

    Raises:
        Unauthenticated: the signature is not that of whoever has `key`.
        InvalidInput: signed, but not the agreed message.
    """
    if not hmac.compare_digest(sign(key, content.encode()), signature.lower()):
        raise Unauthenticated("The signature does not match the message.")
    try:
        return kind.model_validate_json(base64.urlsafe_b64decode(content))
    except (ValidationError, binascii.Error, ValueError) as error:
        raise InvalidInput("The signed message is not the agreed one.") from error


class PaymentGateway(Protocol):
    """All methods raise ServiceDown, AnswerNotUnderstood or RequestRefused."""

    def transactions(self, order_id: UUID) -> tuple[Callback, ...]:
        """What the gateway knows of an order: for callbacks that never came."""
        ...

    def refund(self, refund_id: UUID, transaction: str, cents: int) -> RefundDone:
        """Give money back, once for each `refund_id`."""
        ...


class EnforcedCollection(Protocol):
    """Room for the collection office: takes a firm, unpaid sanction over."""

    def hand_over(self, case_id: UUID, reference: str, cents: int, firm_since: datetime) -> str: ...


class HttpPaymentGateway:
    """The reference implementation."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def transactions(self, order_id: UUID) -> tuple[Callback, ...]:
        found = self._client.get(f"/orders/{order_id}", Transactions).Transacciones
        if any(one.Pedido != order_id for one in found):
            raise AnswerNotUnderstood("payment answers for another order. Nothing of it was used.")
        return found

    def refund(self, refund_id: UUID, transaction: str, cents: int) -> RefundDone:
        request = RefundRequest(IdDevolucion=str(refund_id), Transaccion=transaction, Importe=cents)
        done = self._client.post("/refunds", request, RefundDone, once=str(refund_id))
        if done.IdDevolucion != str(refund_id):
            raise AnswerNotUnderstood("payment answers for another refund. Nothing of it was used.")
        return done
