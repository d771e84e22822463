"""Packages are asked for here, in the transaction that makes them necessary; jobs make them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Conflict, NotFound
from core.evidence_store import EvidenceStore
from core.identity import SYSTEM, Actor, Permission
from core.outbox import enqueue
from sanctions.errors import EvidenceAltered
from sanctions.evidence.manifest import sha256
from sanctions.evidence.models import EvidencePackage, PackageKind, PackageState
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.states import LABELS, VALIDATED

BUILD = "build-package"
"""Outbox job: gather, seal and keep a package."""
STAMP = "stamp-package"
"""Outbox job: get the timestamp of a sealed package and finish it."""
ERASE = "erase-picture"
"""Outbox job of the composition root: erases a file of the evidence store."""


def request_package(
    session: Session,
    case: InfractionCase,
    kind: PackageKind,
    *,
    now: datetime,
    actor: Actor = SYSTEM,
) -> EvidencePackage:
    """Have a package made. Lock the case first. One that is still being made stands in for it."""
    last = latest(session, case.id, kind)
    if last is not None and last.state == PackageState.REQUESTED:
        return last
    package = EvidencePackage(
        case_id=case.id,
        kind=kind.value,
        number=(last.number if last else 0) + 1,
        state=PackageState.REQUESTED.value,
        requested_at=now,
        requested_by=actor.id,
        requested_by_name=actor.name,
        attempts=0,
    )
    session.add(package)
    session.flush()
    audit.record(session, actor, "sanctions:package:requested", f"case:{case.id}", kind=kind.value)
    enqueue_building(session, package.id, due_at=now)
    return package


def enqueue_building(session: Session, package_id: UUID, *, due_at: datetime) -> None:
    payload = {"package_id": str(package_id)}
    enqueue(session, BUILD, payload, due_at=due_at, key=f"{BUILD}:{package_id}")


def enqueue_stamping(session: Session, package_id: UUID, *, due_at: datetime) -> None:
    payload = {"package_id": str(package_id)}
    enqueue(session, STAMP, payload, due_at=due_at, key=f"{STAMP}:{package_id}")


def latest(
    session: Session, case_id: UUID, kind: PackageKind, state: PackageState | None = None
) -> EvidencePackage | None:
    """The last one of a case, in whatever state unless one is named."""
    query = select(EvidencePackage).where(
        EvidencePackage.case_id == case_id, EvidencePackage.kind == kind.value
    )
    if state is not None:
        query = query.where(EvidencePackage.state == state.value)
    return session.scalar(query.order_by(EvidencePackage.number.desc()).limit(1))


def packages_of(session: Session, case_id: UUID) -> list[EvidencePackage]:
    """All of a case, the oldest first."""
    query = select(EvidencePackage).where(EvidencePackage.case_id == case_id)
    return list(session.scalars(query.order_by(EvidencePackage.kind, EvidencePackage.number)))


def seal_anew(session: Session, case_id: UUID, actor: Actor, *, now: datetime) -> EvidencePackage:
    """Have the evidence sealed once more, because the case has changed or had no package.

    Raises:
        Forbidden: only who instructs or resolves cases.
        Conflict: no agent has validated the case, so there is nothing to seal.
    """
    check_may_export(actor)
    case = get_case(session, case_id, lock=True)
    if case.case_state not in VALIDATED:
        raise Conflict(
            "Case %(case)s is '%(state)s': its evidence is sealed once an agent has validated it.",
            case=case.reference,
            state=LABELS[case.case_state],
        )
    return request_package(session, case, PackageKind.EVIDENCE, now=now, actor=actor)


def request_court_file(
    session: Session, case_id: UUID, actor: Actor, *, now: datetime
) -> EvidencePackage:
    """Have the whole case exported, indexed and sealed, with its evidence package inside.

    Raises Forbidden: only who instructs or resolves cases.
    """
    check_may_export(actor)
    case = get_case(session, case_id, lock=True)
    if latest(session, case_id, PackageKind.EVIDENCE) is None:
        request_package(session, case, PackageKind.EVIDENCE, now=now)
    return request_package(session, case, PackageKind.COURT_FILE, now=now, actor=actor)


def check_may_export(actor: Actor) -> None:
    """Raise Forbidden unless `actor` instructs or resolves cases."""
    if not actor.may(Permission.RESOLVE_CASES):
        actor.check(Permission.INSTRUCT_CASES)


def open_package(
    session: Session, store: EvidenceStore, package_id: UUID, actor: Actor
) -> tuple[EvidencePackage, bytes]:
    """A finished package, checked against its hash; the download is on record.

    Raises:
        Forbidden: without the permission.
        NotFound: there is no such package.
        Conflict: it is not finished.
        EvidenceAltered: the stored file is not the one that was finished.
    """
    package = session.get(EvidencePackage, package_id)
    if package is None:
        raise NotFound("There is no package %(package)s.", package=str(package_id))
    actor.check(Permission.VIEW_CASES)
    if package.kind == PackageKind.COURT_FILE:
        check_may_export(actor)
    if package.store_key is None:
        raise Conflict("The package is not finished. The papers of the case say what it waits for.")
    content = store.get(package.store_key)
    if sha256(content) != package.sha256:
        raise EvidenceAltered(
            "The package %(package)s is not the one that was finished. Do not use it; tell the "
            "data-protection officer.",
            package=str(package_id),
        )
    audit.record(
        session,
        actor,
        "sanctions:package:downloaded",
        f"case:{package.case_id}",
        kind=package.kind,
        number=package.number,
    )
    return package, content


def count_waiting(session: Session) -> int:
    """Packages without a timestamp yet, for the doctor and the figures."""
    query = select(func.count()).where(EvidencePackage.state == PackageState.SEALED.value)
    return session.scalar(query) or 0
