"""The staff's pages of imports: what the last nights brought, and what waits for a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from core.database import transaction
from core.identity import Actor, Permission
from core.web.cookies import runtime_of
from core.web.dependencies import ClockDep, LanguageDep, SessionDep, require
from core.web.pages import redirect, render
from core.web.translations import translate
from core.words import N_
from permits.duty.feed import FEED
from permits.imports.kinds import KINDS
from permits.imports.models import DeadLetter, ImportRun
from permits.imports.running import confirm, discard, get_run, latest_runs

router = APIRouter(prefix="/imports")

Manager = Annotated[Actor, Depends(require(Permission.MANAGE_IMPORTS))]

_KINDS = KINDS | {FEED.code: FEED}
STATES = {
    "fetching": N_("under way"),
    "failed": N_("failed"),
    "held": N_("held"),
    "applied": N_("applied"),
    "discarded": N_("discarded"),
}
TONES = {"failed": "alert", "held": "pending", "applied": "ok"}


@router.get("")
def list_imports(request: Request, session: SessionDep, _: Manager) -> Response:
    """The last imports of all registers."""
    context = {"runs": latest_runs(session), "kinds": _KINDS, "states": STATES, "tones": TONES}
    return render(request, "permits/imports.html", context)


@router.get("/{run_id}")
def show_import(
    request: Request, run_id: UUID, session: SessionDep, language: LanguageDep, _: Manager
) -> Response:
    """One import: its difference, and the lines that were put aside."""
    run = get_run(session, run_id)
    context = {
        "run": run,
        "kind": _KINDS[run.kind],
        "states": STATES,
        "tones": TONES,
        "problem": _words(run, language),
        "letters": [(one, _words(one, language)) for one in run.letters],
    }
    return render(request, "permits/import.html", context)


def _words(row: ImportRun | DeadLetter, language: str) -> str | None:
    if row.problem is None:
        return None
    return translate(row.problem, language, **(row.problem_values or {}))


@router.post("/{run_id}/confirm")
def confirm_import(request: Request, run_id: UUID, clock: ClockDep, manager: Manager) -> Response:
    """Apply a held import after all."""
    confirm(runtime_of(request), run_id, manager, now=clock.now())
    return redirect(request, f"/imports/{run_id}", N_("The import was applied."))


@router.post("/{run_id}/discard")
def discard_import(request: Request, run_id: UUID, clock: ClockDep, manager: Manager) -> Response:
    """Throw a held import away."""
    with transaction(runtime_of(request).writing) as session:
        discard(session, run_id, manager, now=clock.now())
    return redirect(request, f"/imports/{run_id}", N_("The import was discarded."))
