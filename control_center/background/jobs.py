"""Names of the outbox jobs and the one way to enqueue each. Handlers are in `handlers`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.outbox import Job, enqueue

DECIDE = "decide"
"""A stored passage waits for its first decision."""
REDECIDE = "redecide"
"""The register changed for a plate (written by permits)."""
REGULARISATION_ENDS = "regularisation-ends"
"""The deadline of a pending passage."""
ERASE_PICTURE = "erase-picture"
"""A picture's row is gone or marked; now its file goes from the evidence store."""


def enqueue_decision(session: Session, passage_id: UUID, *, due_at: datetime) -> None:
    """Have a stored passage decided. Due at its own time, which is never ahead of the clock."""
    enqueue(
        session,
        DECIDE,
        {"passage_id": str(passage_id)},
        due_at=due_at,
        key=f"{DECIDE}:{passage_id}",
    )


def _deadline_key(passage_id: UUID) -> str:
    return f"{REGULARISATION_ENDS}:{passage_id}"


def has_open_deadline(session: Session, passage_id: UUID) -> bool:
    """Whether a job for the deadline of this passage is waiting or running."""
    query = select(Job.id).where(
        Job.kind == REGULARISATION_ENDS,
        Job.dedup_key == _deadline_key(passage_id),
        Job.is_open(),
    )
    return session.scalar(query.limit(1)) is not None


def enqueue_deadline(session: Session, passage_id: UUID, *, due_at: datetime) -> None:
    """Look at a pending passage again when its regularisation period ends."""
    enqueue(
        session,
        REGULARISATION_ENDS,
        {"passage_id": str(passage_id)},
        due_at=due_at,
        key=_deadline_key(passage_id),
    )


def enqueue_erasure(session: Session, store_key: str, *, due_at: datetime) -> None:
    """Erase a file of the evidence store after the transaction that let go of it."""
    enqueue(
        session,
        ERASE_PICTURE,
        {"key": store_key},
        due_at=due_at,
        key=f"{ERASE_PICTURE}:{store_key}",
    )
