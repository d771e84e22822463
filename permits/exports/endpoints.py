"""Open data at public addresses: no login, and caches may keep it for five minutes."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.web.dependencies import ClockDep, SessionDep, SettingsDep
from permits.exports.formats import FORMATS, Format
from permits.exports.published import publication

MAX_AGE_SECONDS = 300

router = APIRouter(prefix="/open-data")


def _answer(
    request: Request, session: SessionDep, clock: ClockDep, settings: SettingsDep, form: Format
) -> Response:
    published = publication(
        session,
        now=clock.now(),
        is_test=not settings.is_production,
        publisher=settings.municipality_code,
    )
    # Weak: the time of publication differs from answer to answer, the content does not.
    tag = f'W/"{published.fingerprint}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={MAX_AGE_SECONDS}",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    known = request.headers.get("if-none-match", "")
    if tag in {one.strip() for one in known.split(",")} or known.strip() == "*":
        return Response(status_code=304, headers=headers)
    return Response(form.write(published), media_type=form.media_type, headers=headers)


@router.get("/zones.datex2.xml")
def zones_as_datex2(
    request: Request, session: SessionDep, clock: ClockDep, settings: SettingsDep
) -> Response:
    """DATEX II 3.7 ControlledZoneTablePublication."""
    return _answer(request, session, clock, settings, FORMATS["datex2"])


@router.get("/zones.ngsi-ld.json")
def zones_as_ngsi_ld(
    request: Request, session: SessionDep, clock: ClockDep, settings: SettingsDep
) -> Response:
    """NGSI-LD RestrictedTrafficArea entities."""
    return _answer(request, session, clock, settings, FORMATS["ngsi-ld"])


@router.get("/zones.geojson")
def zones_as_geojson(
    request: Request, session: SessionDep, clock: ClockDep, settings: SettingsDep
) -> Response:
    """GeoJSON features of zones and control points."""
    return _answer(request, session, clock, settings, FORMATS["geojson"])
