"""The audit trail: nobody changes it, and a change made behind our back shows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.audit import AuditEvent, events, first_broken, record
from core.database import transaction
from core.identity import SYSTEM
from core.runtime import Runtime


def _record(runtime: Runtime, *subjects: str) -> None:
    for subject in subjects:
        with transaction(runtime.writing) as session:
            record(session, SYSTEM, "permits:vehicle:changed", subject, why="a test")


class TestRecord:
    def test_each_row_names_who_what_and_which(self, runtime: Runtime) -> None:
        _record(runtime, "vehicle:1")
        with runtime.reading() as session:
            (row,) = events(session, subject="vehicle:1")
        assert (row.actor_name, row.action) == ("Sarbide", "permits:vehicle:changed")
        assert row.details == {"why": "a test"}

    def test_rows_of_one_transaction_keep_their_order(self, runtime: Runtime) -> None:
        with transaction(runtime.writing) as session:
            for subject in "abc":
                record(session, SYSTEM, "permits:vehicle:changed", subject)
        with runtime.reading() as session:
            assert [(row.id, row.subject) for row in events(session)] == [
                (1, "a"),
                (2, "b"),
                (3, "c"),
            ]
            assert first_broken(session) is None

    def test_what_is_rolled_back_was_not_done(self, runtime: Runtime) -> None:
        with pytest.raises(ZeroDivisionError), transaction(runtime.writing) as session:
            record(session, SYSTEM, "permits:vehicle:changed", "vehicle:1")
            raise ZeroDivisionError
        with runtime.reading() as session:
            assert events(session) == []

    def test_a_rolled_back_savepoint_takes_only_its_own_rows(self, runtime: Runtime) -> None:
        with transaction(runtime.writing) as session:
            record(session, SYSTEM, "permits:vehicle:changed", "kept")
            savepoint = session.begin_nested()
            record(session, SYSTEM, "permits:vehicle:changed", "dropped")
            savepoint.rollback()
        with runtime.reading() as session:
            assert [row.subject for row in events(session)] == ["kept"]

    @pytest.mark.parametrize("action", ["changed", "permits:changed", "Permits:vehicle:changed"])
    def test_actions_follow_the_grammar(self, runtime: Runtime, action: str) -> None:
        with runtime.writing() as session, pytest.raises(ValueError, match="grammar"):
            record(session, SYSTEM, action, "vehicle:1")


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE audit_event SET actor_name = 'nobody'", "DELETE FROM audit_event"],
    )
    def test_the_database_refuses_changes(self, runtime: Runtime, statement: str) -> None:
        _record(runtime, "vehicle:1")
        with (
            pytest.raises(DBAPIError, match="append-only"),
            transaction(runtime.writing) as session,
        ):
            session.execute(text(statement))


class TestChain:
    def test_an_untouched_chain_holds(self, runtime: Runtime) -> None:
        _record(runtime, "a", "b", "c")
        with runtime.reading() as session:
            assert first_broken(session) is None

    def test_writers_at_the_same_time_make_one_chain(self, runtime: Runtime) -> None:
        with ThreadPoolExecutor(6) as workers:
            list(workers.map(lambda index: _record(runtime, f"v{index}"), range(30)))
        with runtime.reading() as session:
            assert len(events(session)) == 30
            assert first_broken(session) is None

    @pytest.mark.parametrize(
        ("tampering", "broken"),
        [
            ("UPDATE audit_event SET actor_name = 'nobody' WHERE id = 2", 2),
            ("DELETE FROM audit_event WHERE id = 2", 3),
            ("UPDATE audit_event SET id = 9 WHERE id = 3", 9),
        ],
    )
    def test_tampering_past_the_triggers_shows(
        self, runtime: Runtime, tampering: str, broken: int
    ) -> None:
        _record(runtime, "a", "b", "c")
        with transaction(runtime.writing) as session:
            for statement in _without_triggers(runtime, tampering):
                session.execute(text(statement))
        with runtime.reading() as session:
            assert first_broken(session) == broken
            assert session.scalars(select(AuditEvent.id)).all() != []


def _without_triggers(runtime: Runtime, statement: str) -> list[str]:
    """What somebody with the keys of the database would do; undone for the next test."""
    table = AuditEvent.__tablename__
    if runtime.engine.dialect.name == "postgresql":
        return ["SET LOCAL session_replication_role = replica", statement]
    return [f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete", statement]
