"""Runs the outbox: claim due jobs, do each in a transaction of its own, finish it there."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from core.database import transaction
from core.errors import SarbideError
from core.outbox import Job, claim_due, fail, finish
from core.runtime import Runtime

_log = structlog.get_logger()

Handler = Callable[[Session, Runtime, Mapping[str, Any]], None]
"""Does one job with its payload. Must do no harm when run twice."""

BATCH = 10
"""Few at a time: what a killed worker had claimed has to wait for `STALE_AFTER`."""
STALE_AFTER = timedelta(seconds=20)
"""Far longer than any of the centre's jobs takes."""


def drain(runtime: Runtime, handlers: Mapping[str, Handler], *, limit: int = 1_000) -> int:
    """Do due jobs until none is left or about `limit` were done; returns how many were done."""
    done = 0
    while done < limit:
        with transaction(runtime.writing) as session:
            jobs = claim_due(session, runtime.clock.now(), BATCH, stale_after=STALE_AFTER)
        if not jobs:
            break
        for job in jobs:
            run(runtime, handlers, job)
        done += len(jobs)
    return done


def run(runtime: Runtime, handlers: Mapping[str, Handler], job: Job) -> None:
    """Do one claimed job. Whatever goes wrong is noted on it, and it is tried again later."""
    try:
        with transaction(runtime.writing) as session:
            handlers[job.kind](session, runtime, job.payload)
            finish(session, job)
    except Exception as error:
        # One broken job must not keep the others from being done.
        expected = isinstance(error, SarbideError)
        _log.error("job_failed", kind=job.kind, job=str(job.id), exc_info=not expected)
        with transaction(runtime.writing) as session:
            fail(session, job, f"{type(error).__name__}: {error}")
