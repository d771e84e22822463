"""Verification codes (código seguro de verificación, Ley 39/2015, article 27.3.c).

Twenty-four letters and digits from an alphabet without look-alikes: 118 bits, so that trying
them out is hopeless even for somebody who gets around the limit on attempts.
"""

import hashlib
import hmac
import secrets

from core.encryption import KeyRing

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 24
_GROUP = 4


def new_code() -> str:
    """A fresh code as it is printed: six groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def normal_code(typed: str) -> str | None:
    """What somebody typed, without spaces and hyphens; None when it can't be a code."""
    text = "".join(character for character in typed.upper() if character.isalnum())
    if len(text) != LENGTH or any(character not in ALPHABET for character in text):
        return None
    return text


def code_hash(code: str) -> bytes:
    """Under which a code is looked up; so much chance needs no salt. Raises ValueError."""
    normal = normal_code(code)
    if normal is None:
        raise ValueError("no verification code")
    return hashlib.sha256(b"sarbide verification code " + normal.encode()).digest()


def scope_hash(keys: KeyRing, address: str) -> bytes:
    """Of a network address, to count its attempts without keeping it."""
    key = keys.derive("verification attempts")
    return hmac.new(key, address.encode(), hashlib.sha256).digest()
