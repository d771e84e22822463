"""Passages: the list, one of them with its reasoning, its pictures."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from control_center import labels, queries
from control_center.errors import UnknownPassage
from control_center.models import PassageRecord
from control_center.passages.deciding import get_passage
from control_center.passages.passage_views import decision_view, line, read_view
from control_center.passages.pictures import ORIGINAL
from core.audit import record
from core.identity import Actor, Permission
from core.web.dependencies import (
    ClockDep,
    LanguageDep,
    SessionDep,
    StoreDep,
    WritingSessionDep,
    require,
)
from core.web.pages import render
from permits.queries import names

router = APIRouter()

PassageViewer = Annotated[Actor, Depends(require(Permission.VIEW_PASSAGES))]


@router.get("/passages")
def list_passages(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    _: PassageViewer,
    cursor: str | None = None,
) -> Response:
    """All passages, newest first."""
    now = clock.now()
    page = queries.passages_page(session, cursor)
    context = {"lines": [line(one, now) for one in page.items], "next_cursor": page.next_cursor}
    return render(request, "control_center/passages.html", context)


@router.get("/passages/{passage_id}")
def show_passage(
    request: Request,
    passage_id: UUID,
    session: WritingSessionDep,
    clock: ClockDep,
    language: LanguageDep,
    actor: PassageViewer,
) -> Response:
    """One passage: what was read, how it was decided and why. Looking at it is recorded."""
    passage = get_passage(session, passage_id)
    record(session, actor, "control_center:passage:viewed", f"passage:{passage.id}")
    named = names(session, language)
    context = {
        "passage": passage,
        "line": line(passage, clock.now()),
        "read": read_view(passage),
        "decisions": [decision_view(one, language, named) for one in reversed(passage.decisions)],
        "pictures": shown_pictures(passage),
    }
    return render(request, "control_center/passage.html", context)


@router.get("/pending")
def list_pending(
    request: Request, session: SessionDep, clock: ClockDep, _: PassageViewer
) -> Response:
    """Passages that can still be put right, with the time that is left."""
    now = clock.now()
    lines = [line(one, now) for one in queries.pending_passages(session)]
    return render(request, "control_center/pending.html", {"lines": lines, "now": now})


@router.get("/passages/{passage_id}/pictures/{kind}")
def show_picture(
    passage_id: UUID,
    kind: str,
    session: SessionDep,
    store: StoreDep,
    _: PassageViewer,
) -> Response:
    """A picture while it is kept; the unmasked one is never shown."""
    passage = get_passage(session, passage_id)
    for picture in passage.pictures:
        if picture.kind == kind != ORIGINAL and picture.erased_at is None:
            return Response(store.get(picture.store_key), media_type="image/jpeg")
    raise UnknownPassage(labels.N_("This passage has no such picture (any more)."))


def shown_pictures(passage: PassageRecord) -> list[tuple[str, str]]:
    """Address and words (a message id) of each picture that may be looked at."""
    return [
        (f"/passages/{passage.id}/pictures/{one.kind}", labels.PICTURE[one.kind])
        for one in sorted(passage.pictures, key=lambda one: one.kind, reverse=True)
        if one.erased_at is None and one.kind in labels.PICTURE
    ]
