"""The places of an entitlement: how many vehicles may share a dwelling, a garage, a licence.

Whoever wants one locks the entitlement first, so that of two people who take the last place in
the same moment exactly one gets it.
"""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from permits.entitlements.models import Entitlement
from permits.errors import CapacityReached
from permits.models import Authorisation, PlateAssignment
from permits.states import OCCUPYING


def take_places(session: Session, authorisation: Authorisation, wanted: int) -> None:
    """Make sure that `wanted` more vehicles fit, and keep others out until the transaction ends.

    Raises:
        CapacityReached: they don't; nothing is said of whose vehicles are there.
    """
    if authorisation.entitlement_id is None:
        return
    shared = _lock(session, authorisation.entitlement_id)
    capacity = max(one.capacity for one in shared)
    if vehicles_on(session, [one.id for one in shared]) + wanted > capacity:
        raise CapacityReached(
            "The entitlement of %(reference)s has places for %(capacity)s vehicles and they are "
            "taken: free one first.",
            reference=authorisation.reference,
            capacity=capacity,
        )


def _lock(session: Session, entitlement_id: UUID) -> list[Entitlement]:
    """The entitlement and those of the same place, in one order for everybody."""
    own = session.get_one(Entitlement, entitlement_id)
    same = Entitlement.id == own.id
    if own.place_hash is not None:
        same = or_(
            same,
            (Entitlement.place_hash == own.place_hash)
            & (Entitlement.profile_code == own.profile_code),
        )
    query = select(Entitlement).where(same).order_by(Entitlement.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def vehicles_on(session: Session, entitlements: list[UUID]) -> int:
    """Vehicles that authorisations drawn from these entitlements cover now."""
    session.flush()
    query = (
        select(func.count())
        .select_from(PlateAssignment)
        .join(Authorisation)
        .where(
            Authorisation.entitlement_id.in_(entitlements),
            Authorisation.state.in_([state.value for state in OCCUPYING]),
            PlateAssignment.assigned_until.is_(None),
        )
    )
    return session.scalar(query) or 0
