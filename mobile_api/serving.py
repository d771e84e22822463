"""Running the residents' application."""

from sqlalchemy import inspect

from core.errors import SetupProblem
from core.runtime import Runtime, open_runtime
from core.settings import Settings
from mobile_api.web import create_citizen_app

SHUTDOWN_SECONDS = 2


def serve(settings: Settings) -> None:
    """Serve until stopped.

    Raises:
        SetupProblem: the database has no register yet.
    """
    import uvicorn  # noqa: PLC0415 -- slow, and only needed here

    runtime = open_runtime(settings)
    require_register(runtime)
    uvicorn.run(
        create_citizen_app(settings, runtime=runtime),
        host=settings.app_host,
        port=settings.app_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def require_register(runtime: Runtime) -> None:
    """Raise SetupProblem unless the database has the register's tables."""
    with runtime.engine.execution_options(sarbide_read_only=True).connect() as connection:
        if not inspect(connection).has_table("authorisation"):
            raise SetupProblem(
                "The database has no register yet: run `python -m control_center migrate`, then "
                "`python -m control_center serve`."
            )
