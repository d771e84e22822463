"""Rules in words: what a version says, and what it changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.web.translations import translate
from permits.grants import to_windows
from permits.rules.contents import CONTENTS, RuleContent, RuleKind
from permits.rules.forms import FIELDS, Field, Widget, as_local
from permits.rules.models import RuleVersion
from permits.words import windows_in_words

NOTHING = "—"


@dataclass(frozen=True)
class Change:
    """One field that a version changed; `label` is a message id."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class VersionView:
    row: RuleVersion
    changes: tuple[Change, ...]
    """Against the version before; empty for the first one."""
    state: str
    """``past``, ``present`` or ``planned``."""


Names = Mapping[str, str]
"""Codes of zones and control points with their names, as `permits.queries.names` gives them."""


def facts(
    kind: RuleKind, content: RuleContent, language: str, names: Names
) -> list[tuple[Field, str]]:
    """Each field of the rule with what it says, in words."""
    values = content.model_dump(mode="json")
    return [(field, in_words(field, values[field.name], language, names)) for field in FIELDS[kind]]


def version_views(
    kind: RuleKind, versions: list[RuleVersion], now: datetime, language: str, names: Names
) -> list[VersionView]:
    """The newest first, each with what it changed."""
    begun = [version for version in versions if version.valid_from <= now]
    present = max(begun, key=lambda one: (one.valid_from, one.number), default=None)
    older: list[RuleVersion | None] = [*versions[1:], None][: len(versions)]
    return [
        VersionView(
            row=version,
            changes=_changes(kind, before, version, language, names) if before else (),
            state=_state(version, versions, present, now),
        )
        for version, before in zip(versions, older, strict=True)
    ]


def _state(
    version: RuleVersion, versions: list[RuleVersion], present: RuleVersion | None, now: datetime
) -> str:
    if version is present:
        return "present"
    begins = version.valid_from
    replaced = any(v.valid_from == begins and v.number > version.number for v in versions)
    return "planned" if begins > now and not replaced else "past"


def _changes(
    kind: RuleKind, before: RuleVersion, after: RuleVersion, language: str, names: Names
) -> tuple[Change, ...]:
    return changes_between(kind, _filled(kind, before), _filled(kind, after), language, names)


def _filled(kind: RuleKind, version: RuleVersion) -> dict[str, Any]:
    """Its content, with fields that came later at their defaults."""
    return CONTENTS[kind].model_validate(version.content).model_dump(mode="json")


def changes_between(
    kind: RuleKind, old: Mapping[str, Any], new: Mapping[str, Any], language: str, names: Names
) -> tuple[Change, ...]:
    """What differs between two contents (as JSON values), in words."""
    return tuple(
        Change(
            field.label,
            in_words(field, old[field.name], language, names),
            in_words(field, new[field.name], language, names),
        )
        for field in FIELDS[kind]
        if old[field.name] != new[field.name]
    )


def in_words(  # noqa: PLR0911
    field: Field, value: Any, language: str, names: Names
) -> str:
    """A value of `field` as a person reads it."""
    if field.widget is Widget.WINDOWS:
        return "; ".join(windows_in_words(to_windows(value), language)) if value else NOTHING
    if field.widget is Widget.YES_NO:
        return translate("Yes" if value else "No", language)
    if value in (None, "", [], {}):
        return NOTHING
    if field.widget is Widget.TEXTS:
        return str(value[language])
    if field.widget is Widget.MOMENT:
        return as_local(value).replace("T", " ")
    if field.widget in (Widget.CHOICE, Widget.CHECKS):
        codes = value if isinstance(value, list) else [value]
        return ", ".join(translate((field.options or {})[code], language) for code in codes)
    return _plainly(field, value, language, names)


def _plainly(field: Field, value: Any, language: str, names: Names) -> str:
    if field.widget is Widget.PRICES:
        prices = ((translate((field.options or {})[k], language), v) for k, v in value.items())
        return "; ".join(f"{word}: {cents / 100:.2f} €" for word, cents in prices)
    if field.widget is Widget.OUTLINE:
        positions = len(json.dumps(value).split("], ["))
        return translate("%(number)s positions", language, number=str(positions))
    if isinstance(value, list):
        return ", ".join(names.get(str(one), str(one)) for one in value)
    return value.isoformat() if isinstance(value, date) else str(value)
