"""``python -m control_center``: the centre's processes, its database and the demonstration."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core import logs
from core.errors import SarbideError
from core.settings import get_settings

if TYPE_CHECKING:
    from control_center.demo.edge import Footage

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The control centre: ingest, screens, jobs and schedules.",
)
USAGE = 2


@contextmanager
def _one_line() -> Iterator[None]:
    """Errors of ours, and settings that don't hold, as a sentence without a traceback."""
    from pydantic import ValidationError

    try:
        yield
    except SarbideError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(USAGE) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "".join(f" SARBIDE_{part!s}".upper() for part in first["loc"])
        typer.echo(f"Error: the settings don't hold:{name} {first['msg']}", err=True)
        raise typer.Exit(USAGE) from error


@app.command()
def serve() -> None:
    """The staff application and the ingest for edge boxes; runs the embedded store if need be."""
    logs.configure()
    with _one_line():
        from control_center.installation.serving import serve as run

        run(get_settings())


@app.command()
def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Jobs at a time.")] = 2,
) -> None:
    """Does the jobs of the outbox."""
    logs.configure()
    with _one_line():
        from control_center.installation.serving import run_worker

        run_worker(get_settings(), concurrency)


@app.command()
def beat() -> None:
    """Wakes workers on schedule. Several may run: one at a time is active."""
    logs.configure()
    with _one_line():
        from control_center.installation.serving import run_beat

        run_beat(get_settings())


@app.command()
def migrate(
    write: Annotated[
        str | None,
        typer.Option(help="For developers: write a revision with this message instead."),
    ] = None,
) -> None:
    """Bring the database to this release's schema."""
    with _one_line():
        from control_center.installation import schema
        from core.runtime import open_runtime

        runtime = open_runtime(get_settings())
        if write is not None:
            schema.write_revision(runtime.engine, write)
        else:
            schema.migrate(runtime.engine)
            typer.echo(f"The database is at revision {schema.newest_revision()}.")


@app.command()
def seed() -> None:
    """Fill an empty database with a Bilbao-like Old Quarter; prints the logins it makes."""
    with _one_line():
        from control_center.installation.seeding import seed_installation
        from core.runtime import open_runtime

        logins = seed_installation(open_runtime(get_settings()))
        for login in logins:
            typer.echo(f"{login.application:8} {login.login:10} {login.password}   {login.who}")
        if not logins:
            typer.echo("The register and the accounts are there already; nothing was changed.")


@app.command()
def enrol(
    device: Annotated[str, typer.Argument(help="Name of the edge box, as in its configuration.")],
    public_key: Annotated[str, typer.Argument(help="What `control_points keygen` printed.")],
    control_point: Annotated[
        list[str], typer.Option("--control-point", "-p", help="It may report for; repeat.")
    ],
    url: Annotated[str, typer.Option(help="Where the box reaches this centre.")] = (
        "https://centre.example"
    ),
) -> None:
    """Let an edge box report; prints the part of its configuration that is about the centre."""
    with _one_line():
        from control_center.edge_boxes.enrolment import enrol_device
        from core.runtime import open_runtime

        typer.echo(
            enrol_device(open_runtime(get_settings()), device, public_key, control_point, url)
        )


@app.command()
def doctor() -> None:
    """Check settings, database, store, keys and disk; says what to do about what it finds."""
    from control_center.installation.doctor import examine

    is_fine = True
    with _one_line():
        for finding in examine(get_settings()):
            is_fine &= finding.is_fine
            mark = "ok     " if finding.is_fine else "PROBLEM"
            typer.echo(f"{mark}  {finding.check}: {finding.detail}")
    raise typer.Exit(0 if is_fine else 1)


@app.command("benchmark-list")
def benchmark_list() -> None:
    """Measure the making of a whole access list for 25,000 vehicles."""
    from control_center.edge_boxes.list_benchmark import run

    for line in run():
        typer.echo(line)


@app.command("benchmark-sync")
def benchmark_sync(
    vehicles: Annotated[int, typer.Option(min=1, help="Authorised vehicles.")] = 25_000,
    gates: Annotated[int, typer.Option(min=1, max=30, help="Edge boxes.")] = 2,
) -> None:
    """Measure the way of a list, and of a plate changed in the app, to real edge boxes."""
    with _one_line():
        from control_center.edge_boxes.sync_benchmark import run

        for line in run(vehicles, gates):
            typer.echo(line)


@app.command()
def trust(
    name: Annotated[str, typer.Option(help="What verifiers read for this centre.")] = (
        "Control centre"
    ),
) -> None:
    """Print the trust file against which anybody checks evidence packages; no secrets in it."""
    with _one_line():
        from control_center.edge_boxes.trust_file import trust_of
        from control_center.installation.schema import require_current
        from core.database import transaction
        from core.runtime import open_runtime
        from sanctions.evidence.trust import trust_json

        runtime = open_runtime(get_settings())
        require_current(runtime.engine)
        with transaction(runtime.reading) as session:
            typer.echo(trust_json(trust_of(session, runtime, name)), nl=False)


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Without the wait; compares with the manifest.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start anew, even if a demo was interrupted.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --once: the result as JSON.")
    ] = False,
    wait: Annotated[
        float,
        typer.Option(min=0, help="Seconds before the clock moves past the deadlines."),
    ] = 120.0,
    folder: Annotated[
        Path | None, typer.Option(help="Where its data live; default: demo in the data folder.")
    ] = None,
    footage: Annotated[
        Path | None, typer.Option(help="Folder of other clips, with manifest and register.")
    ] = None,
) -> None:
    """The whole system on this machine, fed by the rendered clips of sample_footage."""
    with _one_line():
        from control_center.demo.edge import SAMPLE_FOOTAGE, Footage

        base, clips = get_settings().data_dir, Footage.load(footage or SAMPLE_FOOTAGE)
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, signal.default_int_handler)
        if once:
            _demo_once(folder or base / "demo-once", clips, as_json=as_json)
        else:
            from control_center.demo.live import run_live

            run_live(folder or base / "demo", clips, fresh=fresh, wait=wait)


def _demo_once(folder: Path, clips: "Footage", *, as_json: bool) -> None:
    from control_center.demo.once import run_once
    from control_center.demo.results import json_text, summary

    def tell(text: str) -> None:
        if not as_json:
            typer.echo(text)

    result = run_once(folder, clips, tell)
    typer.echo(json_text(result) if as_json else summary(result))
    raise typer.Exit(1 if result.comparison.differences else 0)


if __name__ == "__main__":
    sys.exit(app())
