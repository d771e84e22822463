"""Sessions, times and transactions, on both databases."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, create_engine, select, text

from core import database
from core.accounts.models import LoginAttempt
from core.database import create_database, transaction, uuid7
from core.errors import InvalidInput
from core.runtime import Runtime


def _attempt(scope: str, at: datetime) -> LoginAttempt:
    return LoginAttempt(scope=scope, at=at)


class TestUtcDateTime:
    def test_an_instant_comes_back_as_the_same_instant_in_utc(self, runtime: Runtime) -> None:
        in_bilbao = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))
        with transaction(runtime.writing) as session:
            session.add(_attempt("x", in_bilbao))
        with runtime.reading() as session:
            stored = session.scalars(select(LoginAttempt.at)).one()
        assert stored == in_bilbao
        assert stored.utcoffset() == timedelta(0)

    def test_both_halves_of_the_doubled_hour_stay_apart_and_in_order(
        self, runtime: Runtime
    ) -> None:
        summer = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))
        winter = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))
        with transaction(runtime.writing) as session:
            session.add_all([_attempt("winter", winter), _attempt("summer", summer)])
        with runtime.reading() as session:
            ordered = session.scalars(select(LoginAttempt.scope).order_by(LoginAttempt.at))
            assert list(ordered) == ["summer", "winter"]

    def test_a_time_without_offset_is_refused(self, runtime: Runtime) -> None:
        with pytest.raises(Exception, match="no UTC offset"), transaction(runtime.writing) as s:
            s.add(_attempt("x", datetime(2026, 10, 20, 12)))  # noqa: DTZ001


class TestTransaction:
    def test_an_error_leaves_nothing_behind(self, runtime: Runtime) -> None:
        with pytest.raises(ZeroDivisionError), transaction(runtime.writing) as session:
            session.add(_attempt("x", datetime.now(UTC)))
            session.flush()
            raise ZeroDivisionError
        with runtime.reading() as session:
            assert session.scalars(select(LoginAttempt)).all() == []

    def test_writers_that_read_first_queue_up_and_lose_no_update(self, runtime: Runtime) -> None:
        """With a deferred BEGIN, SQLite fails such writers as soon as they overlap."""
        failures: list[Exception] = []

        def add_ten() -> None:
            try:
                for _ in range(10):
                    with transaction(runtime.writing) as session:
                        session.scalars(select(LoginAttempt)).all()
                        session.add(_attempt("x", datetime.now(UTC)))
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=add_ten) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with runtime.reading() as session:
            assert len(session.scalars(select(LoginAttempt)).all()) == 60

    def test_readers_do_not_wait_for_a_writer(self, runtime: Runtime) -> None:
        with transaction(runtime.writing) as writer:
            writer.add(_attempt("x", datetime.now(UTC)))
            writer.flush()
            with runtime.reading() as reader:
                assert reader.scalars(select(LoginAttempt)).all() == []


class TestReadOnlySession:
    def test_a_change_is_refused(self, runtime: Runtime) -> None:
        with runtime.reading() as session:
            session.add(_attempt("x", datetime.now(UTC)))
            with pytest.raises(RuntimeError, match="WritingSessionDep"):
                session.flush()


class TestCreateDatabase:
    def test_other_databases_are_refused_by_name(self) -> None:
        with pytest.raises(InvalidInput, match="mysql"):
            create_database("mysql://localhost/sarbide")

    def test_sqlite_enforces_foreign_keys(self, runtime: Runtime) -> None:
        with pytest.raises(Exception, match=r"(?i)foreign key"), transaction(runtime.writing) as s:
            s.execute(
                text(
                    "INSERT INTO login_session (token_hash, account_id, kind, created_at,"
                    " expires_at) VALUES (:token, :account, 'staff', :at, :at)"
                ),
                {"token": b"x", "account": str(uuid7()), "at": datetime.now(UTC)},
            )


class TestUuid7:
    def test_ids_grow_with_time_and_carry_version_seven(self) -> None:
        ids = [uuid7() for _ in range(100)]
        assert len(set(ids)) == 100
        assert {made.version for made in ids} == {7}
        assert [made.int >> 80 for made in ids] == sorted(made.int >> 80 for made in ids)


class TestIdleConnections:
    """Of PostgreSQL: the server may have been restarted since they were last used."""

    @pytest.fixture
    def postgresql(self, runtime: Runtime) -> Engine:
        if runtime.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no server")
        return runtime.engine

    def test_one_that_the_server_has_closed_is_replaced(
        self, postgresql: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "TRIED_AFTER_SECONDS", 0)
        first = _backend(postgresql)
        end = text("SELECT pg_terminate_backend(:backend)")
        with create_engine(postgresql.url).connect() as other:
            other.execute(end, {"backend": first})
        assert _backend(postgresql) != first

    def test_one_used_a_moment_ago_is_not_tried(
        self, postgresql: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tried: list[object] = []
        monkeypatch.setattr(database, "TRIED_AFTER_SECONDS", 60)
        monkeypatch.setattr(postgresql.dialect, "do_ping", tried.append)
        assert _backend(postgresql) == _backend(postgresql)
        assert tried == []


def _backend(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


class TestSingleLook:
    def test_it_sees_what_was_committed_and_changes_nothing(self, runtime: Runtime) -> None:
        with transaction(runtime.writing) as session:
            session.add(_attempt("x", datetime.now(UTC)))
        with runtime.glancing() as session:
            row = session.scalars(select(LoginAttempt)).one()
            row.scope = "y"
            with pytest.raises(RuntimeError, match="only reads"):
                session.flush()

    def test_a_connection_it_used_has_transactions_again(self, runtime: Runtime) -> None:
        with runtime.glancing() as session:
            session.scalars(select(LoginAttempt)).all()
        with pytest.raises(ZeroDivisionError), transaction(runtime.writing) as session:
            session.add(_attempt("x", datetime.now(UTC)))
            session.flush()
            raise ZeroDivisionError
        with runtime.reading() as session:
            assert session.scalars(select(LoginAttempt)).all() == []
