"""The command that explains a decision."""

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from core import audit
from core.encryption import KeyRing
from core.settings import Settings, get_settings
from permits.__main__ import app
from tests.permits.builders import authorisation


@pytest.fixture
def at_work(
    settings: Settings, register: Session, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of a command line on this test's register."""
    authorisation(register, keys, "1234BBC")
    register.commit()
    monkeypatch.setenv("SARBIDE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SARBIDE_DATABASE_URL", str(settings.database_url))
    get_settings.cache_clear()
    yield  # type: ignore[misc]
    get_settings.cache_clear()


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *arguments])
    return result.exit_code, result.output


@pytest.mark.usefixtures("at_work")
class TestExplain:
    def test_it_prints_the_decision_and_its_reasons_in_three_languages(self) -> None:
        code, output = run("1234 bbc", "--at", "2026-10-20T09:30", "--gate", "cp-01")
        assert code == 0
        assert "1234BBC: authorised (quota_right)" in output
        assert "Resident permit R-0001 allows Old Quarter until 11:00" in output
        assert "permite entrar en Casco Viejo hasta las 11:00" in output
        assert "11:00 arte uzten du sartzen: Alde Zaharra" in output

    def test_a_refusal_names_the_closest_permit(self) -> None:
        _, output = run("1234BBC", "--at", "2026-10-20T11:07", "--gate", "CP-01")
        assert "not_authorised (outside_window)" in output
        assert "today at 08:00-11:00, 21:00-23:00; entry at 11:07" in output

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("1234БВС",), "'Б' is none of them, even if it looks like one"),
            (("1234BBC", "--at", "9999-12-31T23:59"), "is not a time of these years"),
            (("x" * 40,), "is not a number plate"),
            (("1234BBC", "--gate", "CP-99"), "There is no control point 'CP-99'"),
            (("1234BBC", "--at", "yesterday"), "'yesterday' is not a time"),
        ],
    )
    def test_bad_input_is_one_line_without_traceback(
        self, arguments: tuple[str, ...], words: str
    ) -> None:
        code, output = run(*arguments)
        assert code == 1
        assert words in output
        assert "Traceback" not in output
        assert len(output.strip().splitlines()) == 1

    def test_the_lookup_is_audited_with_its_purpose(self, register: Session) -> None:
        run("1234BBC", "--purpose", "Complaint 17")
        (event,) = audit.events(register, action="permits:plate:explained")
        assert event.details == {"purpose": "Complaint 17"}


def test_without_a_register_it_says_what_to_do(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SARBIDE_DATA_DIR", f"{tmp_path}/empty")
    monkeypatch.delenv("SARBIDE_DATABASE_URL", raising=False)
    get_settings.cache_clear()
    code, output = run("1234BBC")
    get_settings.cache_clear()
    assert code == 1
    assert "There is no register yet" in output
