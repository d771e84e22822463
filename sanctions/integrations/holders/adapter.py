"""The vehicle register behind one small interface, with room for the registers of other countries.

EUCARIS (foreign vehicles) would be a second implementation: it wants a justification for every
question, which `Enquiry` carries. Until a city has it, a person asks and enters the answer.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sanctions.integrations.errors import AnswerNotUnderstood, ServiceDown
from sanctions.integrations.holders.wire import (
    FAILED,
    Applicant,
    GenericData,
    Query,
    Question,
    RegisterAnswer,
    Returned,
    SpecificQuestion,
    Vehicle,
)
from sanctions.integrations.http import ServiceClient


@dataclass(frozen=True)
class Enquiry:
    """A question about one vehicle, because of one case (P7)."""

    id: UUID
    reference: str
    """The case's."""
    plate: str
    country: str
    applicant: str
    """The city's code."""


@dataclass(frozen=True)
class Finding:
    """The register's answer; `vehicle` is None when it knows none or nothing of it."""

    code: str
    plate: str
    """For which it answers."""
    vehicle: Vehicle | None


class HolderRegister(Protocol):
    """Knows who answers for a vehicle."""

    def knows(self, country: str) -> bool:
        """Whether it is worth asking about vehicles of `country` (two letters)."""
        ...

    def look_up(self, enquiry: Enquiry) -> Finding:
        """Raises ServiceDown, AnswerNotUnderstood or RequestRefused."""
        ...


class HttpHolderRegister:
    """The reference implementation: the national register, shaped as the DGT's."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def knows(self, country: str) -> bool:
        return country == "ES"

    def look_up(self, enquiry: Enquiry) -> Finding:
        question = Question(
            IdPeticion=str(enquiry.id),
            DatosGenericos=GenericData(
                Solicitante=Applicant(
                    IdentificadorSolicitante=enquiry.applicant, IdExpediente=enquiry.reference
                )
            ),
            DatosEspecificos=SpecificQuestion(Consulta=Query(Matricula=enquiry.plate)),
        )
        answer = self._client.post("/vehicles", question, RegisterAnswer, once=str(enquiry.id))
        returned = answer.DatosEspecificos.Retorno
        if returned.Estado.CodigoEstado == FAILED:
            raise ServiceDown("holders answers that it could not ask. It is asked again by itself.")
        if answer.IdPeticion != str(enquiry.id):
            raise AnswerNotUnderstood(
                "holders answers another question than was asked. Nothing of it was used."
            )
        return Finding(
            returned.Estado.CodigoEstado, _plate_of(returned, enquiry.plate), returned.DatosVehiculo
        )


def _plate_of(returned: Returned, asked: str) -> str:
    """For which plate it answers: both it repeats and its vehicle's must be the one asked for."""
    vehicle = returned.DatosVehiculo
    own = vehicle.DatosGenerales.Matriculacion.Matricula if vehicle is not None else ""
    return own if own and own != asked else returned.Consulta.Matricula
