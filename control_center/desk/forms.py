"""What an agent typed, as the register wants it."""

from dataclasses import dataclass

from starlette.datastructures import FormData

from core.plates import PlateNumber
from permits.applications.forms import moment_of, papers_of, text_of, whole_of
from permits.applications.handing_in import Paper
from permits.applications.requests import ApplicationRequest
from permits.vehicles import VehicleFacts

VEHICLE_ROWS = (1, 2, 3)


@dataclass(frozen=True)
class ApplicationForm:
    """A filled-in application: the wish and its papers, each with what it shows."""

    request: ApplicationRequest
    papers: tuple[Paper, ...]


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
    return ApplicationForm(request, tuple(papers_of(form).values()))


def _vehicle(form: FormData, row: int) -> VehicleFacts:
    return VehicleFacts(
        PlateNumber.parse(text_of(form, f"plate_{row}")),
        text_of(form, f"class_{row}") or None,
        whole_of(text_of(form, f"mass_{row}")),
        whole_of(text_of(form, f"height_{row}")),
    )
