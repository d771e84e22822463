"""What somebody typed into a form, as the register wants it."""

from collections.abc import Mapping
from datetime import datetime

from starlette.datastructures import FormData, UploadFile

from core.clock import MUNICIPAL_ZONE
from core.errors import InvalidInput
from permits.applications.evidence import MAX_BYTES, Upload

PAPER_ROWS = (1, 2, 3)


def text_of(form: Mapping[str, object], name: str) -> str:
    """A field's text; empty when it is missing or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def typed(form: Mapping[str, object]) -> dict[str, str]:
    """What was typed, for showing the form again."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def papers_of(form: FormData) -> dict[int, tuple[str, Upload]]:
    """The files of a form by their row, each with the kind chosen beside it."""
    papers = {}
    for row in PAPER_ROWS:
        file = form.get(f"paper_{row}")
        if isinstance(file, UploadFile) and file.filename:
            file.file.seek(0)
            content = file.file.read(MAX_BYTES + 1)
            papers[row] = (text_of(form, f"shows_{row}"), Upload(file.filename, content))
    return papers


def moment_of(text: str) -> datetime | None:
    """A date and time of the municipal clock; None when empty. Raises InvalidInput."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=MUNICIPAL_ZONE)
    except ValueError:
        raise InvalidInput("'%(text)s' is not a date and time.", text=text[:40]) from None


def whole_of(text: str) -> int | None:
    """A whole number; None when empty. Raises InvalidInput."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 6:
        raise InvalidInput("'%(text)s' is not a whole number.", text=text[:40])
    return int(text)
