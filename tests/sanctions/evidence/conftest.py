"""One timestamp authority for all tests of a run, in a process of its own; the rest of an
installation that uses it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from tests.sanctions.evidence.packages import timestamp_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and root certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    with timestamp_authority(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path, database_url: str, authority: tuple[str, str]) -> Settings:
    return Settings(
        data_dir=tmp_path / "var", database_url=database_url, timestamp_url=authority[0]
    )
