"""Pictures sealed for one recipient: a stolen edge box shows nothing.

HPKE in base mode (RFC 9180) with X25519, HKDF-SHA-256 and AES-256-GCM, from `cryptography`. The
context (which picture of which passage) is bound in as HPKE's info, so a sealed picture can't be
passed off as another.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from core.errors import InvalidInput

_VERSION = b"SB1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal(recipient: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt `plaintext` for the raw 32-byte X25519 public key `recipient`."""
    public = X25519PublicKey.from_public_bytes(recipient)
    return _VERSION + _SUITE.encrypt(plaintext, public, info=_VERSION + context)


def unseal(private: bytes, sealed: bytes, context: bytes) -> bytes:
    """Decrypt what `seal` made for the raw 32-byte X25519 private key `private`.

    Raises:
        InvalidInput: truncated, altered, for another key or for another context.
    """
    head = len(_VERSION)
    if sealed[:head] != _VERSION:
        raise InvalidInput("The sealed picture is truncated or of another version.")
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return _SUITE.decrypt(sealed[head:], key, info=_VERSION + context)
    except (InvalidTag, ValueError) as error:
        raise InvalidInput(
            "The sealed picture was altered, or is not for this centre and passage."
        ) from error


def generate_key_pair() -> tuple[bytes, bytes]:
    """A new (private, public) X25519 pair, 32 raw bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()
