"""The migrations build what the models say, on both kinds of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from control_center.installation import schema
from core.database import create_database
from core.errors import SetupProblem
from tests.databases import postgres_url

_NAME = "sarbide_migration_test"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without tables."""
    if request.param == "sqlite":
        engine = create_database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield engine
        engine.dispose()
        return
    server = make_url(postgres_url())
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {_NAME}"))
    engine = create_database(server.set(database=_NAME).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {_NAME} WITH (FORCE)"))
    admin.dispose()


class TestMigrate:
    def test_the_migrations_leave_nothing_to_be_migrated(self, empty: Engine) -> None:
        schema.migrate(empty)
        assert schema.differences(empty) == []

    def test_migrating_again_does_nothing(self, empty: Engine) -> None:
        schema.migrate(empty)
        schema.migrate(empty)
        assert schema.present_revision(empty) == schema.newest_revision()

    def test_an_old_schema_is_named_with_the_command_that_renews_it(self, empty: Engine) -> None:
        with pytest.raises(SetupProblem, match="control_center migrate"):
            schema.require_current(empty)
        schema.migrate(empty)
        schema.require_current(empty)

    def test_audit_rows_of_a_migrated_database_cannot_be_changed(self, empty: Engine) -> None:
        schema.migrate(empty)
        with empty.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO audit_event (id, at, actor_name, action, subject, details, "
                    "previous_hash, hash) VALUES (1, '2026-10-20 10:00:00', 'x', 'a:b:c', 's', "
                    "'{}', 'p', 'h')"
                )
            )
        with pytest.raises(DBAPIError, match="append-only"), empty.begin() as connection:
            connection.execute(text("UPDATE audit_event SET actor_name = 'y'"))
