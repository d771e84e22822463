"""Running the outbox: every job in its own transaction, and one broken job harms no other."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.background.outbox_worker import STALE_AFTER, drain
from core.database import transaction
from core.errors import Conflict
from core.outbox import Job, claim_due, enqueue
from core.runtime import Runtime
from permits.models import LocalHoliday

DONE: list[str] = []


def note(_: Session, __: Runtime, payload: Mapping[str, Any]) -> None:
    DONE.append(payload["name"])


def break_half_way(session: Session, _: Runtime, __: Mapping[str, Any]) -> None:
    from datetime import date

    session.add(LocalHoliday(day=date(2026, 8, 22), names={}, level="bilbao"))
    session.flush()
    raise Conflict("not today")


HANDLERS = {"note": note, "break": break_half_way}


def ask(runtime: Runtime, kind: str, name: str = "x", *, later: int = 0) -> None:
    with transaction(runtime.writing) as session:
        due = runtime.clock.now() + timedelta(hours=later)
        enqueue(session, kind, {"name": name}, due_at=due)


def jobs(runtime: Runtime) -> dict[str, Job]:
    with transaction(runtime.reading) as session:
        return {job.kind: job for job in session.scalars(select(Job))}


class TestDrain:
    def test_does_what_is_due_and_leaves_the_rest(self, runtime: Runtime) -> None:
        DONE.clear()
        ask(runtime, "note", "now")
        ask(runtime, "note", "later", later=1)
        assert drain(runtime, HANDLERS) == 1
        assert DONE == ["now"]

    def test_a_job_that_breaks_leaves_nothing_half_written_and_the_next_one_is_done(
        self, runtime: Runtime
    ) -> None:
        DONE.clear()
        ask(runtime, "break")
        ask(runtime, "note", "after it")
        drain(runtime, HANDLERS)
        broken = jobs(runtime)["break"]
        assert DONE == ["after it"]
        assert (broken.done_at, broken.last_error) == (None, "Conflict: not today")
        with transaction(runtime.reading) as session:
            assert session.scalars(select(LocalHoliday)).all() == []

    def test_a_job_of_a_kind_nobody_knows_is_kept_with_its_error(self, runtime: Runtime) -> None:
        ask(runtime, "dance")
        drain(runtime, HANDLERS)
        assert "dance" in str(jobs(runtime)["dance"].last_error)

    def test_what_a_killed_worker_had_claimed_is_done_by_another(self, runtime: Runtime) -> None:
        DONE.clear()
        ask(runtime, "note", "orphan")
        with transaction(runtime.writing) as session:
            (job,) = claim_due(session, runtime.clock.now(), 10)
            assert job.claimed_at is not None
            job.claimed_at -= STALE_AFTER + timedelta(seconds=1)
        drain(runtime, HANDLERS)
        assert DONE == ["orphan"]

    def test_more_jobs_than_a_batch_are_all_done(self, runtime: Runtime) -> None:
        DONE.clear()
        for number in range(25):
            ask(runtime, "note", str(number))
        assert drain(runtime, HANDLERS) == 25
        assert sorted(DONE, key=int) == [str(number) for number in range(25)]
