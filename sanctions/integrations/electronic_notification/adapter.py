"""The electronic road address (DEV) behind one small interface.

The credentials query and its codes are those of ConsorciAOC/SCT-DEV; putting a notice at the
person's disposal and the states it then has are assumed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from sanctions.integrations.documents import DocumentPart, OutgoingDocument, as_part
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.holders.responsibility import is_company
from sanctions.integrations.http import WIRE, ServiceClient

ENROLLED, NOT_ENROLLED = "0", "DEV9008"
_LATER = frozenset({"DEV9000", "DEV9001", "DEV9002", "DEV9006", "DEV9007", "DEV9009"})


class _Message(BaseModel):
    model_config = WIRE


class Addressee(_Message):
    TipoDocumentacion: str
    Documentacion: str


class CredentialsResult(_Message):
    codiResultat: str
    descripcio: str = ""


class Envelope(_Message):
    IdEnvio: str
    Expediente: str
    Concepto: str
    Titular: Addressee
    Idioma: str
    Documento: DocumentPart


class Disposal(_Message):
    """The notice is at the person's disposal since then."""

    IdEnvio: str
    Identificador: str
    PuestaADisposicion: AwareDatetime


class NoticeState(_Message):
    Identificador: str
    Estado: Literal["puesta_a_disposicion", "abierta", "rechazada", "expirada"]
    Fecha: AwareDatetime


class _States(_Message):
    Envios: tuple[NoticeState, ...]


class ElectronicNotifications(Protocol):
    """All methods raise ServiceDown, AnswerNotUnderstood or RequestRefused."""

    def is_enrolled(self, identity_number: str) -> bool:
        """Whether the person has an electronic road address."""
        ...

    def put_at_disposal(
        self, delivery_id: UUID, reference: str, identity_number: str, document: OutgoingDocument
    ) -> Disposal:
        """Once for each `delivery_id`, however often it is called."""
        ...

    def states(self, since: datetime) -> Sequence[NoticeState]:
        """What happened to notices from `since` on."""
        ...


def addressee(identity_number: str) -> Addressee:
    kind = "NIE" if identity_number[:1] in "XYZ" else "NIF"
    return Addressee(
        TipoDocumentacion="CIF" if is_company(identity_number) else kind,
        Documentacion=identity_number,
    )


class HttpElectronicNotifications:
    """The reference implementation."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def is_enrolled(self, identity_number: str) -> bool:
        result = self._client.post("/credentials", addressee(identity_number), CredentialsResult)
        if result.codiResultat in {ENROLLED, NOT_ENROLLED}:
            return result.codiResultat == ENROLLED
        words = {"code": result.codiResultat, "why": result.descripcio[:100]}
        if result.codiResultat in _LATER:
            raise ServiceDown("electronic_notification answers %(code)s: %(why)s.", **words)
        raise RequestRefused("electronic_notification refuses with %(code)s: %(why)s.", **words)

    def put_at_disposal(
        self, delivery_id: UUID, reference: str, identity_number: str, document: OutgoingDocument
    ) -> Disposal:
        envelope = Envelope(
            IdEnvio=str(delivery_id),
            Expediente=reference,
            Concepto=document.title,
            Titular=addressee(identity_number),
            Idioma=document.language,
            Documento=as_part(document),
        )
        disposal = self._client.post("/notices", envelope, Disposal, once=str(delivery_id))
        if disposal.IdEnvio != str(delivery_id):
            raise AnswerNotUnderstood(
                "electronic_notification answers for another notice. Nothing of it was used."
            )
        return disposal

    def states(self, since: datetime) -> Sequence[NoticeState]:
        return self._client.get("/notices", _States, since=since.isoformat()).Envios
