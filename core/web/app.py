"""One way to build a web application: the control centre and the residents' app look alike."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from sqlalchemy import text
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from core.accounts.service import SessionKind
from core.runtime import Runtime, open_runtime
from core.settings import Environment, Settings
from core.web import errors, login
from core.web.csrf import check_csrf
from core.web.dependencies import load_actor
from core.web.middleware import LanguageChoice, SecurityHeaders
from core.web.pages import NavigationEntry, folder_version, template_environment

MAX_BODY_BYTES = 32 * 1024 * 1024
"""Larger requests are refused: a batch of reports or a few pictures fit."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    settings: Settings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    template_packages: Sequence[str],
    session_kind: SessionKind,
    navigation: Sequence[NavigationEntry] = (),
    lifespan: Lifespan | None = None,
    runtime: Runtime | None = None,
) -> FastAPI:
    """An application with login, errors, languages, static files, health and all protections.

    `title` is a message id. On ``app.state``: settings, runtime, engine, session_factory, keys,
    store, clock. `template_packages` are packages with a ``templates`` folder, and perhaps a
    ``static`` one, served under ``/static/<package>/``.
    """
    running = runtime or open_runtime(settings)
    app = FastAPI(
        title=title,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=MAX_BODY_BYTES,
        dependencies=[Depends(load_actor), Depends(check_csrf)],
        lifespan=_lifespan(running, lifespan),
    )
    _fill_state(app, running, title, session_kind, navigation)
    _add_static(app, template_packages)
    errors.install(app)
    for router in (login.router, _health, *routers):
        app.include_router(router)
    app.add_middleware(LanguageChoice, default=settings.default_language)
    https_only = settings.environment is not Environment.DEVELOPMENT
    app.add_middleware(SecurityHeaders, https_only=https_only)
    return app


def _lifespan(runtime: Runtime, inner: Lifespan | None) -> Lifespan:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(runtime.close)
            if inner is not None:
                await stack.enter_async_context(inner(app))
            yield

    return run


def _fill_state(
    app: FastAPI,
    runtime: Runtime,
    title: str,
    session_kind: SessionKind,
    navigation: Sequence[NavigationEntry],
) -> None:
    state = app.state
    state.runtime = runtime
    state.settings = runtime.settings
    state.engine = runtime.engine
    state.session_factory = runtime.writing
    state.keys = runtime.keys
    state.store = runtime.store
    state.clock = runtime.clock
    state.title = title
    state.session_kind = session_kind
    state.navigation = tuple(navigation)


class _VersionedFiles(StaticFiles):
    """Static files whose address carries a version: browsers may keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        versioned = b"v=" in scope["query_string"]
        age = 365 * 24 * 3600 if versioned else 60
        response.headers["Cache-Control"] = f"public, max-age={age}"
        return response


def _add_static(app: FastAPI, packages: Sequence[str]) -> None:
    folders = {"core": Path(__file__).parent / "static"}
    for package in packages:
        folder = _folder_of(package) / "static"
        if folder.is_dir():
            folders[package] = folder
    for name, folder in folders.items():
        app.mount(f"/static/{name}", _VersionedFiles(directory=folder), name=f"static-{name}")
    version = folder_version(list(folders.values()))
    app.state.templates = template_environment(tuple(packages), version)


def _folder_of(package: str) -> Path:
    module: Any = import_module(package)
    return Path(module.__file__).parent


_health = APIRouter()


@_health.get("/health")
def health(request: Request) -> Response:
    """Whether this process can do its work, for supervisors; says nothing about data."""
    runtime: Runtime = request.app.state.runtime
    with runtime.engine.execution_options(sarbide_read_only=True).connect() as connection:
        connection.execute(text("SELECT 1"))
    return JSONResponse({"status": "ok", "database": "ok"})
