"""Every test here has the fake services at its disposal, freshly forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.database import transaction
from core.runtime import Runtime
from core.settings import Settings
from sanctions.integrations import paper_source
from tests.sanctions import lives
from tests.sanctions.integrations.world import NAMES, FakePapers, World, fake_services
from tests.sanctions.reports import AFTER


@pytest.fixture(scope="session")
def services() -> Iterator[dict[str, str]]:
    with fake_services() as urls:
        yield urls


@pytest.fixture
def procedure() -> str:
    """Who conducts the procedure; tests of the hand-over say otherwise."""
    return "own"


@pytest.fixture
def settings(
    tmp_path: Path, database_url: str, services: dict[str, str], procedure: str
) -> Settings:
    given = {
        name: SecretStr(value) if name.endswith("_key") else value
        for name, value in services.items()
    }
    return Settings(
        data_dir=tmp_path / "var",
        database_url=database_url,
        sanction_procedure=procedure,
        **given,
    )


@pytest.fixture
def papers() -> Iterator[FakePapers]:
    before, fake = paper_source.papers(), FakePapers()
    paper_source.use(fake)
    yield fake
    paper_source.use(before)


@pytest.fixture
def world(runtime: Runtime, services: dict[str, str], papers: FakePapers) -> World:
    made = World(runtime, services, papers)
    for name in NAMES:
        made.fake(name, "/_fake/forget", {})
    runtime.clock.move_to(AFTER)
    with transaction(runtime.writing) as session:
        lives.enter_prices(session)
    return made
