"""How each system fares: the last success, since when it fails, and until when it may rest.

A system that fails is left alone for a while, longer each time: its work waits in its own rows,
and nothing else waits for it. One that is merely slow rests a little too. All times here are real
time.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from core.clock import utc_now
from core.database import transaction
from core.runtime import Runtime
from sanctions.integrations.errors import AnswerNotUnderstood, RequestRefused, ServiceDown
from sanctions.integrations.models import IntegrationState
from sanctions.integrations.systems import System

FIRST_REST = timedelta(seconds=10)
LONGEST_REST = timedelta(minutes=10)
SLOW_SECONDS = 3.0
"""A system that answers, but takes longer, is asked less often: its calls hold up the worker."""
_WRITTEN_AT_MOST_EVERY = timedelta(seconds=5)

_log = structlog.get_logger()


def state_of(session: Session, system: System, *, lock: bool = False) -> IntegrationState | None:
    """How `system` fares; None when it was never called."""
    return session.get(IntegrationState, system.value, with_for_update=lock or None)


def is_resting(session: Session, system: System, real_now: datetime) -> bool:
    """Whether `system` failed lately and is left alone for now."""
    state = state_of(session, system)
    return state is not None and state.rest_until is not None and real_now < state.rest_until


@contextmanager
def calling(runtime: Runtime, system: System) -> Iterator[None]:
    """Call `system` inside: how it went is written down in a transaction of its own.

    A refusal counts as an answer: the system is up. Errors go on to the caller.
    """
    started = time.monotonic()
    try:
        yield
    except (ServiceDown, AnswerNotUnderstood) as error:
        # The message may quote what a system said of a person: only its kind goes to the log.
        _log.warning("integration_failed", system=system.value, error=type(error).__name__)
        with transaction(runtime.writing) as session:
            failed(session, system, str(error), utc_now())
        raise
    except RequestRefused:
        _note_success(runtime, system, time.monotonic() - started)
        raise
    _note_success(runtime, system, time.monotonic() - started)


def _note_success(runtime: Runtime, system: System, took: float) -> None:
    real_now = utc_now()
    if took >= SLOW_SECONDS:
        with transaction(runtime.writing) as session:
            succeeded(session, system, real_now)
            _row(session, system).rest_until = real_now + FIRST_REST
        return
    with transaction(runtime.reading) as session:
        state = state_of(session, system)
        last = state.last_success_at if state is not None else None
        is_known = state is not None and state.failing_since is None and last is not None
    if not is_known or last is None or real_now - last >= _WRITTEN_AT_MOST_EVERY:
        with transaction(runtime.writing) as session:
            succeeded(session, system, real_now)


def succeeded(session: Session, system: System, real_now: datetime) -> None:
    """`system` answered."""
    state = _row(session, system)
    state.last_success_at = real_now
    state.failing_since = state.rest_until = None
    state.failures = 0


def failed(session: Session, system: System, why: str, real_now: datetime) -> None:
    """`system` did not answer, or not usefully: it rests, longer each time."""
    state = _row(session, system)
    state.failing_since = state.failing_since or real_now
    state.failures += 1
    state.last_error = why[:300]
    doubled = FIRST_REST * 2 ** min(state.failures - 1, 10)
    state.rest_until = real_now + min(doubled, LONGEST_REST)


def _row(session: Session, system: System) -> IntegrationState:
    state = state_of(session, system, lock=True)
    if state is None:
        state = IntegrationState(system=system.value, failures=0)
        session.add(state)
        session.flush()
    return state
