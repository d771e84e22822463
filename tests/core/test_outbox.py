"""Jobs in the database: asked for once, claimed by one worker, never lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox
from core.database import transaction
from core.outbox import Job, claim_due, count_open, enqueue, fail, finish
from core.runtime import Runtime

NOON = datetime(2026, 10, 20, 10, tzinfo=UTC)


def _ask(session: Session, key: str | None = None, due_at: datetime = NOON) -> None:
    enqueue(session, "redecide", {"plate_hash": "00ff"}, due_at=due_at, key=key)


class TestEnqueue:
    def test_same_key_while_waiting_stands_in_at_the_earlier_time(self, session: Session) -> None:
        _ask(session, "p", NOON + timedelta(hours=2))
        _ask(session, "p", NOON)
        _ask(session, "p", NOON + timedelta(hours=1))
        (job,) = session.scalars(select(Job))
        assert job.due_at == NOON

    def test_same_key_of_another_kind_is_another_job(self, session: Session) -> None:
        _ask(session, "p")
        enqueue(session, "erase", {}, due_at=NOON, key="p")
        assert count_open(session) == 2

    def test_without_a_key_every_call_is_a_job(self, session: Session) -> None:
        _ask(session)
        _ask(session)
        assert count_open(session) == 2

    def test_a_running_job_does_not_stand_in_for_a_new_one(self, session: Session) -> None:
        _ask(session, "p")
        claim_due(session, NOON, 10)
        _ask(session, "p")
        assert count_open(session) == 2

    def test_a_rolled_back_transaction_leaves_no_job(self, runtime: Runtime) -> None:
        with pytest.raises(ZeroDivisionError), transaction(runtime.writing) as session:
            _ask(session)
            raise ZeroDivisionError
        with runtime.reading() as session:
            assert count_open(session) == 0


class TestClaimDue:
    def test_only_jobs_that_are_due_earliest_first(self, session: Session) -> None:
        _ask(session, "late", NOON)
        _ask(session, "early", NOON - timedelta(hours=1))
        _ask(session, "future", NOON + timedelta(seconds=1))
        assert [job.dedup_key for job in claim_due(session, NOON, 10)] == ["early", "late"]

    def test_a_claimed_job_is_not_claimed_again(self, session: Session) -> None:
        _ask(session)
        assert len(claim_due(session, NOON, 10)) == 1
        assert claim_due(session, NOON, 10) == []

    def test_the_claim_of_a_dead_worker_is_taken_over(self, session: Session) -> None:
        _ask(session)
        (first,) = claim_due(session, NOON, 10)
        (again,) = claim_due(session, NOON, 10, stale_after=timedelta(0))
        assert (again.id, again.attempts) == (first.id, 2)

    def test_workers_at_the_same_time_share_the_jobs_out(self, runtime: Runtime) -> None:
        with transaction(runtime.writing) as session:
            for _ in range(40):
                _ask(session)

        def work(_: int) -> list[str]:
            with transaction(runtime.writing) as session:
                return [str(job.id) for job in claim_due(session, NOON, 5)]

        with ThreadPoolExecutor(8) as workers:
            claimed = [job for batch in workers.map(work, range(12)) for job in batch]
        assert len(claimed) == len(set(claimed)) == 40


class TestFinishAndFail:
    def test_a_finished_job_is_closed(self, runtime: Runtime) -> None:
        with transaction(runtime.writing) as session:
            _ask(session)
            (job,) = claim_due(session, NOON, 1)
        with transaction(runtime.writing) as session:
            finish(session, job)
        with runtime.reading() as session:
            assert count_open(session) == 0

    def test_a_failed_job_is_tried_again_later_and_says_why(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _ask(session)
        (job,) = claim_due(session, NOON, 1)
        fail(session, job, "the store is full")
        assert claim_due(session, NOON, 1) == []
        later = outbox.utc_now() + outbox.FIRST_RETRY
        monkeypatch.setattr(outbox, "utc_now", lambda: later)
        (again,) = claim_due(session, NOON, 1)
        assert (again.last_error, again.attempts) == ("the store is full", 2)

    def test_after_many_failures_it_is_given_up(self, session: Session) -> None:
        _ask(session)
        (job,) = claim_due(session, NOON, 1)
        job.attempts = outbox.MAX_ATTEMPTS
        fail(session, job, "still full")
        assert job.failed_at is not None
        assert count_open(session) == 0


class TestWakeOnCommit:
    @pytest.fixture
    def woken(self, runtime: Runtime) -> list[str]:
        calls: list[str] = []
        wake: Callable[[], None] = lambda: calls.append("woken")  # noqa: E731
        outbox.wake_on_commit(runtime.writing, wake)
        return calls

    def test_once_after_the_commit(self, runtime: Runtime, woken: list[str]) -> None:
        with transaction(runtime.writing) as session:
            _ask(session)
            _ask(session)
            assert woken == []
        assert woken == ["woken"]

    def test_not_after_a_rollback_nor_without_a_job(
        self, runtime: Runtime, woken: list[str]
    ) -> None:
        with runtime.writing() as session:
            _ask(session)
            session.rollback()
            session.execute(select(Job))
            session.commit()
        assert woken == []
