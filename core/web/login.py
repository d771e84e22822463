"""Logging in and out, for both applications."""

from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from core.accounts.service import SESSION_LENGTH, SessionKind, log_in, log_out
from core.errors import TooManyRequests, Unauthenticated
from core.web.cookies import clear_cookie, get_cookie, session_kind_of, set_cookie
from core.web.dependencies import SessionDep
from core.web.pages import redirect, render
from core.web.translations import translate

router = APIRouter()


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:
    """The form; whoever is logged in already is offered to log out."""
    return _form(request, next)


@router.post("/login")
def submit_login(
    request: Request,
    session: SessionDep,
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Open a login session. A failure is answered with the form, so that it is also counted."""
    kind = cast(SessionKind, session_kind_of(request))
    address = request.client.host if request.client else None
    try:
        token = log_in(session, login, password, kind, address=address)
    except (Unauthenticated, TooManyRequests) as error:
        message = translate(error.template, request.state.language, **error.details)
        return _form(request, next, login=login, error=message, status=error.status)
    response = redirect(request, _own_path(next))
    age = int(SESSION_LENGTH[kind].total_seconds())
    set_cookie(request, response, "session", token, max_age=age)
    return response


@router.post("/logout")
def submit_logout(request: Request, session: SessionDep) -> Response:
    """End the login session."""
    log_out(session, get_cookie(request, "session") or "")
    response = redirect(request, "/login", "You are logged out.")
    clear_cookie(request, response, "session")
    return response


def _form(
    request: Request, next: str, *, login: str = "", error: str | None = None, status: int = 200
) -> Response:
    context = {"next": _own_path(next), "login": login, "error": error}
    return render(request, "login.html", context, status=status)


def _own_path(path: str) -> str:
    """`path` if it stays on this site, else the start page: no open redirects."""
    parts = urlsplit(path)
    stays = not parts.scheme and not parts.netloc and path.startswith("/")
    return path if stays and not path.startswith(("//", "/\\")) else "/"
