"""Celery on Valkey or Redis. It only wakes workers: the jobs themselves are rows in the outbox."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar, cast

from celery import Celery
from celery.schedules import crontab

from core.settings import Settings, get_settings

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

DRAIN = "sarbide.drain_outbox"
RETENTION = "sarbide.retention"
CAMERAS = "sarbide.silent_cameras"
DEADLINES = "sarbide.deadlines"
AUTHORISATIONS = "sarbide.authorisations"
REMINDERS = "sarbide.reminders"
IMPORTS = "sarbide.imports"
DUTY = "sarbide.duty"
CASES = "sarbide.cases"
CLAIMS = "sarbide.claims"
INTEGRATIONS = "sarbide.integrations"
INTEGRATION_NEWS = "sarbide.integration_news"
RECONCILIATION = "sarbide.reconciliation"


def broker_url(redis_url: str) -> str:
    """Celery spells a unix socket differently from redis-py and RedBeat."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url


def configuration(settings: Settings) -> dict[str, Any]:
    """Celery's settings. A task lost with its worker is run again within seconds."""
    return {
        "broker_url": broker_url(settings.effective_redis_url),
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": 120,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
        },
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "timezone": "UTC",
        "beat_scheduler": "redbeat.RedBeatScheduler",
        "beat_max_loop_interval": 1,
        "redbeat_redis_url": settings.effective_redis_url,
        # A killed beat's lock must not silence the next one for long.
        "redbeat_lock_timeout": 10,
        "beat_schedule": {
            "outbox": _every(timedelta(seconds=1), DRAIN),
            "deadlines": _every(timedelta(seconds=60), DEADLINES),
            "cameras": _every(timedelta(seconds=60), CAMERAS),
            # Once a day would do; oftener costs nothing, and no night is missed.
            "cases": _every(timedelta(minutes=15), CASES),
            "claims": _every(timedelta(seconds=60), CLAIMS),
            "retention": _every(timedelta(minutes=15), RETENTION),
            "authorisations": _every(timedelta(seconds=60), AUTHORISATIONS),
            "reminders": _every(timedelta(hours=1), REMINDERS),
            # In the small hours of the city, when registers have been written and few drive.
            "imports": {
                "task": IMPORTS,
                "schedule": crontab(minute=30, hour=2),
                "options": {"expires": 3600.0},
            },
            "duty": _every(timedelta(minutes=5), DUTY),
            "integrations": _every(timedelta(seconds=20), INTEGRATIONS),
            "integration-news": _every(timedelta(minutes=2), INTEGRATION_NEWS),
            "reconciliation": _every(timedelta(minutes=15), RECONCILIATION),
        },
    }


def _every(interval: timedelta, task: str) -> dict[str, Any]:
    # Late is useless: the next one comes soon enough.
    return {
        "task": task,
        "schedule": interval,
        "options": {"expires": interval.total_seconds()},
    }


def create_celery(settings: Settings) -> Celery:
    """A Celery application for these settings."""
    celery = Celery("sarbide")
    celery.config_from_object(configuration(settings))
    return celery


app = create_celery(get_settings())


def task(
    name: str,
) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
    """Register a function as the Celery task `name`; it can still be called as a function."""

    def register(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
        return cast(Callable[Parameters, Answer], app.task(name=name)(function))

    return register
