"""``python -m permits import`` and ``export``, as one types them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.database import transaction
from core.runtime import Runtime
from core.settings import get_settings
from permits.__main__ import app
from permits.seed.places import seed_places
from tests.permits.imports.test_running import garages, many


@pytest.fixture
def installed(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    with transaction(runtime.writing) as session:
        seed_places(session)
    monkeypatch.setenv("SARBIDE_DATA_DIR", str(runtime.settings.data_dir))
    monkeypatch.setenv("SARBIDE_DATABASE_URL", runtime.settings.effective_database_url)
    get_settings.cache_clear()
    return runtime


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def typed(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


class TestImport:
    def test_it_reports_what_it_did(self, installed: Runtime, tmp_path: Path) -> None:
        file = tmp_path / "garages.csv"
        file.write_text(many(20, G2="G-2,1,Holder 2,12"))
        code, output = typed("import", "garages", str(file))
        assert code == 0
        assert "garages from garages.csv: applied" in output
        assert "20 rows: 19 new, 0 changed, 0 ended, 0 as before, 1 put aside" in output
        assert "line 3: '12' fits no plate format" in output

    def test_a_held_one_says_where_to_confirm_it(self, installed: Runtime, tmp_path: Path) -> None:
        file = tmp_path / "garages.csv"
        file.write_text(many(20))
        typed("import", "garages", str(file))
        file.write_text(garages())
        code, output = typed("import", "garages", str(file))
        assert code == 1
        assert "held" in output
        assert "staff application" in output

    @pytest.mark.parametrize(
        ("words", "answer"),
        [
            (("padron", "x.csv"), "There is no register 'padron'"),
            (("garages", "nothing.csv"), "can't be read"),
            (("garages", "gopher://x"), "neither a file nor"),
        ],
    )
    def test_mistakes_are_one_line(
        self, installed: Runtime, words: tuple[str, str], answer: str
    ) -> None:
        code, output = typed("import", *words)
        assert code == 1
        assert answer in output
        assert "Traceback" not in output


class TestExport:
    @pytest.mark.parametrize("form", ["datex2", "ngsi-ld", "geojson"])
    def test_it_prints_the_document(self, installed: Runtime, form: str) -> None:
        code, output = typed("export", form)
        assert code == 0
        assert "old-quarter" in output
        if form != "datex2":
            assert json.loads(output)

    def test_an_unknown_format_is_answered_with_those_there_are(self, installed: Runtime) -> None:
        code, output = typed("export", "kml")
        assert (code, "datex2, ngsi-ld, geojson" in output) == (1, True)
