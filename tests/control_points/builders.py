"""Reports, access lists and configurations for tests, with keyword overrides."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from control_points.protocol import (
    AccessList,
    EdgeDecision,
    ListedControlPoint,
    PassageReport,
    Picture,
    PictureKind,
    SignedAccessList,
    Vote,
)
from core.keyed_hash import plate_hash
from core.passage_ids import passage_id
from core.plates import PlateNumber
from core.signing import canonical_json, sign

MORNING = datetime(2026, 10, 20, 7, 30, tzinfo=UTC)
HASH_KEY = b"k" * 32


def a_passage_id(number: int = 0) -> UUID:
    return passage_id(MORNING, "CP-01-A", number, (0, 0, 10, 10))


def a_report(
    number: int = 0, *, outcome: str | None = "authorised", **changes: object
) -> PassageReport:
    seen = MORNING + timedelta(seconds=number)
    decision = outcome and EdgeDecision(
        outcome=outcome, reason="exempt", access_list_version=1, rule_version="1"
    )
    fields: dict[str, object] = {
        "passage_id": a_passage_id(number),
        "control_point": "CP-01",
        "camera": "CP-01-A",
        "direction": "entry",
        "plate": "1234BBC",
        "confidence": 0.95,
        "votes": (Vote(frame=1, at=seen, text="1234BBC", confidence=0.9, box=(0, 0, 10, 10)),),
        "frames": 1,
        "first_seen_at": seen,
        "seen_at": seen,
        "last_seen_at": seen,
        "clock_offset_ms": None,
        "camera_quality": "good",
        "pictures": tuple(
            Picture(kind=kind, sha256="0" * 64, width=10, height=10) for kind in PictureKind
        ),
        "decision": decision or None,
        "software": "test",
        "models": "test",
    }
    return PassageReport.model_validate(fields | changes)


Vehicle = tuple[bytes, tuple[dict[str, Any], ...]]


def a_grant(**changes: object) -> dict[str, Any]:
    """A garage right as a list carries it, with its time."""
    fields: dict[str, Any] = {
        "tier": "unlimited",
        "zones": ("old-quarter",),
        "valid_from": MORNING - timedelta(days=30),
        "valid_until": None,
        "limited": False,
    }
    return fields | changes


def a_vehicle(plate: str = "1234BBC", *grants: dict[str, Any]) -> Vehicle:
    return plate_hash(HASH_KEY, PlateNumber(plate)), grants or (a_grant(),)


def a_point(name: str = "CP-01", **changes: object) -> ListedControlPoint:
    fields: dict[str, object] = {
        "control_point": name,
        "zones": ("old-quarter",),
        "direction": "entry",
        "mode": "enforcing",
        "health": "ok",
    }
    return ListedControlPoint.model_validate(fields | changes)


def a_list(version: int = 1, *vehicles: Vehicle, **changes: object) -> AccessList:
    fields: dict[str, object] = {
        "version": version,
        "base": None,
        "issued_at": MORNING,
        "rule_version": "1",
        "holidays": ("2026-10-12",),
        "control_points": (a_point(),),
        **in_groups(vehicles),
    }
    return AccessList.model_validate(fields | changes)


def in_groups(vehicles: Iterable[Vehicle]) -> dict[str, Any]:
    """Each vehicle in a group of its own, each grant with a right of its own."""
    rights: list[dict[str, Any]] = []
    groups = []
    for hashed, grants in vehicles:
        listed = []
        for fields in grants:
            times = {key: fields[key] for key in ("valid_from", "valid_until")}
            listed.append({"right": len(rights), **times})
            rights.append({key: value for key, value in fields.items() if key not in times})
        groups.append({"grants": listed, "plate_hashes": joined(hashed)})
    return {"rights": rights, "groups": groups}


def joined(*hashes: bytes) -> str:
    return base64.b64encode(b"".join(hashes)).decode()


def signed(content: AccessList, private: bytes) -> SignedAccessList:
    payload = canonical_json(content.model_dump(mode="json"))
    signature = base64.b64encode(sign(private, payload)).decode()
    return SignedAccessList(payload=payload.decode(), signature=signature, key_id="centre")


def config_text(
    folder: Path, url: str, keys: tuple[bytes, bytes], cameras: str, top: str = ""
) -> str:
    """A worker's TOML; `keys`: the centre's public signing and picture keys."""
    signing, pictures = (base64.b64encode(key).decode() for key in keys)
    return f"""
device = "edge-1"
key_file = "{folder / "edge.key"}"
data_dir = "{folder / "edge"}"
{top}
[centre]
url = "{url}"
signing_public_key = "{signing}"
picture_public_key = "{pictures}"
{cameras}
"""
