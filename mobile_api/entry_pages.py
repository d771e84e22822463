"""Entries that can be put right, and the form that does it. Phone first, whole without scripts."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from core.clock import municipal
from core.encryption import KeyRing
from core.errors import SarbideError
from core.web.dependencies import (
    ClockDep,
    KeysDep,
    LanguageDep,
    SessionDep,
    SettingsDep,
    StoreDep,
)
from core.web.pages import redirect, render
from core.web.translations import translate
from mobile_api.entry_views import (
    evidence_choices,
    own_applications,
    own_entries,
    right_views,
)
from mobile_api.errors import UnusualPlate
from mobile_api.forms import MOST_BYTES, SentForm
from mobile_api.owner import Citizen, OwnHolder
from mobile_api.putting_right import put_right
from permits.applications.evidence import MAX_BYTES
from permits.applications.forms import PAPER_ROWS, text_of, typed
from permits.applications.rights import rights_to_put_right
from permits.labels import VEHICLE_CLASSES
from permits.queries import get_holder

router = APIRouter(prefix="/entries")


@router.get("")
def list_entries(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    holder_id: OwnHolder,
) -> Response:
    """What can still be put right, and what was asked for to do so."""
    now = clock.now()
    lodged = own_applications(session, settings, holder_id, language=language, now=now)
    context = {
        "entries": own_entries(session, keys, holder_id, language=language, now=now),
        "lodged": [one for one in lodged if one.puts_right and one.clocks],
    }
    return render(request, "mobile_api/entries.html", context)


@router.get("/new")
def entry_form(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    clock: ClockDep,
    language: LanguageDep,
    holder_id: OwnHolder,
    entry: str = "",
) -> Response:
    """The form; with `entry`, for one of the list."""
    today = municipal(clock.now()).date().isoformat()
    values = {"entry": entry[:64], "day": today}
    return _form(request, session, keys, clock, language, holder_id, values)


@router.post("/new", max_body_size=MOST_BYTES)
def submit_entry(
    request: Request,
    session: SessionDep,
    keys: KeysDep,
    store: StoreDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: LanguageDep,
    actor: Citizen,
    holder_id: OwnHolder,
    form: SentForm,
) -> Response:
    """Lodge it; a problem is answered with the form, what was typed and the error by its field."""
    try:
        application = put_right(
            session, keys, store, settings, actor, holder_id, form, now=clock.now()
        )
    except SarbideError as error:
        session.expire_all()
        return _form(request, session, keys, clock, language, holder_id, typed(form), error)
    return redirect(request, f"/receipts/{application.registration_number}")


def _form(
    request: Request,
    session: Session,
    keys: KeyRing,
    clock: ClockDep,
    language: str,
    holder_id: UUID,
    values: Mapping[str, str],
    problem: SarbideError | None = None,
) -> Response:
    now = clock.now()
    holder = get_holder(session, holder_id)
    rights = rights_to_put_right(session, keys, holder, now)
    entries = own_entries(session, keys, holder_id, language=language, now=now)
    today, reach = municipal(now).date(), max(_reaches(rights), default=0)
    context = {
        "rights": right_views(rights, language),
        "chosen": next((one for one in entries if one.code == values.get("entry")), None),
        "values": values,
        "token": text_of(values, "token") or secrets.token_urlsafe(18),
        "first_day": municipal(now - timedelta(hours=reach)).date().isoformat(),
        "today": today.isoformat(),
        "classes": VEHICLE_CLASSES,
        "evidence": evidence_choices(rights),
        "paper_rows": PAPER_ROWS,
        "limit": MAX_BYTES // 1_000_000,
        **_said(problem, language),
    }
    status = problem.status if problem else 200
    return render(request, "mobile_api/entry_form.html", context, status)


def _reaches(rights: Any) -> list[int]:
    return [right.profile.retroactive_hours or 0 for right in rights]


def _said(problem: SarbideError | None, language: str) -> dict[str, Any]:
    """The problem in words, and the id of its field."""
    if problem is None:
        return {"problem": None, "field": None, "ask_to_confirm": False}
    unusual = isinstance(problem, UnusualPlate)
    return {
        "problem": translate(problem.template, language, **problem.details),
        "field": "confirmed" if unusual else problem.details.get("field", "under"),
        "ask_to_confirm": unusual,
    }
