"""A fake electronic road address. Whose number begins with 0 has none; companies always have one.

``POST /_fake_states {"identifier": ..., "state": "abierta"}`` plays the addressee.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sanctions.integrations.fakes.server import Answer, Call, FakeService, Route


@dataclass
class FakeNotification(FakeService):
    notices: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/credentials", self.credentials, "notification_credentials"),
            Route("POST", "/notices", self.take_in, "notification_envelope"),
            Route("GET", "/notices", self.states),
            Route("POST", "/_fake_states", self.play),
        ]

    def forget(self) -> None:
        super().forget()
        self.notices.clear()
        self.events.clear()

    def credentials(self, call: Call) -> Answer:
        known = not str(call.body["Documentacion"]).startswith("0")
        return 200, {"codiResultat": "0" if known else "DEV9008", "descripcio": ""}

    def take_in(self, call: Call) -> Answer:
        key = str(call.body["IdEnvio"])
        if key not in self.notices:
            number = f"DEV-{len(self.notices) + 1:06d}"
            now = call.query.get("at") or datetime.now(UTC).isoformat()
            self.notices[key] = {
                "IdEnvio": key,
                "Identificador": number,
                "PuestaADisposicion": now,
            }
        answer = self.notices[key]
        return 200, {**answer, "IdEnvio": "another"} if call.wrong else answer

    def play(self, call: Call) -> Answer:
        self.events.append(
            {
                "Identificador": call.body["identifier"],
                "Estado": call.body["state"],
                "Fecha": call.body.get("at") or datetime.now(UTC).isoformat(),
            }
        )
        return 200, {}

    def states(self, call: Call) -> Answer:
        if call.wrong:
            now = datetime.now(UTC).isoformat()
            stranger = {"Identificador": "DEV-999999", "Estado": "abierta", "Fecha": now}
            return 200, {"Envios": [*self.events, stranger]}
        return 200, {"Envios": self.events}
