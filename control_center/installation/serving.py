"""Running the centre's processes: web server, worker, beat."""

import warnings

from control_center.background.waking import Waker
from control_center.installation import schema
from control_center.installation.embedded_store import EmbeddedStore, require_running
from core.runtime import open_runtime
from core.settings import Settings

SHUTDOWN_SECONDS = 2
"""Live lists never end by themselves; browsers come back on their own."""


def serve(settings: Settings) -> None:
    """Serve the staff application until stopped.

    Raises:
        SetupProblem: the database is not at this release's schema, or no store can be run.
        StoreUnavailable: the embedded store does not start.
    """
    import uvicorn  # noqa: PLC0415 -- slow, and only needed here

    from control_center.web import create_staff_app  # noqa: PLC0415

    runtime = open_runtime(settings)
    schema.require_current(runtime.engine)
    store = EmbeddedStore(settings) if settings.redis_url is None else None
    if store is not None:
        store.start()
    try:
        uvicorn.run(
            create_staff_app(settings, runtime=runtime, waker=Waker()),
            host=settings.staff_host,
            port=settings.staff_port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    finally:
        if store is not None:
            store.stop()


def run_worker(settings: Settings, concurrency: int) -> None:
    """Do jobs until stopped, `concurrency` at a time.

    Raises:
        StoreUnavailable: the embedded store does not run.
    """
    require_running(settings)
    from celery.platforms import SecurityWarning  # noqa: PLC0415 -- slow

    from control_center.background.celery_app import app  # noqa: PLC0415

    # A container's only user is root; Celery need not warn of it at every start.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    app.worker_main(
        [
            "worker",
            "--include=control_center.background.tasks",
            "--pool=threads",
            f"--concurrency={concurrency}",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def run_beat(settings: Settings) -> None:
    """Wake workers on schedule until stopped.

    Raises:
        StoreUnavailable: the embedded store does not run.
    """
    require_running(settings)
    from control_center.background.celery_app import app  # noqa: PLC0415 -- slow

    app.start(["beat", "--loglevel=WARNING", "--pidfile="])
