"""Entries and forms of the residents' app, for its tests."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from control_center.models import PassageRecord
from core.database import transaction
from core.runtime import Runtime
from permits.applications.models import Application
from permits.models import Authorisation
from tests.clients import WebClient
from tests.control_center.builders import NOON, EdgeBox, do_jobs, report
from tests.permits.applications.builders import PDF

VISIT = {
    "token": "a-token",
    "plate": "9012 jkl",
    "day": "2026-10-20",
    "hour": "12",
    "under": "R-0001/one_off",
    "remark": "My brother brought a table",
    "shows_1": "purchase",
}
PAPER = {"paper_1": ("invoice.pdf", PDF, "application/pdf")}


def enters(edge: EdgeBox, plate: str = "9012JKL") -> UUID:
    raw = report(plate, NOON)
    assert edge.report(raw).status_code == 200
    do_jobs(edge.runtime)
    return UUID(raw["passage_id"])


def lodge(client: WebClient, **fields: str) -> Any:
    return client.submit("/entries/new", {**VISIT, **fields}, files=PAPER)


def stands(runtime: Runtime, passage: UUID) -> tuple[str, str | None]:
    with transaction(runtime.reading) as session:
        row = session.get_one(PassageRecord, passage)
        assert row.pending is not None
        return row.status, row.pending.frozen_by


def applications(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Application)) or 0


def reference_of(session: Session) -> str:
    session.rollback()
    found = session.scalars(select(Authorisation.reference).join(Application)).one()
    session.rollback()
    return found
