"""The files of an evidence package, taken from the case and the store. Nothing is left out
because it would help the person: corrections, doubtful reads and figures are all there."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.clock import municipal
from core.evidence_store import EvidenceStore
from core.signing import canonical_json
from sanctions.errors import EvidenceAltered
from sanctions.evidence.completeness import MAX_CLOCK_OFFSET_MS
from sanctions.evidence.device_checks import CASE, PASSAGES, signature_file
from sanctions.models import CaseEvent, CasePicture, InfractionCase
from sanctions.sentences import shown

SUMMARY = "summary.pdf"
README = "README.txt"


def package_files(
    case: InfractionCase, store: EvidenceStore, originals: Mapping[str, str]
) -> dict[str, bytes]:
    """Everything but the readable summary. `originals`: SHA-256 of the picture as filmed, by the
    kind of the masked one.

    Raises:
        EvidenceAltered: a stored picture is not the one that was taken in.
        NotFound: a picture was erased.
    """
    report = case.report
    files = {
        README: README_TEXT.encode(),
        CASE: canonical_json(_case(case, originals)),
        "decision.json": canonical_json(
            {name: report.get(name) for name in ("rule_version", "decision", "inputs", "names")}
        ),
        "reads.json": canonical_json(
            {name: report.get(name) for name in ("read", "votes", "candidates")}
        ),
        "equipment.json": canonical_json(_equipment(case)),
        "versions.json": canonical_json([_version(one) for one in case.versions]),
        "history.json": canonical_json([event_line(event) for event in case.events]),
    }
    return files | _device_files(report.get("signed", {})) | _pictures(case, store)


def _case(case: InfractionCase, originals: Mapping[str, str]) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "passage_id": str(case.passage_id),
        "version": case.version,
        "offence": case.offence,
        "legal_basis": case.legal_basis,
        "plate": case.plate,
        "country": case.country,
        "confidence": case.confidence,
        "zone": case.zone,
        "control_point": {"code": case.control_point, "name": case.control_point_name},
        "camera": case.camera,
        "direction": case.direction,
        "seen_at": both_clocks(case.seen_at),
        "could_be_regularised_until": both_clocks(case.regularisation_deadline),
        "validated": {
            "agent_number": case.agent_number,
            "at": both_clocks(case.validated_at) if case.validated_at else None,
        },
        "pictures": {one.kind: _picture(one, originals) for one in case.pictures},
    }


def _picture(picture: CasePicture, originals: Mapping[str, str]) -> dict[str, str]:
    described = {"sha256": picture.sha256}
    if picture.kind in originals:
        described["masked_from_sha256"] = originals[picture.kind]
    return described


def both_clocks(moment: datetime) -> dict[str, str]:
    """An instant in UTC and in municipal time with its offset (E1)."""
    local = municipal(moment)
    return {
        "utc": moment.astimezone(UTC).isoformat(timespec="milliseconds"),
        "local": local.isoformat(timespec="milliseconds"),
    }


def _equipment(case: InfractionCase) -> dict[str, Any]:
    report = case.report
    return {
        "control_point": case.control_point,
        "camera": case.camera,
        "mode": report.get("mode"),
        "health": report.get("health"),
        "edge": report.get("edge"),
        "clock": {
            "offset_ms": report.get("clock_offset_ms"),
            "allowed_ms": MAX_CLOCK_OFFSET_MS,
            "meaning": "edge clock minus centre clock, last measured before the passage",
        },
    }


def _version(version: Any) -> dict[str, Any]:
    return {
        "number": version.number,
        "at": both_clocks(version.at),
        "cause": version.cause,
        "by": version.made_by_name,
        "plate": version.plate,
        "country": version.country,
        "offence": version.offence,
    }


def event_line(event: CaseEvent) -> dict[str, Any]:
    """One event of a case's history."""
    return {
        "number": event.number,
        "at": both_clocks(event.at),
        "kind": event.kind,
        "from": event.from_state,
        "to": event.to_state,
        "reason": event.reason,
        "note": event.note and shown(event.note, "es"),
        "by": event.agent_number or event.actor_name,
    }


def _device_files(signed: Mapping[str, Mapping[str, str]]) -> dict[str, bytes]:
    """What the edge box signed, byte by byte, and its signature."""
    files = {}
    for name, prefix in PASSAGES.items():
        one = signed.get(prefix)
        if one:
            signature = base64.b64decode(one["signature"]).hex()
            described = {"algorithm": "Ed25519", "key_id": one["key_id"], "signature": signature}
            files[name] = one["report"].encode()
            files[signature_file(name)] = canonical_json(described)
    return files


def _pictures(case: InfractionCase, store: EvidenceStore) -> dict[str, bytes]:
    return {f"pictures/{one.kind}.jpg": _checked(case, one, store) for one in case.pictures}


def _checked(case: InfractionCase, picture: CasePicture, store: EvidenceStore) -> bytes:
    content = store.get(picture.evidence_key)
    if hashlib.sha256(content).hexdigest() != picture.sha256:
        raise EvidenceAltered(
            "The picture '%(kind)s' of case %(case)s is not the one that was taken in. Do not use "
            "it; tell the data-protection officer.",
            kind=picture.kind,
            case=case.reference,
        )
    return content


def device_of(files: Mapping[str, bytes]) -> str | None:
    """Key id of the box that signed the passage's report; None when none did."""
    signature = files.get(signature_file(next(iter(PASSAGES))))
    return str(json.loads(signature)["key_id"]) if signature else None


README_TEXT = """\
Paquete de pruebas - Froga-paketea - Evidence package (Sarbide)

ES  Abra summary.pdf para leer el caso. Para comprobar que nada se ha alterado, sin conexión:
        python -m sanctions verify ESTE_FICHERO.zip --trust claves.json --language es
    El fichero de claves lo da el Ayuntamiento por otra vía; nunca se usa una clave del paquete.
EU  Ireki summary.pdf kasua irakurtzeko. Ezer aldatu ez dela egiaztatzeko, konexiorik gabe:
        python -m sanctions verify FITXATEGI_HAU.zip --trust gakoak.json --language eu
    Gakoen fitxategia Udalak ematen du beste bide batetik; paketeko gakorik ez da inoiz erabiltzen.
EN  Open summary.pdf to read the case. To check that nothing was altered, without a network:
        python -m sanctions verify THIS_FILE.zip --trust keys.json --language en
    The city hands out the key file by another way; no key inside the package is ever used.
"""
