"""Rows of `old_quarter.md` become access queries; the table's grammar is at its head."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.clock import MUNICIPAL_ZONE
from core.plates import PlateNumber
from permits.access import (
    AccessQuery,
    CandidateRead,
    ControlPointRules,
    Grant,
    Movement,
    PointHealth,
    PointMode,
)
from permits.calendar import national_and_basque
from permits.rules.current import profile_rules, windows_of
from permits.seed.places import ZONE, _profile, _zone, old_quarter

TABLE = Path(__file__).with_name("old_quarter.md")
PLATE, OTHER = PlateNumber("1234BBC"), PlateNumber("1234BBG")
_LISTS = ("zones", "control_points", "vehicle_classes", "evidence_required")


@dataclass(frozen=True)
class Scenario:
    section: str
    who: str
    vehicle: str
    gate: str
    when: str
    answer: str
    words: str

    def __str__(self) -> str:
        return f"{self.who} | {self.vehicle} | {self.gate} | {self.when}"


def scenarios() -> list[Scenario]:
    """Every row of the table, under its heading."""
    found, section = [], ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 6 and cells[0] not in ("Who", "---"):
            found.append(Scenario(section, *cells))
    return found


@lru_cache(maxsize=1)
def _profiles() -> dict[str, Any]:
    rows = {}
    for data in old_quarter()["profile"]:
        row = _profile(data)
        for name in _LISTS:
            setattr(row, name, getattr(row, name) or [])
        row.only_in_service = bool(row.only_in_service)
        rows[row.code] = profile_rules(row.code, row)
    return rows


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Codes in English."""
    data = old_quarter()
    named = {profile["code"]: profile["names"]["en"] for profile in data["profile"]}
    named |= {point["code"]: point["name"] for point in data["point"]}
    return named | {ZONE: data["zone"]["names"]["en"]}


def query_of(row: Scenario) -> AccessQuery:
    """What the centre would ask about this row."""
    at = _moment(row.when)
    zone = _zone(old_quarter()["zone"])
    asked = AccessQuery(
        plate=PLATE,
        confidence=0.97,
        syntax_valid=True,
        movement=_movement(row.gate),
        seen_at=at,
        point=_point(row.gate, at),
        grants=tuple(_grant(text, number) for number, text in enumerate(row.who.split(" + "), 1))
        if row.who != "nobody"
        else (),
        loading_windows=windows_of(zone.loading_windows),
        loading_classes=frozenset(zone.loading_classes),
        loading_max_mass_kg=zone.loading_max_mass_kg,
        loading_max_height_cm=zone.loading_max_height_cm,
        loading_max_stay_minutes=zone.loading_max_stay_minutes,
        loading_entries_per_day=zone.loading_entries_per_day,
        loading_used_today=1 if "loaded today" in row.vehicle else 0,
        holidays=_holidays(at),
    )
    stayed = re.search(r"stayed (\d+)", row.when)
    if stayed:
        asked = replace(asked, stay_minutes=int(stayed[1]))
    return _with_vehicle(asked, row.vehicle)


def _moment(text: str) -> datetime:
    match = re.match(r"\w+ (\d{4}-\d\d-\d\d \d\d:\d\d)( \(second\))?", text)
    assert match is not None, text
    local = datetime.fromisoformat(match[1]).replace(
        tzinfo=MUNICIPAL_ZONE, fold=1 if match[2] else 0
    )
    assert local.strftime("%a") == text[:3], f"{text}: that day is a {local:%A}"
    return local.astimezone(UTC)


def _holidays(at: datetime) -> frozenset[date]:
    today = at.astimezone(MUNICIPAL_ZONE).date()
    local = {day for one in old_quarter()["holiday"] for day in one["days"]}
    near = {today + timedelta(days=shift) for shift in (-1, 0, 1)}
    return frozenset(day for day in near if day in national_and_basque(day.year) or day in local)


def _movement(gate: str) -> Movement:
    for word, movement in (
        ("out", Movement.EXIT),
        ("turned back", Movement.REVERSED_OUT),
        ("unclear", Movement.UNKNOWN),
    ):
        if gate.endswith(word):
            return movement
    return Movement.ENTRY


def _point(gate: str, at: datetime) -> ControlPointRules:
    code = gate.split(maxsplit=1)[0]
    data = next(point for point in old_quarter()["point"] if point["code"] == code)
    warned = at + timedelta(days=7) if "zone warns" in gate else None
    return ControlPointRules(
        control_point=code,
        zones=(ZONE,),
        direction=Movement(data["direction"]),
        mode=PointMode(data.get("mode", "enforcing")),
        health=PointHealth.FAULT if "fault" in gate else PointHealth.OK,
        warning_until=warned,
    )


def _grant(text: str, number: int) -> Grant:
    match = re.fullmatch(r"(\w+)(?: \((.*)\))?", text)
    assert match is not None, text
    rules = _profiles()[match[1]]
    grant = Grant(
        reference=f"{'ABCDEFG'[number]}-{number:04d}",
        profile=rules.code,
        tier=rules.tier,
        zones=(ZONE,),
        control_points=rules.control_points,
        windows=rules.windows,
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=None,
        vehicle_classes=rules.vehicle_classes,
        max_mass_kg=rules.max_mass_kg,
        max_height_cm=rules.max_height_cm,
        max_stay_minutes=rules.max_stay_minutes,
        entries_per_day=rules.entries_per_day,
        entries_per_month=rules.entries_per_month,
        entries_per_year=rules.entries_per_year,
        used_today=0,
        used_this_month=0,
        used_this_year=0,
    )
    for option in (match[2] or "").split("; "):
        grant = replace(grant, **_option(option, rules.only_in_service))
    return grant


def _option(text: str, only_in_service: bool) -> dict[str, Any]:
    if not text:
        return {}
    used = re.fullmatch(r"(\d+) (today|this month|this year)", text)
    if used:
        return {f"used_{used[2].replace(' ', '_')}": int(used[1])}
    moment = re.fullmatch(r"(from|until) (\d{4}-\d\d-\d\d \d\d:\d\d)", text)
    if moment:
        local = datetime.fromisoformat(moment[2]).replace(tzinfo=MUNICIPAL_ZONE)
        return {f"valid_{moment[1]}": local.astimezone(UTC)}
    if text.startswith("gates "):
        return {"control_points": tuple(text.split()[1:])}
    if text.startswith("zone "):
        return {"zones": (text.split()[1],)}
    assert text == "off duty", text
    return {"off_duty": only_in_service}


def _with_vehicle(asked: AccessQuery, text: str) -> AccessQuery:
    for part in text.split(", "):
        asked = replace(asked, **_vehicle(part))
    return asked


def _vehicle(text: str) -> dict[str, Any]:
    for pattern, name, convert in (
        (r"(\d+) kg", "known_mass_kg", int),
        (r"(\d+) cm", "known_height_cm", int),
        (r"said to be (\w+)", "confirmed_class", str),
        (r"read at (0\.\d+)", "confidence", float),
    ):
        match = re.fullmatch(pattern, text)
        if match:
            return {name: convert(match[1])}  # type: ignore[operator]
    odd: dict[str, dict[str, Any]] = {
        "unknown": {},
        "loaded today": {},
        "only stated": {"class_proven": False},
        "unread": {"plate": None, "confidence": 0.0, "syntax_valid": False},
        "no known format": {"syntax_valid": False},
        "confirmed": {"read_confirmed": True},
        "perhaps a garage's": {
            "other_candidates": (CandidateRead(OTHER, 0.2, (_grant("garage", 6),)),)
        },
    }
    return odd.get(text, {"known_vehicle_class": text})
