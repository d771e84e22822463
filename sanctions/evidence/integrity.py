"""Whether the evidence of a case holds, check by check, as a panel for those who rely on it."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from core.encryption import Undecryptable
from core.errors import NotFound
from core.evidence_store import EvidenceStore
from core.signing import PASSAGE_REPORT, verify
from core.web.translations import translate
from core.words import N_, Word
from sanctions.evidence.completeness import MAX_CLOCK_OFFSET_MS
from sanctions.evidence.models import PackageKind, PackageState
from sanctions.evidence.originals import originals_behind
from sanctions.evidence.packages import latest
from sanctions.evidence.verdicts import Status
from sanctions.models import InfractionCase


@dataclass(frozen=True)
class Check:
    """One line of the panel: `message` is a message id, filled in from `values`."""

    status: Status
    message: Word
    values: Mapping[str, object] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The sentence; values that are words of ours are translated too."""
        return translate(self.message, language, **dict(self.values))

    @property
    def tone(self) -> str:
        """Colour class of its badge."""
        tones = {Status.OK: "ok", Status.FAILED: "alert", Status.UNCONFIRMED: "pending"}
        return tones[self.status]


_PICTURES: dict[str, Word] = {
    "plate": N_("plate"),
    "context": N_("vehicle and place, masked"),
    "context-original": N_("vehicle and place, as filmed"),
    "exit-plate": N_("plate at the exit"),
    "exit-context": N_("vehicle at the exit, masked"),
    "exit-context-original": N_("vehicle at the exit, as filmed"),
}


def _named(kind: str) -> dict[str, object]:
    return {"kind": _PICTURES.get(kind, kind)}


STATUS_LABELS: dict[Status, Word] = {
    Status.OK: N_("Holds"),
    Status.FAILED: N_("Does not hold"),
    Status.UNCONFIRMED: N_("Not confirmed"),
}


def integrity(session: Session, store: EvidenceStore, case: InfractionCase) -> list[Check]:
    """Every check, in the order a person would ask. Reads each picture from the store."""
    report = case.report
    return [
        *(_picture(store, one.kind, one.evidence_key, one.sha256) for one in case.pictures),
        *_originals(session, store, case),
        *_device(case, report),
        _clock(report.get("clock_offset_ms")),
        _camera(report),
        _package(session, case),
    ]


def _picture(store: EvidenceStore, kind: str, key: str, sha256: str) -> Check:
    try:
        holds = hashlib.sha256(store.get(key)).hexdigest() == sha256
    except NotFound:
        return Check(Status.FAILED, N_("Picture '%(kind)s' is gone."), _named(kind))
    except Undecryptable:
        holds = False
    if holds:
        message = N_("Picture '%(kind)s' is the one that was taken in.")
        return Check(Status.OK, message, _named(kind))
    message = N_("Picture '%(kind)s' is not the one that was taken in: do not use it.")
    return Check(Status.FAILED, message, _named(kind))


def _originals(session: Session, store: EvidenceStore, case: InfractionCase) -> list[Check]:
    kept = originals_behind(session, case)
    return [_picture(store, f"{one.kind}-original", one.evidence_key, one.sha256) for one in kept]


def _device(case: InfractionCase, report: Mapping[str, Any]) -> list[Check]:
    """The control point's own word. Which key it had is the centre's register of that day."""
    signed = report.get("signed", {})
    if not signed:
        return [Check(Status.UNCONFIRMED, N_("The control point did not sign its report."))]
    return [check for prefix, one in signed.items() for check in _report(case, prefix, one)]


def _report(case: InfractionCase, prefix: str, one: Mapping[str, str]) -> list[Check]:
    values = {"device": one["key_id"]}
    key = bytes.fromhex(one.get("public_key", ""))
    content = PASSAGE_REPORT + one["report"].encode()
    if not key:
        message = N_("The key of the control point's computer '%(device)s' is not known here.")
        return [Check(Status.UNCONFIRMED, message, values)]
    if not verify(key, content, base64.b64decode(one["signature"])):
        message = N_("The report is not what the computer '%(device)s' signed.")
        return [Check(Status.FAILED, message, values)]
    signed = Check(Status.OK, N_("The report is signed by the computer '%(device)s'."), values)
    return [signed, _announced(case, prefix, one["report"])]


def _announced(case: InfractionCase, prefix: str, report: str) -> Check:
    announced = {one["kind"]: one["sha256"] for one in json.loads(report).get("pictures", ())}
    kind = f"{prefix}plate"
    held = next((one.sha256 for one in case.pictures if one.kind == kind), None)
    if held is None:
        return Check(Status.UNCONFIRMED, N_("Picture '%(kind)s' has not come."), _named(kind))
    if held == announced.get("plate"):
        message = N_("Picture '%(kind)s' is the one in the signed report.")
        return Check(Status.OK, message, _named(kind))
    message = N_("Picture '%(kind)s' is not the one in the signed report.")
    return Check(Status.FAILED, message, _named(kind))


def _clock(offset: float | None) -> Check:
    if offset is None:
        return Check(Status.FAILED, N_("The camera's clock was never compared."))
    values = {"offset": f"{offset:+.0f}"}
    if abs(offset) <= MAX_CLOCK_OFFSET_MS:
        return Check(Status.OK, N_("The camera's clock was %(offset)s ms off."), values)
    message = N_("The camera's clock was %(offset)s ms off: more than one second.")
    return Check(Status.FAILED, message, values)


def _camera(report: Mapping[str, Any]) -> Check:
    mode, health = report.get("mode", "enforcing"), report.get("health", "ok")
    if mode in {"enforcing", "warning"} and health == "ok":
        return Check(Status.OK, N_("The control point was in service and well."))
    message = N_("The control point was in mode '%(mode)s' with health '%(health)s'.")
    return Check(Status.FAILED, message, {"mode": mode, "health": health})


def _package(session: Session, case: InfractionCase) -> Check:
    package = latest(session, case.id, PackageKind.EVIDENCE)
    if package is None:
        message = N_("No evidence package yet: it is made when an agent validates.")
        return Check(Status.UNCONFIRMED, message)
    if package.state == PackageState.FINISHED and package.stamped_at is not None:
        message = N_("The evidence package is sealed and timestamped.")
        return Check(Status.OK, message)
    if package.state == PackageState.SEALED:
        message = N_("The evidence package is sealed and waits for its timestamp.")
        return Check(Status.UNCONFIRMED, message)
    return Check(Status.UNCONFIRMED, N_("The evidence package is being made."))
