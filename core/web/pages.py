"""HTML pages from the packages' templates, one look for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.identity import Permission
from core.web import csrf, formats
from core.web.cookies import runtime_of
from core.web.dependencies import actor_of
from core.web.flash import Flash, FlashKind, clear_flash, pending_flash, set_flash
from core.web.translations import LANGUAGES, catalogue, current_language


@dataclass(frozen=True)
class NavigationEntry:
    """A link in the header. `label` is a message id; shown to those with `permission`."""

    path: str
    label: str
    permission: Permission | None = None


@lru_cache
def template_environment(packages: tuple[str, ...], static_version: str) -> Environment:
    """Templates of `core.web` and of `packages`, each from its ``templates`` folder.

    One environment, with its compiled templates, serves all applications of the same packages.
    """
    loaders = [PackageLoader(package, "templates") for package in ("core.web", *packages)]
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: catalogue(current_language.get()).ugettext(message),
        lambda one, many, n: catalogue(current_language.get()).ungettext(one, many, n),
        newstyle=True,
    )
    environment.filters |= {
        "localtime": formats.localtime,
        "localtime_exact": formats.localtime_exact,
        "localdate": formats.localdate,
        "day": formats.day,
        "euros": formats.euros,
        "clock_time": formats.clock_time,
        "duration": formats.duration,
    }
    environment.globals |= {
        "localtime": formats.localtime,
        "plate": formats.plate,
        "languages": LANGUAGES,
        "static": lambda path: f"/static/{path}?v={static_version}",
    }
    return environment


def render(
    request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """A page. To every context belong: request, actor, language, settings, navigation, title of
    the application, and the helpers of `core.web.formats`.
    """
    flash = pending_flash(request)
    token = current_language.set(request.state.language)
    try:
        page = request.app.state.templates.get_template(template)
        html = page.render({**_common(request, flash), **(context or {})})
    finally:
        current_language.reset(token)
    response = HTMLResponse(html, status_code=status)
    csrf.remember_browser(request, response)
    if flash is not None:
        clear_flash(request, response)
    return response


def redirect(
    request: Request,
    path: str,
    message: str | None = None,
    *,
    kind: FlashKind = "success",
    **values: str,
) -> RedirectResponse:
    """Send the browser to `path` after a form, with `message` (a message id) shown there."""
    response = RedirectResponse(path, status_code=303)
    if message is not None:
        set_flash(request, response, Flash(message, kind, values))
    return response


def _common(request: Request, flash: Flash | None) -> dict[str, Any]:
    state, actor = request.app.state, actor_of(request)
    return {
        "request": request,
        "actor": actor,
        "language": request.state.language,
        "settings": runtime_of(request).settings,
        "application_title": state.title,
        "session_kind": state.session_kind,
        "navigation": [
            entry
            for entry in state.navigation
            if entry.permission is None or (actor is not None and actor.may(entry.permission))
        ],
        "flash": flash,
        "csrf_token": lambda: csrf.token_for(request),
        "csrf_field": lambda: _csrf_field(request),
        "in_language": lambda language: _in_language(request.url, language),
    }


def _csrf_field(request: Request) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        csrf.FIELD, csrf.token_for(request)
    )


def _in_language(url: URL, language: str) -> str:
    """This page's address in another language."""
    there = url.include_query_params(lang=language)
    return f"{there.path}?{there.query}"


def folder_version(folders: Sequence[Path]) -> str:
    """A short hash of all files in `folders`: changes when a cached copy must not be used."""
    digest = sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
