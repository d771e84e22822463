"""The operators' first page: what passes now, and what waits for somebody."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from control_center import queries
from control_center.endpoints.control_points import alarm_context
from control_center.models import PassageRecord
from control_center.passages.fragments import render_text
from control_center.passages.live import Feed
from control_center.passages.passage_states import PassageStatus
from control_center.passages.passage_views import line
from core.database import transaction
from core.identity import Actor, Permission
from core.runtime import Runtime
from core.web.cookies import runtime_of
from core.web.dependencies import ClockDep, SessionDep, require
from core.web.pages import render
from sanctions.queries import count_by_state
from sanctions.states import AWAITING_REVIEW

router = APIRouter()

POLL_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 15.0

OverviewActor = Annotated[Actor, Depends(require(Permission.VIEW_OVERVIEW))]
PassageViewer = Annotated[Actor, Depends(require(Permission.VIEW_PASSAGES))]


@router.get("/")
def overview(
    request: Request, session: SessionDep, clock: ClockDep, actor: OverviewActor
) -> Response:
    """Counts of the day for everybody; the passages themselves for those who work with them."""
    now = clock.now()
    sees_passages = actor.may(Permission.VIEW_PASSAGES)
    cases = count_by_state(session) if actor.may(Permission.VIEW_CASES) else {}
    context: dict[str, Any] = {
        "now": now,
        "alarms": None,
        "counts": queries.counts_of_day(session, now),
        "waiting": {
            "reads": queries.count_waiting(session, PassageStatus.READ_REVIEW),
            "vehicles": queries.count_waiting(session, PassageStatus.VEHICLE_CHECK),
            "pending": queries.count_waiting(session, PassageStatus.PENDING),
            "cases": sum(cases.get(state, 0) for state in AWAITING_REVIEW),
        },
        "sees_passages": sees_passages,
        "sees_cases": actor.may(Permission.VIEW_CASES),
        "last_event": queries.last_live_event(session),
        "lines": [line(one, now) for one in queries.latest_passages(session)]
        if sees_passages
        else [],
    }
    if actor.may(Permission.VIEW_CONTROL_POINTS):
        context |= alarm_context(session)
    return render(request, "control_center/overview.html", context)


@router.get("/passages/live", response_class=EventSourceResponse)
async def live_passages(
    request: Request,
    _: PassageViewer,
    after: int = 0,
    last_event_id: Annotated[int | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Rows of the live list as they change; resumes after Last-Event-ID, else after `after`."""
    position = after if last_event_id is None else last_event_id
    runtime, feed, idle = runtime_of(request), Feed(position), 0.0
    yield ServerSentEvent(retry=2000, comment="live passages")
    while not await request.is_disconnected():
        events = await run_in_threadpool(_news, request, runtime, feed)
        for event in events:
            yield event
        idle = 0.0 if events else idle + POLL_SECONDS
        if idle >= KEEP_ALIVE_SECONDS:
            idle = 0.0
            yield ServerSentEvent(comment="still here")
        await asyncio.sleep(POLL_SECONDS)


def _news(request: Request, runtime: Runtime, feed: Feed) -> list[ServerSentEvent]:
    """One event for each passage that changed, carrying its row as it is now."""
    now = runtime.clock.now()
    with transaction(runtime.reading) as session:
        newest = {event.passage_id: event.id for event in feed.news(session)}
        if not newest:
            return []
        statement = (
            select(PassageRecord)
            .where(PassageRecord.id.in_(newest))
            .options(selectinload(PassageRecord.decisions), selectinload(PassageRecord.pending))
        )
        lines = {passage.id: line(passage, now) for passage in session.scalars(statement)}
    return [
        ServerSentEvent(
            raw_data=render_text(
                request, "control_center/passage_row.html", {"line": lines[passage_id]}
            ),
            event="passage",
            id=str(event_id),
        )
        for passage_id, event_id in sorted(newest.items(), key=lambda item: item[1])
        if passage_id in lines
    ]
