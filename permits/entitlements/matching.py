"""Who the city knows already: a holder's lines in the municipal registers."""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.encryption import KeyRing
from permits.entitlements.models import Entitlement

_BYTES = 16


def token(keys: KeyRing, text: str) -> bytes:
    """Keyed hash of a register's key, a document or a place, by which it is found again.

    Case, accents, spaces and punctuation are left out: registers differ in them.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if c.isalnum())
    return hmac.new(keys.derive("entitlements"), letters.encode(), hashlib.sha256).digest()[:_BYTES]


def of_document(
    session: Session, keys: KeyRing, document: str | None, at: datetime
) -> Sequence[Entitlement]:
    """The entitlements of whoever has `document`, in force at `at`."""
    if not document:
        return ()
    query = select(Entitlement).where(
        Entitlement.document_token == token(keys, document),
        Entitlement.ended_at.is_(None),
        or_(Entitlement.valid_from.is_(None), Entitlement.valid_from <= at),
        or_(Entitlement.valid_until.is_(None), Entitlement.valid_until > at),
    )
    return session.scalars(query.order_by(Entitlement.id)).all()


def covering(
    session: Session, keys: KeyRing, document: str | None, profile: str, at: datetime
) -> Sequence[Entitlement]:
    """Those of them that are entitlements to `profile`."""
    found = of_document(session, keys, document, at)
    return [one for one in found if one.profile_code == profile]
