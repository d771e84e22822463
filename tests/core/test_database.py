"""Sessions, times and transactions, on both databases."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text

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
