"""The public page that shows the authentic document for a verification code.

The code travels in the body of a form, never in an address: it stays out of logs, histories and
referrers. Nothing is cached (`core.web.middleware`).
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from core.errors import SarbideError
from core.web.dependencies import KeysDep, SessionDep, StoreDep
from core.web.pages import render
from core.web.translations import translate
from sanctions.documents.errors import TooManyCodes, UnknownCode
from sanctions.documents.kinds import DOCUMENT_LABELS, DocumentKind
from sanctions.documents.lookup import Authentic, verify_code
from sanctions.queries import get_case

router = APIRouter(prefix="/verify")

Code = Annotated[str, Form(max_length=60)]


@router.get("")
def form(request: Request) -> Response:
    """Where somebody types the code."""
    return _page(request)


@router.post("")
def check(
    request: Request, session: SessionDep, store: StoreDep, keys: KeysDep, code: Code = ""
) -> Response:
    """What the code's document is, and a button to see it."""
    try:
        found = verify_code(session, store, keys, code, address=_address(request))
    except (UnknownCode, TooManyCodes) as error:
        return _page(request, code, error)
    document = found.document
    context = {
        "document": document,
        "label": DOCUMENT_LABELS[DocumentKind(document.kind)],
        "reference": get_case(session, document.case_id).reference,
    }
    return render(request, "sanctions/verified.html", context)


@router.post("/document")
def show(
    request: Request, session: SessionDep, store: StoreDep, keys: KeysDep, code: Code = ""
) -> Response:
    """The PDF itself, signatures and all."""
    try:
        found = verify_code(session, store, keys, code, address=_address(request))
    except (UnknownCode, TooManyCodes) as error:
        return _page(request, code, error)
    return pdf_response(found)


def pdf_response(found: Authentic) -> Response:
    """The document for a browser to show."""
    name = f"{found.document.kind}-{found.document.number}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(found.pdf, media_type="application/pdf", headers=headers)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _page(request: Request, code: str = "", error: SarbideError | None = None) -> Response:
    # A failure is answered with the form, so that the attempt is committed and counted.
    message = translate(error.template, request.state.language) if error else None
    context = {"code": code, "error": message}
    return render(request, "sanctions/verify.html", context, status=error.status if error else 200)
