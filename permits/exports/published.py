"""What the city publishes of its zones, gathered once for all formats. Nobody's data is in it."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import municipal
from permits.access import PointMode, Window
from permits.grants import to_windows
from permits.models import ControlPoint, Profile, Zone
from permits.queries import all_control_points, all_profiles, all_zones
from permits.rules.models import RuleVersion

Words = dict[str, str]
"""Language to text."""


@dataclass(frozen=True)
class PublishedProfile:
    code: str
    names: Words
    conditions: Words
    windows: tuple[Window, ...]
    validity_days: int | None


@dataclass(frozen=True)
class PublishedPoint:
    code: str
    name: str
    street: str
    direction: str
    mode: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class PublishedZone:
    code: str
    names: Words
    geometry: dict[str, Any]
    """GeoJSON Polygon or MultiPolygon, longitude and latitude."""
    legal_basis: str
    active: bool
    warning_until: datetime | None
    open_windows: tuple[Window, ...]
    loading_windows: tuple[Window, ...]
    loading_classes: tuple[str, ...]
    loading_max_mass_kg: int | None
    loading_max_height_cm: int | None
    prices: dict[str, int]
    """Offence to cents."""
    profiles: tuple[PublishedProfile, ...]
    points: tuple[PublishedPoint, ...]

    @property
    def polygons(self) -> list[list[list[tuple[float, float]]]]:
        """Polygons, each a list of rings, each a list of (longitude, latitude)."""
        coordinates = self.geometry["coordinates"]
        chosen = [coordinates] if self.geometry["type"] == "Polygon" else coordinates
        return [[[(p[0], p[1]) for p in ring] for ring in polygon] for polygon in chosen]


@dataclass(frozen=True)
class Publication:
    """Everything that is published at `published_at`."""

    zones: tuple[PublishedZone, ...]
    version_time: datetime
    """When the rules last changed, as far as that is recorded."""
    published_at: datetime
    is_test: bool
    """Not from a city in production: nobody may route by it."""
    publisher: str = field(default="48020")
    """The city's code in the national statistics institute's list."""

    @property
    def fingerprint(self) -> str:
        """Changes when anything but the time of publication does."""
        content = repr((self.zones, self.is_test, self.publisher))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def publication(session: Session, *, now: datetime, is_test: bool, publisher: str) -> Publication:
    """What is in force at `now`. Points that are planned or only tested stay out."""
    points, profiles = all_control_points(session), all_profiles(session)
    changed = session.scalar(
        select(func.max(RuleVersion.valid_from)).where(RuleVersion.valid_from <= now)
    )
    return Publication(
        zones=tuple(_zone(zone, points, profiles) for zone in all_zones(session)),
        version_time=changed or datetime.combine(municipal(now), time(0), municipal(now).tzinfo),
        published_at=now,
        is_test=is_test,
        publisher=publisher,
    )


def _zone(zone: Zone, points: Any, profiles: Any) -> PublishedZone:
    return PublishedZone(
        code=zone.code,
        names=dict(zone.names),
        geometry=zone.polygon,
        legal_basis=zone.legal_basis,
        active=zone.active,
        warning_until=zone.warning_until,
        open_windows=to_windows(zone.open_windows),
        loading_windows=to_windows(zone.loading_windows),
        loading_classes=tuple(zone.loading_classes),
        loading_max_mass_kg=zone.loading_max_mass_kg,
        loading_max_height_cm=zone.loading_max_height_cm,
        prices={name: int(cents) for name, cents in sorted((zone.price_table or {}).items())},
        profiles=tuple(
            _profile(one)
            for one in profiles
            if one.active and (not one.zones or zone.code in one.zones)
        ),
        points=tuple(_point(one) for one in points if zone.code in one.zones and _is_public(one)),
    )


def _profile(row: Profile) -> PublishedProfile:
    return PublishedProfile(
        row.code, dict(row.names), dict(row.conditions), to_windows(row.windows), row.validity_days
    )


def _is_public(point: ControlPoint) -> bool:
    return PointMode(point.mode) in (PointMode.WARNING, PointMode.ENFORCING)


def _point(row: ControlPoint) -> PublishedPoint:
    return PublishedPoint(
        row.code, row.name, row.street, row.direction, row.mode, row.latitude, row.longitude
    )
