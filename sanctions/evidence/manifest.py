"""What holds a package together: a manifest, the centre's seal over it, a timestamp, a closing.

| entry | holds | protects |
|---|---|---|
| ``manifest.json`` | name, size and SHA-256 of every file | the files |
| ``seal.json`` | the centre's Ed25519 signature over the manifest | the manifest |
| ``timestamp.tsr`` | RFC 3161 timestamp over the seal | when the seal existed |
| ``closing.json`` | the centre's signature over these three | every byte of the timestamp |

A timestamp's own signature leaves some of its bytes uncovered (a status, unsigned attributes);
the closing covers them all, and the outer form is canonical (`canonical_zip`): no byte is free.
All JSON is canonical (`core.signing.canonical_json`), so that it too has only one spelling.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.signing import canonical_json, sign, verify

MANIFEST, SEAL, TIMESTAMP, CLOSING = (
    "manifest.json",
    "seal.json",
    "timestamp.tsr",
    "closing.json",
)
FRAME = (MANIFEST, SEAL, TIMESTAMP, CLOSING)
EVIDENCE_FORMAT = "sarbide-evidence/1"
COURT_FILE_FORMAT = "sarbide-court-file/1"
FORMATS = (EVIDENCE_FORMAT, COURT_FILE_FORMAT)
_SEAL_DOMAIN = b"sarbide package seal v1\n"
_CLOSING_DOMAIN = b"sarbide package closing v1\n"
_ALGORITHM = "Ed25519"


@dataclass(frozen=True)
class SealKey:
    """The centre's key for packages."""

    key_id: str
    private: bytes


@dataclass(frozen=True)
class Signed:
    """A seal or closing as read; whether it holds is another question."""

    key_id: str
    signature: bytes
    body: bytes
    """What is signed."""

    def holds(self, public: bytes) -> bool:
        return verify(public, self.body, self.signature)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def manifest_of(
    kind: str, subject: str, files: Mapping[str, bytes], *, sealed_at: datetime, key_id: str
) -> bytes:
    """The manifest; `subject` is the case's reference, `sealed_at` real time."""
    listed = [
        {"name": name, "size": len(content), "sha256": sha256(content)}
        for name, content in files.items()
    ]
    return canonical_json(
        {
            "format": kind,
            "subject": subject,
            "sealed_at": sealed_at.isoformat(timespec="seconds"),
            "key_id": key_id,
            "files": listed,
        }
    )


def seal_of(manifest: bytes, key: SealKey) -> bytes:
    """``seal.json``."""
    return _signed_json(
        {"manifest_sha256": sha256(manifest)}, key, sign(key.private, _SEAL_DOMAIN + manifest)
    )


def closing_of(manifest: bytes, seal: bytes, timestamp: bytes, key: SealKey) -> bytes:
    """``closing.json``."""
    hashes = {MANIFEST: sha256(manifest), SEAL: sha256(seal), TIMESTAMP: sha256(timestamp)}
    body = _CLOSING_DOMAIN + canonical_json(hashes)
    return _signed_json({"sha256": hashes}, key, sign(key.private, body))


def _signed_json(content: Mapping[str, Any], key: SealKey, signature: bytes) -> bytes:
    return canonical_json(
        {
            **content,
            "algorithm": _ALGORITHM,
            "key_id": key.key_id,
            "signature": signature.hex(),
        }
    )


def read_seal(seal: bytes, manifest: bytes) -> Signed:
    """Raises ValueError: `seal` is no seal of this manifest in its one spelling."""
    fields = _fields(seal)
    expected = {"manifest_sha256": sha256(manifest)}
    return _signed(seal, fields, expected, _SEAL_DOMAIN + manifest)


def read_closing(closing: bytes, manifest: bytes, seal: bytes, timestamp: bytes) -> Signed:
    """Raises ValueError: `closing` is no closing of these three in its one spelling."""
    hashes = {MANIFEST: sha256(manifest), SEAL: sha256(seal), TIMESTAMP: sha256(timestamp)}
    body = _CLOSING_DOMAIN + canonical_json(hashes)
    return _signed(closing, _fields(closing), {"sha256": hashes}, body)


def _signed(raw: bytes, fields: Mapping[str, Any], expected: dict[str, Any], body: bytes) -> Signed:
    signature = bytes.fromhex(str(fields.get("signature")))
    key = SealKey(str(fields.get("key_id")), b"")
    if raw != _signed_json(expected, key, signature):
        raise ValueError("it belongs to other content, or was rewritten")
    return Signed(key.key_id, signature, body)


def _fields(raw: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(fields, dict):
        raise ValueError("it is not a JSON object")
    return fields
