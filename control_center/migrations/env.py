"""Alembic's entry point: every package's tables, batch mode for SQLite."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from control_center.installation.schema import load_models
from core.database import Base, UtcDateTime, create_database
from core.encryption import EncryptedText


def render(kind: str, value: object, _: object) -> str | Literal[False]:
    """Our own column types as the plain ones they are stored in: migrations import nothing."""
    if kind == "type" and isinstance(value, EncryptedText):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Migrate over `connection`, all of it in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


load_models()
given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_database(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        run(connection)
        connection.commit()
