"""Ed25519 signatures (RFC 8032): on requests between machines, and on documents.

A signed request carries four headers: key id, sending time, nonce and signature. Signed are the
method, the path with its query, these three and the body's SHA-256, so that nothing of it can be
swapped, and the receiver can refuse what is stale or was seen before.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.errors import Unauthenticated

KEY_ID_HEADER = "Sarbide-Key"
SENT_AT_HEADER = "Sarbide-Sent-At"
NONCE_HEADER = "Sarbide-Nonce"
SIGNATURE_HEADER = "Sarbide-Signature"

PASSAGE_REPORT = b"sarbide passage report v1\n"
"""What an edge box puts before a report it signs: no other message of its can pass for one."""

MAX_AGE = timedelta(minutes=5)
"""How far the sender's clock may be from ours; nonces are remembered this long, twice over."""


def generate_key_pair() -> tuple[bytes, bytes]:
    """A new (private, public) Ed25519 pair, 32 raw bytes each."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """The 64-byte signature of `message`."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is `public`'s over `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: the bytes that signatures and hashes are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class RequestStamp:
    """What a signed request says of itself, before the signature has been checked."""

    key_id: str
    sent_at: datetime
    nonce: str
    signature: bytes

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "RequestStamp":
        """Raises Unauthenticated when a header is missing or malformed."""
        try:
            sent_at = datetime.fromisoformat(headers[SENT_AT_HEADER])
            if sent_at.tzinfo is None:
                raise ValueError("no offset")
            return cls(
                headers[KEY_ID_HEADER],
                sent_at,
                headers[NONCE_HEADER],
                base64.b64decode(headers[SIGNATURE_HEADER], validate=True),
            )
        except (KeyError, ValueError) as error:
            raise Unauthenticated(
                "The request is not signed: it needs the headers "
                f"{KEY_ID_HEADER}, {SENT_AT_HEADER}, {NONCE_HEADER} and {SIGNATURE_HEADER}."
            ) from error


def _request_message(
    method: str, path: str, key_id: str, sent_at: str, nonce: str, body: bytes
) -> bytes:
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join((method.upper(), path, key_id, sent_at, nonce, digest)).encode()


def sign_request(
    private: bytes, key_id: str, method: str, path: str, body: bytes, sent_at: datetime
) -> dict[str, str]:
    """Headers for one sending of a request; a retry signs again. `path` includes the query."""
    stamp = sent_at.astimezone(UTC).isoformat()
    nonce = base64.urlsafe_b64encode(os.urandom(18)).decode()
    signature = sign(private, _request_message(method, path, key_id, stamp, nonce, body))
    return {
        KEY_ID_HEADER: key_id,
        SENT_AT_HEADER: stamp,
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: base64.b64encode(signature).decode(),
    }


def check_request(
    public: bytes, stamp: RequestStamp, method: str, path: str, body: bytes, now: datetime
) -> None:
    """Check signature and age; whether the nonce was seen before is the caller's to remember.

    Raises:
        Unauthenticated: wrong signature, or sent more than `MAX_AGE` before or after `now`.
    """
    message = _request_message(
        method, path, stamp.key_id, stamp.sent_at.astimezone(UTC).isoformat(), stamp.nonce, body
    )
    if not verify(public, message, stamp.signature):
        raise Unauthenticated(f"The signature of key '{stamp.key_id}' does not match the request.")
    if abs(now - stamp.sent_at) > MAX_AGE:
        raise Unauthenticated(
            f"The request of key '{stamp.key_id}' was sent at {stamp.sent_at.isoformat()}, more "
            f"than {MAX_AGE} from this clock: check the clock of the sender."
        )
