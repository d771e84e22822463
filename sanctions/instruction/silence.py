"""Reconsiderations that nobody answered: silence dismissed them, and the body that should have
decided certifies it within 15 working days, unasked (Ley 39/2015, article 24.4)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.identity import Actor, Permission
from sanctions import deadlines
from sanctions.calendar import holidays_near
from sanctions.deadlines import Deadline
from sanctions.documents.kinds import DocumentKind
from sanctions.documents.models import CaseDocument
from sanctions.documents.service import request_document
from sanctions.duties import check_resolver
from sanctions.instruction.models import Resolution
from sanctions.models import InfractionCase
from sanctions.queries import get_case
from sanctions.states import CaseState

SINCE_SILENCE = (CaseState.FIRM, CaseState.VOLUNTARILY_PAID, CaseState.ENFORCED_COLLECTION)
"""Where a case can be after silence dismissed its reconsideration."""


def was_silent(session: Session, case: InfractionCase) -> bool:
    """Whether silence dismissed the reconsideration of `case`."""
    found = _silent().where(InfractionCase.id == case.id)
    return session.scalar(found) is not None


def certificate_due(session: Session, case: InfractionCase) -> Deadline | None:
    """Until when the silence is to be certified; None when nobody asked for reconsideration."""
    if case.appealed_on is None:
        return None
    dismissed = deadlines.appeal_dismissed_from(case.appealed_on)
    return deadlines.silence_certificate(dismissed, holidays_near(session, dismissed))


def certificate(session: Session, case: InfractionCase) -> CaseDocument | None:
    """The certificate that was asked for, made or not."""
    query = select(CaseDocument).where(
        CaseDocument.case_id == case.id,
        CaseDocument.kind == DocumentKind.SILENCE_CERTIFICATE.value,
    )
    return session.scalar(query.limit(1))


def uncertified(session: Session, limit: int = 200) -> Sequence[InfractionCase]:
    """Cases whose silence nobody has certified yet, the oldest first."""
    made = exists().where(
        CaseDocument.case_id == InfractionCase.id,
        CaseDocument.kind == DocumentKind.SILENCE_CERTIFICATE.value,
    )
    query = _silent().where(~made).order_by(InfractionCase.appealed_on).limit(limit)
    return session.scalars(query).all()


def certify(session: Session, case_id: UUID, *, actor: Actor, now: datetime) -> CaseDocument:
    """The resolver certifies the silence; asked for twice, it is the same certificate.

    Raises:
        Forbidden: the actor does not resolve cases.
        SamePerson: the actor validated or instructed the case.
        Conflict: silence dismissed nothing here.
    """
    actor.check(Permission.RESOLVE_CASES)
    case = get_case(session, case_id, lock=True)
    check_resolver(case, actor)
    if not was_silent(session, case):
        raise Conflict(
            "In case %(case)s no reconsideration was dismissed by silence: there is nothing to "
            "certify.",
            case=case.reference,
        )
    kind = DocumentKind.SILENCE_CERTIFICATE
    return request_document(session, case, kind, now=now, actor=actor)


def _silent() -> Select[InfractionCase]:
    answered = exists().where(
        Resolution.case_id == InfractionCase.id, Resolution.kind == "reconsideration"
    )
    return select(InfractionCase).where(
        InfractionCase.state.in_(SINCE_SILENCE),
        InfractionCase.appealed_on.is_not(None),
        ~answered,
    )
