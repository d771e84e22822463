"""A fake sanction system: takes batches as SCT_REMESA does, with its published error codes."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sanctions.integrations.fakes.server import Answer, Call, FakeService, Route
from sanctions.integrations.handover.control_digit import control_digit

CRITICAL, NOT_CRITICAL, FINE = 2, 1, 0
_OFFENCES = (
    ("no_permit", "Acceder sin autorización a una zona peatonal", 10_000),
    ("outside_window", "Acceder fuera del horario autorizado", 10_000),
    ("quota_exceeded", "Superar el número de accesos autorizados", 10_000),
    ("overstay", "Superar el tiempo de estancia autorizado", 3_000),
    ("wrong_gate", "Acceder por un punto no autorizado", 10_000),
    ("vehicle_class", "Acceder con un vehículo de clase no autorizada", 10_000),
)
NORMS: dict[str, dict[str, str]] = {
    str(place): {
        "CODI_NL": "OM",
        "ARTICLE": "12",
        "SUBARTICLE": str(place),
        "OPCIO": "1",
        "GRAVETAT": "L",
        "HECHO_DENUNCIADO": text,
        "IMPORT_NOMINAL": f"{cents:012d}",
        "PUNTS": "0",
        "CODI_INFRACCIO": offence,
        "DATA_INICI": "20220901",
    }
    for place, (offence, text, cents) in enumerate(_OFFENCES, start=1)
}


@dataclass
class FakeHandover(FakeService):
    issuer: str = "8500514"
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Accepted numbers (annulments with a B): the day of sending, and whose case."""
    refused: dict[str, str] = field(default_factory=dict)
    reject: dict[str, str] = field(default_factory=dict)
    """Case reference to error code: what the next batch is to be told."""

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/batches", self.take_in, "handover_remittance"),
            Route("GET", r"/batches/([\w-]+)", self.receipt_of),
            Route("GET", r"/receipts", self.all_receipts),
            Route("GET", r"/days/(\d{8})", self.day),
            Route("GET", "/catalogue", self.catalogue),
            Route("POST", "/_fake_rejections", self.set_rejections),
        ]

    def forget(self) -> None:
        super().forget()
        for memory in (self.receipts, self.bodies, self.taken, self.refused, self.reject):
            memory.clear()

    def catalogue(self, _: Call) -> Answer:
        return 200, {"VERSIO": "2026-1", "NORMATIVES": list(NORMS.values())}

    def set_rejections(self, call: Call) -> Answer:
        self.reject.update(call.body)
        return 200, {}

    def take_in(self, call: Call) -> Answer:
        batch = str(call.body["ID_REMESA"])
        if batch in self.receipts:
            same = self.bodies[batch] == call.body
            return (200, self.receipts[batch]) if same else (409, {"error": "another content"})
        header = call.body["CAPCALERA"]
        if header["NUM_BUTLLETES"] != len(call.body["BUTLLETES"]):
            return 422, {"error": "CAP002"}
        day = header["FITXER_PDA"][8:16]
        receipt = {
            "ID_REMESA": batch,
            "CAPCALERA": header,
            "BUTLLETES": [self._judge(ticket, day) for ticket in call.body["BUTLLETES"]],
            "codiResultat": "0",
            "descripcio": "",
        }
        self.receipts[batch], self.bodies[batch] = receipt, call.body
        if call.wrong:
            return 200, {**receipt, "ID_REMESA": str(uuid4())}
        return 200, receipt

    def _judge(self, ticket: dict[str, Any], day: str) -> dict[str, Any]:
        key = ("B" if ticket["ACCIO"] == "B" else "") + ticket["NUM_EXPEDIENT"]
        code = self.reject.pop(ticket["ID_BUTLLETA"], None) or self._fault_of(ticket, key)
        critical = code is not None and not code.startswith("NOR00")
        if critical:
            self.refused[key] = day
        else:
            self.taken[key] = (day, ticket["ID_BUTLLETA"])
        result: dict[str, Any] = {
            "ID_BUTLLETA": ticket["ID_BUTLLETA"],
            "NUM_EXPEDIENT": ticket["NUM_EXPEDIENT"],
            "RESULTAT": CRITICAL if critical else NOT_CRITICAL if code else FINE,
            "INCIDENCIES": [{"CODI_INCIDENCIA": code}] if code else [],
        }
        if critical:
            result["DATA_LIMIT"] = "20991231"
        return result

    def _fault_of(self, ticket: dict[str, Any], key: str) -> str | None:
        number = int(ticket["NUM_EXPEDIENT"])
        digit = control_digit(ticket["SERVEI_TERRIT"], number, self.issuer)
        if int(ticket["DIGIT_CONTROL"]) != digit:
            return "BUT007"
        if key in self.taken:
            return "BUT002"
        norm = NORMS.get(ticket["SUBARTICLE_DENUNCIA"])
        if norm is None:
            return "NOR001"
        return None if norm["IMPORT_NOMINAL"] == ticket["IMPORT_NOMINAL"] else "NOR003"

    def receipt_of(self, call: Call) -> Answer:
        receipt = self.receipts.get(call.parts[0])
        return (404, {"error": "unknown batch"}) if receipt is None else (200, receipt)

    def all_receipts(self, call: Call) -> Answer:
        listed = [dict(receipt) for receipt in self.receipts.values()]
        if call.wrong:
            stranger = {"FITXER_PDA": "BUT48020202601010900_9.xml", "NUM_BUTLLETES": 1}
            listed.append(
                {
                    "ID_REMESA": str(uuid4()),
                    "CAPCALERA": stranger,
                    "BUTLLETES": [],
                    "codiResultat": "0",
                }
            )
        return 200, {"RESPOSTES": listed}

    def day(self, call: Call) -> Answer:
        wanted = call.parts[0]
        accepted = sorted(key for key, (day, _) in self.taken.items() if day == wanted)
        rejected = sorted(key for key, day in self.refused.items() if day == wanted)
        if call.wrong:
            accepted = accepted[1:]
        return 200, {"DATA": wanted, "ACCEPTADES": accepted, "REBUTJADES": rejected}
