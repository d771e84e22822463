"""Fixtures that all packages share: databases, keys, web applications and logged-in browsers."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from core.accounts import passwords
from core.accounts.service import SessionKind
from core.clock import DomainClock
from core.encryption import KeyRing
from core.evidence_store import EvidenceStore
from core.identity import Role
from core.runtime import Runtime, open_runtime
from core.settings import Settings
from core.web.app import create_app
from core.web.pages import NavigationEntry
from tests.clients import WebClient, logged_in_client
from tests.databases import PostgresDatabases, SqliteDatabases, postgres_url

BuildApp = Callable[..., FastAPI]


@pytest.fixture(scope="session", autouse=True)
def cheap_password_hashes() -> Iterator[None]:
    """Argon2id at its lowest cost: tests log in hundreds of times."""
    dear = passwords._hasher
    passwords._hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    yield
    passwords._hasher = dear


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    databases = PostgresDatabases(postgres_url())
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own with all tables; every test that uses it runs on both kinds."""
    maker: SqliteDatabases | PostgresDatabases = request.getfixturevalue(
        "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    )
    with maker.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "var", database_url=database_url)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    yield runtime
    runtime.close()


@pytest.fixture
def session(runtime: Runtime) -> Iterator[Session]:
    """A writing session. Commit before a web client or another session writes: SQLite has one
    writer at a time."""
    with runtime.writing() as session:
        yield session


@pytest.fixture
def keys(runtime: Runtime) -> KeyRing:
    return runtime.keys


@pytest.fixture
def store(runtime: Runtime) -> EvidenceStore:
    return runtime.store


@pytest.fixture
def clock(runtime: Runtime) -> DomainClock:
    return runtime.clock


@pytest.fixture
def build_app(runtime: Runtime) -> BuildApp:
    """Builds an application on this test's database: `build_app([router], ["sanctions"])`."""

    def build(
        routers: Sequence[APIRouter],
        template_packages: Sequence[str] = (),
        *,
        session_kind: SessionKind = "staff",
        navigation: Sequence[NavigationEntry] = (),
    ) -> FastAPI:
        return create_app(
            runtime.settings,
            title="Control centre",
            routers=routers,
            template_packages=template_packages,
            session_kind=session_kind,
            navigation=navigation,
            runtime=runtime,
        )

    return build


# The browsers below need a fixture `app`, which each package's tests define for its endpoints.


@pytest.fixture
def anonymous_client(app: FastAPI) -> WebClient:
    return WebClient(app)


@pytest.fixture
def operator_client(app: FastAPI) -> WebClient:
    return logged_in_client(app, Role.OPERATOR)


@pytest.fixture
def service_desk_client(app: FastAPI) -> WebClient:
    return logged_in_client(app, Role.SERVICE_DESK)


@pytest.fixture
def rules_client(app: FastAPI) -> WebClient:
    return logged_in_client(app, Role.RULES_MANAGER)


@pytest.fixture
def police_client(app: FastAPI) -> WebClient:
    return logged_in_client(app, Role.POLICE, agent_number="48-1207")


@pytest.fixture
def administrator_client(app: FastAPI) -> WebClient:
    return logged_in_client(app, Role.ADMINISTRATOR)
