"""A whole act of an applicant, papers included: all of it is written, or nothing.

The service desk and the citizens' app both come through here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.errors import InvalidInput
from core.evidence_store import EvidenceStore
from core.identity import Actor
from permits.applications.evidence import Upload, add_document
from permits.applications.lodging import appeal, draft, submit, supply_information
from permits.applications.models import Application, RegistryEntry
from permits.applications.queries import get_application
from permits.applications.registry import Act, entries_of
from permits.applications.requests import ApplicationRequest
from permits.labels import EVIDENCE
from permits.models import Holder
from permits.queries import get_authorisation

Paper = tuple[str, Upload]
"""A file with the code of what it shows."""


def lodge(
    session: Session,
    keys: KeyRing,
    store: EvidenceStore,
    actor: Actor,
    holder: Holder,
    request: ApplicationRequest,
    papers: Sequence[Paper],
    *,
    channel: str,
    act: Act,
    now: datetime,
    represented_by: str | None = None,
    application_id: UUID | None = None,
) -> Application:
    """Draft, papers and submission in one.

    With an `application_id` it is lodged once: sent again, the first one is returned as it is.

    Raises:
        SarbideError: whatever the request, its papers or the register do not allow.
    """
    if application_id is not None:
        known = lodged_before(session, holder, application_id)
        if known is not None:
            return known
    with _papers_in(session, store) as stored:
        application = draft(
            session,
            keys,
            actor,
            holder,
            request,
            channel=channel,
            now=now,
            application_id=application_id,
        )
        _add_all(session, store, actor, application, papers, stored, now)
        return submit(
            session,
            keys,
            actor,
            application.authorisation.reference,
            now=now,
            act=act,
            represented_by=represented_by,
        )


def hand_in(
    session: Session,
    store: EvidenceStore,
    actor: Actor,
    holder_id: UUID,
    reference: str,
    words: str,
    papers: Sequence[Paper],
    *,
    act: Act,
    now: datetime,
    represented_by: str | None = None,
) -> RegistryEntry:
    """The answer to a question, or with `Act.APPEALED` an appeal; returns its receipt.

    Raises:
        SarbideError: it is not the holder's, or its state or a paper does not allow it.
    """
    get_authorisation(session, reference, of_holder=holder_id)
    say = appeal if act is Act.APPEALED else supply_information
    with _papers_in(session, store) as stored:
        application = get_application(session, reference, lock=True)
        say(session, actor, reference, words, now=now, represented_by=represented_by)
        # After the words: an answered application takes papers only once it is appealed.
        _add_all(session, store, actor, application, papers, stored, now)
    return entries_of(session, application.authorisation.holder, limit=1)[0]


def lodged_before(session: Session, holder: Holder, application_id: UUID) -> Application | None:
    """The application that was lodged under this id, if any.

    Whoever sends a form twice at once waits here until the first one is through.
    """
    session.execute(select(Holder.id).where(Holder.id == holder.id).with_for_update())
    return session.get(Application, application_id)


@contextmanager
def _papers_in(session: Session, store: EvidenceStore) -> Iterator[list[str]]:
    """What is stored in here is erased again when the rest fails."""
    stored: list[str] = []
    try:
        with session.begin_nested():
            yield stored
    except Exception:
        for key in stored:
            store.erase(key)
        raise


def _add_all(
    session: Session,
    store: EvidenceStore,
    actor: Actor,
    application: Application,
    papers: Sequence[Paper],
    stored: list[str],
    now: datetime,
) -> None:
    """Keep the papers, and note in `stored` the keys of those that are new."""
    known = {document.store_key for document in application.documents}
    for shows, upload in papers:
        if shows not in EVIDENCE:
            raise InvalidInput("Say of each paper what it shows.")
        paper = add_document(session, store, actor, application, upload, kind=shows, now=now)
        if paper.store_key not in known:
            stored.append(paper.store_key)
