"""Our messages follow the documented schemas, and so do the fakes' answers."""

import json

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from core.settings import Environment
from sanctions.integrations.errors import OutsideForbidden, RequestRefused
from sanctions.integrations.fakes.server import SCHEMAS, problems
from sanctions.integrations.handover.wire import Ticket
from sanctions.integrations.http import WIRE, ServiceClient
from sanctions.integrations.systems import Address, System
from tests.sanctions.integrations.world import KEY, World

ALL = sorted(path.stem for path in SCHEMAS.glob("*.json"))


class Anything(BaseModel):
    model_config = WIRE


class TestSchemas:
    @pytest.mark.parametrize("name", ALL)
    def test_each_is_a_schema_and_allows_no_unknown_field(self, name: str) -> None:
        schema = json.loads((SCHEMAS / f"{name}.json").read_text())
        Draft202012Validator.check_schema(schema)
        assert problems(name, {"unknown": 1})

    def test_a_ticket_has_the_fields_of_the_schema_and_no_others(self) -> None:
        schema = json.loads((SCHEMAS / "handover_remittance.json").read_text())
        documented = schema["properties"]["BUTLLETES"]["items"]["properties"]
        assert set(Ticket.model_fields) == set(documented)

    def test_what_fakes_answer_follows_the_schemas(self, world: World) -> None:
        """The requests did already: a fake refuses any other."""
        catalogue = world.fake("handover", "/catalogue")
        assert problems("handover_catalogue", catalogue) == []
        assert problems("handover_day", world.fake("handover", "/days/20261023")) == []
        world.validated()
        world.turn()
        question = world.received("holders", "/vehicles")[0]["body"]
        for plate in ("1234BBC", "1234XXX", "1234WWW", "1234YYY", "1234ZZZ"):
            question["DatosEspecificos"]["Consulta"]["Matricula"] = plate
            answer = world.fake("holders", "/vehicles", question)
            assert problems("holders_answer", answer) == []


class TestFakes:
    def test_a_message_that_does_not_follow_its_schema_is_refused(self, world: World) -> None:
        address = Address(System.POST, world.urls["post_url"], KEY)
        with (
            ServiceClient(address, Environment.DEVELOPMENT) as client,
            pytest.raises(RequestRefused, match="schema"),
        ):
            client.post("/letters", Anything(), Anything)

    def test_a_wrong_key_is_refused(self, world: World) -> None:
        address = Address(System.POST, world.urls["post_url"], "another key")
        with (
            ServiceClient(address, Environment.DEVELOPMENT) as client,
            pytest.raises(RequestRefused, match="wrong key"),
        ):
            client.get("/events", Anything)


class TestClient:
    def test_nothing_is_sent_elsewhere_outside_production(self) -> None:
        address = Address(System.POST, "https://example.org", KEY)
        with pytest.raises(OutsideForbidden):
            ServiceClient(address, Environment.PREPRODUCTION)

    def test_a_proxy_of_the_environment_leads_nowhere_outside_production(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        address = Address(System.POST, world.urls["post_url"], KEY)
        with ServiceClient(address, Environment.DEVELOPMENT) as client:
            client.get("/events", Anything)
