"""What time alone does: authorisations begin and end, unanswered questions lapse."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.evidence_store import EvidenceStore
from core.identity import SYSTEM
from permits.applications import labels, letters
from permits.applications.lodging import close
from permits.applications.models import Application, ApplicationDocument
from permits.authorisations import change_state
from permits.models import Authorisation
from permits.states import AuthorisationState as S

BATCH = 500
DRAFTS = timedelta(days=30)
"""A draft that nobody hands in is forgotten."""
PAPERS = timedelta(days=180)
"""How long papers are kept after the answer: an appeal and a court may ask for them."""


def apply_time(session: Session, now: datetime) -> dict[str, int]:
    """Move on what is due at `now`; a second time does nothing. Returns how many of each."""
    return {
        "ended": _move(session, _ended(now), S.EXPIRED, labels.ENDED, now),
        "begun": _move(session, _begun(now), S.ACTIVE, labels.BEGUN, now),
        "lapsed": _lapse(session, now),
        "drafts": _move(session, _old_drafts(now), S.WITHDRAWN, labels.NOT_HANDED_IN, now),
    }


def forget_papers(session: Session, store: EvidenceStore, now: datetime) -> int:
    """Erase papers of applications that were answered long ago; returns how many."""
    query = (
        select(ApplicationDocument)
        .join(Application)
        .where(Application.answered_at <= now - PAPERS)
        .limit(BATCH)
    )
    papers = session.scalars(query).all()
    for paper in papers:
        store.erase(paper.store_key)
        session.delete(paper)
    return len(papers)


def _old_drafts(now: datetime) -> list[object]:
    return [
        Authorisation.state == S.DRAFT.value,
        Authorisation.created_at <= now - DRAFTS,
    ]


def _ended(now: datetime) -> list[object]:
    states = [state.value for state in (S.GRANTED, S.ACTIVE, S.SUSPENDED)]
    return [Authorisation.state.in_(states), Authorisation.valid_until <= now]


def _begun(now: datetime) -> list[object]:
    return [Authorisation.state == S.GRANTED.value, Authorisation.valid_from <= now]


def _move(session: Session, which: list[object], new: S, why: str, now: datetime) -> int:
    query = select(Authorisation.reference).where(*which).limit(BATCH)  # type: ignore[arg-type]
    due = session.scalars(query).all()
    for reference in due:
        change_state(session, SYSTEM, reference, new, why=why, now=now)
    return len(due)


def _lapse(session: Session, now: datetime) -> int:
    """Ley 39/2015, article 68.1: who does not answer in time has withdrawn."""
    query = (
        select(Application)
        .join(Authorisation)
        .where(Authorisation.state == S.INFORMATION_REQUESTED.value, Application.answer_by <= now)
        .limit(BATCH)
    )
    due = session.scalars(query).all()
    for application in due:
        row = application.authorisation
        change_state(session, SYSTEM, row.reference, S.WITHDRAWN, why=labels.UNANSWERED, now=now)
        close(session, row, now)
        letters.tell(session, application, letters.UNANSWERED, now=now)
    return len(due)
