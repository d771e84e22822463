"""Tables whose rows can't be changed: the database refuses, whoever asks.

Triggers rather than rights, because SQLite has no users, and because the application's own
database user is the one to guard against. `protect` adds them wherever the table is created;
migrations call `append_only_statements`.
"""

from typing import Any

from sqlalchemy import Connection, Table, event

_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb_sql} ON {table} {condition}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION {table}_refuse_{verb}() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN
{guard}RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$"""

_POSTGRESQL_TRIGGER = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb_sql} ON {table}
FOR EACH {level} EXECUTE FUNCTION {table}_refuse_{verb}()"""


def append_only_statements(
    table: str, dialect: str, *, owner: tuple[str, str] | None = None
) -> tuple[str, ...]:
    """SQL that makes `table` append-only on `dialect` ("sqlite" or "postgresql").

    With `owner` = (owning table, foreign key column), a row may be deleted once its owner is gone:
    so retention can delete a whole case with its events, but nobody can drop one event.
    """
    if dialect == "sqlite":
        return _sqlite(table, owner)
    return _postgresql(table, owner)


def _sqlite(table: str, owner: tuple[str, str] | None) -> tuple[str, ...]:
    owned = "" if owner is None else f"WHEN EXISTS ({_owner_row(owner)})"
    return tuple(
        _SQLITE.format(table=table, verb=verb, verb_sql=verb.upper(), condition=condition)
        for verb, condition in (("update", ""), ("delete", owned))
    )


def _postgresql(table: str, owner: tuple[str, str] | None) -> tuple[str, ...]:
    guard = f"IF NOT EXISTS ({_owner_row(owner)}) THEN RETURN OLD; END IF;\n" if owner else ""
    statements: list[str] = []
    for verb, level, condition in (
        ("update", "ROW", ""),
        ("delete", "ROW", guard),
        ("truncate", "STATEMENT", ""),
    ):
        names = {"table": table, "verb": verb, "verb_sql": verb.upper(), "level": level}
        statements.append(_POSTGRESQL_FUNCTION.format(guard=condition, **names))
        statements.append(_POSTGRESQL_TRIGGER.format(**names))
    return tuple(statements)


def _owner_row(owner: tuple[str, str]) -> str:
    return f"SELECT 1 FROM {owner[0]} WHERE id = OLD.{owner[1]}"  # noqa: S608 -- our own names


def protect(table: Table, *, owner: tuple[str, str] | None = None) -> None:
    """Make `table` append-only whenever SQLAlchemy creates it."""

    @event.listens_for(table, "after_create")
    def add_triggers(target: Table, connection: Connection, **_: Any) -> None:
        dialect = connection.dialect.name
        for statement in append_only_statements(target.name, dialect, owner=owner):
            connection.exec_driver_sql(statement)
