"""What needs no network: control digits, amounts, pictures, balances, verdicts, responsibility."""

import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.errors import Forbidden, InvalidInput, Unauthenticated
from core.settings import Environment
from sanctions.integrations.errors import OutsideForbidden
from sanctions.integrations.guard import check_destination, is_this_machine
from sanctions.integrations.handover.control_digit import control_digit
from sanctions.integrations.handover.images import ticket_image
from sanctions.integrations.handover.models import ItemState
from sanctions.integrations.handover.receipts import verdicts
from sanctions.integrations.handover.reconciliation import balance
from sanctions.integrations.handover.wire import (
    MAX_IMAGE_BYTES,
    Header,
    Incident,
    Receipt,
    TicketResult,
    amount_text,
    day_text,
    time_text,
)
from sanctions.integrations.holders.responsibility import is_company, parties_on
from sanctions.integrations.holders.wire import DatedPerson, Domicile, Vehicle
from sanctions.integrations.payment.adapter import Order, packed, unpacked
from sanctions.procedure import PersonRole
from tests.sanctions.integrations.world import picture

BARCELONA = "8500514"


class TestControlDigit:
    def test_the_published_example(self) -> None:
        assert control_digit("08", 5_168_515, BARCELONA) == 0

    @given(st.integers(1, 99_999_999))
    def test_it_is_one_digit(self, number: int) -> None:
        assert 0 <= control_digit("48", number, BARCELONA) <= 9

    @given(st.integers(1_000_000, 9_999_999), st.integers(1, 9))
    def test_a_mistyped_last_digit_is_noticed(self, number: int, by: int) -> None:
        wrong = number - number % 10 + (number + by) % 10
        ours, theirs = control_digit("48", number, "0"), control_digit("48", wrong, "0")
        # Remainders 10 and 0 share a digit; all others differ.
        assert ours != theirs or ours == 0

    @pytest.mark.parametrize("number", [0, -1, 100_000_000])
    def test_what_is_no_case_number_has_none(self, number: int) -> None:
        with pytest.raises(ValueError, match="digits"):
            control_digit("48", number, BARCELONA)


class TestFormats:
    def test_a_hundred_euros_as_published(self) -> None:
        assert amount_text(10_000) == "000000010000"

    @pytest.mark.parametrize(
        ("utc", "text"),
        [
            ("2026-03-29T00:59:59+00:00", "015959"),
            ("2026-03-29T01:00:00+00:00", "030000"),
            ("2026-10-25T00:30:00+00:00", "023000"),
            ("2026-10-25T01:30:00+00:00", "023000"),
        ],
    )
    def test_times_are_the_citys_across_both_clock_changes(self, utc: str, text: str) -> None:
        assert time_text(datetime.fromisoformat(utc)) == text

    def test_an_evening_in_the_city_is_not_yet_the_day_after(self) -> None:
        assert day_text(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)) == "20261231"
        assert day_text(datetime(2026, 12, 31, 23, 1, tzinfo=UTC)) == "20270101"


class TestImages:
    def test_a_large_picture_is_made_small_enough(self) -> None:
        sheet = ticket_image(picture(2400, 1600), picture(400, 90))
        assert len(sheet) <= MAX_IMAGE_BYTES
        with Image.open(io.BytesIO(sheet)) as image:
            assert image.format == "JPEG"

    def test_the_plate_stands_below_the_street(self) -> None:
        with Image.open(io.BytesIO(ticket_image(picture(480, 320), picture(120, 30)))) as image:
            assert image.height > 320

    def test_what_is_no_picture_is_refused(self) -> None:
        with pytest.raises(InvalidInput):
            ticket_image(b"\xff\xd8 no picture", picture(120, 30))


NUMBERS = st.frozensets(st.integers(1, 30).map(str), max_size=12)


class TestBalance:
    @given(NUMBERS, NUMBERS)
    def test_the_same_verdicts_on_both_sides_balance(
        self, accepted: frozenset[str], rejected: frozenset[str]
    ) -> None:
        rejected -= accepted
        sent = accepted | rejected
        assert balance(sent, accepted, rejected, accepted, rejected).is_balanced

    @given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
    def test_it_balances_only_if_everything_sent_has_one_verdict_on_both_sides(
        self,
        sent: frozenset[str],
        accepted: frozenset[str],
        rejected: frozenset[str],
        theirs_accepted: frozenset[str],
        theirs_rejected: frozenset[str],
    ) -> None:
        sent |= accepted | rejected
        result = balance(sent, accepted, rejected, theirs_accepted, theirs_rejected)
        agrees = (
            sent == accepted | rejected
            and accepted == theirs_accepted
            and rejected - accepted == theirs_rejected - theirs_accepted
        )
        assert result.is_balanced == agrees

    def test_what_is_different_is_named(self) -> None:
        some = frozenset({"1", "2"})
        result = balance(some, frozenset({"1"}), frozenset(), frozenset({"3"}), frozenset())
        assert result.differences == {
            "without_receipt": ["2"],
            "accepted_only_here": ["1"],
            "accepted_only_there": ["3"],
        }


RESULTS = st.builds(
    TicketResult,
    ID_BUTLLETA=st.sampled_from(["2026/000001", "2026/000002", "2026/000003"]),
    NUM_EXPEDIENT=st.just("1"),
    RESULTAT=st.integers(0, 2),
    INCIDENCIES=st.lists(
        st.builds(Incident, CODI_INCIDENCIA=st.sampled_from(["BUT007", "NOR003"])), max_size=2
    ).map(tuple),
)


class TestVerdicts:
    @given(st.lists(RESULTS, max_size=8))
    def test_the_worst_of_contradicting_verdicts_counts_whatever_their_order(
        self, results: list[TicketResult]
    ) -> None:
        def said(order: list[TicketResult]) -> dict[str, ItemState]:
            header = Header(FITXER_PDA="x", NUM_BUTLLETES=len(order))
            receipt = Receipt(
                ID_REMESA="1", CAPCALERA=header, BUTLLETES=tuple(order), codiResultat="0"
            )
            return {reference: verdict.state for reference, verdict in verdicts(receipt).items()}

        assert said(results) == said(list(reversed(results)))
        critical = {one.ID_BUTLLETA for one in results if one.RESULTAT == 2}
        rejected = {one for one, state in said(results).items() if state is ItemState.REJECTED}
        assert rejected == critical


def vehicle(**fields: object) -> Vehicle:
    person = {"Documentacion": "00000000T", "NombreCompleto": "ANE GIL"}
    return Vehicle.model_validate({"DatosTitular": person, **fields})


def dated(start: str, end: str | None) -> dict[str, object]:
    return {
        "Documentacion": "00000001R",
        "Filiacion": "JON",
        "FechaInicio": start,
        **({"FechaFin": end} if end else {}),
    }


class TestResponsibility:
    DAY = date(2026, 10, 20)

    def first(self, known: Vehicle) -> PersonRole:
        return parties_on(known, self.DAY)[0].role

    def test_the_holder_answers(self) -> None:
        assert self.first(vehicle()) is PersonRole.HOLDER

    @pytest.mark.parametrize(
        ("start", "end", "role"),
        [
            ("2026-10-20", "2026-10-20", PersonRole.RENTER),
            ("2026-01-01", None, PersonRole.RENTER),
            ("2026-10-21", "2026-12-31", PersonRole.HOLDER),
            ("2026-01-01", "2026-10-19", PersonRole.HOLDER),
        ],
    )
    def test_whoever_rented_it_that_day_answers_instead(
        self, start: str, end: str | None, role: PersonRole
    ) -> None:
        rented = vehicle(DatosResponsables={"ListaArrendatarios": [dated(start, end)]})
        assert self.first(rented) is role

    def test_the_habitual_driver_goes_before_a_renter(self) -> None:
        people = [dated("2026-01-01", None)]
        both = vehicle(
            DatosResponsables={"ListaArrendatarios": people, "ListaConductoresHabituales": people}
        )
        assert self.first(both) is PersonRole.HABITUAL_DRIVER

    def test_nobody_named_is_nobody(self) -> None:
        assert parties_on(Vehicle(), self.DAY) == ()

    def test_the_traffic_registers_address_goes_before_the_census(self) -> None:
        homes = {
            "Titular": {
                "DomicilioDGT": {"NombreVia": "ASKAO", "CodigoPostal": "48005"},
                "DomicilioINE": {"NombreVia": "SOMERA"},
            }
        }
        assert parties_on(vehicle(DatosGenerales=homes), self.DAY)[0].address[0] == "ASKAO"

    @pytest.mark.parametrize(
        ("number", "company"), [("B95000000", True), ("00000000T", False), ("X0000000T", False)]
    )
    def test_companies_are_told_by_their_number(self, number: str, company: bool) -> None:
        assert is_company(number) is company

    def test_an_address_is_written_as_on_an_envelope(self) -> None:
        home = Domicile(TipoVia="CL", NombreVia="ASKAO", NumeroVia="9", CodigoPostal="48005")
        assert home.lines() == ("CL ASKAO 9", "48005")
        assert DatedPerson().is_current(self.DAY)


class TestGuard:
    """Outside production nothing is sent to the outside."""

    @pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[::1]/x", "http://localhost:9"])
    def test_this_machine_may_be_talked_to(self, url: str) -> None:
        check_destination(Environment.DEVELOPMENT, url)

    @pytest.mark.parametrize("environment", [Environment.DEVELOPMENT, Environment.PREPRODUCTION])
    @pytest.mark.parametrize(
        "url",
        [
            "https://dev.dgt.es",
            "http://10.0.0.5",
            "http://127.0.0.1.example.org",
            "http://localhost.example.org",
            "http://user@example.org:80",
            "http://127.0.0.1@example.org",
            "http://0x7f000001",
            "http://[::ffff:8.8.8.8]",
            "",
        ],
    )
    def test_nothing_else_may(self, environment: Environment, url: str) -> None:
        with pytest.raises(OutsideForbidden):
            check_destination(environment, url)

    def test_production_talks_to_the_outside(self) -> None:
        check_destination(Environment.PRODUCTION, "https://dev.dgt.es")
        assert issubclass(OutsideForbidden, Forbidden)
        assert not is_this_machine("https://dev.dgt.es")


class TestSignedOrders:
    ORDER = Order(
        Pedido="1",
        Importe=5_000,
        Concepto="Sarbide",
        UrlAviso="http://127.0.0.1/a",
        UrlVuelta="http://127.0.0.1/b",
        Idioma="eu",
    )

    def test_what_was_packed_is_unpacked(self) -> None:
        assert unpacked("key", *packed("key", self.ORDER), Order) == self.ORDER

    @given(st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
    def test_a_changed_letter_is_noticed(self, place: int, letter: str) -> None:
        content, signature = packed("key", self.ORDER)
        place %= len(content)
        changed = content[:place] + letter + content[place + 1 :]
        if changed != content:
            with pytest.raises(Unauthenticated):
                unpacked("key", changed, signature, Order)

    def test_another_key_signs_otherwise(self) -> None:
        with pytest.raises(Unauthenticated):
            unpacked("other", *packed("key", self.ORDER), Order)
