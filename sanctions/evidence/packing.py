"""Puts files under the centre's seal. Pure; the timestamp comes from outside, in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.errors import InvalidInput
from sanctions.evidence import canonical_zip
from sanctions.evidence.manifest import (
    CLOSING,
    FRAME,
    MANIFEST,
    SEAL,
    TIMESTAMP,
    SealKey,
    closing_of,
    manifest_of,
    seal_of,
)


@dataclass(frozen=True)
class Draft:
    """Sealed files that wait for their timestamp."""

    manifest: bytes
    seal: bytes
    files: Mapping[str, bytes]

    def to_bytes(self) -> bytes:
        """How a draft is kept; never handed out."""
        return canonical_zip.write({MANIFEST: self.manifest, **self.files, SEAL: self.seal})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Draft":
        entries = canonical_zip.read(data)
        manifest, seal = entries.pop(MANIFEST), entries.pop(SEAL)
        return cls(manifest, seal, entries)


def seal_files(
    kind: str, subject: str, files: Mapping[str, bytes], *, key: SealKey, sealed_at: datetime
) -> Draft:
    """Raises InvalidInput: a file has a name of the frame."""
    taken = [name for name in FRAME if name in files]
    if taken:
        raise InvalidInput("A package keeps '%(name)s' for itself.", name=taken[0])
    manifest = manifest_of(kind, subject, files, sealed_at=sealed_at, key_id=key.key_id)
    return Draft(manifest, seal_of(manifest, key), dict(files))


def close(draft: Draft, timestamp: bytes, key: SealKey) -> bytes:
    """The finished ZIP file."""
    closing = closing_of(draft.manifest, draft.seal, timestamp, key)
    frame = {SEAL: draft.seal, TIMESTAMP: timestamp, CLOSING: closing}
    return canonical_zip.write({MANIFEST: draft.manifest, **draft.files, **frame})
