"""Messages of the vehicle register, named as in its XSD (SVDDGTVEHICULOSANCWS01).

Only what says who answers for a vehicle, and where that person lives, has a field here: inspection,
insurance, seizures and transfers may come, and are dropped before anybody sees them (P8).
"""

from datetime import date

from pydantic import BaseModel, Field

from sanctions.integrations.http import WIRE

FOUND, NO_RECORD, NO_DATA, FAILED = "0", "1", "2", "0502"
PURPOSE = "Procedimiento sancionador en materia de trafico"


class _Message(BaseModel):
    model_config = WIRE


class Applicant(_Message):
    """Assumed in detail: who asks, why, and for which case (P7)."""

    IdentificadorSolicitante: str
    Finalidad: str = PURPOSE
    IdExpediente: str
    Procedimiento: str = "SANCIONADOR"


class GenericData(_Message):
    Solicitante: Applicant


class Query(_Message):
    Matricula: str


class SpecificQuestion(_Message):
    Consulta: Query


class Question(_Message):
    IdPeticion: str
    DatosGenericos: GenericData
    DatosEspecificos: SpecificQuestion


class Province(_Message):
    Codigo: str = ""
    Descripcion: str = ""


class Domicile(_Message):
    TipoVia: str = ""
    NombreVia: str = ""
    NumeroVia: str = ""
    Planta: str = ""
    Puerta: str = ""
    CodigoPostal: str = ""
    Localidad: str = ""
    Municipio: str = ""
    Provincia: Province = Province()

    def lines(self) -> tuple[str, ...]:
        """As on an envelope; empty when there is no street."""
        if not self.NombreVia:
            return ()
        street = (self.TipoVia, self.NombreVia, self.NumeroVia, self.Planta, self.Puerta)
        town = (self.CodigoPostal, self.Localidad or self.Municipio)
        found = (" ".join(filter(None, street)), " ".join(filter(None, town)))
        return tuple(line for line in (*found, self.Provincia.Descripcion) if line)


class Owner(_Message):
    DomicilioDGT: Domicile = Domicile()
    DomicilioINE: Domicile = Domicile()


class Registration(_Message):
    Matricula: str = ""


class GeneralData(_Message):
    Matriculacion: Registration = Registration()
    Titular: Owner = Owner()


class DatedPerson(_Message):
    Documentacion: str = ""
    Filiacion: str = ""
    FechaInicio: date | None = None
    FechaFin: date | None = None

    def is_current(self, day: date) -> bool:
        begun = self.FechaInicio is None or self.FechaInicio <= day
        return begun and (self.FechaFin is None or day <= self.FechaFin)


class Responsible(_Message):
    ListaArrendatarios: tuple[DatedPerson, ...] = ()
    ListaConductoresHabituales: tuple[DatedPerson, ...] = ()


class HolderData(_Message):
    Documentacion: str = ""
    NombreCompleto: str = ""
    Nombre: str = ""
    Apellido1: str = ""
    Apellido2: str = ""

    def full_name(self) -> str:
        parts = (self.Nombre, self.Apellido1, self.Apellido2)
        return self.NombreCompleto or " ".join(filter(None, parts))


class Vehicle(_Message):
    DatosGenerales: GeneralData = GeneralData()
    DatosResponsables: Responsible = Responsible()
    DatosTitular: HolderData = HolderData()


class Status(_Message):
    CodigoEstado: str = Field(max_length=4)
    CodigoEstadoSecundario: str = ""
    Literal: str = ""


class Returned(_Message):
    Estado: Status
    Consulta: Query
    DatosVehiculo: Vehicle | None = None


class SpecificAnswer(_Message):
    Retorno: Returned


class RegisterAnswer(_Message):
    IdPeticion: str
    DatosEspecificos: SpecificAnswer
