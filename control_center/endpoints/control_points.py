"""Control points on the street, the health of their cameras, and what is wrong with either."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from control_center import labels, queries
from control_center.edge_boxes.alarms import alarms
from control_center.edge_boxes.cameras import is_silent
from core.clock import utc_now
from core.identity import Actor, Permission
from core.web.dependencies import SessionDep, require
from core.web.pages import render
from permits.queries import all_control_points

router = APIRouter()

PointViewer = Annotated[Actor, Depends(require(Permission.VIEW_CONTROL_POINTS))]


@router.get("/control-points")
def show_control_points(request: Request, session: SessionDep, _: PointViewer) -> Response:
    """Every control point with its mode, and what its camera last said of itself."""
    return render(request, "control_center/control_points.html", _health(session))


@router.get("/control-points/health")
def show_health(request: Request, session: SessionDep, _: PointViewer) -> Response:
    """The contents of that page alone, for a page that stays open."""
    return render(request, "control_center/street_health.html", _health(session))


@router.get("/control-points/alarms")
def show_alarms(request: Request, session: SessionDep, _: PointViewer) -> Response:
    """What is wrong right now, for a page that stays open."""
    return render(request, "control_center/alarms.html", alarm_context(session))


def alarm_context(session: Session) -> dict[str, Any]:
    """What ``alarms.html`` shows."""
    return {
        "alarms": alarms(session, utc_now()),
        "alarm_words": labels.ALARM,
        "point_names": {point.code: point.name for point in all_control_points(session)},
    }


def _health(session: Session) -> dict[str, Any]:
    devices = queries.devices_with_cameras(session)
    cameras = {one.control_point: one for _, statuses in devices for one in statuses}
    now = utc_now()
    return alarm_context(session) | {
        "devices": [device for device, _ in devices],
        "points": [(point, cameras.get(point.code)) for point in all_control_points(session)],
        "silent": {one.camera for one in cameras.values() if is_silent(one, now)},
        "quality_words": labels.QUALITY,
        "state_words": labels.CAMERA_STATE,
        "mode_words": labels.MODE,
    }
