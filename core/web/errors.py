"""Errors as people and programs get them: a page, or RFC 9457 problem+json. Never a traceback."""

import secrets
from typing import cast
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from core import audit
from core.database import transaction
from core.errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    SarbideError,
    Unauthenticated,
    Unavailable,
)
from core.web import pages
from core.web.cookies import runtime_of
from core.web.dependencies import actor_of, load_actor
from core.web.translations import translate

_log = structlog.get_logger()
_MACHINE_PREFIXES = ("/api/", "/edge/")
PROBLEM_TYPE = "urn:sarbide:problem:"


def install(app: FastAPI) -> None:
    """Render every error of `app`."""
    app.add_exception_handler(SarbideError, _sarbide_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OperationalError, _database_error)
    app.add_exception_handler(Exception, _unexpected_error)


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, rather than a program."""
    if request.url.path.startswith(_MACHINE_PREFIXES):
        return False
    return "text/html" in request.headers.get("accept", "")


def respond(request: Request, error: SarbideError) -> Response:
    """`error` as a page or as a problem document, in the language of the request."""
    if isinstance(error, Unauthenticated) and wants_page(request) and request.method == "GET":
        return RedirectResponse(f"/login?next={quote(_path_with_query(request))}", 303)
    message = translate(error.template, request.state.language, **error.details)
    if wants_page(request):
        context = {"status": error.status, "heading": error.title, "message": message}
        return pages.render(request, "error.html", context, status=error.status)
    problem = {
        **jsonable_encoder(error.details),
        "type": PROBLEM_TYPE + error.slug,
        "title": translate(error.title, request.state.language),
        "status": error.status,
        "detail": message,
    }
    headers = {"Retry-After": "60"} if error.status in {429, 503} else None
    return JSONResponse(
        problem, error.status, headers=headers, media_type="application/problem+json"
    )


def _path_with_query(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


async def _sarbide_error(request: Request, raised: Exception) -> Response:
    error = cast(SarbideError, raised)
    if isinstance(error, Forbidden):
        await run_in_threadpool(_record_refusal, request, error)
    if error.status >= 500:
        _log.error("request_failed", path=request.url.path, error=error.message)
    return respond(request, error)


def _record_refusal(request: Request, error: Forbidden) -> None:
    """Every refusal of a permission is audited; the request's own transaction was rolled back."""
    actor = actor_of(request)
    if actor is None:
        return
    with transaction(runtime_of(request).writing) as session:
        audit.record(
            session,
            actor,
            "core:permission:refused",
            f"account:{actor.id}",
            method=request.method,
            path=_route_of(request),
            error=error.slug,
        )


def _route_of(request: Request) -> str:
    """The path's pattern: the path itself may hold personal data."""
    route = request.scope.get("route")
    return str(getattr(route, "path", None) or request.url.path)


async def _validation_error(request: Request, raised: Exception) -> Response:
    error = cast(RequestValidationError, raised)
    faults = [
        {"field": ".".join(map(str, fault["loc"][1:])) or str(fault["loc"][0]), "why": fault["msg"]}
        for fault in error.errors()
    ]
    fields = ", ".join(fault["field"] for fault in faults)
    message = "These fields are missing or malformed: %(fields)s. Correct them and send again."
    return respond(request, InvalidInput(message, fields=fields, errors=faults))


async def _http_error(request: Request, raised: Exception) -> Response:
    error = cast(HTTPException, raised)
    # An address without a route runs no dependency; the page still shows who is logged in.
    await run_in_threadpool(load_actor, request)
    if error.status_code == 404:
        return respond(request, NotFound("There is no page %(path)s.", path=request.url.path))
    failure = SarbideError(error.detail)
    failure.status = error.status_code  # type: ignore[misc]  # a status of Starlette's own
    failure.title = error.detail  # type: ignore[misc]
    return respond(request, failure)


async def _database_error(request: Request, error: Exception) -> Response:
    _log.error("database_unavailable", path=request.url.path, error=str(error).splitlines()[0])
    return respond(
        request,
        Unavailable("The database does not answer at the moment. Try again in a minute."),
    )


async def _unexpected_error(request: Request, error: Exception) -> Response:
    incident = secrets.token_hex(4)
    _log.error("unexpected_error", path=request.url.path, incident=incident, exc_info=error)
    return respond(
        request,
        SarbideError(
            "Something went wrong here, not with what you did. If it stays, report incident "
            "%(incident)s.",
            incident=incident,
        ),
    )
