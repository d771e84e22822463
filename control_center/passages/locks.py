"""One vehicle at a time: two of its passages decided at once would share one quota entry."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def lock_plate(session: Session, plate_hash: bytes) -> None:
    """Hold `plate_hash` until the transaction ends. SQLite has one writer, so needs nothing."""
    if session.get_bind().dialect.name != "postgresql":
        return
    number = int.from_bytes(plate_hash[:8], "big", signed=True)
    session.execute(select(func.pg_advisory_xact_lock(number)))
