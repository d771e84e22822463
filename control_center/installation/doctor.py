"""Checks that say what would keep the centre from working, and what to do about it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

from sqlalchemy.exc import SQLAlchemyError

from control_center.installation import schema
from control_center.installation.embedded_store import require_running, server_binary
from control_center.keeping import retention
from core.errors import SarbideError, SetupProblem
from core.runtime import Runtime, open_runtime
from core.settings import PLACEHOLDER_SECRET, Settings

LEAST_DISK_MB = 2_000
CLASHING = ("opencv-python", "opencv-contrib-python")


@dataclass(frozen=True)
class Finding:
    """One check's result. `detail` says what to do when it is not fine."""

    check: str
    is_fine: bool
    detail: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Findings as they are made; the first that the others rest on comes first."""
    yield _try("packages", _packages)
    yield _try("secret key", lambda: _secret(settings))
    yield _try("store server", lambda: _server(settings))
    yield _try("store", lambda: _store(settings))
    try:
        runtime = open_runtime(settings)
    except (SarbideError, SQLAlchemyError, OSError) as error:
        yield Finding("database", False, str(error))
        return
    yield _try("database", lambda: _database(runtime))
    yield _try("disk", lambda: _disk(settings))
    yield _try("retention", lambda: _retention(runtime))
    runtime.close()


def _try(check: str, test: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, test())
    except (SarbideError, SQLAlchemyError, OSError) as error:
        return Finding(check, False, str(error).splitlines()[0])


def _packages() -> str:
    found = []
    for name in CLASHING:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    if found:
        raise SetupProblem(
            f"{', '.join(found)} is installed beside opencv-python-headless; both write cv2/. "
            "Make the environment anew with `make clean setup`."
        )
    return f"opencv-python-headless {metadata.version('opencv-python-headless')}"


def _secret(settings: Settings) -> str:
    if settings.secret_key.get_secret_value() == PLACEHOLDER_SECRET:
        return "the placeholder, good for development only"
    return "set"


def _server(settings: Settings) -> str:
    return "SARBIDE_REDIS_URL is used" if settings.redis_url else server_binary()


def _store(settings: Settings) -> str:
    require_running(settings)
    import redis  # noqa: PLC0415 -- slow

    try:
        redis.Redis.from_url(settings.effective_redis_url, socket_timeout=3).ping()
    except redis.RedisError as error:
        raise SetupProblem(f"SARBIDE_REDIS_URL does not answer: {error}") from error
    return "answers"


def _database(runtime: Runtime) -> str:
    schema.require_current(runtime.engine)
    return f"{runtime.engine.dialect.name}, revision {schema.newest_revision()}"


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(settings.data_dir).free // 1_000_000
    if free < LEAST_DISK_MB:
        raise SetupProblem(
            f"Only {free} MB are free in {settings.data_dir.resolve()}; pictures need "
            f"{LEAST_DISK_MB} MB. Free some, or set SARBIDE_DATA_DIR to a larger disk."
        )
    return f"{free} MB free"


def _retention(runtime: Runtime) -> str:
    schema.require_current(runtime.engine)
    overdue = {name: count for name, count in retention.due(runtime).items() if count}
    return ", ".join(f"{name}: {count} due" for name, count in overdue.items()) or "nothing is due"
