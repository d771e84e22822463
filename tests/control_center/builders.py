"""Passage reports, signed edge boxes and pictures for tests, each field open to change."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import cv2
import numpy as np
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from control_center.background.handlers import HANDLERS
from control_center.background.outbox_worker import drain
from control_center.edge_boxes import devices
from control_center.edge_boxes.centre_keys import picture_public_key
from control_center.edge_boxes.device_models import Device
from control_points.protocol import (
    PASSAGES_PATH,
    PICTURE_PATH,
    PassageReport,
    PictureKind,
    signed_content,
)
from control_points.storage.picture_files import picture_context
from core.clock import utc_now
from core.database import transaction
from core.passage_ids import passage_id
from core.runtime import Runtime
from core.sealing import seal
from core.signing import PASSAGE_REPORT, generate_key_pair, sign, sign_request

MORNING = datetime(2026, 10, 20, 7, 0, tzinfo=UTC)
"""Tuesday 20 October 2026, 09:00 in Bilbao: residents' hours, and loading is allowed."""
NOON = datetime(2026, 10, 20, 10, 30, tzinfo=UTC)
"""12:30 in Bilbao: nobody's hours."""
EDGE = "edge-01"
POINTS = ["CP-01", "CP-02", "CP-03"]


def picture_bytes(shade: int = 90) -> bytes:
    """A small JPEG."""
    image = np.full((120, 160, 3), shade, np.uint8)
    image[40:60, 60:100] = 255
    done, encoded = cv2.imencode(".jpg", image)
    assert done
    return encoded.tobytes()


PLATE_PICTURE, CONTEXT_PICTURE = picture_bytes(200), picture_bytes(90)
CONTENT = {"plate": PLATE_PICTURE, "context": CONTEXT_PICTURE}


def announced(kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "sha256": hashlib.sha256(CONTENT[kind]).hexdigest(),
        "width": 160,
        "height": 120,
        "plate_box": [60, 40, 100, 60] if kind == "context" else None,
    }


def id_of(plate: str | None, at: datetime, point: str = "CP-01") -> UUID:
    return passage_id(at, f"{point}-{plate}", 0, (0, 0, 1, 1))


def report(plate: str | None = "1234BBC", at: datetime = MORNING, **fields: Any) -> dict[str, Any]:
    """A clear read of `plate` entering at CP-01; `fields` replace what they name."""
    point = fields.get("control_point", "CP-01")
    text = plate or ""
    vote = {"frame": 3, "at": at.isoformat(), "text": text, "confidence": 0.97}
    values: dict[str, Any] = {
        "passage_id": str(id_of(plate, at, point)),
        "control_point": point,
        "camera": f"{point}-A",
        "direction": "entry",
        "plate": plate,
        "country": "ES" if plate else None,
        "confidence": 0.97 if plate else 0.1,
        "candidates": [{"text": plate, "probability": 0.97}] if plate else [],
        "votes": [{**vote, "box": [60, 40, 100, 60]}],
        "frames": 8,
        "first_seen_at": (at - timedelta(seconds=1)).isoformat(),
        "seen_at": at.isoformat(),
        "last_seen_at": (at + timedelta(seconds=1)).isoformat(),
        "clock_offset_ms": 12.0,
        "camera_quality": "good",
        "pictures": [announced("plate"), announced("context")],
        "decision": None,
        "software": "sarbide test",
        "models": "test models",
    }
    return {**values, **fields}


def exit_report(plate: str, at: datetime, **fields: Any) -> dict[str, Any]:
    """`plate` leaves at CP-03."""
    return report(plate, at, **{"control_point": "CP-03", "direction": "exit", **fields})


class EdgeBox:
    """An enrolled edge box that signs what it sends."""

    def __init__(
        self, app: FastAPI, *, key_id: str = EDGE, points: list[str] | None = None
    ) -> None:
        self._private, public = generate_key_pair()
        self.key_id = key_id
        self.runtime: Runtime = app.state.runtime
        english = {"Accept-Language": "en"}
        self.client = TestClient(app, raise_server_exceptions=False, headers=english)
        with transaction(self.runtime.writing) as session:
            devices.enrol(
                session,
                key_id=key_id,
                public_key=public,
                control_points=points or POINTS,
                now=utc_now(),
            )

    def headers(
        self, method: str, path: str, body: bytes, sent_at: datetime | None = None
    ) -> dict[str, str]:
        return sign_request(self._private, self.key_id, method, path, body, sent_at or utc_now())

    def send(self, method: str, path: str, body: Any = b"", **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = {**self.headers(method, path, raw), **headers}
        return self.client.request(method, path, content=raw, headers=signed)

    def report(self, *reports: dict[str, Any]) -> Any:
        return self.send("POST", PASSAGES_PATH, {"reports": [self.signed(one) for one in reports]})

    def signed(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The report with the box's signature, if it is one that can be read at all."""
        try:
            read = PassageReport.model_validate(raw)
        except ValidationError:
            return raw
        if read.signature is not None:
            return raw
        signature = sign(self._private, PASSAGE_REPORT + signed_content(read))
        return {**raw, "signature": base64.b64encode(signature).decode()}

    def statuses(self, *reports: dict[str, Any]) -> list[str]:
        answer = self.report(*reports)
        assert answer.status_code == 200, answer.text
        return [receipt["status"] for receipt in answer.json()["receipts"]]

    def upload(
        self, passage: str, kind: str = "plate", content: bytes | None = None, **changes: Any
    ) -> Any:
        plain = CONTENT[kind] if content is None else content
        context = changes.get("context", picture_context(UUID(passage), PictureKind(kind)))
        sealed = seal(picture_public_key(self.runtime.keys), plain, context)
        path = PICTURE_PATH.format(passage_id=passage, kind=kind)
        return self.send("PUT", path, changes.get("sealed", sealed))

    def instruction(self, passage: str) -> str:
        answer = self.send("POST", "/edge/v1/pictures/instructions", {"passage_ids": [passage]})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["instructions"][0]["instruction"])


def do_jobs(runtime: Runtime) -> None:
    """What a worker would do now."""
    drain(runtime, HANDLERS)


def device(session: Session, points: list[str] | None = None) -> Device:
    """An enrolled device whose key nobody has."""
    return devices.enrol(
        session,
        key_id=EDGE,
        public_key=generate_key_pair()[1],
        control_points=points or POINTS,
        now=utc_now(),
    )
