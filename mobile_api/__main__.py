"""``python -m mobile_api serve``: the residents' application."""

import sys

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The residents' application.",
)


@app.callback()
def residents() -> None:
    """The residents' application."""


@app.command()
def serve() -> None:
    """Serve the residents' pages and their JSON API until stopped."""
    from core import logs
    from core.errors import SarbideError
    from core.settings import get_settings
    from mobile_api.serving import serve as run

    logs.configure()
    try:
        run(get_settings())
    except SarbideError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(2) from error


if __name__ == "__main__":
    sys.exit(app())
