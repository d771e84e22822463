"""A fake printing and post provider. ``POST /_fake_events`` plays the postman."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sanctions.integrations.fakes.server import Answer, Call, FakeService, Route


@dataclass
class FakePost(FakeService):
    letters: dict[str, str] = field(default_factory=dict)
    happened: list[dict[str, Any]] = field(default_factory=list)

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/letters", self.take_in, "post_letter"),
            Route("GET", "/events", self.list_events),
            Route("POST", "/_fake_events", self.play),
        ]

    def forget(self) -> None:
        super().forget()
        self.letters.clear()
        self.happened.clear()

    def take_in(self, call: Call) -> Answer:
        key = str(call.body["IdCarta"])
        number = self.letters.setdefault(key, f"PK{len(self.letters) + 1:08d}ES")
        return 200, {"IdCarta": "another" if call.wrong else key, "Identificador": number}

    def play(self, call: Call) -> Answer:
        self.happened.append(
            {
                "Identificador": call.body["identifier"],
                "Suceso": call.body["event"],
                "Intento": call.body.get("attempt", 1),
                "Fecha": call.body.get("at") or datetime.now(UTC).isoformat(),
            }
        )
        return 200, {}

    def list_events(self, call: Call) -> Answer:
        if call.wrong:
            stranger = {
                "Identificador": "PK99999999ES",
                "Suceso": "entregada",
                "Intento": 1,
                "Fecha": datetime.now(UTC).isoformat(),
            }
            return 200, {"Sucesos": [*self.happened, stranger]}
        return 200, {"Sucesos": self.happened}
