"""What a holder may ask for by themselves to put an entry right, and what gives them the right.

Which profile's holders may ask for which permit is data (`Profile.hosts`): no profile is named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from permits.entitlements.matching import of_document
from permits.models import Authorisation, Holder, Profile
from permits.queries import all_zones
from permits.states import DECIDABLE, IN_FORCE

_IN_FORCE = frozenset(state.value for state in IN_FORCE)
_HELD = frozenset(state.value for state in DECIDABLE)


@dataclass(frozen=True)
class Right:
    """A permit that somebody may ask for, with the place it is for."""

    code: str
    """Stands for it in a form."""
    profile: Profile
    place: str | None
    zones: tuple[str, ...]

    @property
    def is_for_guest(self) -> bool:
        return bool(self.profile.hosts)


@dataclass(frozen=True)
class _Basis:
    """An authorisation, or a line of a municipal register."""

    code: str
    profile: str
    place: str | None
    zones: tuple[str, ...]
    is_in_force: bool


def rights_to_put_right(
    session: Session, keys: KeyRing, holder: Holder, now: datetime
) -> list[Right]:
    """What `holder` may ask for after an entry: their own kinds of right, and those of guests.

    Only profiles that may begin in the past. Two that differ in nothing are one.
    """
    bases = [*_authorisations(session, holder, now), *_register(session, keys, holder, now)]
    open_ones = select(Profile).where(Profile.active, Profile.retroactive_hours.is_not(None))
    found: dict[tuple[str, str | None, tuple[str, ...]], Right] = {}
    for profile in session.scalars(open_ones.order_by(Profile.code)):
        for basis in bases:
            zones = _zones(profile, basis)
            if zones and _gives(basis, profile):
                right = Right(f"{basis.code}/{profile.code}", profile, basis.place, zones)
                found.setdefault((profile.code, basis.place, zones), right)
    return list(found.values())


def _authorisations(session: Session, holder: Holder, now: datetime) -> Iterator[_Basis]:
    query = select(Authorisation).where(
        Authorisation.holder_id == holder.id, Authorisation.state.in_(_HELD)
    )
    for row in session.scalars(query.order_by(Authorisation.reference)):
        counts = row.state in _IN_FORCE and (row.valid_until is None or row.valid_until > now)
        yield _Basis(row.reference, row.profile_code, row.place, tuple(row.zones), counts)


def _register(session: Session, keys: KeyRing, holder: Holder, now: datetime) -> Sequence[_Basis]:
    everywhere = tuple(zone.code for zone in all_zones(session) if zone.active)
    return [
        _Basis(str(one.id), one.profile_code, one.place, everywhere, is_in_force=True)
        for one in of_document(session, keys, holder.document, now)
    ]


def _gives(basis: _Basis, profile: Profile) -> bool:
    """Who had the right until lately may ask for it again; a host's must be in force."""
    return basis.profile == profile.code or (basis.is_in_force and basis.profile in profile.hosts)


def _zones(profile: Profile, basis: _Basis) -> tuple[str, ...]:
    return tuple(zone for zone in basis.zones if not profile.zones or zone in profile.zones)
