"""Evidence pictures: written once, never overwritten, encrypted before they reach the disk."""

import hashlib
from pathlib import Path
from typing import Any

from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore

from core.encryption import KeyRing
from core.errors import Conflict, InvalidInput, NotFound


class EvidenceStore:
    """Pictures under keys such as ``0198.../plate.jpg``. The key is authenticated with the
    content, so one picture can't be passed off as another."""

    def __init__(self, store: Any, keys: KeyRing) -> None:
        self._store = store
        self._keys = keys

    @classmethod
    def in_folder(cls, folder: Path, keys: KeyRing) -> "EvidenceStore":
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(prefix=str(folder.resolve())), keys)

    def put(self, key: str, data: bytes) -> str:
        """Store `data` under `key`; returns the SHA-256 of `data` in hexadecimal.

        Storing the same again does nothing, so that a retry is harmless.

        Raises:
            Conflict: another content is there already.
            InvalidInput: the key is not a plain relative path.
        """
        digest = hashlib.sha256(data).hexdigest()
        sealed = self._keys.encrypt(data, _context(key))
        try:
            self._store.put(key, sealed, mode="create")
        except AlreadyExistsError as error:
            if hashlib.sha256(self.get(key)).hexdigest() != digest:
                raise Conflict(
                    "Evidence '%(key)s' exists already with another content and stays as it is.",
                    key=key,
                ) from error
        return digest

    def get(self, key: str) -> bytes:
        """The content. Raises NotFound, or Undecryptable when it was altered."""
        try:
            sealed = bytes(self._store.get(key).bytes())
        except (NotFoundError, FileNotFoundError) as error:
            raise NotFound(
                "Evidence '%(key)s' does not exist; it may have been erased.", key=key
            ) from error
        return self._keys.decrypt(sealed, _context(key))

    def erase(self, key: str) -> None:
        """Remove the content for good; nothing happens when it is gone already."""
        try:
            self._store.delete(key)
        except (NotFoundError, FileNotFoundError):
            return


def _context(key: str) -> bytes:
    parts = key.split("/")
    if not key or key.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        raise InvalidInput(
            "'%(key)s' is not a key for evidence: use plain names and slashes.", key=key
        )
    return f"evidence/{key}".encode()
