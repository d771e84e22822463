"""The database schema: where it stands, and how it gets up to date."""

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from core.database import Base
from core.errors import SetupProblem

MODELS = (
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
"""Modules that between them define every table."""


def load_models() -> None:
    """Import every table definition, so that `Base.metadata` is complete."""
    for module in MODELS:
        import_module(module)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    return config


def newest_revision() -> str | None:
    """The revision that this release's code expects."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def present_revision(engine: Engine) -> str | None:
    """The revision of the database; None while it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision, in one transaction; nothing to do is fine."""
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def write_revision(engine: Engine, message: str) -> None:
    """Write a new migration file for what the models say and the database does not have yet."""
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True)


def differences(engine: Engine) -> list[object]:
    """What the models say otherwise than the database; empty when they agree."""
    load_models()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[object] = compare_metadata(context, Base.metadata)
        return found


def require_current(engine: Engine) -> None:
    """Raise SetupProblem, saying what to run, unless the database is at the newest revision."""
    if present_revision(engine) != newest_revision():
        raise SetupProblem(
            "The database is not at this release's schema. Run "
            "`python -m control_center migrate` first."
        )
