"""The page of taxis and VTC in service: how many are, and a file of what is said."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, UploadFile
from starlette.responses import Response

from core.errors import InvalidInput
from core.identity import Actor, Permission
from core.web.dependencies import ClockDep, KeysDep, SessionDep, require
from core.web.pages import redirect, render
from core.words import N_
from permits.duty.feed import FEED
from permits.duty.taking import on_duty_now, take_in
from permits.imports.connectors import Fetched

router = APIRouter(prefix="/imports/duty")

Manager = Annotated[Actor, Depends(require(Permission.MANAGE_IMPORTS))]
MAX_BYTES = 5_000_000


@router.get("")
def show_duty(request: Request, session: SessionDep, clock: ClockDep, _: Manager) -> Response:
    """Who is in service now, in numbers, and the form for a file."""
    context = {"duty": on_duty_now(session, clock.now()), "columns": FEED.required}
    return render(request, "permits/duty.html", context)


@router.post("")
def take_file(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    keys: KeysDep,
    manager: Manager,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take in a file; the page that follows tells what became of each line."""
    content = file.file.read(MAX_BYTES + 1) if file is not None else b""
    if not content:
        raise InvalidInput(N_("Choose a file first."))
    if len(content) > MAX_BYTES:
        raise InvalidInput(N_("The file is larger than 5 MB."))
    source = (file.filename if file is not None else None) or "file"
    run = take_in(session, keys, manager, Fetched(content, "csv"), source[:80], now=clock.now())
    return redirect(request, f"/imports/{run.id}", N_("The file was taken in."))
