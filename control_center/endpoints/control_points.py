"""Control points on the street and the health of their cameras."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from control_center import labels, queries
from core.clock import utc_now
from core.identity import Actor, Permission
from core.web.dependencies import SessionDep, require
from core.web.pages import render
from permits.queries import all_control_points

router = APIRouter()


@router.get("/control-points")
def show_control_points(
    request: Request,
    session: SessionDep,
    _: Annotated[Actor, Depends(require(Permission.VIEW_CONTROL_POINTS))],
) -> Response:
    """Every control point with its mode, and what its camera last said of itself."""
    devices = queries.devices_with_cameras(session)
    cameras = {one.control_point: one for _, statuses in devices for one in statuses}
    context = {
        "devices": [device for device, _ in devices],
        "points": [(point, cameras.get(point.code)) for point in all_control_points(session)],
        "quality_words": labels.QUALITY,
        "state_words": labels.CAMERA_STATE,
        "mode_words": labels.MODE,
        "now": utc_now(),
    }
    return render(request, "control_center/control_points.html", context)
