"""What a citizen sees: their authorisations and the passages they can still put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from control_center.queries import pending_for_holder
from permits.access import Reason
from permits.labels import OFFENCES
from permits.queries import authorisations_of, names
from permits.service import changes_left_today
from permits.views import AuthorisationView, authorisation_view


@dataclass(frozen=True)
class PendingView:
    """A passage whose regularisation period runs."""

    passage_id: UUID
    plate: str | None
    control_point: str
    """Its name."""
    seen_at: datetime
    offence: str
    """A `permits.access.Reason` value."""
    words: str
    """A message id."""
    deadline: datetime
    left: timedelta
    """Until the deadline; never negative."""


@dataclass(frozen=True)
class OwnAuthorisation:
    view: AuthorisationView
    changes_left: int
    """Plate changes that today still allows."""


def own_authorisations(
    session: Session, holder_id: UUID, *, language: str, now: datetime
) -> list[OwnAuthorisation]:
    """The holder's authorisations, by reference."""
    return [
        OwnAuthorisation(
            authorisation_view(session, row, language=language, now=now),
            changes_left_today(session, row, now),
        )
        for row in authorisations_of(session, holder_id)
    ]


def own_pending(
    session: Session, holder_id: UUID, *, language: str, now: datetime
) -> Sequence[PendingView]:
    """The holder's passages that can still be put right, the most urgent first."""
    named = names(session, language)
    return [
        PendingView(
            passage_id=one.passage_id,
            plate=one.plate,
            control_point=named.get(one.control_point, one.control_point),
            seen_at=one.seen_at,
            offence=one.offence,
            words=OFFENCES[Reason(one.offence)],
            deadline=one.deadline,
            left=max(timedelta(0), one.deadline - now),
        )
        for one in pending_for_holder(session, holder_id)
    ]
