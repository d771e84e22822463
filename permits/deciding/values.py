"""The values of an access decision; import them from `permits.access`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.plates import PlateNumber

RULE_VERSION = "2"
"""Version of the decision procedure itself; stored with every decision."""


class Outcome(StrEnum):
    AUTHORISED = "authorised"
    NOT_AUTHORISED = "not_authorised"
    """Pending regularisation; a possible infraction once that period has ended."""
    READ_REVIEW = "read_review"
    """A person must look at the read before anything is decided."""
    VEHICLE_CHECK = "vehicle_check"
    """An unknown vehicle in a loading window: a person checks its class."""
    COUNT_ONLY = "count_only"
    """Nothing is enforced here now: counted, then forgotten."""


class Reason(StrEnum):
    """Why; the decision's `trace` has it in words."""

    PLATE_UNREAD = "plate_unread"
    PLATE_DOUBTFUL = "plate_doubtful"
    PLATE_SYNTAX = "plate_syntax"
    SECOND_CANDIDATE = "second_candidate"
    """The best read may not enter, and another candidate is on the list."""
    MOVEMENT_UNKNOWN = "movement_unknown"
    """Refused if it was an entry, but nobody saw whether it was one."""
    DID_NOT_PASS = "did_not_pass"  # noqa: S105
    EXIT = "exit"
    """An exit alone is never an offence."""
    POINT_NOT_ENFORCING = "point_not_enforcing"
    POINT_FAULT = "point_fault"
    ZONE_OPEN = "zone_open"
    """The zone's calendar restricts nobody at this time."""
    EXEMPT = "exempt"
    UNLIMITED = "unlimited"
    SPECIFIC_PERMIT = "specific_permit"
    LOADING_WINDOW = "loading_window"
    QUOTA_RIGHT = "quota_right"
    VEHICLE_CLASS_UNKNOWN = "vehicle_class_unknown"
    NO_PERMIT = "no_permit"
    OUTSIDE_WINDOW = "outside_window"
    QUOTA_EXCEEDED = "quota_exceeded"
    OVERSTAY = "overstay"
    WRONG_GATE = "wrong_gate"
    VEHICLE_CLASS = "vehicle_class"


OFFENCES = frozenset(
    {
        Reason.NO_PERMIT,
        Reason.OUTSIDE_WINDOW,
        Reason.QUOTA_EXCEEDED,
        Reason.OVERSTAY,
        Reason.WRONG_GATE,
        Reason.VEHICLE_CLASS,
    }
)
"""Reasons with which a case may open."""


class Tier(StrEnum):
    """Where a grant stands in the precedence, highest first; data of the profile, not its name."""

    EXEMPT = "exempt"
    UNLIMITED = "unlimited"
    SPECIFIC = "specific"
    LOADING = "loading"
    QUOTA = "quota"


class Movement(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"
    UNKNOWN = "unknown"
    REVERSED_OUT = "reversed_out"


class PointMode(StrEnum):
    PLANNED = "planned"
    TEST = "test"
    WARNING = "warning"
    ENFORCING = "enforcing"


class PointHealth(StrEnum):
    OK = "ok"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly time window in municipal time. Days 0 (Monday) to 6, 7 for public holidays.

    On a public holiday only windows with day 7 count. Minutes of the day, end exclusive; an end
    at or before the start runs over midnight into the next day.
    """

    days: frozenset[int]
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class ControlPointRules:
    """What a decision needs to know of the place."""

    control_point: str
    zones: tuple[str, ...]
    direction: Movement
    mode: PointMode
    health: PointHealth
    warning_until: datetime | None = None
    """The zone's first weeks: what would be an infraction is only informed."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One active authorisation of one vehicle, as the decision sees it."""

    reference: str
    """What a person calls it, such as ``R-0104``; unique within a query."""
    profile: str
    tier: Tier
    zones: tuple[str, ...]
    control_points: tuple[str, ...]
    """Empty: every control point of the zones."""
    windows: tuple[Window, ...]
    """Empty: any time."""
    valid_from: datetime
    valid_until: datetime | None
    """Exclusive; None without an end."""
    vehicle_classes: frozenset[str] = frozenset()
    """Classes of vehicle it is for; empty: any."""
    max_mass_kg: int | None = None
    max_height_cm: int | None = None
    """Limits of the vehicle; one whose mass or height nobody knows is within them."""
    off_duty: bool = False
    """It counts only in service, and the vehicle is known to be off duty."""
    max_stay_minutes: int | None = None
    entries_per_day: int | None = None
    entries_per_month: int | None = None
    entries_per_year: int | None = None
    used_today: int | None = None
    """Entries debited before the passage in its municipal day, month and year; None where unknown,
    as at the edge, and then the quota is left to the centre."""
    used_this_month: int | None = None
    used_this_year: int | None = None

    @property
    def is_limited(self) -> bool:
        return not (self.entries_per_day is self.entries_per_month is self.entries_per_year is None)


@dataclass(frozen=True, slots=True)
class CandidateRead:
    """One reading of the plate with the grants of the vehicle it would be."""

    plate: PlateNumber | None
    """None at the edge for candidates that fit no format; the hash is all it looks up."""
    probability: float
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class AccessQuery:
    """Everything a decision rests on. Stored with it, and enough to replay it."""

    plate: PlateNumber | None
    confidence: float
    syntax_valid: bool
    movement: Movement
    seen_at: datetime
    point: ControlPointRules
    grants: tuple[Grant, ...]
    other_candidates: tuple[CandidateRead, ...] = ()
    loading_windows: tuple[Window, ...] = ()
    """The zone's windows for loading vehicles, registered or not."""
    loading_classes: frozenset[str] = frozenset()
    """Classes of vehicle that count as loading vehicles in these windows."""
    loading_max_mass_kg: int | None = None
    loading_max_height_cm: int | None = None
    loading_max_stay_minutes: int | None = None
    loading_entries_per_day: int | None = None
    loading_used_today: int | None = None
    """Entries of this vehicle under the zone's loading rule, before the passage; None: unknown."""
    open_windows: tuple[Window, ...] = ()
    """When the zone restricts nobody; empty: restricted at all times."""
    other_open_windows: tuple[tuple[Window, ...], ...] = ()
    """The same of the other zones of the place: it is open when all of them are."""
    known_vehicle_class: str | None = None
    """What the register says of the vehicle; None where it says nothing, as at the edge."""
    class_proven: bool = True
    """Whether evidence of that class was seen; a class that was only stated opens no loading
    window before a person has looked at the vehicle."""
    known_mass_kg: int | None = None
    known_height_cm: int | None = None
    holidays: frozenset[date] = frozenset()
    read_confirmed: bool = False
    """A person confirmed or corrected the read: doubt about it is settled."""
    confirmed_class: str | None = None
    """A person's answer to a vehicle-type check: ``loading``, ``oversize`` or ``other``."""
    stay_minutes: int | None = None
    """For a completed stay: how long it was. None while it is open or unmatched."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One step of the reasoning: a message id (English) with its values, translated on screen."""

    message: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccessDecision:
    """The answer, and why."""

    outcome: Outcome
    reason: Reason
    trace: tuple[TraceLine, ...]
    grant: str | None
    """Reference of the grant that allowed it, or of the one that came closest."""
    debits_quota: bool
    """Whether the stay that this entry opens consumes one entry of `grant`."""
    max_stay_minutes: int | None
    """How long the vehicle may stay; None without a limit."""
    warning_only: bool
    """The zone or point is in its warning weeks: inform, never sanction."""
    rule_version: str = RULE_VERSION
