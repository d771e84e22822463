"""What the pages show of an authorisation, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from permits.grants import is_limited, to_windows, usage_before
from permits.labels import STATE_TONES, STATES
from permits.models import Authorisation, Profile
from permits.states import AuthorisationState
from permits.words import windows_in_words


@dataclass(frozen=True)
class QuotaView:
    """Entries of a period."""

    period: str
    """``day``, ``month`` or ``year``."""
    used: int
    limit: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


@dataclass(frozen=True)
class AuthorisationView:
    """One authorisation, ready to be shown."""

    reference: str
    profile: str
    conditions: str
    state_code: str
    state: str
    """A message id."""
    tone: str
    valid_from: datetime
    valid_until: datetime | None
    place: str | None
    windows: tuple[str, ...]
    max_stay_minutes: int | None
    quotas: tuple[QuotaView, ...]
    plates: tuple[str, ...]
    max_vehicles: int
    changeable: bool
    """Whether its vehicles may be changed in its present state."""


def authorisation_view(
    session: Session, row: Authorisation, *, language: str, now: datetime
) -> AuthorisationView:
    """`row` as it is at `now`."""
    profile, state = row.profile, AuthorisationState(row.state)
    return AuthorisationView(
        reference=row.reference,
        profile=in_language(profile.names, language),
        conditions=in_language(profile.conditions, language),
        state_code=state.value,
        state=STATES[state],
        tone=STATE_TONES.get(state, "off"),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        place=row.place,
        windows=tuple(windows_in_words(to_windows(profile.windows), language)),
        max_stay_minutes=profile.max_stay_minutes,
        quotas=quota_views(session, row, now),
        plates=tuple(assignment.vehicle.plate for assignment in row.current),
        max_vehicles=row.max_vehicles,
        changeable=state in {AuthorisationState.GRANTED, AuthorisationState.ACTIVE},
    )


def quota_views(session: Session, row: Authorisation, now: datetime) -> tuple[QuotaView, ...]:
    """Entries used and allowed in the day, month and year of `now`, where there is a limit."""
    profile = row.profile
    if not is_limited(profile):
        return ()
    usage = usage_before(session, row.id, now)
    counted = (
        ("day", usage.today, profile.entries_per_day),
        ("month", usage.this_month, profile.entries_per_month),
        ("year", usage.this_year, profile.entries_per_year),
    )
    return tuple(QuotaView(period, used, limit) for period, used, limit in counted if limit)


def in_language(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts["en"]


@dataclass(frozen=True)
class ProfileView:
    code: str
    name: str
    conditions: str
    windows: tuple[str, ...]
    active: int


def profile_views(
    profiles: Sequence[Profile], active: dict[str, int], language: str
) -> list[ProfileView]:
    """Profiles with how many authorisations of each are in force."""
    return [
        ProfileView(
            code=profile.code,
            name=in_language(profile.names, language),
            conditions=in_language(profile.conditions, language),
            windows=tuple(windows_in_words(to_windows(profile.windows), language)),
            active=active.get(profile.code, 0),
        )
        for profile in profiles
    ]
