"""A fake vehicle register. The plate decides the answer, so that a demonstration can show all.

Modern plates that end in ``ZZZ`` are unknown, in ``YYY`` known without data, in ``XXX`` rented out,
in ``WWW`` a company's with a habitual driver; all others have a holder.
"""

from dataclasses import dataclass
from typing import Any

from sanctions.integrations.fakes.server import Answer, Call, FakeService, Route

_ADDRESS = {
    "TipoVia": "CL",
    "NombreVia": "ASKAO",
    "NumeroVia": "9",
    "Planta": "2",
    "Puerta": "D",
    "Municipio": "BILBAO",
    "CodigoPostal": "48005",
    "Provincia": {"Codigo": "48", "Descripcion": "BIZKAIA"},
}


@dataclass
class FakeHolders(FakeService):
    def routes(self) -> list[Route]:
        return [Route("POST", "/vehicles", self.look_up, "holders_question")]

    def look_up(self, call: Call) -> Answer:
        plate = call.body["DatosEspecificos"]["Consulta"]["Matricula"]
        answered = "0000BBB" if call.wrong else plate
        code = {"ZZZ": "1", "YYY": "2"}.get(plate[-3:], "0")
        returned: dict[str, Any] = {
            "Estado": {"CodigoEstado": code, "Literal": "TRAMITADO"},
            "Consulta": {"Matricula": answered},
        }
        if code == "0":
            returned["DatosVehiculo"] = _vehicle(answered)
        return 200, {
            "IdPeticion": call.body["IdPeticion"],
            "DatosEspecificos": {"Retorno": returned},
        }


def _vehicle(plate: str) -> dict[str, Any]:
    is_company = plate.endswith(("XXX", "WWW"))
    vehicle: dict[str, Any] = {
        "DatosGenerales": {
            "DescripcionVehiculo": {"Marca": {"Descripcion": "RENAULT"}, "Modelo": "KANGOO"},
            "Matriculacion": {"Matricula": plate},
            "Titular": {"DomicilioDGT": _ADDRESS, "DomicilioINE": _ADDRESS},
            # What nobody here may look at (privacy rule P8): it must go no further.
            "FechaCaducidadITV": "2027-01-31",
        },
        "Seguro": {"FechaInicio": "2026-01-01", "FechaFin": "2026-12-31"},
        "DatosTitular": _company() if is_company else _citizen(plate),
    }
    if plate.endswith("XXX"):
        vehicle["DatosResponsables"] = {"ListaArrendatarios": [_person("ITZIAR LARREA ETXEBARRIA")]}
    if plate.endswith("WWW"):
        vehicle["DatosResponsables"] = {
            "ListaConductoresHabituales": [_person("ANDONI URRUTIA GOTI")]
        }
    return vehicle


def _company() -> dict[str, str]:
    return {
        "TipoDocumentacion": "NIF",
        "Documentacion": "B95000000",
        "NombreCompleto": "BANAKETA AZKARRA SL",
    }


def _citizen(plate: str) -> dict[str, str]:
    digits = "".join(character for character in plate if character.isdigit())
    digits = (digits * 8)[:8] or "10000000"
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23]
    return {
        "TipoDocumentacion": "DNI",
        "Documentacion": f"{digits}{letter}",
        "NombreCompleto": "MIREN AGIRRE ZUBIA",
        "Nombre": "MIREN",
        "Apellido1": "AGIRRE",
        "Apellido2": "ZUBIA",
    }


def _person(name: str) -> dict[str, str]:
    return {
        "Documentacion": "00000014Z",
        "Filiacion": name,
        "FechaInicio": "2026-01-01",
        "FechaFin": "2027-12-31",
    }
