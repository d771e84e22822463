"""Command line of the register: ``python -m permits explain 1234BBC --at ... --gate CP-01``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The register of authorisations.", no_args_is_help=True)


@app.callback()
def register() -> None:
    """The register of authorisations."""


@app.command()
def explain(
    plate: Annotated[str, typer.Argument(help="Number plate, spaces and dashes allowed.")],
    at: Annotated[
        str, typer.Option("--at", help="ISO time; without an offset, municipal time. Default: now.")
    ] = "",
    gate: Annotated[str, typer.Option("--gate", help="Control point, such as CP-01.")] = "CP-01",
    stay: Annotated[
        int | None, typer.Option("--stay", help="Minutes of a completed stay.", min=0)
    ] = None,
    purpose: Annotated[
        str, typer.Option("--purpose", help="What for; goes into the audit trail.")
    ] = "Explaining a decision",
) -> None:
    """Print whether a vehicle may enter, and why, in the three languages."""
    from core.errors import SarbideError
    from permits.explaining import explanation

    try:
        lines = explanation(plate, at=_moment(at), gate=gate, purpose=purpose, stay_minutes=stay)
        typer.echo("\n".join(lines))
    except SarbideError as error:
        typer.echo(f"sarbide: {error.message}", err=True)
        raise typer.Exit(1) from None


@app.command("import")
def import_register(
    kind: Annotated[str, typer.Argument(help="residents, garages... see docs/imports.md.")],
    source: Annotated[str, typer.Argument(metavar="FILE", help="CSV file or web address.")],
) -> None:
    """Import a municipal register; exit 1 when it was held or failed and nothing changed."""
    from core.errors import SarbideError
    from permits.imports.command import import_from

    try:
        lines, applied = import_from(kind, source)
    except SarbideError as error:
        typer.echo(f"sarbide: {error.message}", err=True)
        raise typer.Exit(1) from None
    typer.echo("\n".join(lines))
    raise typer.Exit(0 if applied else 1)


@app.command()
def duty(
    source: Annotated[str, typer.Argument(metavar="FILE", help="CSV file or web address.")],
) -> None:
    """Take in which taxis and VTC are in service; exit 1 when it could not be read."""
    from core.errors import SarbideError
    from permits.duty.command import duty_from

    try:
        lines, was_read = duty_from(source)
    except SarbideError as error:
        typer.echo(f"sarbide: {error.message}", err=True)
        raise typer.Exit(1) from None
    typer.echo("\n".join(lines))
    raise typer.Exit(0 if was_read else 1)


@app.command()
def export(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="datex2, ngsi-ld or geojson.")],
) -> None:
    """Print zones and control points in a published format."""
    from core.errors import SarbideError
    from permits.exports.command import exported

    try:
        document = exported(form)
    except SarbideError as error:
        typer.echo(f"sarbide: {error.message}", err=True)
        raise typer.Exit(1) from None
    typer.echo(document)


@app.command()
def holidays(
    file: Annotated[Path, typer.Argument(help="CSV: day,level,es,eu,en; see docs/rules.md.")],
) -> None:
    """Take the holidays of Biscay and Bilbao from a file; years that it names are replaced."""
    from core.errors import SarbideError
    from permits.rules.commands import replace_from

    try:
        typer.echo(f"{replace_from(file)} holidays changed.")
    except SarbideError as error:
        typer.echo(f"sarbide: {error.message}", err=True)
        raise typer.Exit(1) from None


@app.command()
def benchmark(
    vehicles: Annotated[
        int, typer.Option("--vehicles", help="Authorised vehicles in the register.", min=1)
    ] = 1_000_000,
    postgres: Annotated[
        str, typer.Option("--postgres", help="Address of a server; a database is made there.")
    ] = "",
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep that database and measure it again next time.")
    ] = False,
) -> None:
    """Measure decisions, look-ups and access lists; takes some minutes."""
    from permits.benchmark.running import run

    for line in run(vehicles, postgres or None, keep=keep):
        typer.echo(line)


def _moment(text: str) -> datetime | None:
    from core.clock import MUNICIPAL_ZONE
    from core.errors import InvalidInput

    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"'{text}' is not a time: write 2026-10-20T09:30.") from None
    if not 2000 <= moment.year <= 2100:
        raise InvalidInput(f"'{text}' is not a time of these years: write 2026-10-20T09:30.")
    return moment.replace(tzinfo=MUNICIPAL_ZONE) if moment.tzinfo is None else moment


if __name__ == "__main__":
    app()
