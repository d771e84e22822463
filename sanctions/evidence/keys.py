"""The centre's key for sealing packages, derived from the root secret: nothing to store or lose."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.encryption import KeyRing
from sanctions.evidence.manifest import SealKey


def seal_key(keys: KeyRing) -> SealKey:
    """Its name carries the beginning of the public key's SHA-256, so that a new secret has a new
    name and old packages still find the old key in the trust file."""
    private = keys.derive("evidence seal")
    public = _public(private)
    return SealKey(f"centre-{hashlib.sha256(public).hexdigest()[:12]}", private)


def seal_public_key(keys: KeyRing) -> bytes:
    """Raw Ed25519 public key, for the trust file."""
    return _public(keys.derive("evidence seal"))


def _public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
