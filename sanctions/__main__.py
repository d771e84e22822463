"""``python -m sanctions``: checks evidence packages, court files and documents, offline."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sanctions.evidence.verdicts import Verdict

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Evidence packages and court files: verify them on any computer, without a network.",
)
MARKS = {"ok": "ok          ", "failed": "FAILED      ", "unconfirmed": "not confirmed"}


@app.callback()
def sanctions() -> None:
    """Evidence packages and court files."""


@app.command()
def verify(
    package: Annotated[
        Path,
        typer.Argument(help="An evidence package, a court file (ZIP) or a signed document (PDF)."),
    ],
    trust: Annotated[
        Path, typer.Option("--trust", help="Trust file, from the city by another way.")
    ],
    language: Annotated[str, typer.Option(help="en, es or eu.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Check PACKAGE. Exit code: 0 genuine, 1 not genuine, 2 cannot be checked, 3 unchanged but
    not fully confirmed."""
    from core.errors import SarbideError
    from sanctions.evidence.trust import read_trust
    from sanctions.evidence.verdicts import ExitCode
    from sanctions.evidence.verification import verify as check

    try:
        trusted = read_trust(trust)
        data = package.read_bytes()
    except SarbideError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from error
    except OSError as error:
        typer.echo(f"Error: {package} cannot be read: {error.strerror}.", err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from error
    verdict = check(data, trusted)
    typer.echo(_as_json(verdict) if as_json else _in_words(verdict, language))
    raise typer.Exit(verdict.exit_code)


@app.command("timestamp-server")
def timestamp_server(
    folder: Annotated[Path, typer.Option(help="Where its keys and certificates are kept.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 0,
) -> None:
    """A timestamp authority of OpenSSL for demonstrations and tests; prints its address."""
    import signal

    from sanctions.evidence.timestamp_server import authority_in, server_for

    server = server_for(authority_in(folder), port=port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    typer.echo(f"http://127.0.0.1:{server.server_port}/")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _in_words(verdict: "Verdict", language: str) -> str:
    from core.web.translations import translate
    from sanctions.evidence.verdicts import CONCLUSIONS

    lines = []
    for finding in verdict.findings:
        sentence = translate(finding.message, language, **finding.values)
        inside = f"{finding.of}: " if finding.of else ""
        lines.append(f"{MARKS[finding.status]:14} {inside}{sentence}")
    return "\n".join([*lines, "", translate(CONCLUSIONS[verdict.exit_code], language)])


def _as_json(verdict: "Verdict") -> str:
    findings = [
        {"status": one.status, "message": str(one), "of": one.of} for one in verdict.findings
    ]
    return json.dumps(
        {"exit_code": int(verdict.exit_code), "findings": findings}, ensure_ascii=False, indent=2
    )


if __name__ == "__main__":
    sys.exit(app())
