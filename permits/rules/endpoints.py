"""The rules manager's pages: look, edit, see who would have been affected, save with a date."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from core.clock import municipal
from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.web.dependencies import ClockDep, LanguageDep, SessionDep, require
from core.web.pages import redirect, render
from core.web.translations import translate
from core.words import N_
from permits.access import PointMode
from permits.calendar import holidays_of_years
from permits.queries import all_control_points, all_profiles, all_zones, names, zone_names
from permits.rules import labels
from permits.rules.contents import CODE, RuleContent, RuleKind
from permits.rules.errors import RuleChanged, RuleRefused, UnknownRule
from permits.rules.forms import FIELDS, Widget, as_local, local_time, values_of, window_rows
from permits.rules.preview import FEW, Effect
from permits.rules.previewing import preview_of
from permits.rules.service import checked, present_content, save_version, versions_of
from permits.rules.views import changes_between, facts, version_views
from permits.views import in_language

router = APIRouter(prefix="/rules")

Manager = Annotated[Actor, Depends(require(Permission.MANAGE_RULES))]
_NEW = "new"


async def _form(request: Request) -> FormData:
    return await request.form()


FormDep = Annotated[FormData, Depends(_form)]


@router.get("")
def list_rules(
    request: Request, session: SessionDep, clock: ClockDep, language: LanguageDep, _: Manager
) -> Response:
    """Everything that can be edited."""
    year = municipal(clock.now()).year
    context = {
        "zones": [(one, in_language(one.names, language)) for one in all_zones(session)],
        "profiles": [(one, in_language(one.names, language)) for one in all_profiles(session)],
        "points": all_control_points(session),
        "tiers": labels.TIERS,
        "holidays": sorted(
            day for day in holidays_of_years(session, year, year + 1) if day >= clock.now().date()
        )[:20],
    }
    return render(request, "permits/rules/index.html", context)


@router.get("/{kind}/{code}")
def show_rule(
    request: Request,
    kind: RuleKind,
    code: str,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    _: Manager,
) -> Response:
    """What holds now, and the record of every change."""
    content = present_content(session, kind, code)
    versions, named = versions_of(session, kind, code), names(session, language)
    context = {
        "kind": kind,
        "code": code,
        "kinds": labels.KINDS,
        "facts": facts(kind, content, language, named),
        "versions": version_views(kind, versions, clock.now(), language, named),
    }
    return render(request, "permits/rules/show.html", context)


_NOT_BUILT_YET = {
    "mode": PointMode.PLANNED.value,
    "resolution_ref": None,
    "signs_verified_on": None,
}
"""What a new gate never takes over from another: the right to enforce."""


@router.get("/{kind}/{code}/edit")
def edit_rule(
    request: Request,
    kind: RuleKind,
    code: str,
    session: SessionDep,
    language: LanguageDep,
    _: Manager,
    like: str | None = None,
) -> Response:
    """The form; ``new`` with `like` begins from what another one says."""
    source = like if code == _NEW and like else code
    content = present_content(session, kind, source).model_dump(mode="json")
    for field in FIELDS[kind]:
        if field.widget is Widget.MOMENT and content[field.name]:
            content[field.name] = as_local(content[field.name])
    if code == _NEW and kind is RuleKind.CONTROL_POINT:
        content |= _NOT_BUILT_YET
    known = versions_of(session, kind, code)
    base = known[0].number if known else 0
    return _show_form(request, session, language, kind, code, content, base=base)


def _show_form(
    request: Request,
    session: Session,
    language: str,
    kind: RuleKind,
    code: str,
    values: Mapping[str, Any],
    *,
    base: int,
    new_code: str = "",
    problems: Mapping[str, str] | None = None,
) -> Response:
    context = {
        "kind": kind,
        "code": code,
        "new_code": new_code,
        "kinds": labels.KINDS,
        "fields": FIELDS[kind],
        "values": values,
        "base": base,
        "days": labels.DAYS,
        "window_rows": window_rows,
        "as_json": json.dumps,
        "choices": _choices(session, language),
        "problems": problems or {},
    }
    status = 422 if problems else 200
    return render(request, "permits/rules/edit.html", context, status=status)


def _choices(session: Session, language: str) -> dict[str, dict[str, str]]:
    """What can be ticked in a field of codes, with its name."""
    return {
        "zones": zone_names(session, language),
        "control_points": {
            one.code: f"{one.code} {one.name}" for one in all_control_points(session)
        },
        "hosts": {one.code: in_language(one.names, language) for one in all_profiles(session)},
    }


@router.post("/{kind}/{code}/preview")
def preview_rule(
    request: Request,
    kind: RuleKind,
    code: str,
    form: FormDep,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    _: Manager,
) -> Response:
    """What was typed, checked, and who would have been affected last month."""
    base, target = _base(form), str(form.get("code") or code).strip()
    values, problems = values_of(kind, form)
    try:
        if problems:
            raise RuleRefused(problems)
        content = checked(kind, values)
        _check_new_code(session, kind, code, target)
    except RuleRefused as error:
        words = {name: translate(message, language) for name, message in error.problems.items()}
        return _show_form(
            request,
            session,
            language,
            kind,
            code,
            values,
            base=base,
            new_code=target,
            problems=words,
        )
    return _show_preview(request, session, kind, code, target, content, base, clock.now(), language)


def _base(form: FormData) -> int:
    typed = str(form.get("base", ""))
    return int(typed) if typed.isdigit() else 0


def _check_new_code(session: Session, kind: RuleKind, code: str, target: str) -> None:
    if code != _NEW:
        return
    pattern = r"^[A-Z0-9][A-Z0-9-]{1,19}$" if kind is RuleKind.CONTROL_POINT else CODE
    if not re.fullmatch(pattern, target) or target == _NEW:
        raise RuleRefused({"code": N_("A code has 2 to 40 letters, digits and dashes.")})
    try:
        present_content(session, kind, target)
    except UnknownRule:
        return
    raise RuleRefused({"code": N_("There is one of this code already.")})


def _show_preview(
    request: Request,
    session: Session,
    kind: RuleKind,
    code: str,
    target: str,
    content: RuleContent,
    base: int,
    now: datetime,
    language: str,
    *,
    problem: str | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    old = None if code == _NEW else present_content(session, kind, code)
    stored, named = content.model_dump(mode="json"), names(session, language)
    tomorrow = (municipal(now) + timedelta(days=1)).replace(hour=0, minute=0)
    context = {
        "kind": kind,
        "code": code,
        "target": target,
        "kinds": labels.KINDS,
        "changes": changes_between(kind, old.model_dump(mode="json"), stored, language, named)
        if old
        else (),
        "result": preview_of(session, code, old, content, now=now),
        "effects": Effect,
        "few": FEW,
        "names": named,
        "content": content.model_dump_json(),
        "base": base,
        "problem": problem,
        "typed": typed or {"valid_from": tomorrow.strftime("%Y-%m-%dT%H:%M"), "why": ""},
    }
    return render(request, "permits/rules/preview.html", context, status=422 if problem else 200)


@router.post("/{kind}/{code}")
def save_rule(
    request: Request,
    kind: RuleKind,
    code: str,
    session: SessionDep,
    clock: ClockDep,
    language: LanguageDep,
    actor: Manager,
    content: Annotated[str, Form(max_length=200_000)],
    base: Annotated[int, Form(ge=0)],
    target: Annotated[str, Form(max_length=40)],
    valid_from: Annotated[str, Form(max_length=40)] = "",
    why: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Save what the preview showed, from the day named on; empty: at once."""
    now = clock.now()
    rule = checked(kind, _json(content))
    try:
        begins = _begin(valid_from, now)
        version = save_version(
            session,
            actor,
            kind,
            target,
            rule,
            valid_from=begins,
            why=why,
            now=now,
            base=None if code == _NEW else base,
        )
    except (RuleRefused, RuleChanged) as error:
        words = translate(error.template, language, **error.details)
        if isinstance(error, RuleRefused):
            words = " ".join(translate(one, language) for one in error.problems.values())
        typed = {"valid_from": valid_from, "why": why}
        return _show_preview(
            request,
            session,
            kind,
            code,
            target,
            rule,
            base,
            now,
            language,
            problem=words,
            typed=typed,
        )
    path = f"/rules/{kind.value}/{target}"
    return redirect(request, path, labels.SAVED, number=str(version.number))


def _begin(typed: str, now: datetime) -> datetime:
    try:
        return local_time(typed.strip()) or now
    except ValueError as error:
        raise RuleRefused({"valid_from": str(error.args[0])}) from error


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise InvalidInput(N_("The form was changed on the way: go back and preview again."))
    return value
