"""The JSON of ``/api/v1``: what the residents' app sends and gets. Times carry an offset."""

from datetime import datetime
from uuid import UUID

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


class Pending(ApiModel):
    """A passage that can still be put right."""

    passage_id: UUID
    plate: str | None
    control_point: str
    seen_at: datetime
    offence: str
    text: str
    deadline: datetime
    seconds_left: int


class PendingList(ApiModel):
    pending: tuple[Pending, ...]


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
