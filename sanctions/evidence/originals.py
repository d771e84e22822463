"""Where the context pictures as filmed are: kept beside the case, shown by no ordinary page."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from sanctions.evidence.models import CaseOriginal
from sanctions.models import InfractionCase
from sanctions.reports import ReportedPicture


def keep_originals(
    session: Session, case_id: UUID, originals: Mapping[str, ReportedPicture]
) -> None:
    """Note where they are; those known already stay as they are."""
    known = {one.kind for one in originals_of(session, case_id)}
    for kind, picture in originals.items():
        if kind not in known:
            row = CaseOriginal(
                case_id=case_id, kind=kind, evidence_key=picture.evidence_key, sha256=picture.sha256
            )
            session.add(row)
    session.flush()


def originals_of(session: Session, case_id: UUID) -> list[CaseOriginal]:
    """Of the case itself, by kind."""
    query = select(CaseOriginal).where(CaseOriginal.case_id == case_id)
    return list(session.scalars(query.order_by(CaseOriginal.kind)))


def originals_behind(session: Session, case: InfractionCase) -> list[CaseOriginal]:
    """Of the case, or of the one from which it took its evidence over: a named driver's."""
    found = originals_of(session, case.id)
    if not found and case.parent_id is not None:
        return originals_of(session, case.parent_id)
    return found
