"""Editing the rules: every change is a new version with its date, its author and its reason."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.identity import SYSTEM, Actor, Permission
from core.outbox import enqueue
from core.words import N_
from permits.access_list_changes import note_everything
from permits.models import ControlPoint, Profile, Zone
from permits.rules.contents import (
    CONTENTS,
    PointContent,
    ProfileContent,
    RuleContent,
    RuleKind,
)
from permits.rules.current import EVER
from permits.rules.errors import RuleChanged, RuleRefused, UnknownRule
from permits.rules.models import RuleVersion

RULES_BEGIN = "rules-begin"
"""Kind of the outbox job that puts a version into the rows when its day has come."""

ROWS: dict[RuleKind, Any] = {
    RuleKind.ZONE: Zone,
    RuleKind.PROFILE: Profile,
    RuleKind.CONTROL_POINT: ControlPoint,
}
_LEAST_REASON = 5
_FINDINGS = {
    "greater_than": N_("This number is too small."),
    "less_than": N_("This number is too large."),
    "int_": N_("A whole number is expected here."),
    "float_": N_("A number is expected here."),
    "date": N_("A date is expected here."),
    "too_short": N_("There is too little here."),
    "too_long": N_("This is too long."),
    "missing": N_("This is missing."),
}
"""Part of pydantic's type of error to message id."""
_OTHERWISE = N_("This can't be so: look at it again.")


def checked(kind: RuleKind, values: dict[str, Any]) -> RuleContent:
    """What was typed, as a rule. Raises RuleRefused, with a message for each field."""
    try:
        return CONTENTS[kind].model_validate(values)
    except ValidationError as error:
        raise RuleRefused(_problems(error)) from error


def _problems(error: ValidationError) -> dict[str, str]:
    """Field (empty for the whole) to message id."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        field = str(one["loc"][0]) if one["loc"] else ""
        ours = one.get("ctx", {}).get("error")
        found.setdefault(
            field, str(ours.args[0]) if isinstance(ours, ValueError) else _words(one["type"])
        )
    return found


def _words(error_type: str) -> str:
    """Pydantic's finding in words that are translated."""
    return next((words for part, words in _FINDINGS.items() if part in error_type), _OTHERWISE)


def present_content(session: Session, kind: RuleKind, code: str) -> RuleContent:
    """What the row says now. Raises UnknownRule."""
    return CONTENTS[kind].model_validate(_row(session, kind, code))


def versions_of(session: Session, kind: RuleKind, code: str) -> list[RuleVersion]:
    """Every version, the newest first; empty while it was never changed."""
    query = select(RuleVersion).where(RuleVersion.kind == kind.value, RuleVersion.code == code)
    return list(session.scalars(query.order_by(RuleVersion.number.desc())))


def save_version(
    session: Session,
    actor: Actor,
    kind: RuleKind,
    code: str,
    content: RuleContent,
    *,
    valid_from: datetime,
    why: str,
    now: datetime,
    base: int | None = None,
) -> RuleVersion:
    """Let `content` hold from `valid_from` on; what held before stays on record.

    `base` is the number of the newest version that the author had seen.

    Raises:
        Forbidden: `actor` may not edit rules.
        RuleRefused: a date in the past, no reason, or codes that do not exist.
        RuleChanged: somebody else has saved another version since `base`.
    """
    actor.check(Permission.MANAGE_RULES)
    _check_date_and_reason(valid_from, why, now)
    _check_codes(session, kind, code, content)
    known = versions_of(session, kind, code)
    row = session.get(ROWS[kind], code)
    if row is not None and not known:
        first = CONTENTS[kind].model_validate(row)
        known = [_add(session, SYSTEM, kind, code, first, 1, EVER, N_("As it was installed"), now)]
    newest = known[0].number if known else 0
    if (base is not None and base not in (newest, 0)) or (base == 0 and newest > 1):
        raise RuleChanged(
            N_("%(who)s has changed this meanwhile: look at version %(number)s first."),
            who=known[0].by_name,
            number=newest,
        )
    version = _add(session, actor, kind, code, content, newest + 1, valid_from, why.strip(), now)
    if row is None:
        session.add(ROWS[kind](code=code, **_columns(content), **_beginnings(kind)))
    session.flush()
    if valid_from > now:
        enqueue(session, RULES_BEGIN, {}, due_at=valid_from, key=valid_from.isoformat())
    else:
        publish_due(session, now)
    audit.record(
        session,
        actor,
        "permits:rule:changed",
        f"{kind.value}:{code}",
        version=version.number,
        valid_from=valid_from.isoformat(),
        why=version.why,
    )
    return version


def publish_due(session: Session, now: datetime) -> list[str]:
    """Put what is in force at `now` into the rows, and tell the gates; returns what changed."""
    changed = []
    for version in _in_force(session, now):
        kind = RuleKind(version.kind)
        row = session.get(ROWS[kind], version.code)
        content = CONTENTS[kind].model_validate(version.content)
        if row is not None and CONTENTS[kind].model_validate(row) != content:
            for name, value in _columns(content).items():
                setattr(row, name, value)
            changed.append(f"{version.kind}:{version.code}")
    if changed:
        session.flush()
        note_everything(session)
    return changed


def _in_force(session: Session, now: datetime) -> list[RuleVersion]:
    """One version for each thing that was ever changed."""
    query = (
        select(RuleVersion)
        .where(RuleVersion.valid_from <= now, RuleVersion.kind.in_(list(RuleKind)))
        .order_by(RuleVersion.valid_from, RuleVersion.number)
    )
    latest = {(version.kind, version.code): version for version in session.scalars(query)}
    return list(latest.values())


def _row(session: Session, kind: RuleKind, code: str) -> Zone | Profile | ControlPoint:
    row: Zone | Profile | ControlPoint | None = session.get(ROWS[kind], code)
    if row is None:
        raise UnknownRule(N_("There is nothing called '%(code)s' here."), code=code[:40])
    return row


def _check_date_and_reason(valid_from: datetime, why: str, now: datetime) -> None:
    problems: dict[str, str] = {}
    if valid_from < now:
        problems["valid_from"] = N_("Rules can't be changed for the past: begin today or later.")
    if len(why.strip()) < _LEAST_REASON:
        problems["why"] = N_("Say why, or which resolution it follows: the record keeps it.")
    if problems:
        raise RuleRefused(problems)


def _check_codes(session: Session, kind: RuleKind, code: str, content: RuleContent) -> None:
    """Zones and gates that the rule names exist, and a series of references is one profile's."""
    problems: dict[str, str] = {}
    if isinstance(content, ProfileContent | PointContent):
        known = set(session.scalars(select(Zone.code)))
        if set(content.zones) - known:
            problems["zones"] = N_("This names a zone that there is not.")
    if isinstance(content, ProfileContent):
        gates = set(session.scalars(select(ControlPoint.code)))
        if set(content.control_points) - gates:
            problems["control_points"] = N_("This names a control point that there is not.")
        if set(content.hosts) - set(session.scalars(select(Profile.code))):
            problems["hosts"] = N_("This names a profile that there is not.")
        taken = select(Profile.code).where(
            Profile.reference_prefix == content.reference_prefix, Profile.code != code
        )
        if session.scalar(taken.limit(1)) is not None:
            problems["reference_prefix"] = N_("Another profile has these letters.")
    if problems:
        raise RuleRefused(problems)


def _add(
    session: Session,
    actor: Actor,
    kind: RuleKind,
    code: str,
    content: RuleContent,
    number: int,
    valid_from: datetime,
    why: str,
    now: datetime,
) -> RuleVersion:
    version = RuleVersion(
        kind=kind.value,
        code=code,
        number=number,
        valid_from=valid_from,
        content=content.model_dump(mode="json"),
        made_at=now,
        by_account=actor.id,
        by_name=actor.name,
        why=why,
    )
    session.add(version)
    session.flush()
    return version


def _columns(content: RuleContent) -> dict[str, Any]:
    """`content` as the row's columns take it: dates as dates, everything nested as JSON."""
    plain, python = content.model_dump(mode="json"), dict(content)
    nested = (list, dict, RuleContent)
    return {
        name: plain[name] if isinstance(value, (*nested, str)) else value
        for name, value in python.items()
    }


def _beginnings(kind: RuleKind) -> dict[str, Any]:
    """What a new row has beside its content."""
    return {"health": "ok"} if kind is RuleKind.CONTROL_POINT else {}
