"""The centre's own key pairs, derived from the root secret: nothing more to store or lose."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from core.encryption import KeyRing

LIST_KEY_ID = "centre"
"""Name under which the centre signs access lists."""


def list_signing_key(keys: KeyRing) -> bytes:
    """Raw Ed25519 private key that signs access lists."""
    return keys.derive("access list signing")


def list_signing_public_key(keys: KeyRing) -> bytes:
    """Its public half: goes into the configuration of edge boxes."""
    return (
        Ed25519PrivateKey.from_private_bytes(list_signing_key(keys)).public_key().public_bytes_raw()
    )


def picture_key(keys: KeyRing) -> bytes:
    """Raw X25519 private key that opens pictures sealed at the edge."""
    return keys.derive("picture unsealing")


def picture_public_key(keys: KeyRing) -> bytes:
    """Its public half: edge boxes seal pictures for it."""
    return X25519PrivateKey.from_private_bytes(picture_key(keys)).public_key().public_bytes_raw()
