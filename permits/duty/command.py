"""``python -m permits duty FILE``."""

from core.database import transaction
from core.settings import get_settings
from permits.command_line import opened_register, typist
from permits.duty.taking import read_duty
from permits.imports.command import report
from permits.imports.connectors import connector_for
from permits.imports.running import get_run
from permits.imports.states import RunState


def duty_from(source: str) -> tuple[list[str], bool]:
    """Take in `source`; the report's lines, and whether it could be read.

    Raises:
        InvalidInput: an address that is none.
        SetupProblem: there is no register yet.
    """
    settings = get_settings()
    token = settings.register_token.get_secret_value() if settings.register_token else None
    connector = connector_for(source, token)
    with opened_register() as runtime:
        run_id = read_duty(runtime, connector, typist(), now=runtime.clock.now())
        with transaction(runtime.reading) as session:
            run = get_run(session, run_id)
            return report(run), run.state == RunState.APPLIED.value
