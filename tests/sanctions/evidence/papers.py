"""Validated cases with real pictures and a signed report, and the worker that makes papers."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import cv2
import numpy as np
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from sqlalchemy.orm import Session

from control_center.background.outbox_worker import drain
from core.database import transaction
from core.runtime import Runtime
from core.signing import PASSAGE_REPORT, canonical_json, sign
from sanctions.documents.certificates import SigningIdentity, specimen_identity
from sanctions.evidence.keys import seal_key, seal_public_key
from sanctions.evidence.models import EvidencePackage
from sanctions.evidence.packages import ERASE
from sanctions.evidence.trust import Trust, trusted_key
from sanctions.models import InfractionCase
from sanctions.paper_jobs import HANDLERS
from sanctions.reports import InfractionReport, ReportedPicture
from sanctions.service import open_case
from tests.sanctions.evidence.packages import DEVICE
from tests.sanctions.lives import enter_prices, validate
from tests.sanctions.reports import AFTER, report


def jpeg(shade: int) -> bytes:
    image = np.full((120, 160, 3), shade, np.uint8)
    image[40:60, 60:100] = 255
    done, encoded = cv2.imencode(".jpg", image)
    assert done
    return encoded.tobytes()


PLATE, CONTEXT, ORIGINAL = jpeg(200), jpeg(90), jpeg(120)


def signed_report(runtime: Runtime, **fields: Any) -> InfractionReport:
    """As the centre hands it over: pictures in the store, and the device's signed word."""
    key = fields.pop("public_key", DEVICE.public.hex())
    made = report(**fields)
    folder = f"passages/{made.passage_id}"
    stored = {
        name: ReportedPicture(f"{folder}/{name}.jpg", hashlib.sha256(content).hexdigest())
        for name, content in (("plate", PLATE), ("context", CONTEXT), ("original", ORIGINAL))
    }
    for name, content in (("plate", PLATE), ("context", CONTEXT), ("original", ORIGINAL)):
        runtime.store.put(stored[name].evidence_key, content)
    announced = [
        {"kind": "plate", "sha256": stored["plate"].sha256},
        {"kind": "context", "sha256": stored["original"].sha256},
    ]
    told = canonical_json(
        {
            "passage_id": str(made.passage_id),
            "control_point": made.control_point,
            "camera": made.camera,
            "seen_at": made.seen_at.isoformat(),
            "pictures": announced,
        }
    )
    signature = base64.b64encode(sign(DEVICE.private, PASSAGE_REPORT + told)).decode()
    values = vars(made) | {
        "pictures": {name: stored[name] for name in ("plate", "context")},
        "originals": {"context": stored["original"]},
        "signed": {
            "": {
                "key_id": DEVICE.key_id,
                "public_key": key,
                "report": told.decode(),
                "signature": signature,
            }
        },
    }
    return InfractionReport(**{**values, **fields})


def validated_case(runtime: Runtime, **fields: Any) -> UUID:
    """Committed, with its papers asked for."""
    made = signed_report(runtime, **fields)
    runtime.clock.move_to(AFTER)
    with transaction(runtime.writing) as session:
        enter_prices(session)
        case = open_case(session, made, now=AFTER)
        return validate(session, case).id


def erase(_: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    runtime.store.erase(payload["key"])


def do_papers(runtime: Runtime) -> None:
    """What a worker would do now."""
    drain(runtime, {**HANDLERS, ERASE: erase})


def trust_of(runtime: Runtime, root: str) -> Trust:
    """The installation's trust file."""
    key = seal_key(runtime.keys).key_id
    return Trust(
        centres=(trusted_key(key, seal_public_key(runtime.keys), "Control centre"),),
        devices=(trusted_key(DEVICE.key_id, DEVICE.public),),
        timestamp_roots=(root,),
        document_seals=(seal_pem(specimen_identity(runtime.keys)),),
    )


def seal_pem(identity: SigningIdentity) -> str:
    return identity.certificate.public_bytes(Encoding.PEM).decode()


def package_rows(session: Session, case_id: UUID) -> list[EvidencePackage]:
    query = select(EvidencePackage).where(EvidencePackage.case_id == case_id)
    return list(session.scalars(query.order_by(EvidencePackage.number)))


def case_of(session: Session, case_id: UUID) -> InfractionCase:
    return session.get_one(InfractionCase, case_id)
