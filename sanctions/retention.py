"""P4: a case goes once its term after its end is over, unless somebody holds it expressly.

What goes with it: history, versions, writings, documents, packages and the links to its pictures.
Figures that were counted before stay; they name nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import InvalidInput
from core.identity import SYSTEM, Actor, Permission
from sanctions.documents.models import CaseDocument
from sanctions.evidence.models import EvidencePackage
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.refunds import has_open_refund
from sanctions.states import CLOSED
from sanctions.transitions import EventKind, write_event


@dataclass(frozen=True)
class Terms:
    """How long after its end a case is kept."""

    validated: timedelta
    unsanctioned: timedelta
    """Of cases that no agent ever validated."""


def expired(
    session: Session, terms: Terms, *, now: datetime, limit: int
) -> Sequence[InfractionCase]:
    """Closed cases whose term is over and that nobody holds, locked."""
    query = (
        select(InfractionCase)
        .where(
            InfractionCase.state.in_(CLOSED),
            InfractionCase.legal_hold.is_(False),
            ~has_open_refund(),
            or_(
                InfractionCase.closed_at <= now - terms.validated,
                and_(
                    InfractionCase.validated_by.is_(None),
                    InfractionCase.closed_at <= now - terms.unsanctioned,
                ),
            ),
        )
        .order_by(InfractionCase.closed_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def forget(session: Session, case: InfractionCase) -> None:
    """Delete `case` with everything that hangs on it. Its pictures are the caller's to erase."""
    audit.record(session, SYSTEM, "sanctions:case:deleted", f"case:{case.id}")
    session.flush()
    session.expunge(case)
    # The database takes what hangs on it along; row by row the append-only tables would refuse.
    session.execute(delete(InfractionCase).where(InfractionCase.id == case.id))


def shares_passage(session: Session, case: InfractionCase) -> bool:
    """Whether another case rests on the same passage: of a named driver, say."""
    other = select(InfractionCase.id).where(
        InfractionCase.passage_id == case.passage_id, InfractionCase.id != case.id
    )
    return session.scalar(other.limit(1)) is not None


def file_keys(session: Session, case: InfractionCase) -> list[str]:
    """Documents and packages of `case` in the evidence store."""
    packages = select(EvidencePackage.store_key, EvidencePackage.draft_key).where(
        EvidencePackage.case_id == case.id
    )
    documents = select(CaseDocument.store_key).where(CaseDocument.case_id == case.id)
    found = [key for row in session.execute(packages) for key in row]
    return [key for key in (*found, *session.scalars(documents)) if key is not None]


def held_cases(session: Session) -> Sequence[str]:
    """References of the cases that somebody keeps beyond their term."""
    query = select(InfractionCase.reference).where(InfractionCase.legal_hold)
    return session.scalars(query.order_by(InfractionCase.reference)).all()


def hold(
    session: Session, case_id: UUID, actor: Actor, *, reason: str, now: datetime
) -> InfractionCase:
    """Keep the case beyond its term, for a written reason (a court, an authority, a claim).

    Raises Forbidden, CaseNotFound, or InvalidInput without a reason.
    """
    return _set_hold(session, case_id, actor, True, reason, now)


def lift_hold(
    session: Session, case_id: UUID, actor: Actor, *, reason: str, now: datetime
) -> InfractionCase:
    """Let the term count again. Raises as `hold`."""
    return _set_hold(session, case_id, actor, False, reason, now)


def _set_hold(
    session: Session, case_id: UUID, actor: Actor, held: bool, reason: str, now: datetime
) -> InfractionCase:
    actor.check(Permission.HOLD_CASES)
    words = reason.strip()[:1000]
    if not words:
        raise InvalidInput("Write down why the case is kept, or let go.")
    case = get_case(session, case_id, lock=True)
    if case.legal_hold is not held:
        case.legal_hold = held
        kind = EventKind.LEGAL_HOLD if held else EventKind.LEGAL_HOLD_LIFTED
        write_event(case, kind, actor, now=now, note=words)
        verb = "held" if held else "let_go"
        audit.record(session, actor, f"sanctions:case:{verb}", f"case:{case.id}")
        session.flush()
    return case
