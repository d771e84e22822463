"""Zone, control points, profiles and local holidays of the Old Quarter, from their data file."""

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from permits.access import PointHealth, PointMode
from permits.models import ControlPoint, LocalHoliday, Profile, Zone

ZONE = "old-quarter"
_DATA = (
    Path(__file__).with_name("old_quarter.toml"),
    Path(__file__).with_name("profiles.toml"),
)


@lru_cache(maxsize=1)
def old_quarter() -> dict[str, Any]:
    """The data files."""
    together: dict[str, Any] = {}
    for path in _DATA:
        together |= tomllib.loads(path.read_text(encoding="utf-8"))
    return together


def seed_places(session: Session) -> None:
    """Write a register without people."""
    data = old_quarter()
    session.add(_zone(data["zone"]))
    session.add_all(_point(point) for point in data["point"])
    session.add_all(_profile(profile) for profile in data["profile"])
    for holiday in data["holiday"]:
        session.add_all(
            LocalHoliday(day=day, names=holiday["names"], level=holiday["level"])
            for day in holiday["days"]
        )
    session.flush()


def _zone(data: dict[str, Any]) -> Zone:
    return Zone(
        code=data["code"],
        names=data["names"],
        polygon={"type": "Polygon", "coordinates": [data["polygon"]]},
        legal_basis=data["legal_basis"],
        open_windows=[],
        loading_windows=[_window(window) for window in data["loading_windows"]],
        loading_classes=data["loading_classes"],
        loading_max_mass_kg=data["loading_max_mass_kg"],
        loading_max_height_cm=data["loading_max_height_cm"],
        loading_max_stay_minutes=data["loading_max_stay_minutes"],
        loading_entries_per_day=data["loading_entries_per_day"],
        price_table=data["price_table"],
    )


def _point(data: dict[str, Any]) -> ControlPoint:
    mode = PointMode(data.get("mode", PointMode.ENFORCING))
    resolved = mode in (PointMode.ENFORCING, PointMode.WARNING)
    return ControlPoint(
        code=data["code"],
        name=data["name"],
        street=data["street"],
        zones=[ZONE],
        direction=data["direction"],
        mode=mode.value,
        health=PointHealth.OK.value,
        latitude=data["at"][0],
        longitude=data["at"][1],
        bearing=data["bearing"],
        resolution_ref="2022-0815" if resolved else None,
        signs_verified_on=date(2022, 8, 25) if resolved else None,
    )


def _profile(data: dict[str, Any]) -> Profile:
    plain = {key: value for key, value in data.items() if key not in {"prefix", "windows"}}
    return Profile(
        **plain,
        reference_prefix=data["prefix"],
        windows=[_window(window) for window in data.get("windows", ())],
    )


def _window(data: dict[str, Any]) -> dict[str, Any]:
    return {"days": data["days"], "start": _minute(data["start"]), "end": _minute(data["end"])}


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
