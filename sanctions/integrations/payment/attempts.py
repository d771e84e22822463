"""How often somebody may try numbers and codes: a hashed network address, kept for an hour."""

from datetime import timedelta

from fastapi import Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import utc_now
from core.encryption import KeyRing
from core.errors import TooManyRequests
from sanctions.documents.codes import scope_hash
from sanctions.documents.models import CodeAttempt

MOST_AN_HOUR = 20
_SPAN = timedelta(hours=1)


def _scope(keys: KeyRing, request: Request) -> bytes:
    host = request.client.host if request.client is not None else "unknown"
    return scope_hash(keys, f"payment {host}")


def note_attempt(session: Session, keys: KeyRing, request: Request) -> None:
    """A number and a code that fit no case."""
    session.add(CodeAttempt(scope=_scope(keys, request), at=utc_now()))


def refuse_too_many(session: Session, keys: KeyRing, request: Request) -> None:
    """Raise TooManyRequests after too many of them from one address."""
    query = select(func.count()).where(
        CodeAttempt.scope == _scope(keys, request), CodeAttempt.at > utc_now() - _SPAN
    )
    if (session.scalar(query) or 0) >= MOST_AN_HOUR:
        raise TooManyRequests("Too many wrong numbers or codes from here. Try again in an hour.")
