"""Passwords: Argon2id (RFC 9106), and the time a login takes tells nothing."""

from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.errors import InvalidInput

MIN_LENGTH = 12
"""NIST SP 800-63B asks for 8 or more; these logins open people's data."""

_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


def hash_password(password: str) -> str:
    """Raises InvalidInput for a password that is too short or absurdly long."""
    if not MIN_LENGTH <= len(password) <= 200:
        raise InvalidInput("A password has %(least)s to 200 characters.", least=MIN_LENGTH)
    return _hasher.hash(password)


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return _hasher.hash("the password of an account that does not exist")


def password_matches(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the hashed one. Without a hash it takes the same time and is False."""
    known = password_hash is not None
    matches = _hasher.verify(password[:200], password_hash or _hash_of_nobody())
    return known and matches
