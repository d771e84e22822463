"""The register as far as a gate needs it: keyed hashes for plates, no names, no addresses.

`control_center` turns this into the protocol's types and signs it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.clock import municipal
from permits.access import RULE_VERSION, ControlPointRules, Grant, Window
from permits.access_list_changes import current_version
from permits.calendar import holidays_of_years
from permits.grants import GRANT_COLUMNS, to_grant
from permits.models import AccessListChange, Authorisation, PlateAssignment, Vehicle
from permits.rules.book import RuleBook
from permits.rules.current import rule_book
from permits.states import IN_FORCE

MAX_DELTA = 5_000
"""Changed vehicles above which a whole list is the shorter answer."""


@dataclass(frozen=True)
class ListedVehicle:
    plate_hash: bytes
    """16 bytes."""
    grants: tuple[Grant, ...]
    """Without counts of entries: those only the centre knows."""


@dataclass(frozen=True)
class AccessListContents:
    """A whole list (`base` None), or what changed in `vehicles` since version `base`."""

    version: int
    base: int | None
    rule_version: str
    holidays: tuple[date, ...]
    """Of the previous, present and next year."""
    control_points: tuple[ControlPointRules, ...]
    loading_windows: tuple[tuple[str, tuple[Window, ...]], ...]
    """Zone and its loading windows."""
    open_windows: tuple[tuple[str, tuple[Window, ...]], ...]
    vehicles: tuple[ListedVehicle, ...]
    removed: tuple[bytes, ...] = ()


def access_list(session: Session, *, now: datetime, since: int | None = None) -> AccessListContents:
    """The list at `now`: the changes since version `since` where that is possible, else all."""
    version = current_version(session)
    changed = _changed_since(session, since, version)
    book = rule_book(session)
    vehicles = _listed(session, book, now, changed)
    zones = book.zones_at(sorted(book.zones), now)
    places = (book.place(code, now) for code in sorted(book.points))
    year = municipal(now).year
    return AccessListContents(
        version=version,
        base=None if changed is None else since,
        rule_version=RULE_VERSION,
        holidays=tuple(sorted(holidays_of_years(session, year - 1, year + 1))),
        control_points=tuple(place for place in places if place is not None),
        loading_windows=tuple((zone.code, zone.loading_windows) for zone in zones),
        open_windows=tuple((zone.code, zone.open_windows) for zone in zones),
        vehicles=tuple(ListedVehicle(name, grants) for name, grants in sorted(vehicles.items())),
        removed=tuple(sorted((changed or set()) - set(vehicles))),
    )


def _changed_since(session: Session, since: int | None, version: int) -> set[bytes] | None:
    """Hashes of the changed vehicles; None when only a whole list will do."""
    if since is None or not 0 < since <= version:
        return None
    newer = select(AccessListChange.plate_hash).where(AccessListChange.version > since)
    hashes = set(session.scalars(newer.distinct().limit(MAX_DELTA + 1)))
    if None in hashes or len(hashes) > MAX_DELTA:
        return None
    return {name for name in hashes if name is not None}


def _listed(
    session: Session, book: RuleBook, now: datetime, only: Collection[bytes] | None
) -> dict[bytes, tuple[Grant, ...]]:
    query = (
        select(Vehicle.plate_hash, *GRANT_COLUMNS)
        .join(PlateAssignment, PlateAssignment.vehicle_id == Vehicle.id)
        .join(Authorisation, Authorisation.id == PlateAssignment.authorisation_id)
        .where(
            PlateAssignment.assigned_until.is_(None),
            Authorisation.state.in_([state.value for state in IN_FORCE]),
            or_(Authorisation.valid_until.is_(None), Authorisation.valid_until > now),
        )
        .order_by(Authorisation.reference)
    )
    if only is not None:
        query = query.where(Vehicle.plate_hash.in_(only))
    grants: dict[bytes, list[Grant]] = defaultdict(list)
    for row in session.execute(query):
        profile = book.profile(row.profile_code, now)
        if profile is not None:
            grants[row.plate_hash].append(to_grant(row, profile))
    return {hashed: tuple(found) for hashed, found in grants.items()}
