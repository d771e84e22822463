"""Rows of the register as the values that a decision takes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Executable, Result, ScalarSelect, Table, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core.clock import MUNICIPAL_ZONE, municipal
from permits.access import Grant, Window
from permits.models import Authorisation, PlateAssignment, Profile, QuotaEntry, Stay, Vehicle
from permits.rules.book import ProfileRules, RuleBook
from permits.rules.current import windows_of
from permits.rules.models import DutyStatement
from permits.states import DECIDABLE

OFF_DUTY_AT_MOST = timedelta(hours=24)
"""How long "off duty" counts, so that a feed that falls silent accuses nobody."""


@dataclass(frozen=True)
class Usage:
    """Entries debited before a moment, in its municipal day, month and year."""

    today: int
    this_month: int
    this_year: int


@dataclass(frozen=True)
class RegisteredVehicle:
    """What the register knows of a vehicle, with what it may do."""

    id: UUID
    vehicle_class: str | None
    class_proven: bool
    mass_kg: int | None
    height_cm: int | None
    grants: tuple[Grant, ...]
    loaded_today: int = 0
    """Entries under the zone's loading rule before the passage."""


def to_windows(rows: Iterable[dict[str, Any]]) -> tuple[Window, ...]:
    """Stored windows (``{"days": [...], "start": minute, "end": minute}``) as values."""
    return windows_of(rows)


def to_grant(
    row: Any,
    profile: ProfileRules,
    usage: Usage | None = None,
    *,
    off_duty: bool = False,
) -> Grant:
    """An authorisation (a row of `GRANT_COLUMNS`) under the rules of its profile.

    Without `usage` its entries are not counted.
    """
    zones = tuple(row.zones)
    return Grant(
        reference=row.reference,
        profile=profile.code,
        tier=profile.tier,
        zones=tuple(z for z in zones if z in profile.zones) if profile.zones else zones,
        control_points=tuple(row.control_points) or profile.control_points,
        windows=profile.windows,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        vehicle_classes=profile.vehicle_classes,
        max_mass_kg=profile.max_mass_kg,
        max_height_cm=profile.max_height_cm,
        off_duty=off_duty,
        max_stay_minutes=profile.max_stay_minutes,
        entries_per_day=profile.entries_per_day,
        entries_per_month=profile.entries_per_month,
        entries_per_year=profile.entries_per_year,
        used_today=usage.today if usage else None,
        used_this_month=usage.this_month if usage else None,
        used_this_year=usage.this_year if usage else None,
    )


GRANT_COLUMNS = (
    Authorisation.id.label("authorisation_id"),
    Authorisation.reference,
    Authorisation.profile_code,
    Authorisation.zones,
    Authorisation.control_points,
    Authorisation.valid_from,
    Authorisation.valid_until,
)

# Built once and run without the ORM: every passage asks these, and nothing of them is changed.
_v, _p, _a, _q, _s, _d = (
    cast(Table, model.__table__).c
    for model in (Vehicle, PlateAssignment, Authorisation, QuotaEntry, Stay, DutyStatement)
)
_A_ENTRIES = (
    select(func.count()).where(_q.authorisation_id == _a.id).correlate(Authorisation.__table__)
)


def _entries_since(begin: str) -> ScalarSelect[int]:
    """Entries debited from the authorisation of the row, from `begin` up to the passage."""
    return _A_ENTRIES.where(
        _q.entered_at >= bindparam(begin), _q.entered_at < bindparam("at")
    ).scalar_subquery()


_VEHICLES = (
    select(
        _v.plate_hash,
        _v.id.label("vehicle_id"),
        _v.vehicle_class,
        _v.class_evidence,
        _v.mass_kg,
        _v.height_cm,
        _a.id.label("authorisation_id"),
        _a.reference,
        _a.profile_code,
        _a.zones,
        _a.control_points,
        _a.valid_from,
        _a.valid_until,
        _entries_since("day").label("used_today"),
        _entries_since("month").label("used_this_month"),
        _entries_since("year").label("used_this_year"),
        _A_ENTRIES.where(_q.entered_at == bindparam("at"))
        .scalar_subquery()
        .label("in_the_instant"),
        select(func.count())
        .where(
            _s.plate_hash == _v.plate_hash,
            _s.zone == bindparam("zone"),
            _s.by_loading_rule,
            _s.entered_at >= bindparam("day"),
            _s.entered_at < bindparam("at"),
        )
        .correlate(Vehicle.__table__)
        .scalar_subquery()
        .label("loaded_today"),
    )
    .select_from(Vehicle.__table__)
    .outerjoin(
        PlateAssignment.__table__,
        (_p.vehicle_id == _v.id)
        & or_(_p.assigned_until.is_(None), _p.assigned_until > bindparam("at")),
    )
    .outerjoin(
        Authorisation.__table__,
        # An IN would be spelt out anew for every question.
        (_a.id == _p.authorisation_id)
        & or_(*(_a.state == state.value for state in sorted(DECIDABLE))),
    )
)
_ONE_VEHICLE = _VEHICLES.where(_v.plate_hash == bindparam("hash"))
_SOME_VEHICLES = _VEHICLES.where(_v.plate_hash.in_(bindparam("hashes", expanding=True)))
_ENTRIES = select(_q.authorisation_id, _q.entered_at, _q.stay_id).where(
    _q.entered_at >= bindparam("since"), _q.entered_at <= bindparam("at")
)
_ENTRIES_OF_ONE = _ENTRIES.where(_q.authorisation_id == bindparam("id"))
_ENTRY_OF_STAY = select(_s.entry_passage_id).where(_s.id == bindparam("stay"))
_DUTY = (
    select(_d.on_duty)
    .where(
        _d.vehicle_id == bindparam("vehicle"),
        _d.at <= bindparam("at"),
        _d.at > bindparam("oldest"),
    )
    .order_by(_d.at.desc(), _d.id.desc())
    .limit(1)
)


def asked(
    session: Session, statement: Executable, values: Mapping[str, object]
) -> Result[*tuple[Any, ...]]:
    """Run a statement without the ORM, on the session's connection and after its changes."""
    if session.new or session.dirty or session.deleted:
        session.flush()
    return session.connection().execute(statement, dict(values))


def registered_vehicles(
    session: Session,
    book: RuleBook,
    hashes: Collection[bytes],
    at: datetime,
    *,
    passage_id: UUID | None = None,
    loading_zone: str = "",
) -> dict[bytes, RegisteredVehicle]:
    """The vehicles known by these hashes, with what counts for each at `at`.

    A vehicle that a plate change took off an authorisation since then still counts: a change never
    rewrites the past. One that was put on later counts as well, which is how an entry is
    regularised. Entries are those counted before `at`; with `passage_id` also those of others in
    the same instant. One question to the database answers all of it.
    """
    if not hashes:
        return {}
    values: dict[str, object] = {"at": at, "zone": loading_zone, **_beginnings(at)}
    if len(hashes) == 1:
        rows = asked(session, _ONE_VEHICLE, values | {"hash": next(iter(hashes))}).all()
    else:
        rows = asked(session, _SOME_VEHICLES, values | {"hashes": list(hashes)}).all()
    by_hash: dict[bytes, list[Any]] = defaultdict(list)
    for row in rows:
        by_hash[row.plate_hash].append(row)
    return {
        hashed: _registered(session, book, found, at, passage_id)
        for hashed, found in by_hash.items()
    }


def _registered(
    session: Session, book: RuleBook, rows: Sequence[Any], at: datetime, passage_id: UUID | None
) -> RegisteredVehicle:
    first = rows[0]
    grants = {}
    for row in rows:
        profile = book.profile(row.profile_code, at) if row.profile_code else None
        if profile is not None:
            off_duty = profile.only_in_service and is_off_duty(session, first.vehicle_id, at)
            usage = _usage(session, row, at, passage_id) if profile.is_limited else None
            grants[row.reference] = to_grant(row, profile, usage, off_duty=off_duty)
    return RegisteredVehicle(
        id=first.vehicle_id,
        vehicle_class=first.vehicle_class,
        class_proven=first.class_evidence is not None,
        mass_kg=first.mass_kg,
        height_cm=first.height_cm,
        grants=tuple(grants.values()),
        loaded_today=first.loaded_today,
    )


def _usage(session: Session, row: Any, at: datetime, passage_id: UUID | None) -> Usage:
    if row.in_the_instant and passage_id is not None:
        return _usage_of(session, row.authorisation_id, at, passage_id)
    return Usage(row.used_today, row.used_this_month, row.used_this_year)


def is_off_duty(session: Session, vehicle_id: UUID, at: datetime) -> bool:
    """Whether its service has said so; without a word, a vehicle is taken to be in service."""
    values = {"vehicle": vehicle_id, "at": at, "oldest": at - OFF_DUTY_AT_MOST}
    return asked(session, _DUTY, values).scalar() is False


def is_limited(profile: Profile) -> bool:
    """Whether entries are counted."""
    limits = (profile.entries_per_day, profile.entries_per_month, profile.entries_per_year)
    return any(limit is not None for limit in limits)


def usage_before(session: Session, authorisation_id: UUID, at: datetime) -> Usage:
    """Entries debited before `at` in its municipal day, month and year.

    Strictly before, so that deciding a passage again never counts its own entry against it.
    """
    return _usage_of(session, authorisation_id, at, None)


def _usage_of(
    session: Session, authorisation_id: UUID, at: datetime, passage_id: UUID | None
) -> Usage:
    """With `passage_id`, entries in the very instant count that are not its own."""
    begins = _beginnings(at)
    values = {"id": authorisation_id, "since": begins["year"], "at": at}
    entered = [
        moment
        for _, moment, stay_id in asked(session, _ENTRIES_OF_ONE, values).all()
        if moment < at or _is_of_another(session, stay_id, passage_id)
    ]
    return Usage(
        today=sum(moment >= begins["day"] for moment in entered),
        this_month=sum(moment >= begins["month"] for moment in entered),
        this_year=len(entered),
    )


def _beginnings(at: datetime) -> dict[str, datetime]:
    """The first instants of the municipal day, month and year of `at`."""
    local = municipal(at)
    return {
        "day": _midnight(local),
        "month": _midnight(local.replace(day=1)),
        "year": _midnight(local.replace(month=1, day=1)),
    }


def _is_of_another(session: Session, stay_id: UUID | None, passage_id: UUID | None) -> bool:
    """Whether an entry in the very instant of a passage was debited by somebody else's."""
    if stay_id is None or passage_id is None:
        return False
    return asked(session, _ENTRY_OF_STAY, {"stay": stay_id}).scalar() != passage_id


def lock_quotas(session: Session, hashed: bytes, at: datetime) -> None:
    """Let nobody else debit the vehicle's limited authorisations until this transaction ends.

    Two vehicles of one dwelling may enter in the same moment, and only one takes the last entry.
    Always in the same order, so that nobody waits in a circle. SQLite has one writer anyway.
    """
    ids = (
        select(PlateAssignment.authorisation_id)
        .join(Vehicle)
        .where(
            Vehicle.plate_hash == hashed,
            or_(PlateAssignment.assigned_until.is_(None), PlateAssignment.assigned_until > at),
        )
    )
    session.execute(
        select(Authorisation.id)
        .where(Authorisation.id.in_(ids))
        .order_by(Authorisation.id)
        .with_for_update()
    )


def day_bounds(at: datetime) -> tuple[datetime, datetime]:
    """The municipal day of `at`: its first instant and the next day's."""
    day = municipal(at).date()
    return (_start_of(day), _start_of(day + timedelta(days=1)))


def _midnight(local: datetime) -> datetime:
    return _start_of(local.date())


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), MUNICIPAL_ZONE)
