"""What the desk's endpoints ask for."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData

from control_center.desk.models import DeskVisit
from control_center.desk.visits import get_visit
from core.clock import utc_now
from core.identity import Actor, Permission
from core.web.dependencies import SessionDep, WritingSessionDep, require

Agent = Annotated[Actor, Depends(require(Permission.MANAGE_AUTHORISATIONS))]


async def sent_form(request: Request) -> FormData:
    return await request.form()


Form = Annotated[FormData, Depends(sent_form)]


def open_visit(visit_id: UUID, session: SessionDep, agent: Agent) -> DeskVisit:
    """The visit in the address: the agent's own, and not ended."""
    return get_visit(session, agent, visit_id, utc_now())


def open_visit_writing(visit_id: UUID, session: WritingSessionDep, agent: Agent) -> DeskVisit:
    """As `open_visit`, for pages that leave an audit row."""
    return get_visit(session, agent, visit_id, utc_now())


Visit = Annotated[DeskVisit, Depends(open_visit)]
VisitOnRecord = Annotated[DeskVisit, Depends(open_visit_writing)]
