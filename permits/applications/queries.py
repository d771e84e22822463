"""Reading applications."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from permits.applications.models import Application, ApplicationVehicle, RegistryEntry
from permits.applications.registry import Act
from permits.errors import UnknownApplication
from permits.models import Authorisation
from permits.queries import get_authorisation
from permits.states import AuthorisationState as S

TO_ANSWER = (S.SUBMITTED, S.UNDER_REVIEW, S.INFORMATION_REQUESTED, S.APPEALED)
"""States in which somebody, official or applicant, has to act."""


def get_application(session: Session, reference: str, *, lock: bool = False) -> Application:
    """The application behind the authorisation called `reference`.

    Raises:
        UnknownAuthorisation, UnknownApplication: there is none.
    """
    authorisation = get_authorisation(session, reference, lock=lock)
    found = session.scalar(
        select(Application).where(Application.authorisation_id == authorisation.id)
    )
    if found is None:
        raise UnknownApplication(
            "Authorisation %(reference)s was given without an application.",
            reference=authorisation.reference,
        )
    return found


def application_of(session: Session, authorisation: Authorisation) -> Application | None:
    return session.scalar(
        select(Application).where(Application.authorisation_id == authorisation.id)
    )


def applications_of(session: Session, holder_id: UUID) -> Sequence[Application]:
    """What a holder has lodged, the newest first."""
    query = (
        select(Application)
        .join(Authorisation)
        .where(Authorisation.holder_id == holder_id, Application.submitted_at.is_not(None))
        .order_by(Application.submitted_at.desc(), Application.id.desc())
        .options(
            joinedload(Application.authorisation).joinedload(Authorisation.profile),
            selectinload(Application.vehicles),
        )
    )
    return session.scalars(query).all()


def numbers_to_put_right(session: Session, holder_id: UUID) -> frozenset[str]:
    """Registration numbers of those applications that were lodged to put an entry right."""
    query = select(RegistryEntry.number).where(
        RegistryEntry.holder_id == holder_id, RegistryEntry.kind == Act.PUT_RIGHT.value
    )
    return frozenset(session.scalars(query))


def to_answer(session: Session, limit: int = 200) -> Sequence[Application]:
    """Applications that wait, the longest waiting first; those with the applicant last."""
    query = (
        select(Application)
        .join(Authorisation)
        .where(Authorisation.state.in_([state.value for state in TO_ANSWER]))
        .order_by(Authorisation.state == S.INFORMATION_REQUESTED.value, Application.submitted_at)
        .limit(limit)
        .options(
            joinedload(Application.authorisation).joinedload(Authorisation.holder),
            joinedload(Application.authorisation).joinedload(Authorisation.profile),
            selectinload(Application.vehicles),
        )
    )
    return session.scalars(query).all()


def applications_for_plate(
    session: Session, plate_hash: bytes
) -> list[tuple[datetime, datetime | None]]:
    """When somebody asked for something for this vehicle, and when it was answered."""
    query = (
        select(Application.submitted_at, Application.answered_at)
        .join(ApplicationVehicle)
        .where(ApplicationVehicle.plate_hash == plate_hash, Application.submitted_at.is_not(None))
        .order_by(Application.submitted_at)
    )
    return [(row[0], row[1]) for row in session.execute(query) if row[0] is not None]
