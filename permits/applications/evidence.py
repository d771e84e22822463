"""Papers handed in with an application: what may come in, and where it is kept.

Files are judged by their content, never by their name or by what the browser says they are.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageFile
from sqlalchemy.orm import Session

from core import audit
from core.database import uuid7
from core.errors import InvalidInput
from core.evidence_store import EvidenceStore
from core.identity import Actor
from permits.applications.models import Application, ApplicationDocument
from permits.errors import BadDocument, UnknownDocument

MAX_BYTES = 10_000_000
MAX_DOCUMENTS = 12
MAX_PIXELS = 60_000_000
"""A phone's photo has 12 to 50 million; more is an attempt to fill the memory."""
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png"}


@dataclass(frozen=True)
class Upload:
    """A file as the browser sent it."""

    name: str
    content: bytes


def media_type_of(upload: Upload) -> str:
    """The media type of a whole and harmless-looking PDF, JPEG or PNG.

    Raises:
        BadDocument: empty, too large, of another kind, or damaged; the message names the file.
    """
    name, content = _short(upload.name), upload.content
    if not content:
        raise BadDocument("'%(name)s' is empty: choose the file again.", name=name)
    if len(content) > MAX_BYTES:
        raise BadDocument(
            "'%(name)s' is larger than %(limit)s MB: send a smaller copy.",
            name=name,
            limit=MAX_BYTES // 1_000_000,
        )
    if content.startswith(b"%PDF-"):
        return _checked_pdf(name, content)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")):
        return _checked_picture(name, content)
    raise BadDocument(
        "'%(name)s' is neither a PDF nor a JPEG or PNG picture: send one of these.", name=name
    )


def _checked_pdf(name: str, content: bytes) -> str:
    if b"%%EOF" not in content[-2048:]:
        raise BadDocument("'%(name)s' is cut off: send the whole file.", name=name)
    if b"/Encrypt" in content:
        raise BadDocument(
            "'%(name)s' is protected by a password: send a copy without one.", name=name
        )
    return "application/pdf"


@contextmanager
def _cut_off_pictures_refused() -> Iterator[None]:
    """WeasyPrint lets the whole process read cut-off pictures, once it is imported."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _checked_picture(name: str, content: bytes) -> str:
    try:
        with warnings.catch_warnings(), _cut_off_pictures_refused():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=list(_PICTURES))
            if picture.width * picture.height > MAX_PIXELS:
                raise BadDocument("'%(name)s' has too many pixels: send a smaller copy.", name=name)
            picture.load()
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise BadDocument(
            "'%(name)s' is a damaged picture: take or save it again.", name=name
        ) from error
    return _PICTURES[picture.format or ""]


def add_document(
    session: Session,
    store: EvidenceStore,
    actor: Actor,
    application: Application,
    upload: Upload,
    *,
    kind: str,
    now: datetime,
) -> ApplicationDocument:
    """Keep a paper with `application`; the same file twice is kept once.

    Raises:
        BadDocument: the file is refused, the message says why.
        InvalidInput: there are too many already, or the application was answered.
    """
    media_type = media_type_of(upload)
    if application.answered_at is not None and application.appealed_at is None:
        raise InvalidInput("This application is answered: lodge an appeal or apply anew.")
    if len(application.documents) >= MAX_DOCUMENTS:
        raise InvalidInput("An application takes %(limit)s papers at most.", limit=MAX_DOCUMENTS)
    document_id = uuid7()
    key = f"applications/{application.id}/{document_id}"
    digest = store.put(key, upload.content)
    for known in application.documents:
        if known.sha256 == digest and known.kind == kind:
            store.erase(key)
            return known
    document = ApplicationDocument(
        id=document_id,
        kind=kind,
        name=_short(upload.name),
        media_type=media_type,
        size=len(upload.content),
        sha256=digest,
        store_key=key,
        added_at=now,
        by_name=actor.name,
    )
    application.documents.append(document)
    session.flush()
    audit.record(
        session, actor, "permits:document:added", f"application:{application.id}", sha256=digest
    )
    return document


def document_of(application: Application, document_id: str) -> ApplicationDocument:
    """Raises UnknownDocument."""
    for document in application.documents:
        if str(document.id) == document_id:
            return document
    raise UnknownDocument("This application has no such paper.")


def _short(name: str) -> str:
    """The file's own name without folders and control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable()).strip()
    return clean[-80:] or "file"
