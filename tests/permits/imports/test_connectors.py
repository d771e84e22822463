"""One contract for all connectors: the whole register, or an error that says what is wrong."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import InvalidInput, SarbideError, Unavailable
from permits.errors import UnreadableRegister
from permits.imports.connectors import Connector, CsvFile, RestService, connector_for
from permits.imports.kinds import KINDS, kind_of
from permits.imports.tables import read_csv
from tests.permits.imports.conftest import TOKEN, MunicipalServer

RESIDENTS = KINDS["residents"]
ROWS = [
    {"residence_id": f"D-{n}", "document": f"1000000{n}A", "name": "Ane", "address": f"Somera {n}"}
    for n in range(1, 6)
]
Build = Callable[[list[dict[str, str]]], Connector]


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def no_pause(_: float) -> None:
    return


@pytest.fixture(params=["csv", "rest"])
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Build:
    def from_csv(rows: list[dict[str, str]]) -> Connector:
        path = tmp_path / "residents.csv"
        path.write_bytes(as_csv(rows))
        return CsvFile(path)

    def from_rest(rows: list[dict[str, str]]) -> Connector:
        server: MunicipalServer = request.getfixturevalue("municipality")
        server.has("residents", rows)
        return RestService(server.address, TOKEN, pause=no_pause)

    return from_csv if request.param == "csv" else from_rest


class TestContract:
    def test_it_brings_every_row_in_its_order(self, build: Build) -> None:
        table = build(ROWS).fetch(RESIDENTS).table(RESIDENTS)
        assert [dict(line.cells) for line in table.lines] == ROWS

    def test_a_register_without_a_required_column_is_refused_with_its_name(
        self, build: Build
    ) -> None:
        without = [{k: v for k, v in row.items() if k != "document"} for row in ROWS]
        with pytest.raises(UnreadableRegister, match="column 'document' is missing"):
            build(without).fetch(RESIDENTS).table(RESIDENTS)

    def test_its_source_is_fit_for_a_screen(self, build: Build) -> None:
        source = build(ROWS).source
        assert source and TOKEN not in source and "/tmp" not in source


class TestRestService:
    @pytest.mark.parametrize(
        ("mode", "kind", "words"),
        [
            ("failing", Unavailable, "does not answer"),
            ("html", UnreadableRegister, "not answer in JSON"),
            ("short", UnreadableRegister, "5 rows, but 2 arrived"),
            ("changing", UnreadableRegister, "changed while"),
            ("other", UnreadableRegister, "another register"),
            ("bare", UnreadableRegister, "leaves out"),
            ("gone", UnreadableRegister, "answers 404"),
        ],
    )
    def test_whatever_is_wrong_is_named_and_nothing_is_handed_on(
        self, municipality: MunicipalServer, mode: str, kind: type[SarbideError], words: str
    ) -> None:
        municipality.has("residents", ROWS)
        municipality.behaves(mode)
        with pytest.raises(kind, match=words):
            RestService(municipality.address, TOKEN, pause=no_pause).fetch(RESIDENTS)

    def test_slow_is_given_up_after_a_while(self, municipality: MunicipalServer) -> None:
        municipality.has("residents", ROWS)
        municipality.behaves("slow")
        service = RestService(municipality.address, TOKEN, timeout=0.2, pause=no_pause)
        with pytest.raises(Unavailable, match="ReadTimeout"):
            service.fetch(RESIDENTS)

    def test_down_is_named_without_the_token(self, municipality: MunicipalServer) -> None:
        municipality.stop()
        with pytest.raises(Unavailable, match="ConnectError") as caught:
            RestService(municipality.address, TOKEN, pause=no_pause).fetch(RESIDENTS)
        assert TOKEN not in str(caught.value)

    def test_one_failure_is_forgiven(self, municipality: MunicipalServer) -> None:
        municipality.has("residents", ROWS)
        municipality.behaves("busy")
        service = RestService(municipality.address, TOKEN, pause=no_pause)
        assert service.fetch(RESIDENTS).table(RESIDENTS).rows == 5

    def test_a_wrong_token_says_which_setting(self, municipality: MunicipalServer) -> None:
        with pytest.raises(Unavailable, match="SARBIDE_REGISTER_TOKEN"):
            RestService(municipality.address, "guess", pause=no_pause).fetch(RESIDENTS)


class TestCsv:
    def test_semicolons_a_byte_order_mark_and_capitals_are_understood(self) -> None:
        content = b"\xef\xbb\xbf" + as_csv(ROWS, ";").replace(b"document", b"Document", 1)
        assert read_csv(RESIDENTS, content).lines[0].cells["document"] == "10000001A"

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (
                "residence_id,document,name,address\nD-1,1,Íñigo,Somera\n".encode("latin-1"),
                "line 2",
            ),
            (b"", "is empty"),
            (b"\n\n", "is empty"),
            (b"residence_id,document,document,name,address\n", "is there twice"),
            (as_csv(ROWS) + b"D-9,1," + b"x" * 200_000 + b",S\n", "is no CSV file"),
            (as_csv(ROWS) + b"# rows: 6\n", "6 rows, but 5 arrived: it was cut off"),
            (as_csv(ROWS).rstrip(), "may have been cut off"),
            (as_csv(ROWS)[:-14], "may have been cut off"),
        ],
    )
    def test_a_file_that_is_not_whole_is_refused_in_words(self, content: bytes, words: str) -> None:
        with pytest.raises(UnreadableRegister, match=words):
            read_csv(RESIDENTS, content)

    def test_a_true_trailer_is_believed_and_is_no_row(self) -> None:
        assert read_csv(RESIDENTS, as_csv(ROWS) + b"# rows: 5\n").rows == 5
        assert read_csv(RESIDENTS, as_csv(ROWS) + b"# rows: 5").rows == 5

    def test_a_line_with_too_few_cells_is_put_aside(self) -> None:
        table = read_csv(RESIDENTS, as_csv(ROWS)[:-14] + b"\n")
        assert (len(table.lines), [line.number for line in table.torn]) == (4, [6])

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match=r"nothing\.csv can't be read"):
            CsvFile(tmp_path / "nothing.csv").fetch(RESIDENTS)


class TestWhichConnector:
    def test_by_the_address(self) -> None:
        assert isinstance(connector_for("https://town.example/api"), RestService)
        assert isinstance(connector_for("in/residents.csv"), CsvFile)
        with pytest.raises(InvalidInput, match="neither a file nor"):
            connector_for("ftp://town.example/x")

    def test_an_unknown_register_is_answered_with_those_there_are(self) -> None:
        with pytest.raises(InvalidInput, match="residents, business-licences, garages"):
            kind_of("padron")

    def test_rows_that_are_no_objects_are_refused(self) -> None:
        from permits.imports.tables import from_objects

        with pytest.raises(UnreadableRegister, match="Row 2"):
            from_objects(RESIDENTS, [json.loads("{}"), 3])
