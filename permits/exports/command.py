"""``python -m permits export FORMAT``."""

from core.database import transaction
from core.errors import InvalidInput
from permits.command_line import opened_register
from permits.exports.formats import FORMATS
from permits.exports.published import publication


def exported(form: str) -> str:
    """What is in force now, in the format `form`.

    Raises:
        InvalidInput: there is no such format.
        SetupProblem: there is no register yet.
    """
    if form not in FORMATS:
        raise InvalidInput(f"There is no format '{form}': choose {', '.join(FORMATS)}.")
    with opened_register() as runtime, transaction(runtime.reading) as session:
        published = publication(
            session,
            now=runtime.clock.now(),
            is_test=not runtime.settings.is_production,
            publisher=runtime.settings.municipality_code,
        )
    return FORMATS[form].write(published).decode()
