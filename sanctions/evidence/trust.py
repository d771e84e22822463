"""Whom a verifier trusts: a file that comes from the city by another way than the package.

```json
{
  "format": "sarbide-trust/1",
  "centres": [
    {"key_id": "centre-1f3a...", "public_key": "<base64, 32 bytes>", "name": "Control centre",
     "valid_from": "2026-01-01T00:00:00+00:00", "valid_until": null}
  ],
  "devices": [{"key_id": "edge-01", "public_key": "<base64, 32 bytes>"}],
  "timestamp_roots": ["-----BEGIN CERTIFICATE-----\\n..."],
  "document_seals": ["-----BEGIN CERTIFICATE-----\\n..."]
}
```

Keys are raw Ed25519 public keys; `timestamp_roots` are the root certificates of timestamp
authorities in PEM, `document_seals` the certificates themselves with which the city signs its
documents. Several of each may stand: keys that were replaced stay for old packages.
"""

import base64
import binascii
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from cryptography.x509 import Certificate, load_pem_x509_certificate
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInput


class UnusableTrust(InvalidInput):
    title = "Trust file cannot be used"


def _raw_key(text: str) -> str:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("is not base64") from error
    if len(key) != 32:
        raise ValueError(f"has {len(key)} bytes instead of 32")
    return text


def _certificate(text: str) -> str:
    load_pem_x509_certificate(text.encode())
    return text


class TrustedKey(BaseModel):
    """An Ed25519 public key and when what it signs counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_id: str = Field(min_length=1, max_length=100)
    public_key: Annotated[str, AfterValidator(_raw_key)]
    name: str = ""
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None

    @property
    def raw(self) -> bytes:
        return base64.b64decode(self.public_key)

    def is_valid_at(self, moment: datetime) -> bool:
        after = self.valid_from is None or self.valid_from <= moment
        return after and (self.valid_until is None or moment <= self.valid_until)


class Trust(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["sarbide-trust/1"] = "sarbide-trust/1"
    centres: tuple[TrustedKey, ...]
    devices: tuple[TrustedKey, ...] = ()
    timestamp_roots: tuple[Annotated[str, AfterValidator(_certificate)], ...] = ()
    document_seals: tuple[Annotated[str, AfterValidator(_certificate)], ...] = ()

    def centre_keys(self, key_id: str) -> list[TrustedKey]:
        return [key for key in self.centres if key.key_id == key_id]

    def device_keys(self, key_id: str) -> list[TrustedKey]:
        return [key for key in self.devices if key.key_id == key_id]

    def roots(self) -> list[Certificate]:
        return [load_pem_x509_certificate(text.encode()) for text in self.timestamp_roots]

    def seals(self) -> list[Certificate]:
        return [load_pem_x509_certificate(text.encode()) for text in self.document_seals]


def trusted_key(key_id: str, public: bytes, name: str = "") -> TrustedKey:
    """A key without limits in time."""
    return TrustedKey(key_id=key_id, public_key=base64.b64encode(public).decode(), name=name)


def trust_json(trust: Trust) -> str:
    """The file's text."""
    return trust.model_dump_json(indent=2, exclude_none=True) + "\n"


def read_trust(path: Path) -> Trust:
    """Raises UnusableTrust, naming the file and what is wrong with it."""
    try:
        return parse_trust(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableTrust("The trust file %(file)s cannot be read.", file=str(path)) from error
    except UnusableTrust as error:
        raise UnusableTrust(
            "The trust file %(file)s cannot be used: %(why)s", file=str(path), why=error.message
        ) from error


def parse_trust(text: str) -> Trust:
    """Raises UnusableTrust."""
    try:
        return Trust.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "file"
        raise UnusableTrust(f"{where}: {fault['msg']}.") from error
