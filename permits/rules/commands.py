"""Editing rules from the command line, for what comes as a file."""

from pathlib import Path

from core.database import transaction
from core.identity import Role
from permits.command_line import opened_register, typist
from permits.rules.holidays import read_holidays, replace_holidays


def replace_from(file: Path) -> int:
    """Let the holidays of `file` hold; returns how many changed.

    Raises:
        HolidaysRefused: the file is broken; nothing was changed.
        SetupProblem: there is no register yet.
    """
    table = read_holidays(file)
    with opened_register() as runtime, transaction(runtime.writing) as session:
        return replace_holidays(
            session,
            typist(Role.RULES_MANAGER),
            table,
            why=f"From the file {file.name}",
            now=runtime.clock.now(),
        )
