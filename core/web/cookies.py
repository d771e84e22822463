"""Cookies: which names they have, and that only our own pages see them."""

from starlette.requests import Request
from starlette.responses import Response

from core.runtime import Runtime
from core.settings import Environment


def runtime_of(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def session_kind_of(request: Request) -> str:
    """``staff`` or ``citizen``: which of the two applications this is."""
    return str(request.app.state.session_kind)


def is_secure(request: Request) -> bool:
    """Whether cookies demand https: always, but for development over http."""
    development = runtime_of(request).settings.environment is Environment.DEVELOPMENT
    return request.url.scheme == "https" or not development


def cookie_name(request: Request, purpose: str) -> str:
    """``__Host-sarbide-staff-session`` and the like; browsers take ``__Host-`` over https only.

    Staff and citizens have different names: on one host, both can be logged in.
    """
    prefix = "__Host-" if is_secure(request) else ""
    return f"{prefix}sarbide-{session_kind_of(request)}-{purpose}"


def set_cookie(
    request: Request,
    response: Response,
    purpose: str,
    value: str,
    *,
    max_age: int | None = None,
) -> None:
    """Set a cookie for this host only, out of reach of scripts and of other sites' requests."""
    response.set_cookie(
        cookie_name(request, purpose),
        value,
        max_age=max_age,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def get_cookie(request: Request, purpose: str) -> str | None:
    return request.cookies.get(cookie_name(request, purpose))


def clear_cookie(request: Request, response: Response, purpose: str) -> None:
    response.delete_cookie(
        cookie_name(request, purpose),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
