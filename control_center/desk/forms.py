"""What an agent typed, as the register wants it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData, UploadFile

from core.clock import MUNICIPAL_ZONE
from core.errors import InvalidInput
from core.plates import PlateNumber
from permits.applications.evidence import MAX_BYTES, Upload
from permits.applications.requests import ApplicationRequest
from permits.vehicles import VehicleFacts

VEHICLE_ROWS = (1, 2, 3)
PAPER_ROWS = (1, 2, 3)


@dataclass(frozen=True)
class ApplicationForm:
    """A filled-in application: the wish and its papers, each with what it shows."""

    request: ApplicationRequest
    papers: tuple[tuple[str, Upload], ...]


def text_of(form: Mapping[str, object], name: str) -> str:
    """A field's text; empty when it is missing or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def application_form(form: FormData) -> ApplicationForm:
    """Raises InvalidInput, naming what can't be understood."""
    vehicles = tuple(_vehicle(form, row) for row in VEHICLE_ROWS if text_of(form, f"plate_{row}"))
    zones = tuple(str(zone) for zone in form.getlist("zones") if isinstance(zone, str))
    request = ApplicationRequest(
        profile=text_of(form, "profile"),
        zones=zones,
        vehicles=vehicles,
        place=text_of(form, "place")[:200] or None,
        statement=text_of(form, "statement") or None,
        valid_from=moment_of(text_of(form, "valid_from")),
        valid_until=moment_of(text_of(form, "valid_until")),
    )
    return ApplicationForm(request, papers_of(form))


def _vehicle(form: FormData, row: int) -> VehicleFacts:
    return VehicleFacts(
        PlateNumber.parse(text_of(form, f"plate_{row}")),
        text_of(form, f"class_{row}") or None,
        whole_of(text_of(form, f"mass_{row}")),
        whole_of(text_of(form, f"height_{row}")),
    )


def papers_of(form: FormData) -> tuple[tuple[str, Upload], ...]:
    """The files of a form, each with the kind chosen beside it."""
    papers = []
    for row in PAPER_ROWS:
        file = form.get(f"paper_{row}")
        if isinstance(file, UploadFile) and file.filename:
            content = file.file.read(MAX_BYTES + 1)
            papers.append((text_of(form, f"shows_{row}"), Upload(file.filename, content)))
    return tuple(papers)


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
