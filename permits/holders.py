"""People and companies of the register: enrolling them and finding them again."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from core import audit
from core.encryption import KeyRing
from core.errors import InvalidInput
from core.identity import Actor
from core.keyed_hash import plate_hash
from core.plates import PlateNumber
from permits.documents import plain_document
from permits.models import (
    Authorisation,
    Holder,
    HolderToken,
    PlateAssignment,
    Vehicle,
)

HolderKind = Literal["person", "company"]

MIN_PURPOSE = 5
_TOKEN_BYTES = 16


def register_holder(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    *,
    name: str,
    kind: HolderKind,
    now: datetime,
    document: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    language: str = "es",
) -> Holder:
    """Enrol a person or company.

    Raises:
        InvalidInput: no name, or a name or document that is absurdly long.
    """
    clean = " ".join(name.split())
    if not 2 <= len(clean) <= 120:
        raise InvalidInput("A holder needs a name of 2 to 120 characters.")
    if document is not None and not 5 <= len(document.strip()) <= 20:
        raise InvalidInput("An identity or tax number has 5 to 20 characters.")
    holder = Holder(
        kind=kind,
        name=clean,
        document=plain_document(document or "") or None,
        email=email,
        phone=phone,
        language=language,
        created_at=now,
    )
    session.add(holder)
    session.flush()
    hashes = search_tokens(keys, clean, holder.document)
    session.add_all(HolderToken(token=token, holder_id=holder.id) for token in hashes)
    audit.record(session, actor, "permits:holder:registered", f"holder:{holder.id}", kind=kind)
    return holder


def search_tokens(keys: KeyRing, name: str, document: str | None) -> set[bytes]:
    """Keyed hashes of the words of a name and of a document, accents and case ignored."""
    return {_token(keys, word) for word in (*_words(name), *_words(document or ""))}


def find_holders(
    session: Session,
    keys: KeyRing,
    actor: Actor,
    text: str,
    *,
    purpose: str,
    limit: int = 50,
) -> Sequence[Holder]:
    """Holders by plate, reference of an authorisation, whole words of the name, or document.

    Every search leaves an audit row with its purpose, but not with what was searched for.

    Raises:
        InvalidInput: nothing to search for, or no purpose.
    """
    words, why = _words(text), purpose.strip()
    if not words:
        raise InvalidInput("Write a plate, a reference, a name or a document to search for.")
    if len(why) < MIN_PURPOSE:
        raise InvalidInput("Say in a few words what you search for somebody's data for.")
    query = select(Holder).where(_matches(keys, text, words))
    found = session.scalars(
        query.order_by(Holder.id).limit(limit).options(selectinload(Holder.authorisations))
    ).all()
    audit.record(
        session, actor, "permits:holder:searched", "holder:search", purpose=why, found=len(found)
    )
    return found


def _matches(keys: KeyRing, text: str, words: list[str]) -> ColumnElement[bool]:
    tokens = {_token(keys, word) for word in words}
    by_words = (
        select(HolderToken.holder_id)
        .where(HolderToken.token.in_(tokens))
        .group_by(HolderToken.holder_id)
        .having(func.count() == len(tokens))
    )
    by_reference = select(Authorisation.holder_id).where(
        Authorisation.reference == text.strip().upper()
    )
    ways = [Holder.id.in_(by_words), Holder.id.in_(by_reference)]
    plate = _as_plate(text)
    if plate is not None:
        by_plate = (
            select(Authorisation.holder_id)
            .join(PlateAssignment)
            .join(Vehicle)
            .where(Vehicle.plate_hash == plate_hash(keys.plate_hash_key, plate))
        )
        ways.append(Holder.id.in_(by_plate))
    return or_(*ways)


def _as_plate(text: str) -> PlateNumber | None:
    try:
        return PlateNumber.parse(text)
    except InvalidInput:
        return None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return [word for word in re.split(r"[^a-z0-9]+", letters) if word]


def _token(keys: KeyRing, word: str) -> bytes:
    key = keys.derive("holder search")
    return hmac.new(key, word.encode(), hashlib.sha256).digest()[:_TOKEN_BYTES]
