"""A printing and post provider behind one small interface. All of its messages are assumed.

The gazette is a channel of its own (`Gazette`), done by a person until a city connects its edictal
board: the message there would be the TEU's XML.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from sanctions.integrations.documents import DocumentPart, OutgoingDocument, as_part
from sanctions.integrations.errors import AnswerNotUnderstood
from sanctions.integrations.http import WIRE, ServiceClient

SECOND_ATTEMPT_WITHIN_DAYS = 3
"""RDL 6/2015, article 90.3."""


class _Message(BaseModel):
    model_config = WIRE


class Recipient(_Message):
    Nombre: str
    Direccion: tuple[str, ...]


class Letter(_Message):
    IdCarta: str
    Expediente: str
    Clase: Literal["notificacion", "carta"]
    """A notification with proof of delivery, or a plain letter."""
    Destinatario: Recipient
    SegundoIntentoEnDias: int = SECOND_ATTEMPT_WITHIN_DAYS
    Documento: DocumentPart


class Acceptance(_Message):
    IdCarta: str
    Identificador: str


class LetterEvent(_Message):
    Identificador: str
    Suceso: Literal["entregada", "ausente", "rehusada", "desconocido", "devuelta"]
    Intento: int = 1
    Fecha: AwareDatetime


class _Events(_Message):
    Sucesos: tuple[LetterEvent, ...]


class PostProvider(Protocol):
    """All methods raise ServiceDown, AnswerNotUnderstood or RequestRefused."""

    def hand_over(
        self,
        delivery_id: UUID,
        reference: str,
        recipient: Recipient,
        document: OutgoingDocument,
        *,
        with_proof: bool,
    ) -> Acceptance:
        """Print and post a letter, once for each `delivery_id`."""
        ...

    def events(self, since: datetime) -> Sequence[LetterEvent]:
        """What happened to letters from `since` on, in the order in which it happened."""
        ...


class Gazette(Protocol):
    """Room for the edictal board: publish a notice, learn the day on which it came out."""

    def publish(self, delivery_id: UUID, reference: str, document: OutgoingDocument) -> str: ...

    def published_on(self, identifier: str) -> date | None: ...


class HttpPostProvider:
    """The reference implementation."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def hand_over(
        self,
        delivery_id: UUID,
        reference: str,
        recipient: Recipient,
        document: OutgoingDocument,
        *,
        with_proof: bool,
    ) -> Acceptance:
        letter = Letter(
            IdCarta=str(delivery_id),
            Expediente=reference,
            Clase="notificacion" if with_proof else "carta",
            Destinatario=recipient,
            Documento=as_part(document),
        )
        accepted = self._client.post("/letters", letter, Acceptance, once=str(delivery_id))
        if accepted.IdCarta != str(delivery_id):
            raise AnswerNotUnderstood("post answers for another letter. Nothing of it was used.")
        return accepted

    def events(self, since: datetime) -> Sequence[LetterEvent]:
        return self._client.get("/events", _Events, since=since.isoformat()).Sucesos
