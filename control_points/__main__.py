"""``python -m control_points``: one edge worker, and what is needed to look after it."""

import base64
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from control_points.config import EdgeConfig, EdgeSettings, load_config
from control_points.storage.edge_store import EdgeStore
from core import logs
from core.errors import SarbideError, SetupProblem
from core.signing import generate_key_pair

if TYPE_CHECKING:
    from anpr.reader import PlateReader
    from control_points.worker import Worker

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The edge: watch cameras, read plates, report passages.",
)
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="TOML file of this worker.")]
USAGE = 2


@contextmanager
def _one_line() -> Iterator[None]:
    """Errors of ours as a sentence, without a traceback."""
    try:
        yield
    except SarbideError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(USAGE) from error


def _settings() -> EdgeSettings:
    return EdgeSettings()


def _software() -> str:
    try:
        return f"sarbide {metadata.version('sarbide')}"
    except metadata.PackageNotFoundError:
        return "sarbide"


@app.command()
def run(config: ConfigOption) -> None:
    """Serve the cameras of the configuration; ends by itself when all of them are recordings."""
    logs.configure()
    with _one_line():
        settings = _settings()
        loaded = load_config(config, settings)
        store = EdgeStore.open(loaded.data_path)
        try:
            worker = _worker(loaded, settings, store)
            _stop_on_signals(worker)
            ending = worker.run()
            for problem in worker.problems:
                typer.echo(f"Error: {problem}", err=True)
            typer.echo(worker.remains())
        finally:
            store.close()
    raise typer.Exit(int(ending))


def _worker(config: EdgeConfig, settings: EdgeSettings, store: EdgeStore) -> "Worker":
    from anpr.reader import load_reader, models_label
    from control_points.assembly import build

    def make_reader() -> "PlateReader":
        return load_reader(settings.detector_model, settings.recogniser_model)

    label = models_label(make_reader())
    return build(config, settings, store, make_reader, _software(), label)


def _stop_on_signals(worker: "Worker") -> None:
    def stop(*_: object) -> None:
        worker.stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


@app.command()
def doctor(
    config: Annotated[Path | None, typer.Option("--config", "-c", help="Check this too.")] = None,
) -> None:
    """Check machine, models, configuration, cameras, centre and clock."""
    from control_points.doctor import examine

    is_fine = True
    with _one_line():
        for finding in examine(config, _settings()):
            is_fine &= finding.is_fine
            typer.echo(
                f"{'ok     ' if finding.is_fine else 'PROBLEM'}  {finding.check}: {finding.detail}"
            )
    raise typer.Exit(0 if is_fine else 1)


@app.command()
def keygen(file: Annotated[Path, typer.Argument(help="Where the private key is written.")]) -> None:
    """Make this box's key; prints the public part, which the centre registers."""
    with _one_line():
        private, public = generate_key_pair()
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise SetupProblem(
                f"{file} can't be written ({error.strerror}). An existing key is never replaced."
            ) from error
        with os.fdopen(handle, "w") as out:
            out.write(base64.b64encode(private).decode() + "\n")
        typer.echo(base64.b64encode(public).decode())


@app.command()
def benchmark(
    vehicles: Annotated[int, typer.Option(help="Vehicles on the list.", min=1)] = 1_000_000,
) -> None:
    """Measure a large access list: its size and a look-up."""
    from control_points.access.benchmark import run

    for line in run(vehicles):
        typer.echo(line)


@app.command()
def spool(
    config: ConfigOption,
    send_again: Annotated[
        bool, typer.Option(help="Put refused passages back into the queue.")
    ] = False,
) -> None:
    """What waits on this box, and what the centre refused. The worker must be stopped."""
    with _one_line():
        loaded = load_config(config, _settings())
        store = EdgeStore.open(loaded.data_path)
        try:
            _show(store)
            if send_again:
                typer.echo(f"Put back: {store.spool.send_again()}.")
        finally:
            store.close()


def _show(store: EdgeStore) -> None:
    typer.echo(f"Passages waiting for the centre: {store.spool.count('waiting')}.")
    typer.echo(f"Sealed pictures kept: {store.pictures.count()}.")
    for aside in store.spool.rejected():
        typer.echo(f"Refused: {aside.passage_id} of {aside.stored_at.isoformat()}: {aside.problem}")


if __name__ == "__main__":
    sys.exit(app())
