"""The benchmark as a whole, in the order in which its lines are printed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, create_engine, make_url, text

from permits.benchmark import deciding, lookups

_DATABASE = "sarbide_permits_benchmark"
_DROP = f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)"


def run(vehicles: int, postgres_url: str | None, *, keep: bool = False) -> Iterator[str]:
    """Measure, and say each figure as soon as it is there.

    With `keep` the register in PostgreSQL stays, and a kept one of as many vehicles is measured
    again without being filled anew.
    """
    yield from (str(line) for line in deciding.measure())
    with TemporaryDirectory() as folder:
        yield f"  ... building a register of {vehicles:,} vehicles in SQLite"
        register = lookups.build_sqlite(Path(folder), vehicles)
        yield str(register.measure("SQLite"))
        register.engine.dispose()
    if postgres_url is None:
        yield "PostgreSQL: not measured, name a server with --postgres"
    else:
        yield from _on_postgres(make_url(postgres_url), vehicles, keep=keep)
    # The edge's and the centre's own parts are programs of their own packages.
    yield from _of("control_center", "benchmark-list")
    yield from _of("control_points", "benchmark", "--vehicles", str(vehicles))


def _on_postgres(server: URL, vehicles: int, *, keep: bool) -> Iterator[str]:
    """In a database made for it, and dropped afterwards unless it is to be kept."""
    own = server.set(database=_DATABASE).render_as_string(hide_password=False)
    register = lookups.kept(own, vehicles) if keep else None
    try:
        if register is None:
            yield f"  ... building a register of {vehicles:,} vehicles in PostgreSQL"
            _as_admin(server, _DROP, f"CREATE DATABASE {_DATABASE}")
            register = lookups.build(own, vehicles)
            # As a register is on any other day: not still busy with having been filled.
            _as_admin(make_url(own), "VACUUM (ANALYZE)")
        yield str(register.measure("PostgreSQL"))
        register.engine.dispose()
    finally:
        if not keep:
            _as_admin(server, _DROP)


def _as_admin(url: URL, *statements: str) -> None:
    """Outside of any transaction, as making a database wants it."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


def _of(package: str, *arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", package, *arguments]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    if result.returncode:
        yield f"python -m {package} {arguments[0]}: {(result.stderr or result.stdout).strip()}"
    yield from result.stdout.splitlines()
