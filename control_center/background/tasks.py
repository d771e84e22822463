"""Celery tasks: each opens its transactions itself and may be run twice without harm."""

from functools import lru_cache

from control_center.background import people_jobs
from control_center.background.celery_app import (
    AUTHORISATIONS,
    CAMERAS,
    CASES,
    CLAIMS,
    DEADLINES,
    DRAIN,
    DUTY,
    IMPORTS,
    INTEGRATION_NEWS,
    INTEGRATIONS,
    RECONCILIATION,
    REMINDERS,
    RETENTION,
    task,
)
from control_center.background.handlers import HANDLERS
from control_center.background.outbox_worker import drain
from control_center.edge_boxes import cameras, quiet_gates
from control_center.keeping import retention
from control_center.pending import extended_periods, regularisation
from core.clock import utc_now
from core.database import transaction
from core.runtime import Runtime, open_runtime
from core.settings import get_settings
from sanctions import daily
from sanctions.integrations import jobs as integrations
from sanctions.review import claims


@lru_cache(maxsize=1)
def worker_runtime() -> Runtime:
    """This worker process's database and keys."""
    return open_runtime(get_settings())


@task(DRAIN)
def drain_outbox() -> int:
    """Do what is due."""
    return drain(worker_runtime(), HANDLERS)


@task(DEADLINES)
def sweep_deadlines() -> int:
    """Make sure that every pending passage whose time is up has its job."""
    runtime = worker_runtime()
    with transaction(runtime.writing) as session:
        regularisation.follow_all_freezes(session, runtime.clock.now(), only_frozen=True)
        extended_periods.follow_open_outages(session, runtime.clock.now())
        return regularisation.enqueue_overdue(session, runtime.clock.now())


@task(CAMERAS)
def check_cameras() -> list[str]:
    """Raise the alarm for cameras without a heartbeat, and for gates without traffic."""
    with transaction(worker_runtime().writing) as session:
        return cameras.mark_silent(session, utc_now()) + quiet_gates.mark_quiet(session, utc_now())


@task(RETENTION)
def apply_retention() -> dict[str, int]:
    """Let go of what may not be kept."""
    return retention.apply(worker_runtime())


@task(CASES)
def follow_calendar() -> dict[str, int]:
    """What the calendar does to cases: time-bars, lapses, silence, firmness."""
    runtime = worker_runtime()
    return daily.run_all(runtime.writing, now=runtime.clock.now())


@task(CLAIMS)
def release_claims() -> int:
    """Give back the cases that agents took and left."""
    runtime = worker_runtime()
    with transaction(runtime.writing) as session:
        return claims.release_stale(session, now=runtime.clock.now())


@task(INTEGRATIONS)
def sweep_integrations() -> int:
    """Find what is to be sent to systems outside."""
    return integrations.sweep(worker_runtime())


@task(INTEGRATION_NEWS)
def poll_integrations() -> None:
    """Ask systems outside for news of what is under way."""
    integrations.poll(worker_runtime())


@task(RECONCILIATION)
def reconcile_handover() -> int:
    """Compare past days with the city's sanction system."""
    return integrations.reconcile(worker_runtime())


@task(AUTHORISATIONS)
def follow_validity() -> dict[str, int]:
    """Begin and end authorisations; let unanswered questions lapse."""
    return people_jobs.follow_time(worker_runtime())


@task(REMINDERS)
def send_reminders() -> int:
    """Remind holders of what ends."""
    return people_jobs.remind_holders(worker_runtime())


@task(IMPORTS)
def import_registers() -> dict[str, str]:
    """Bring the municipal registers up to date."""
    return people_jobs.import_all(worker_runtime())


@task(DUTY)
def read_duty() -> str | None:
    """Take in which taxis are in service, where the settings name a source."""
    return people_jobs.read_duty_source(worker_runtime())
