"""``python -m permits import KIND FILE``."""

from core.database import transaction
from core.settings import get_settings
from permits.command_line import opened_register, typist
from permits.imports.connectors import connector_for
from permits.imports.models import ImportRun
from permits.imports.running import get_run, run_import
from permits.imports.states import RunState

_LETTERS_SHOWN = 20


def import_from(kind: str, source: str) -> tuple[list[str], bool]:
    """Import `source`; the report's lines, and whether it was applied.

    Raises:
        InvalidInput: no such register, or an address that is none.
        SetupProblem: there is no database yet.
    """
    settings = get_settings()
    token = settings.register_token.get_secret_value() if settings.register_token else None
    connector = connector_for(source, token)
    with opened_register() as runtime:
        run_id = run_import(runtime, kind, connector, typist(), now=runtime.clock.now())
        with transaction(runtime.reading) as session:
            run = get_run(session, run_id)
            return report(run), run.state == RunState.APPLIED.value


def report(run: ImportRun) -> list[str]:
    """What became of an import, for a terminal."""
    lines = [f"{run.kind} from {run.source}: {run.state}"]
    if run.problem:
        lines.append(run.problem % (run.problem_values or {}))
    if run.rows is not None:
        lines.append(
            f"{run.rows} rows: {run.added} new, {run.changed} changed, {run.ended} ended, "
            f"{run.unchanged} as before, {len(run.letters)} put aside"
        )
    lines += [
        f"  line {letter.line}: {letter.problem % letter.problem_values}"
        for letter in run.letters[:_LETTERS_SHOWN]
    ]
    if run.state == RunState.HELD.value:
        lines.append(
            "Nothing was changed. Confirm or discard it in the staff application: Imports."
        )
    return lines
