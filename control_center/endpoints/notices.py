"""What citizens were told: outside production it is all here, and nothing has left."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from control_center.labels import N_
from core.identity import Actor, Permission
from core.notifications.service import latest
from core.web.dependencies import SessionDep, require
from core.web.pages import render

router = APIRouter()

STATES = {
    "queued": N_("waits"),
    "kept": N_("kept here"),
    "sent": N_("sent"),
    "failed": N_("could not be sent"),
}
TONES = {"queued": "pending", "kept": "info", "sent": "ok", "failed": "alert"}
CHANNELS = {"email": N_("E-mail"), "push": N_("the app"), "letter": N_("letter")}


@router.get("/notices")
def list_notices(
    request: Request,
    session: SessionDep,
    _: Annotated[Actor, Depends(require(Permission.MANAGE_AUTHORISATIONS))],
) -> Response:
    """The latest notices of all holders."""
    context = {
        "notices": latest(session),
        "states": STATES,
        "tones": TONES,
        "channels": CHANNELS,
    }
    return render(request, "control_center/notices.html", context)
