"""A citizen's own applications: finding one, and saying something to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from core.evidence_store import EvidenceStore
from core.identity import Actor
from mobile_api.forms import about, papers_checked
from permits.applications.forms import text_of
from permits.applications.handing_in import hand_in
from permits.applications.models import Application, RegistryEntry
from permits.applications.queries import get_application
from permits.applications.registry import Act
from permits.errors import BadDocument, UnknownApplication
from permits.queries import get_authorisation
from permits.states import AuthorisationState as S


def application_of_holder(
    session: Session, holder_id: UUID, reference: str, *, lock: bool = False
) -> Application:
    """Raises UnknownAuthorisation, UnknownApplication: there is none, or it is not theirs."""
    get_authorisation(session, reference, of_holder=holder_id)
    application = get_application(session, reference, lock=lock)
    if application.submitted_at is None:
        raise UnknownApplication("There is no application %(reference)s.", reference=reference[:40])
    return application


def say(
    session: Session,
    store: EvidenceStore,
    actor: Actor,
    holder_id: UUID,
    reference: str,
    form: FormData,
    *,
    act: Act,
    now: datetime,
) -> RegistryEntry | None:
    """Answer what was asked, or appeal; the receipt, or None for what was said already.

    Raises:
        SarbideError: its state or a paper does not allow it. The details name the field.
    """
    application = application_of_holder(session, holder_id, reference, lock=True)
    words = text_of(form, "words")
    if _is_said(application, words, act):
        return None
    papers = papers_checked(form)
    with about("words"):
        try:
            return hand_in(
                session, store, actor, holder_id, reference, words, papers, act=act, now=now
            )
        except BadDocument as error:
            error.details.setdefault("field", "paper_1")
            raise


def _is_said(application: Application, words: str, act: Act) -> bool:
    """Whether the same was said and nothing is waited for since: a form that was sent twice."""
    state = application.authorisation.state
    if act is Act.APPEALED:
        return state == S.APPEALED.value and application.appeal == words
    said = application.statement or ""
    return state == S.UNDER_REVIEW.value and bool(words) and said.endswith(words)
