"""Encryption at rest: AES-256-GCM with keys derived from the one root secret.

Each purpose has a key of its own (HKDF-SHA-256, RFC 5869), so that what one part of the system
writes no other part can be made to read. Blobs carry the key's id; the context (which column,
which picture) is authenticated, so a blob moved elsewhere does not decrypt.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary, TypeDecorator

from core.errors import SarbideError, SetupProblem
from core.settings import Settings

_VERSION = b"E1"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD = len(_VERSION) + _KEY_ID_BYTES


class Undecryptable(SarbideError):
    """A blob that none of our keys opens: altered, moved, or written under another secret."""

    title = "Data cannot be decrypted"


class KeyRing:
    """The keys of one installation.

    `secrets` are root secrets: the first encrypts, all of them decrypt, so that a secret can be
    replaced before the last blob under it is gone.
    """

    def __init__(self, secrets: Sequence[bytes]) -> None:
        if not secrets:
            raise ValueError("A key ring needs a secret.")
        self._secrets = tuple(secrets)
        self._current = self._data_key(self._secrets[0])
        keys = map(self._data_key, self._secrets)
        self._by_id = {_key_id(key): AESGCM(key) for key in keys}

    @cached_property
    def plate_hash_key(self) -> bytes:
        """32 bytes: the key under which plates are looked up (`core.keyed_hash`)."""
        return self.derive("plate hash")

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for `purpose`; the same purpose always gives the same key."""
        return _derive(self._secrets[0], purpose)

    def encrypt(self, plaintext: bytes, context: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        key_id = _key_id(self._current)
        sealed = self._by_id[key_id].encrypt(nonce, plaintext, _VERSION + key_id + context)
        return _VERSION + key_id + nonce + sealed

    def decrypt(self, blob: bytes, context: bytes) -> bytes:
        """What `encrypt` was given. Raises Undecryptable."""
        key_id = blob[len(_VERSION) : _HEAD]
        box = self._by_id.get(key_id)
        if blob[: len(_VERSION)] != _VERSION or box is None:
            raise Undecryptable(
                "Stored data was encrypted under another secret: check SARBIDE_SECRET_KEY."
            )
        nonce, sealed = blob[_HEAD : _HEAD + _NONCE_BYTES], blob[_HEAD + _NONCE_BYTES :]
        try:
            return box.decrypt(nonce, sealed, _VERSION + key_id + context)
        except (InvalidTag, ValueError) as error:
            raise Undecryptable(
                "Stored data of '%(context)s' was altered or moved.",
                context=context.decode(errors="replace"),
            ) from error

    def encrypt_text(self, text: str, context: str) -> bytes:
        return self.encrypt(text.encode(), context.encode())

    def decrypt_text(self, blob: bytes, context: str) -> str:
        """Raises Undecryptable."""
        return self.decrypt(blob, context.encode()).decode()

    @staticmethod
    def _data_key(secret: bytes) -> bytes:
        return _derive(secret, "data at rest")


def _derive(secret: bytes, purpose: str) -> bytes:
    info = b"sarbide " + purpose.encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:_KEY_ID_BYTES]


def key_ring(settings: Settings) -> KeyRing:
    """The installation's keys."""
    return KeyRing([settings.secret_key.get_secret_value().encode()])


_installed: list[KeyRing] = []


def install(ring: KeyRing) -> None:
    """Make `ring` the one that encrypted columns of this process use."""
    _installed[:] = [ring]


def _ring() -> KeyRing:
    if not _installed:
        raise SetupProblem(
            "Encrypted columns have no keys yet: call core.encryption.install at the start."
        )
    return _installed[0]


class EncryptedText(TypeDecorator[str]):
    """Text that only the application can read. `context` names the column; it can't be searched."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _ring().encrypt_text(value, self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else _ring().decrypt_text(value, self.context)
