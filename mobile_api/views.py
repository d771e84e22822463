"""What a citizen sees of their authorisations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from permits.queries import authorisations_of
from permits.service import changes_left_today
from permits.views import AuthorisationView, authorisation_view


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
