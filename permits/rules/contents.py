"""What a version of a zone, profile or control point says: checked values, as a person edits them.

They are stored as JSON in `permits.rules.models.RuleVersion`, and the names of their fields are
those of the rows that hold what is in force now.
"""

from collections.abc import Callable, Collection
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from core.words import N_
from permits.access import OFFENCES, Movement, PointMode, Tier
from permits.labels import EVIDENCE, VEHICLE_CLASSES
from permits.rules.geometry import check_polygon

CODE = r"^[a-z][a-z0-9_-]{1,39}$"


class RuleKind(StrEnum):
    ZONE = "zone"
    PROFILE = "profile"
    CONTROL_POINT = "control_point"


class RuleContent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class WindowContent(RuleContent):
    """Days 0 (Monday) to 6, 7 for public holidays; minutes of the day; the end is exclusive."""

    days: list[Annotated[int, Field(ge=0, le=7)]] = Field(min_length=1)
    start: int = Field(ge=0, le=1439)
    end: int = Field(ge=0, le=1440)

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.start == self.end:
            raise ValueError(N_("A window must not end at the minute it begins."))
        return self


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _one_of(known: Collection[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in known:
            raise ValueError(N_("This is none of the known codes."))
        return value

    return check


Text = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=400)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Code = Annotated[str, Field(pattern=CODE)]
PointCode = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$")]
VehicleClass = Annotated[str, AfterValidator(_one_of(VEHICLE_CLASSES))]
Evidence = Annotated[str, AfterValidator(_one_of(EVIDENCE))]


class Texts(RuleContent):
    """The same text in the three languages."""

    es: Text
    eu: Text
    en: Text


class ZoneContent(RuleContent):
    """What holds in a zone for everybody."""

    names: Texts
    polygon: Annotated[dict[str, Any], BeforeValidator(check_polygon)]
    legal_basis: Text
    open_windows: list[WindowContent] = []
    """When nobody is restricted; empty: restricted at all times."""
    loading_windows: list[WindowContent] = []
    loading_classes: list[VehicleClass] = []
    loading_max_mass_kg: Count | None = Field(default=None, le=60_000)
    loading_max_height_cm: Count | None = None
    loading_max_stay_minutes: Count | None = None
    loading_entries_per_day: Count | None = None
    warning_until: AwareDatetime | None = None
    price_table: dict[str, Annotated[int, Field(ge=0, le=1_000_000)]] = {}
    """Offence to cents."""
    regularisation_hours: int | None = Field(default=None, ge=48, le=120)
    active: bool = True

    @model_validator(mode="after")
    def _known_offences(self) -> Self:
        for offence in self.price_table:
            if offence not in {reason.value for reason in OFFENCES}:
                raise ValueError(N_("The price table names an offence that there is not."))
        return self


class ProfileContent(RuleContent):
    """A kind of authorisation with its entry conditions."""

    names: Texts
    conditions: Texts
    tier: Tier
    reference_prefix: str = Field(pattern=r"^[A-Z]{1,4}$")
    zones: list[Code] = []
    control_points: list[PointCode] = []
    windows: list[WindowContent] = []
    vehicle_classes: list[VehicleClass] = []
    max_mass_kg: int | None = Field(default=None, ge=1, le=60_000)
    max_height_cm: Count | None = None
    only_in_service: bool = False
    max_stay_minutes: Count | None = None
    entries_per_day: Count | None = None
    entries_per_month: Count | None = None
    entries_per_year: Count | None = None
    validity_days: Count | None = None
    retroactive_hours: Count | None = None
    lead_time_hours: Count | None = None
    max_vehicles: Count = 1
    plate_changes_per_day: int = Field(default=1, ge=0, le=1_000)
    evidence_required: list[Evidence] = []
    hosts: list[Code] = []
    """Profiles whose holders may ask for it for their guests."""
    active: bool = True

    @model_validator(mode="after")
    def _quotas_agree(self) -> Self:
        limits = (self.entries_per_day, self.entries_per_month, self.entries_per_year)
        known = [limit for limit in limits if limit is not None]
        if known != sorted(known):
            raise ValueError(N_("A longer period must not allow fewer entries than a shorter one."))
        return self


class PointContent(RuleContent):
    """A gate: where it is, which zones it guards and what it may do. Its health is apart."""

    name: Text
    street: Text
    zones: list[Code]
    direction: Literal[Movement.ENTRY, Movement.EXIT]
    mode: PointMode
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    bearing: int = Field(ge=0, le=359)
    resolution_ref: Text | None = None
    signs_verified_on: date | None = None

    @model_validator(mode="after")
    def _may_enforce(self) -> Self:
        if self.mode is PointMode.ENFORCING and not (
            self.resolution_ref and self.signs_verified_on
        ):
            raise ValueError(
                N_("A control point enforces only with a resolution and with its signs verified.")
            )
        return self


CONTENTS: dict[RuleKind, type[ZoneContent] | type[ProfileContent] | type[PointContent]] = {
    RuleKind.ZONE: ZoneContent,
    RuleKind.PROFILE: ProfileContent,
    RuleKind.CONTROL_POINT: PointContent,
}
"""The table between a kind and what its versions say."""
