"""Small packages, keys and timestamp authorities for tests."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.signing import PASSAGE_REPORT, canonical_json, generate_key_pair, sign
from sanctions.evidence.manifest import EVIDENCE_FORMAT, SealKey
from sanctions.evidence.packing import Draft, close, seal_files
from sanctions.evidence.timestamps import ask
from sanctions.evidence.trust import Trust, trusted_key

PLATE = b"\xff\xd8 the plate \xff\xd9"
CONTEXT = b"\xff\xd8 the street, masked \xff\xd9"
ORIGINAL = b"\xff\xd8 the street \xff\xd9"


@dataclass(frozen=True)
class Key:
    key_id: str
    private: bytes
    public: bytes

    @classmethod
    def new(cls, key_id: str) -> "Key":
        return cls(key_id, *generate_key_pair())

    @property
    def seal_key(self) -> SealKey:
        return SealKey(self.key_id, self.private)


CENTRE, DEVICE = Key.new("centre-test"), Key.new("edge-01")


def report(**fields: object) -> bytes:
    """A passage's report as a device signs it."""
    pictures = [
        {"kind": "plate", "sha256": hashlib.sha256(PLATE).hexdigest()},
        {"kind": "context", "sha256": hashlib.sha256(ORIGINAL).hexdigest()},
    ]
    told = {"passage_id": "P-1", "plate": "1234BBC", "seen_at": "2026-10-20T12:41:07.123456Z"}
    return canonical_json({**told, "pictures": pictures, **fields})


def signature(report: bytes, key: Key = DEVICE) -> bytes:
    raw = sign(key.private, PASSAGE_REPORT + report)
    return canonical_json({"key_id": key.key_id, "signature": raw.hex()})


def files(**changed: bytes) -> dict[str, bytes]:
    """What a package holds; `changed` replaces."""
    context = {"masked_from_sha256": hashlib.sha256(ORIGINAL).hexdigest()}
    case = {
        "reference": "2026/000001",
        "passage_id": "P-1",
        "seen_at": {"utc": "2026-10-20T12:41:07.123+00:00"},
        "pictures": {"context": context},
    }
    content = {
        "case.json": canonical_json(case),
        "device/report.json": report(),
        "device/report-signature.json": signature(report()),
        "pictures/plate.jpg": PLATE,
        "pictures/context.jpg": CONTEXT,
    }
    return {**content, **changed}


def draft(
    content: dict[str, bytes] | None = None,
    *,
    key: Key = CENTRE,
    kind: str = EVIDENCE_FORMAT,
    sealed_at: datetime | None = None,
) -> Draft:
    return seal_files(
        kind,
        "2026/000001",
        files() if content is None else content,
        key=key.seal_key,
        sealed_at=sealed_at or datetime.now(UTC),
    )


def finished(made: Draft, url: str, key: Key = CENTRE) -> bytes:
    return close(made, ask(url, made.seal), key.seal_key)


def trust(*roots: str, centre: Key = CENTRE, device: Key = DEVICE) -> Trust:
    return Trust(
        centres=(trusted_key(centre.key_id, centre.public, "Control centre"),),
        devices=(trusted_key(device.key_id, device.public),),
        timestamp_roots=roots,
    )


@contextmanager
def timestamp_authority(folder: Path, *extra: str) -> Iterator[tuple[str, str]]:
    """A process of its own; gives its address and its root certificate in PEM."""
    command = [sys.executable, "-m", "sanctions", "timestamp-server", "--folder", str(folder)]
    with subprocess.Popen([*command, *extra], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http"), "the timestamp server does not start"
            yield address, (folder / "root.pem").read_text()
        finally:
            process.kill()
