"""The outside world on this machine: fake services in a process of their own, and cases to send."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx2
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from control_center.background.handlers import HANDLERS
from control_center.background.outbox_worker import drain
from core.database import transaction, uuid7
from core.runtime import Runtime
from sanctions.documents.kinds import DocumentKind
from sanctions.integrations import jobs
from sanctions.integrations.alarms import AlarmKind, open_alarms
from sanctions.integrations.documents import OutgoingDocument
from sanctions.integrations.models import IntegrationState
from sanctions.models import InfractionCase
from sanctions.reports import ReportedPicture
from sanctions.states import CaseState
from tests.sanctions import lives
from tests.sanctions.reports import AFTER

WORK = {
    **HANDLERS,
    # Documents and packages are made elsewhere, and tested there.
    "render-document": lambda *_: None,
    "build-package": lambda *_: None,
}
KEY = "a key for tests only"
NAMES = ("handover", "holders", "electronic_notification", "post", "payment")


def picture(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(content, "JPEG", quality=90)
    return content.getvalue()


CONTEXT, PLATE = picture(480, 320), picture(120, 30)


@contextmanager
def fake_services() -> Iterator[dict[str, str]]:
    """All of them in one process of their own: settings by name."""
    command = [sys.executable, "-m", "sanctions.integrations.fakes", "all", "--key", KEY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        told: dict[str, str] = {}
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "ready":
                break
            name, value = line.strip().split("=", 1)
            told[name.removeprefix("SARBIDE_").lower()] = value
        try:
            yield told
        finally:
            process.terminate()


class FakePapers:
    """Documents without a printer: finished at once, unless told to wait."""

    def __init__(self) -> None:
        self.is_slow = False
        self.requested: list[tuple[UUID, DocumentKind]] = []

    def request(
        self, session: Session, case: InfractionCase, kind: DocumentKind, now: datetime
    ) -> None:
        self.requested.append((case.id, kind))

    def finished(
        self, session: Session, runtime: Runtime, case: InfractionCase, kind: DocumentKind
    ) -> OutgoingDocument | None:
        if self.is_slow:
            return None
        return OutgoingDocument(f"CSV-{case.reference}", b"%PDF-1.7 " + kind.encode(), "es", kind)


@dataclass
class World:
    """Sarbide and what is around it."""

    runtime: Runtime
    urls: dict[str, str]
    papers: FakePapers

    def fake(self, name: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Talk to a fake as its own operator."""
        url = self.urls[f"{name}_url"] + path
        headers = {"Authorization": f"Bearer {KEY}"}
        if body is None:
            return httpx2.get(url, headers=headers, trust_env=False).json()
        return httpx2.post(url, json=body, headers=headers, trust_env=False).json()

    def misbehave(self, name: str, kind: str, **details: Any) -> None:
        self.fake(name, "/_fake/faults", {"kind": kind, **details})

    def received(self, name: str, path: str) -> list[dict[str, Any]]:
        """What a fake took in under `path`."""
        requests = self.fake(name, "/_fake/requests")["requests"]
        return [one for one in requests if one["path"].startswith(path)]

    def turn(self, rounds: int = 1) -> None:
        """Sweep and work, as beat and worker do."""
        for _ in range(rounds):
            jobs.sweep(self.runtime)
            drain(self.runtime, WORK)

    def news(self) -> None:
        jobs.poll(self.runtime)
        drain(self.runtime, WORK)

    def reconcile(self) -> None:
        jobs.reconcile(self.runtime)
        drain(self.runtime, WORK)

    def wake(self) -> None:
        """Nobody rests any more, as after some minutes."""
        with transaction(self.runtime.writing) as session:
            session.execute(update(IntegrationState).values(rest_until=None))

    def health(self, name: str) -> IntegrationState | None:
        with self.runtime.reading() as session:
            return session.get(IntegrationState, name)

    def alarms(self) -> list[AlarmKind]:
        with self.runtime.reading() as session:
            return [AlarmKind(alarm.kind) for alarm in open_alarms(session)]

    def case(self, case_id: UUID) -> InfractionCase:
        with self.runtime.reading() as session:
            return session.get_one(InfractionCase, case_id)

    def state(self, case_id: UUID) -> CaseState:
        return self.case(case_id).case_state

    def one(self, model: Any, **fields: Any) -> Any:
        with self.runtime.reading() as session:
            query = select(model).filter_by(**fields).order_by(model.id)
            return session.scalars(query).all()[-1]

    def all(self, model: Any) -> list[Any]:
        with self.runtime.reading() as session:
            return list(session.scalars(select(model)))

    def validated(self, plate: str = "1234BBC", now: datetime = AFTER, **fields: Any) -> UUID:
        """A validated case with pictures that can be opened."""
        passage_id = uuid7()
        contents = {"plate": PLATE, "context": CONTEXT}
        pictures = {}
        for kind, content in contents.items():
            key = f"passages/{passage_id}/{kind}.jpg"
            self.runtime.store.put(key, content)
            pictures[kind] = ReportedPicture(key, hashlib.sha256(content).hexdigest())
        with transaction(self.runtime.writing) as session:
            case = lives.validated(
                session,
                now,
                passage_id=passage_id,
                plate=plate,
                pictures=pictures,
                **fields,
            )
            return case.id
