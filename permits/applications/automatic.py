"""Granting without a review, where the city knows already that the applicant has the right."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from core.identity import SYSTEM
from permits.applications import granting, labels
from permits.applications.models import Application
from permits.authorisations import change_state
from permits.entitlements.matching import covering
from permits.entitlements.models import Entitlement
from permits.errors import CapacityReached, VehicleNotAdmitted
from permits.models import Authorisation
from permits.states import AuthorisationState as S


def answer(session: Session, keys: KeyRing, application: Application, *, now: datetime) -> bool:
    """Grant `application` if a municipal register shows the right; says whether it did.

    When all places are taken, or nothing is known, it waits for an officer as it is.
    """
    authorisation = application.authorisation
    known = covering(
        session,
        keys,
        authorisation.holder.document,
        authorisation.profile_code,
        authorisation.valid_from,
    )
    return any(_grant(session, keys, application, one, now) for one in known)


def answer_waiting(
    session: Session, keys: KeyRing, profiles: Collection[str], *, now: datetime
) -> int:
    """A register brought news: grant what it covers now, the longest waiting first.

    Only what no officer has taken up yet. Returns how many were granted.
    """
    query = (
        select(Application)
        .join(Authorisation)
        .where(
            Authorisation.state == S.SUBMITTED.value,
            Authorisation.profile_code.in_(list(profiles)),
        )
        .order_by(Application.submitted_at)
    )
    return sum(answer(session, keys, one, now=now) for one in session.scalars(query).all())


def _grant(
    session: Session, keys: KeyRing, application: Application, known: Entitlement, now: datetime
) -> bool:
    reference = application.authorisation.reference
    try:
        with session.begin_nested():
            change_state(session, SYSTEM, reference, S.UNDER_REVIEW, why=labels.TAKEN_UP, now=now)
            granting.grant(
                session, keys, SYSTEM, application, why=labels.KNOWN, entitlement=known, now=now
            )
            application.automatic = True
    except (CapacityReached, VehicleNotAdmitted):
        session.refresh(application)
        session.refresh(application.authorisation)
        return False
    return True
