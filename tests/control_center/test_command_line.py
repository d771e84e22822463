"""The command line: one sentence for each problem, never a traceback."""

import base64
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from control_center.__main__ import app
from core.settings import get_settings
from core.signing import generate_key_pair


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("SARBIDE_DATA_DIR", str(tmp_path))
    for name in ("SARBIDE_DATABASE_URL", "SARBIDE_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


class TestMigrateAndSeed:
    def test_fill_an_empty_folder_and_print_the_logins(self) -> None:
        code, text = run("migrate")
        assert (code, "revision" in text) == (0, True)
        code, text = run("seed")
        assert code == 0
        assert "operator" in text
        assert "agent" in text
        code, text = run("seed")
        assert "nothing was changed" in text

    def test_production_refuses_invented_people(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SARBIDE_ENVIRONMENT", "production")
        monkeypatch.setenv("SARBIDE_SECRET_KEY", "x" * 40)
        code, text = run("seed")
        assert (code, "Error: Demonstration data" in text) == (2, True)


class TestEnrol:
    def test_prints_what_the_box_has_to_know(self) -> None:
        run("migrate")
        run("seed")
        _, public = generate_key_pair()
        key = base64.b64encode(public).decode()
        code, text = run("enrol", "edge-7", key, "-p", "CP-01", "--url", "https://c.example")
        assert code == 0
        section = tomllib.loads(text)["centre"]
        assert section["url"] == "https://c.example"
        assert len(base64.b64decode(section["signing_public_key"])) == 32

    @pytest.mark.parametrize(
        ("arguments", "word"),
        [
            (("edge 7", "A" * 43 + "="), "not a device name"),
            (("edge-7", "AAAA"), "32 bytes in Base64"),
            (("edge-7", "A" * 43 + "="), "no control point 'CP-99'"),
        ],
        ids=["name", "key", "control point"],
    )
    def test_says_what_is_wrong(self, arguments: tuple[str, str], word: str) -> None:
        run("migrate")
        run("seed")
        code, text = run("enrol", *arguments, "-p", "CP-99")
        assert (code, word in text) == (2, True)


class TestProblems:
    def test_serving_an_old_schema_names_the_command(self) -> None:
        code, text = run("serve")
        assert (code, "control_center migrate" in text) == (2, True)

    @pytest.mark.parametrize("command", ["worker", "beat"])
    def test_without_a_store_it_says_what_to_start(self, command: str) -> None:
        code, text = run(command)
        assert (code, "control_center serve" in text) == (2, True)

    def test_a_placeholder_secret_is_refused_in_production(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SARBIDE_ENVIRONMENT", "production")
        code, text = run("migrate")
        assert (code, "SARBIDE_SECRET_KEY is the placeholder" in text) == (2, True)

    def test_footage_that_is_not_there_names_the_command_that_renders_it(
        self, tmp_path: Path
    ) -> None:
        code, text = run("demo", "--once", "--footage", str(tmp_path))
        assert (code, "make footage" in text) == (2, True)


class TestDoctor:
    def test_names_what_is_missing_and_what_to_do(self) -> None:
        code, text = run("doctor")
        assert code == 1
        assert "PROBLEM  store:" in text
        assert "control_center migrate" in text

    def test_a_migrated_database_is_fine(self) -> None:
        run("migrate")
        _, text = run("doctor")
        assert "ok       database: sqlite" in text
        assert "ok       retention: nothing is due" in text
