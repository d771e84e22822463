"""A small application with one endpoint of each sort."""

from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Form, Request
from sqlalchemy import select
from starlette.responses import Response

from core import audit
from core.accounts.models import Account
from core.errors import Conflict
from core.identity import Actor, Permission
from core.web.dependencies import SessionDep, WritingSessionDep, require
from core.web.pages import NavigationEntry, redirect
from tests.conftest import BuildApp

router = APIRouter()


@router.get("/cases-only")
def cases_only(actor: Annotated[Actor, Depends(require(Permission.VIEW_CASES))]) -> dict[str, str]:
    return {"name": actor.name}


@router.post("/rename")
def rename(request: Request, session: SessionDep, name: Annotated[str, Form()]) -> Response:
    session.scalars(select(Account)).one().display_name = name
    if name == "taken":
        raise Conflict("The login '%(login)s' is taken; choose another.", login=name)
    return redirect(request, "/login", "You are logged in as %(name)s.", name=name)


@router.get("/looks-up")
def looks_up(
    session: WritingSessionDep, actor: Annotated[Actor, Depends(require(Permission.VIEW_CASES))]
) -> dict[str, str]:
    audit.record(session, actor, "core:plate:searched", "plate:1")
    return {}


@router.get("/breaks")
def breaks() -> None:
    raise ZeroDivisionError("the secret is 42")


@router.post("/edge/reports")
def edge_reports() -> dict[str, str]:
    return {"taken": "yes"}


@pytest.fixture
def app(build_app: BuildApp) -> FastAPI:
    navigation = [
        NavigationEntry("/cases-only", "Control centre", Permission.VIEW_CASES),
        NavigationEntry("/accounts", "Password", Permission.MANAGE_ACCOUNTS),
    ]
    return build_app([router], navigation=navigation)
