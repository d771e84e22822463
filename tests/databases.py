"""Empty databases with our tables, quickly: made once per run, copied for each test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from core.database import Base, create_database

POSTGRES_VARIABLE = "SARBIDE_TEST_POSTGRES_URL"
_MODELS = (
    "core.audit",
    "core.outbox",
    "core.accounts.models",
    "core.notifications.models",
    "permits.models",
    "permits.entitlements.models",
    "permits.applications.models",
    "permits.imports.models",
    "sanctions.models",
    "sanctions.calendar",
    "sanctions.catalogue.models",
    "sanctions.instruction.models",
    "sanctions.review.models",
    "sanctions.evidence.models",
    "sanctions.documents.models",
    "sanctions.integrations.tables",
    "control_center.models",
    "control_center.pending.outage_models",
    "control_center.desk.models",
)


def load_models() -> None:
    """Every package's tables, so that `Base.metadata` is complete."""
    for module in _MODELS:
        if find_spec(module) is not None:
            import_module(module)


def create_tables(url: str) -> None:
    load_models()
    engine = create_database(url)
    Base.metadata.create_all(engine)
    engine.dispose()


class SqliteDatabases:
    """A file with our tables, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        create_tables(f"sqlite:///{self._template}")

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        copy = folder / "sarbide.sqlite3"
        shutil.copyfile(self._template, copy)
        yield f"sqlite:///{copy}"


class PostgresDatabases:
    """One database with our tables, emptied after each test: creating one takes over a second.

    Emptying goes around the append-only triggers and foreign keys, which takes a superuser.
    """

    def __init__(self, url: str) -> None:
        server = make_url(url)
        self._name = f"sarbide_test_{os.getpid()}"
        self._admin: Engine = create_engine(server, isolation_level="AUTOCOMMIT")
        self._run(self._admin, f"CREATE DATABASE {self._name}")
        self._run(self._admin, f"ALTER DATABASE {self._name} SET synchronous_commit = off")
        self._url = server.set(database=self._name).render_as_string(hide_password=False)
        create_tables(self._url)
        self._cleaner = create_engine(self._url)

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        yield self._url
        tables = ", ".join(f"'{table.name}'" for table in Base.metadata.sorted_tables)
        self._run(self._cleaner, _EMPTY_TABLES.format(tables=tables))

    def close(self) -> None:
        self._cleaner.dispose()
        self._run(self._admin, f"DROP DATABASE {self._name} WITH (FORCE)")
        self._admin.dispose()

    @staticmethod
    def _run(engine: Engine, statement: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement))


_EMPTY_TABLES = """
DO $$ DECLARE name text; BEGIN
SET LOCAL session_replication_role = replica;
FOREACH name IN ARRAY ARRAY[{tables}] LOOP EXECUTE 'DELETE FROM ' || quote_ident(name); END LOOP;
END $$
"""


def postgres_url() -> str:
    """The server that tests may create databases on; skips without one, fails under CI."""
    url = os.environ.get(POSTGRES_VARIABLE)
    if url is None:
        reason = f"{POSTGRES_VARIABLE} names no PostgreSQL server on which to create databases"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return url
