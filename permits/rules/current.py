"""The rule book of a database, loaded once and again only after a change.

Every write to a table of rules renews a token (`permits.rules.models.renewing_rules`), so a
decision asks for one number and takes the book that it has from before.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool, Table, select
from sqlalchemy.orm import Session

from permits.access import Movement, PointHealth, PointMode, Tier, Window
from permits.models import ControlPoint, Counter, LocalHoliday, Profile, Zone
from permits.rules.book import Dated, Fault, PointRules, ProfileRules, RuleBook, ZoneRules
from permits.rules.contents import (
    CONTENTS,
    PointContent,
    ProfileContent,
    RuleContent,
    RuleKind,
    WindowContent,
    ZoneContent,
)
from permits.rules.models import RULES_TOKEN, ControlPointFault, RuleVersion

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When rules began that nobody has changed yet."""

_REGIONAL = frozenset({"national", "basque"})
_counter = cast(Table, Counter.__table__).c
_TOKEN = select(_counter.value).where(_counter.name == RULES_TOKEN)
_books: WeakKeyDictionary[Pool, tuple[int, RuleBook]] = WeakKeyDictionary()
_lock = threading.Lock()

Content = TypeVar("Content", bound=RuleContent)
Rules = TypeVar("Rules")


def rule_book(session: Session) -> RuleBook:
    """The rules as this transaction sees them."""
    if session.new or session.dirty or session.deleted:
        session.flush()
    token = session.connection().scalar(_TOKEN)
    pool = cast(Engine, session.get_bind()).pool
    with _lock:
        known = _books.get(pool)
    if known is not None and known[0] == token:
        return known[1]
    book = load_book(session)
    if token is not None:
        with _lock:
            _books[pool] = (token, book)
    return book


def load_book(session: Session) -> RuleBook:
    """Read all rules, the present ones and every version."""
    versions = _versions(session)
    profiles = session.scalars(select(Profile))
    faults: dict[str, list[Fault]] = defaultdict(list)
    for fault in session.scalars(select(ControlPointFault).order_by(ControlPointFault.began_at)):
        faults[fault.control_point].append(Fault(fault.began_at, fault.ended_at))
    points = session.scalars(select(ControlPoint)).all()
    holidays = session.execute(select(LocalHoliday.day, LocalHoliday.level)).all()
    return RuleBook(
        zones=_all_dated(RuleKind.ZONE, session.scalars(select(Zone)), versions, zone_rules),
        profiles=_all_dated(RuleKind.PROFILE, profiles, versions, profile_rules),
        points=_all_dated(RuleKind.CONTROL_POINT, points, versions, point_rules),
        faults={code: tuple(known) for code, known in faults.items()},
        unhealthy=frozenset(p.code for p in points if p.health == PointHealth.FAULT.value),
        local_holidays=frozenset(row.day for row in holidays),
        own_years=frozenset(row.day.year for row in holidays if row.level in _REGIONAL),
    )


_Versions = dict[tuple[str, str], list[RuleVersion]]


def _versions(session: Session) -> _Versions:
    found: _Versions = defaultdict(list)
    order = (RuleVersion.valid_from, RuleVersion.number)
    for version in session.scalars(select(RuleVersion).order_by(*order)):
        found[version.kind, version.code].append(version)
    return found


def _all_dated(
    kind: RuleKind,
    rows: Iterable[Any],
    versions: _Versions,
    convert: Callable[[str, Any], Rules],
) -> dict[str, Dated[Rules]]:
    """By code; what was never changed holds since ever, as its row says."""
    model = CONTENTS[kind]
    dated = {}
    for row in rows:
        known = versions.get((kind.value, row.code))
        if known is None:
            dated[row.code] = Dated((EVER,), (convert(row.code, row),))
            continue
        contents = [model.model_validate(version.content) for version in known]
        dated[row.code] = Dated(
            tuple(version.valid_from for version in known),
            tuple(convert(row.code, content) for content in contents),
        )
    return dated


def windows_of(stored: Iterable[WindowContent | dict[str, Any]]) -> tuple[Window, ...]:
    """Stored or edited windows as a decision takes them."""
    plain = (one if isinstance(one, dict) else one.model_dump() for one in stored)
    return tuple(Window(frozenset(one["days"]), one["start"], one["end"]) for one in plain)


def zone_rules(code: str, of: ZoneContent | Zone) -> ZoneRules:
    return ZoneRules(
        code=code,
        open_windows=windows_of(of.open_windows),
        loading_windows=windows_of(of.loading_windows),
        loading_classes=frozenset(of.loading_classes),
        loading_max_mass_kg=of.loading_max_mass_kg,
        loading_max_height_cm=of.loading_max_height_cm,
        loading_max_stay_minutes=of.loading_max_stay_minutes,
        loading_entries_per_day=of.loading_entries_per_day,
        warning_until=of.warning_until,
        price_table=of.price_table,
        active=of.active,
    )


def profile_rules(code: str, of: ProfileContent | Profile) -> ProfileRules:
    """Entry conditions as a decision takes them."""
    return ProfileRules(
        code=code,
        tier=Tier(of.tier),
        zones=tuple(of.zones),
        control_points=tuple(of.control_points),
        windows=windows_of(of.windows),
        vehicle_classes=frozenset(of.vehicle_classes),
        max_mass_kg=of.max_mass_kg,
        max_height_cm=of.max_height_cm,
        only_in_service=of.only_in_service,
        max_stay_minutes=of.max_stay_minutes,
        entries_per_day=of.entries_per_day,
        entries_per_month=of.entries_per_month,
        entries_per_year=of.entries_per_year,
    )


def point_rules(code: str, of: PointContent | ControlPoint) -> PointRules:
    return PointRules(code, tuple(of.zones), Movement(of.direction), PointMode(of.mode))
