"""What every change of the register leaves behind: an event, and word to gates and decisions."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.identity import Actor
from core.outbox import enqueue
from permits.access_list_changes import note_vehicle
from permits.models import Authorisation, AuthorisationEvent
from permits.states import AuthorisationState

REDECIDE = "redecide"
"""Kind of the outbox job that decides the pending passages of a plate again."""

APPLICATION_CHANGED = "application-changed"
"""Kind of the outbox job that stops or starts the regularisation periods of a plate."""


def application_changed(session: Session, plate_hash: bytes, now: datetime) -> None:
    """Somebody applied for the vehicle, or got an answer: it may be frozen, or go on."""
    name = plate_hash.hex()
    key = f"{APPLICATION_CHANGED}:{name}"
    enqueue(session, APPLICATION_CHANGED, {"plate_hash": name}, due_at=now, key=key)


def vehicle_changed(session: Session, plate_hash: bytes, now: datetime) -> None:
    """What the vehicle may do has changed: gates hear of it, pending passages are redecided."""
    note_vehicle(session, plate_hash)
    duty_changed(session, plate_hash, now)


def duty_changed(session: Session, plate_hash: bytes, now: datetime) -> None:
    """Pending passages are redecided; gates know nothing of duty, so they hear nothing."""
    name = plate_hash.hex()
    enqueue(session, REDECIDE, {"plate_hash": name}, due_at=now, key=f"{REDECIDE}:{name}")


def note_event(
    authorisation: Authorisation,
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    from_state: AuthorisationState | None = None,
    to_state: AuthorisationState | None = None,
    why: str | None = None,
) -> None:
    """Write a line of the authorisation's history."""
    authorisation.events.append(
        AuthorisationEvent(
            at=now,
            kind=kind,
            from_state=from_state.value if from_state else None,
            to_state=to_state.value if to_state else None,
            why=why,
            by_account=actor.id,
            by_name=actor.name,
            on_behalf_of=actor.on_behalf_of,
        )
    )
