"""The jobs that build, seal and stamp packages. Slow work happens outside the transaction; what
a worker that dies had not finished, another one makes anew."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.clock import utc_now
from core.database import transaction
from core.errors import SarbideError
from core.identity import SYSTEM
from core.outbox import enqueue
from core.runtime import Runtime
from core.words import N_
from sanctions.evidence import timestamps
from sanctions.evidence.building import NotReady, files_for
from sanctions.evidence.keys import seal_key
from sanctions.evidence.manifest import COURT_FILE_FORMAT, EVIDENCE_FORMAT, sha256
from sanctions.evidence.models import EvidencePackage, PackageKind, PackageState
from sanctions.evidence.packages import ERASE, enqueue_building, enqueue_stamping
from sanctions.evidence.packing import Draft, close, seal_files
from sanctions.evidence.timestamps import TimestampUnavailable
from sanctions.queries import get_case
from sanctions.sentences import kept
from sanctions.transitions import EventKind, write_event

FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(hours=1)
ASK_AGAIN = timedelta(seconds=20)
"""For a court file whose evidence package is still being made."""
AFTER_A_FAULT = timedelta(minutes=10)
"""A picture that is gone, a certificate that is missing: a person has to see to it."""
NO_AUTHORITY = N_("no timestamp authority is set (SARBIDE_TIMESTAMP_URL)")


def build_package(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Gather, seal and keep a requested package; then its timestamp is asked for."""
    package_id = UUID(payload["package_id"])
    with transaction(runtime.reading) as reading:
        package = reading.get(EvidencePackage, package_id)
        if package is None or package.state != PackageState.REQUESTED:
            return
        case = get_case(reading, package.case_id)
        try:
            files = files_for(reading, runtime, case, PackageKind(package.kind))
        except NotReady as error:
            _build_later(session, runtime, package_id, str(error), ASK_AGAIN)
            return
        except SarbideError as error:
            # Shown with the package and tried again: what a person mends must not need a person
            # to start this job as well.
            _build_later(session, runtime, package_id, kept(error), AFTER_A_FAULT)
            return
        is_evidence = package.kind == PackageKind.EVIDENCE
        form = EVIDENCE_FORMAT if is_evidence else COURT_FILE_FORMAT
    key, sealed_at = seal_key(runtime.keys), utc_now()
    draft = seal_files(form, case.reference, files, key=key, sealed_at=sealed_at)
    _keep_draft(session, runtime, package_id, draft, sealed_at)


def _build_later(
    session: Session, runtime: Runtime, package_id: UUID, why: str, wait: timedelta
) -> None:
    package = session.get_one(EvidencePackage, package_id, with_for_update=True)
    package.problem = why
    enqueue_building(session, package_id, due_at=runtime.clock.now() + wait)


def _keep_draft(
    session: Session, runtime: Runtime, package_id: UUID, draft: Draft, sealed_at: datetime
) -> None:
    package = session.get(EvidencePackage, package_id, with_for_update=True)
    if package is None or package.state != PackageState.REQUESTED:
        return
    content = draft.to_bytes()
    key = f"cases/{package.case_id}/packages/{package.id}-{sha256(content)[:16]}.draft"
    runtime.store.put(key, content)
    package.state = PackageState.SEALED.value
    package.draft_key, package.sealed_at, package.problem = key, sealed_at, None
    enqueue_stamping(session, package.id, due_at=runtime.clock.now())


def stamp_package(session: Session, runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Get the timestamp of a sealed package and finish it; without an answer, ask again later."""
    package_id = UUID(payload["package_id"])
    with transaction(runtime.reading) as reading:
        package = reading.get(EvidencePackage, package_id)
        if package is None or package.state != PackageState.SEALED:
            return
        draft = Draft.from_bytes(runtime.store.get(package.draft_key or ""))
    url = runtime.settings.timestamp_url
    try:
        if url is None:
            raise TimestampUnavailable(NO_AUTHORITY)
        stamp = timestamps.ask(url, draft.seal)
    except TimestampUnavailable as error:
        _stamp_later(session, runtime, package_id, kept(error))
        return
    finished = close(draft, stamp, seal_key(runtime.keys))
    _finish(session, runtime, package_id, finished, timestamps.time_of(stamp))


def _stamp_later(session: Session, runtime: Runtime, package_id: UUID, why: str) -> None:
    package = session.get_one(EvidencePackage, package_id, with_for_update=True)
    package.attempts += 1
    package.problem = why
    wait = min(FIRST_WAIT * 2 ** min(package.attempts - 1, 10), LONGEST_WAIT)
    enqueue_stamping(session, package_id, due_at=runtime.clock.now() + wait)


def _finish(
    session: Session, runtime: Runtime, package_id: UUID, content: bytes, stamped_at: datetime
) -> None:
    package = session.get(EvidencePackage, package_id)
    if package is None:
        return
    case = get_case(session, package.case_id, lock=True)
    session.refresh(package, with_for_update=True)
    if package.state != PackageState.SEALED:
        return
    digest, now = sha256(content), runtime.clock.now()
    key = f"cases/{package.case_id}/packages/{package.id}-{digest[:16]}.zip"
    runtime.store.put(key, content)
    if package.draft_key is not None:
        enqueue(session, ERASE, {"key": package.draft_key}, due_at=now)
    package.state = PackageState.FINISHED.value
    package.store_key, package.sha256, package.size = key, digest, len(content)
    package.stamped_at, package.draft_key, package.problem = stamped_at, None, None
    note = f"{package.kind}-{package.number}.zip, SHA-256 {digest}"
    write_event(case, EventKind.NOTE, SYSTEM, now=now, note=note)
    audit.record(
        session,
        SYSTEM,
        "sanctions:package:finished",
        f"case:{case.id}",
        kind=package.kind,
        sha256=digest,
    )
