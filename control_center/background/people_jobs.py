"""What jobs and schedules do for people: notices, frozen periods, validity, reminders, imports."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.background.outbox_worker import Handler
from control_center.pending import regularisation
from core.clock import utc_now
from core.database import transaction
from core.errors import SarbideError
from core.identity import SYSTEM
from core.notifications.channels import carriers
from core.notifications.service import DELIVER, deliver
from core.runtime import Runtime
from permits.applications.expiry import apply_time, forget_papers
from permits.duty.taking import read_duty
from permits.history import APPLICATION_CHANGED
from permits.imports.connectors import connector_for
from permits.imports.models import ImportRun
from permits.imports.running import get_run, run_import
from permits.imports.states import RunState
from permits.reminders.service import remind

KEEP_FILES = timedelta(days=30)
"""How long what was fetched is kept, to confirm it or to find out what went wrong."""

_log = structlog.get_logger()


def deliver_notice(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Hand a notice to its carrier."""
    deliver(
        session,
        UUID(payload["notice_id"]),
        carriers(runtime.settings),
        is_production=runtime.settings.is_production,
        now=utc_now(),
    )


def follow_application(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Somebody applied for a vehicle, or got an answer: its periods stop or go on."""
    hashed = bytes.fromhex(payload["plate_hash"])
    regularisation.follow_all_freezes(session, runtime.clock.now(), plate_hash=hashed)


HANDLERS: dict[str, Handler] = {DELIVER: deliver_notice, APPLICATION_CHANGED: follow_application}


def follow_time(runtime: Runtime) -> dict[str, int]:
    """Begin and end authorisations, let unanswered questions lapse; says how many of each."""
    with transaction(runtime.writing) as session:
        now = runtime.clock.now()
        return apply_time(session, now) | {"papers": forget_papers(session, runtime.store, now)}


def remind_holders(runtime: Runtime) -> int:
    """Write the reminders that are due; says how many."""
    with transaction(runtime.writing) as session:
        return remind(session, runtime.clock.now())


def import_all(runtime: Runtime) -> dict[str, str]:
    """Import every register that the settings name; says what became of each.

    One that fails keeps none of the others from being imported.
    """
    settings = runtime.settings
    token = settings.register_token.get_secret_value() if settings.register_token else None
    states = {}
    for kind, source in settings.register_sources.items():
        try:
            connector = connector_for(source, token)
            run_id = run_import(runtime, kind, connector, SYSTEM, now=runtime.clock.now())
            with transaction(runtime.reading) as session:
                states[kind] = get_run(session, run_id).state
        except SarbideError as error:
            _log.error("import_not_begun", kind=kind, problem=error.message)
            states[kind] = RunState.FAILED.value
        except Exception:
            # One broken register must not keep the others from being read.
            _log.exception("import_broke", kind=kind)
            states[kind] = RunState.FAILED.value
    _forget_files(runtime)
    return states


def read_duty_source(runtime: Runtime) -> str | None:
    """Take in what taxis' dispatchers say; the state of the run, None without a source."""
    source = runtime.settings.duty_source
    if source is None:
        return None
    token = runtime.settings.register_token
    connector = connector_for(source, token.get_secret_value() if token else None)
    run_id = read_duty(runtime, connector, SYSTEM, now=runtime.clock.now())
    with transaction(runtime.reading) as session:
        return get_run(session, run_id).state


def _forget_files(runtime: Runtime) -> None:
    """What was fetched a month ago is of no use any more, and it is full of people's data."""
    old = runtime.clock.now() - KEEP_FILES
    with transaction(runtime.writing) as session:
        runs = session.scalars(
            select(ImportRun).where(ImportRun.started_at <= old, ImportRun.store_key.is_not(None))
        ).all()
        keys = [run.store_key for run in runs if run.store_key]
        for run in runs:
            run.store_key = None
            for letter in run.letters:
                letter.content = None
    for key in keys:
        runtime.store.erase(key.partition(":")[2])
