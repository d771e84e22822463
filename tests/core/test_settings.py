"""Settings refuse what would be unsafe, and say how to mend it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import Environment, Settings

SECRET = "a-long-enough-secret-of-40-characters-ok"


@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.PREPRODUCTION])
def test_placeholder_secrets_are_refused_outside_development(environment: Environment) -> None:
    with pytest.raises(ValidationError, match="SARBIDE_SECRET_KEY is the placeholder"):
        Settings(environment=environment)


def test_short_secrets_are_refused() -> None:
    with pytest.raises(ValidationError, match="shorter than 32"):
        Settings(secret_key="short")  # type: ignore[arg-type]


@pytest.mark.parametrize("hours", [47, 121])
def test_the_regularisation_period_stays_within_what_cities_grant(hours: int) -> None:
    with pytest.raises(ValidationError, match="between 48 and 120"):
        Settings(regularisation_hours=hours)


def test_sqlite_in_the_data_directory_is_the_default(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.effective_database_url == f"sqlite:///{tmp_path.resolve()}/sarbide.sqlite3"


def test_the_clock_of_production_is_real_time(tmp_path: Path) -> None:
    settings = Settings(
        environment=Environment.PRODUCTION,
        secret_key=SECRET,  # type: ignore[arg-type]
        data_dir=tmp_path,
    )
    (tmp_path / "domain-clock.json").write_text('{"shift_seconds": -1e9}')
    assert settings.domain_clock.now().year > 2000


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARBIDE_STAFF_PORT", "9000")
    assert Settings().staff_port == 9000
