"""The form of a rule: which fields it has, and how what was typed becomes values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from starlette.datastructures import FormData

from core.clock import MUNICIPAL_ZONE, municipal
from core.words import N_, Word
from permits import labels
from permits.access import Movement
from permits.deciding.windows import clock_text
from permits.rules.contents import RuleKind
from permits.rules.labels import TIERS

SPARE_WINDOWS = 2
"""Empty rows for further windows."""


class Widget(StrEnum):
    TEXT = "text"
    TEXTS = "texts"
    NUMBER = "number"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CODES = "codes"
    CHECKS = "checks"
    WINDOWS = "windows"
    OUTLINE = "outline"
    MOMENT = "moment"
    DATE = "date"
    PRICES = "prices"


@dataclass(frozen=True)
class Field:
    """One field; `label` and `hint` are message ids, `options` codes with theirs."""

    name: str
    label: Word
    widget: Widget
    hint: Word | None = None
    options: Mapping[str, str] | None = None
    required: bool = False


_CODES_HINT = N_("None ticked: all of them.")
_EMPTY_HINT = N_("Empty: no limit.")
_KINDS = {
    code: word
    for code, word in labels.VEHICLE_CLASSES.items()
    if code not in ("loading", "oversize", "other")
}
_ALWAYS = N_("Empty: at any time.")


def _text(value: Mapping[Any, str]) -> dict[str, str]:
    return {str(getattr(key, "value", key)): word for key, word in value.items()}


FIELDS: dict[RuleKind, tuple[Field, ...]] = {
    RuleKind.PROFILE: (
        Field("names", N_("Name"), Widget.TEXTS, required=True),
        Field("conditions", N_("Conditions in a sentence"), Widget.TEXTS, required=True),
        Field("tier", N_("Kind of right"), Widget.CHOICE, options=_text(TIERS), required=True),
        Field("reference_prefix", N_("Letters of its references"), Widget.TEXT, required=True),
        Field("zones", N_("Zones"), Widget.CODES, _CODES_HINT),
        Field("control_points", N_("Control points"), Widget.CODES, _CODES_HINT),
        Field("windows", N_("Hours"), Widget.WINDOWS, _ALWAYS),
        Field("vehicle_classes", N_("Kinds of vehicle"), Widget.CHECKS, options=_KINDS),
        Field("max_mass_kg", N_("Heaviest vehicle (kg)"), Widget.NUMBER, _EMPTY_HINT),
        Field("max_height_cm", N_("Highest vehicle (cm)"), Widget.NUMBER, _EMPTY_HINT),
        Field("only_in_service", N_("Only while in service"), Widget.YES_NO),
        Field("max_stay_minutes", N_("Longest stay (minutes)"), Widget.NUMBER, _EMPTY_HINT),
        Field("entries_per_day", N_("Entries a day"), Widget.NUMBER, _EMPTY_HINT),
        Field("entries_per_month", N_("Entries a month"), Widget.NUMBER, _EMPTY_HINT),
        Field("entries_per_year", N_("Entries a year"), Widget.NUMBER, _EMPTY_HINT),
        Field("max_vehicles", N_("Vehicles on one authorisation"), Widget.NUMBER, required=True),
        Field("plate_changes_per_day", N_("Plate changes a day"), Widget.NUMBER, required=True),
        Field("validity_days", N_("Valid for (days)"), Widget.NUMBER, N_("Empty: without an end.")),
        Field("lead_time_hours", N_("Applied for ahead (hours)"), Widget.NUMBER),
        Field("retroactive_hours", N_("May begin before its application (hours)"), Widget.NUMBER),
        Field(
            "evidence_required",
            N_("Evidence to show"),
            Widget.CHECKS,
            options=_text(labels.EVIDENCE),
        ),
        Field(
            "hosts",
            N_("Asked for, for their guests, by holders of"),
            Widget.CODES,
            N_("None ticked: whoever drives in asks for it. Hosts never see when or where."),
        ),
        Field("active", N_("May be applied for"), Widget.YES_NO),
    ),
    RuleKind.ZONE: (
        Field("names", N_("Name"), Widget.TEXTS, required=True),
        Field("legal_basis", N_("Legal basis"), Widget.TEXT, required=True),
        Field("polygon", N_("Outline (GeoJSON geometry)"), Widget.OUTLINE, required=True),
        Field(
            "open_windows",
            N_("Hours open to all traffic"),
            Widget.WINDOWS,
            N_("Empty: restricted at all times."),
        ),
        Field("loading_windows", N_("Hours for loading"), Widget.WINDOWS, N_("Empty: never.")),
        Field("loading_classes", N_("Loading vehicles"), Widget.CHECKS, options=_KINDS),
        Field("loading_max_mass_kg", N_("Heaviest vehicle (kg)"), Widget.NUMBER, _EMPTY_HINT),
        Field("loading_max_height_cm", N_("Highest vehicle (cm)"), Widget.NUMBER, _EMPTY_HINT),
        Field("loading_max_stay_minutes", N_("Longest stay (minutes)"), Widget.NUMBER, _EMPTY_HINT),
        Field("loading_entries_per_day", N_("Entries a day"), Widget.NUMBER, _EMPTY_HINT),
        Field("warning_until", N_("Warning period until"), Widget.MOMENT),
        Field("regularisation_hours", N_("Time to put an entry right (hours)"), Widget.NUMBER),
        Field("price_table", N_("Prices (euros)"), Widget.PRICES, options=_text(labels.OFFENCES)),
        Field("active", N_("In force"), Widget.YES_NO),
    ),
    RuleKind.CONTROL_POINT: (
        Field("name", N_("Name"), Widget.TEXT, required=True),
        Field("street", N_("Street"), Widget.TEXT, required=True),
        Field("zones", N_("Zones"), Widget.CODES, required=True),
        Field(
            "direction",
            N_("Direction"),
            Widget.CHOICE,
            options={m.value: labels.DIRECTIONS[m] for m in (Movement.ENTRY, Movement.EXIT)},
            required=True,
        ),
        Field("mode", N_("Mode"), Widget.CHOICE, options=_text(labels.MODES), required=True),
        Field("resolution_ref", N_("Resolution"), Widget.TEXT),
        Field("signs_verified_on", N_("Signs verified on"), Widget.DATE),
        Field("latitude", N_("Latitude"), Widget.DECIMAL, required=True),
        Field("longitude", N_("Longitude"), Widget.DECIMAL, required=True),
        Field("bearing", N_("Driving direction (degrees)"), Widget.NUMBER, required=True),
    ),
}


def values_of(kind: RuleKind, form: FormData) -> tuple[dict[str, Any], dict[str, str]]:
    """What was typed, ready for `permits.rules.service.checked`, and what can't be read.

    A field that can't be read keeps what was typed, so that the form can show it again.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in FIELDS[kind]:
        try:
            values[field.name] = _value(field, form)
        except ValueError as error:
            problems[field.name] = str(error.args[0])
            is_rows = field.widget is Widget.WINDOWS
            typed = str(form.get(field.name, ""))
            values[field.name] = _typed_rows(field.name, form) if is_rows else typed
    return values, problems


def _value(field: Field, form: FormData) -> Any:  # noqa: PLR0911 -- one for each widget
    typed = str(form.get(field.name, "")).strip()
    match field.widget:
        case Widget.TEXTS:
            return {code: str(form.get(f"{field.name}.{code}", "")) for code in ("es", "eu", "en")}
        case Widget.NUMBER:
            return _number(typed)
        case Widget.YES_NO:
            return typed == "yes"
        case Widget.CODES:
            ticked = " ".join(str(code) for code in form.getlist(field.name))
            return [code for code in re.split(r"[\s,;]+", ticked) if code]
        case Widget.CHECKS:
            return [str(code) for code in form.getlist(field.name)]
        case Widget.WINDOWS:
            return _windows(field.name, form)
        case Widget.OUTLINE:
            return _outline(typed)
        case Widget.MOMENT:
            return local_time(typed)
        case Widget.PRICES:
            return _prices(field, form)
        case _:
            return typed or None


def _number(typed: str) -> int | None:
    if not typed:
        return None
    if not re.fullmatch(r"-?\d{1,9}", typed):
        raise ValueError(N_("This is no whole number."))
    return int(typed)


def _typed_rows(name: str, form: FormData) -> list[dict[str, Any]]:
    """The lines of hours in which anything was ticked or typed."""
    numbers = {int(m[1]) for key in form if (m := re.fullmatch(rf"{name}\.(\d{{1,3}})\.\w+", key))}
    rows = []
    for number in sorted(numbers):
        ticked = {str(day) for day in form.getlist(f"{name}.{number}.day")}
        row = {
            "days": [day for day in range(8) if str(day) in ticked],
            "start": str(form.get(f"{name}.{number}.start", "")),
            "end": str(form.get(f"{name}.{number}.end", "")),
        }
        if any(row.values()):
            rows.append(row)
    return rows


def _windows(name: str, form: FormData) -> list[dict[str, Any]]:
    rows = _typed_rows(name, form)
    if not all(all(row.values()) for row in rows):
        raise ValueError(N_("A line of hours needs days, a beginning and an end."))
    return [
        {"days": row["days"], "start": _minute(row["start"]), "end": _minute(row["end"]) or 1440}
        for row in rows
    ]


def _minute(clock: str) -> int:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", clock)
    minute = int(match[1]) * 60 + int(match[2]) if match else -1
    if not 0 <= minute <= 1440:
        raise ValueError(N_("A time is written as 08:00."))
    return minute


def _outline(typed: str) -> Any:
    try:
        return json.loads(typed)
    except ValueError:
        raise ValueError(N_("The outline is not JSON.")) from None


def local_time(typed: str) -> datetime | None:
    """Municipal time as a form gives it; None when empty. Raises ValueError."""
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise ValueError(N_("This is no date and time.")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=MUNICIPAL_ZONE)


def as_local(stored: str) -> str:
    """A stored moment as the form shows it: municipal time, to the minute."""
    return municipal(datetime.fromisoformat(stored)).strftime("%Y-%m-%dT%H:%M")


def _prices(field: Field, form: FormData) -> dict[str, int]:
    prices = {}
    for offence in field.options or ():
        typed = str(form.get(f"{field.name}.{offence}", "")).strip().replace(",", ".")
        if not typed:
            continue
        if not re.fullmatch(r"\d{1,5}(\.\d{1,2})?", typed):
            raise ValueError(N_("A price is written as 200 or 200.50."))
        prices[offence] = round(float(typed) * 100)
    return prices


def window_rows(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Windows as rows of the form, with spare ones: days, and both times as ``08:00``."""
    rows = [
        {
            "days": window["days"],
            "start": _as_typed(window["start"]),
            "end": _as_typed(window["end"]),
        }
        for window in stored
    ]
    return rows + [{"days": [], "start": "", "end": ""} for _ in range(SPARE_WINDOWS)]


def _as_typed(minute: int | str) -> str:
    return minute if isinstance(minute, str) else clock_text(minute % 1440)
