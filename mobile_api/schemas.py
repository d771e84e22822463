"""The JSON of ``/api/v1``: what the residents' app sends and gets. Times carry an offset."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class ApiModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Login(ApiModel):
    login: str = Field(max_length=100)
    password: str = Field(max_length=200)


class SessionState(ApiModel):
    logged_in: bool
    name: str | None
    language: str
    csrf_token: str
    """Send it back as ``X-CSRF-Token`` with every request that changes something."""


class Entries(ApiModel):
    period: str
    """``day``, ``month`` or ``year``."""
    used: int
    limit: int
    left: int


class AuthorisationState(ApiModel):
    code: str
    text: str


class Authorisation(ApiModel):
    """One of the citizen's authorisations; texts are in the language of the request."""

    reference: str
    profile: str
    conditions: str
    state: AuthorisationState
    valid_from: datetime
    valid_until: datetime | None
    hours: tuple[str, ...]
    max_stay_minutes: int | None
    entries: tuple[Entries, ...]
    vehicles: tuple[str, ...]
    max_vehicles: int
    plate_changes_left_today: int


class AuthorisationList(ApiModel):
    authorisations: tuple[Authorisation, ...]


class Clocks(ApiModel):
    """The time to put an entry right, and the law's own, which never stops."""

    deadline: datetime | None
    """Of a guest's entry the beginning of its last day; None of it while the time stands still."""
    seconds_left: int | None
    """While the time stands still, what will be left of it."""
    frozen_because: str | None
    barred_from: datetime | None
    """Until then at least an infraction could still be prosecuted."""


class Pending(ApiModel):
    """An entry that can still be put right. Of a guest's, when, where and what are not told."""

    entry: str
    plate: str | None
    authorisation: str
    control_point: str | None
    seen_at: datetime | None
    offence: str | None
    text: str
    deadline: datetime | None
    seconds_left: int | None
    clocks: Clocks
    application: str | None
    """Reference of one's own application for the vehicle that waits."""


class PendingList(ApiModel):
    pending: tuple[Pending, ...]


class Right(ApiModel):
    """A choice for the field ``under``."""

    code: str
    name: str
    place: str | None
    papers: tuple[str, ...]


class RightList(ApiModel):
    rights: tuple[Right, ...]


class Application(ApiModel):
    """Something that the citizen has lodged; texts are in the language of the request."""

    reference: str
    registration_number: str | None
    profile: str
    state: AuthorisationState
    lodged_at: datetime | None
    puts_an_entry_right: bool
    vehicles: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime | None
    papers: tuple[str, ...]
    statement: str | None
    question: str | None
    answer_by: datetime | None
    refused_because: str | None
    note: str | None
    clocks: Clocks | None


class ApplicationList(ApiModel):
    applications: tuple[Application, ...]


class Receipt(ApiModel):
    number: str
    reference: str


class PlateChangeRequest(ApiModel):
    old: str = Field(max_length=40)
    new: str = Field(max_length=40)
    vehicle_class: str | None = Field(default=None, max_length=30)
    confirmed: bool = False
    """The plate was checked although it fits no known format."""


class PlateChangeReceipt(ApiModel):
    receipt: str
    reference: str
    old: str
    new: str
    at: datetime
