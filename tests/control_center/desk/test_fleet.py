"""A carrier at the desk hands in its fleet as a file."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.runtime import Runtime
from permits.access import Outcome
from permits.models import Authorisation, Holder
from tests.clients import WebClient
from tests.control_center.builders import MORNING
from tests.control_center.desk.test_desk import IDENTIFIED
from tests.permits.builders import authorisation, decided, holder

HEADING = "plate,vehicle_class,class_evidence,mass_kg,height_cm\n"
VAN, LORRY = "1234BBC,van,FT-001,3000,220\n", "5678FGH,lorry,FT-002,5000,280\n"


class Carrier:
    """A company that is being served."""

    def __init__(self, client: WebClient, session: Session, runtime: Runtime, row: Holder) -> None:
        self.client, self.session, self.keys = client, session, runtime.keys
        begun = client.submit("/desk/visits", {"holder_id": str(row.id), **IDENTIFIED})
        self.path = str(begun.headers["location"])

    def hands_in(self, *lines: str, **fields: str) -> Any:
        content = (HEADING + "".join(lines)).encode()
        files = {"file": ("fleet.csv", content, "text/csv")}
        return self.client.submit(f"{self.path}/fleet", fields, files=files)

    def plates(self) -> set[str]:
        self.session.expire_all()
        rows = self.session.scalars(select(Authorisation)).all()
        found = {one.vehicle.plate for row in rows for one in row.current}
        self.session.rollback()  # lets the pages write again
        return found

    def outcome(self, plate: str) -> Outcome:
        self.session.expire_all()
        outcome = decided(self.session, self.keys, plate, MORNING).outcome
        self.session.rollback()
        return outcome


@pytest.fixture
def carrier(
    service_desk_client: WebClient, session: Session, keys: KeyRing, runtime: Runtime
) -> Carrier:
    row = holder(session, keys, "Garraioak SL", kind="company", document="B12345674")
    session.commit()
    return Carrier(service_desk_client, session, runtime, row)


def test_its_vans_may_load_without_being_checked(carrier: Carrier) -> None:
    assert carrier.outcome("1234BBC") is Outcome.VEHICLE_CHECK
    sent = carrier.hands_in(VAN, LORRY)
    assert sent.status_code == 303, sent.text
    receipt = carrier.client.get(sent.headers["location"]).text
    assert "Registration of a fleet" in receipt and "2 vehicles" in receipt
    assert carrier.plates() == {"1234BBC", "5678FGH"}
    assert carrier.outcome("1234BBC") is Outcome.AUTHORISED


def test_more_vehicles_come_beside_those_there_are(carrier: Carrier) -> None:
    carrier.hands_in(VAN)
    carrier.hands_in(LORRY)
    assert carrier.plates() == {"1234BBC", "5678FGH"}


def test_the_whole_fleet_takes_off_what_it_does_not_name(carrier: Carrier) -> None:
    carrier.hands_in(VAN, LORRY)
    carrier.hands_in(LORRY, is_whole="yes")
    assert carrier.plates() == {"5678FGH"}


def test_other_carriers_lose_nothing(carrier: Carrier, keys: KeyRing) -> None:
    authorisation(carrier.session, keys, "9999BBB", profile="loading", vehicle_class="van")
    carrier.session.commit()
    carrier.hands_in(VAN, is_whole="yes")
    assert carrier.plates() == {"1234BBC", "9999BBB"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("9012JKL,spaceship,FT-3,,\n", "no class of vehicle"),
        ("9012JKL,van,,,\n", "is empty"),
        ("Ж234BBC,van,FT-3,,\n", "Line 3"),
        (f"{'9' * 40},van,FT-3,,\n", "Line 3"),
        ("9012JKL,van\n", "another number of cells"),
        ("1234BBC,lorry,FT-9,,\n", "more than once"),
    ],
)
def test_a_broken_line_is_named_and_nothing_is_changed(
    carrier: Carrier, line: str, words: str
) -> None:
    refused = carrier.hands_in(VAN, line)
    assert refused.status_code == 422
    assert words in refused.text and "Nothing was changed." in refused.text
    assert carrier.plates() == set()


def test_too_heavy_a_lorry_is_refused(carrier: Carrier) -> None:
    refused = carrier.hands_in("5678FGH,lorry,FT-2,9000,280\n")
    assert refused.status_code in (409, 422)
    assert carrier.plates() == set()


def test_a_file_without_the_evidence_column_is_refused_by_name(carrier: Carrier) -> None:
    files = {"file": ("fleet.csv", b"plate,vehicle_class\n1234BBC,van\n", "text/csv")}
    refused = carrier.client.submit(f"{carrier.path}/fleet", {}, files=files)
    assert "class_evidence" in refused.text and carrier.plates() == set()


def test_the_form_says_what_the_file_has(carrier: Carrier) -> None:
    page = carrier.client.get(f"{carrier.path}/fleet").text
    assert "plate, vehicle_class, class_evidence" in page
    assert "Register a fleet" in carrier.client.get(carrier.path).text
