"""Staff pages about the papers of a case: packages, documents, integrity, unmasking."""

import base64
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from core.identity import Actor, Permission
from core.web.dependencies import (
    ClockDep,
    LanguageDep,
    SessionDep,
    StoreDep,
    WritingSessionDep,
    require,
)
from core.web.pages import redirect, render
from core.words import N_
from sanctions.documents.kinds import DOCUMENT_LABELS, DocumentKind
from sanctions.documents.lookup import open_document
from sanctions.documents.models import CaseDocument
from sanctions.documents.public import pdf_response
from sanctions.documents.service import documents_of, request_document
from sanctions.evidence.integrity import STATUS_LABELS, integrity
from sanctions.evidence.models import PackageKind
from sanctions.evidence.packages import (
    open_package,
    packages_of,
    request_court_file,
    seal_anew,
)
from sanctions.evidence.unmasking import UNMASKING_LABELS, can_be_unmasked, unmask
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.reasons import coded
from sanctions.sentences import shown
from sanctions.states import VALIDATED

router = APIRouter(prefix="/cases/{case_id}")

Viewer = Annotated[Actor, Depends(require(Permission.VIEW_CASES))]
Instructor = Annotated[Actor, Depends(require(Permission.INSTRUCT_CASES))]
Unmasker = Annotated[Actor, Depends(require(Permission.UNMASK_PICTURES))]

PACKAGE_LABELS = {
    PackageKind.EVIDENCE: N_("Evidence package"),
    PackageKind.COURT_FILE: N_("Court file"),
}
ON_REQUEST = (DocumentKind.DENUNCIA, DocumentKind.NOTIFICATION)
"""Documents that an instructor may have made when they are not there."""
INSTEAD = (DocumentKind.INFORMATION,)
"""The same for cases of a zone in its first weeks."""


@router.get("/papers")
def papers(
    request: Request,
    session: SessionDep,
    store: StoreDep,
    actor: Viewer,
    language: LanguageDep,
    case_id: UUID,
) -> Response:
    """What papers the case has, and whether its evidence holds."""
    case = get_case(session, case_id)
    documents = documents_of(session, case_id)
    may_export = actor.may(Permission.INSTRUCT_CASES) or actor.may(Permission.RESOLVE_CASES)
    context = {
        "case": case,
        "checks": integrity(session, store, case),
        "status_labels": STATUS_LABELS,
        "packages": packages_of(session, case_id),
        "package_labels": PACKAGE_LABELS,
        "documents": documents,
        "in_words": partial(shown, language=language),
        "document_labels": DOCUMENT_LABELS,
        "may_export": may_export,
        "may_seal": may_export and case.case_state in VALIDATED,
        "may_request": actor.may(Permission.INSTRUCT_CASES) and case.case_state in VALIDATED,
        "absent": _absent(case, documents),
        "may_unmask": actor.may(Permission.UNMASK_PICTURES),
        "maskable": can_be_unmasked(session, case),
    }
    return render(request, "sanctions/papers.html", context)


def _absent(case: InfractionCase, documents: Sequence[CaseDocument]) -> list[DocumentKind]:
    wanted = INSTEAD if case.is_warning else ON_REQUEST
    return [kind for kind in wanted if kind not in {one.kind for one in documents}]


@router.post("/packages")
def ask_for_package(
    request: Request, session: SessionDep, clock: ClockDep, actor: Viewer, case_id: UUID
) -> Response:
    """Have the evidence package made anew: the case has changed, or had none."""
    seal_anew(session, case_id, actor, now=clock.now())
    return _back(request, case_id)


@router.post("/court-file")
def ask_for_court_file(
    request: Request, session: SessionDep, clock: ClockDep, actor: Viewer, case_id: UUID
) -> Response:
    """Have the whole case exported."""
    request_court_file(session, case_id, actor, now=clock.now())
    return _back(request, case_id)


@router.post("/documents")
def ask_for_document(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    actor: Instructor,
    case_id: UUID,
    kind: Annotated[str, Form(max_length=40)],
) -> Response:
    """Have a document made that the case lacks."""
    case = get_case(session, case_id, lock=True)
    wanted = coded(DocumentKind, kind)
    request_document(session, case, wanted, now=clock.now(), actor=actor)
    return _back(request, case_id)


def _back(request: Request, case_id: UUID) -> Response:
    words = N_("It is being made. Reload this page in a moment.")
    return redirect(request, f"/cases/{case_id}/papers", words, kind="info")


@router.get("/packages/{package_id}")
def download_package(
    session: WritingSessionDep, store: StoreDep, actor: Viewer, case_id: UUID, package_id: UUID
) -> Response:
    """The ZIP file; every download leaves an audit row."""
    package, content = open_package(session, store, package_id, actor)
    reference = get_case(session, package.case_id).reference.replace("/", "-")
    name = f"{package.kind.replace('_', '-')}-{reference}-{package.number}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/zip", headers=headers)


@router.get("/documents/{document_id}")
def show_document(
    session: WritingSessionDep, store: StoreDep, actor: Viewer, case_id: UUID, document_id: UUID
) -> Response:
    """The PDF; every look leaves an audit row."""
    return pdf_response(open_document(session, store, document_id, actor))


@router.get("/unmask/{kind}")
def ask_to_unmask(
    request: Request, session: SessionDep, actor: Unmasker, case_id: UUID, kind: str
) -> Response:
    """The form that asks for the reason."""
    return _unmask_page(request, get_case(session, case_id), kind)


@router.post("/unmask/{kind}")
def show_unmasked(
    request: Request,
    session: SessionDep,
    store: StoreDep,
    clock: ClockDep,
    actor: Unmasker,
    case_id: UUID,
    kind: str,
    reason: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """The picture as filmed, once; a reload asks for the reason again."""
    picture = unmask(
        session, store, case_id, kind, actor, reason=reason, note=note, now=clock.now()
    )
    shown = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    return _unmask_page(request, get_case(session, case_id), kind, shown=shown)


def _unmask_page(
    request: Request, case: InfractionCase, kind: str, *, shown: str | None = None
) -> Response:
    context: dict[str, Any] = {
        "case": case,
        "kind": kind,
        "reasons": UNMASKING_LABELS,
        "picture": shown,
    }
    return render(request, "sanctions/unmask.html", context)
