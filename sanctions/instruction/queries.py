"""Reading what is written in a case, and the instructor's tray."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from sanctions.instruction.models import (
    AgentReport,
    Proposal,
    ReportRequest,
    Resolution,
    Submission,
)
from sanctions.models import InfractionCase
from sanctions.reasons import Hold
from sanctions.states import AWAITING_REVIEW, CaseState

Row = TypeVar("Row", Submission, ReportRequest, AgentReport, Proposal, Resolution)


def _of(session: Session, model: type[Row], case: InfractionCase, order: Any) -> list[Row]:
    return list(session.scalars(select(model).where(model.case_id == case.id).order_by(order)))


def submissions(session: Session, case: InfractionCase) -> list[Submission]:
    """Oldest first, as the others."""
    return _of(session, Submission, case, Submission.id)


def report_requests(session: Session, case: InfractionCase) -> list[ReportRequest]:
    return _of(session, ReportRequest, case, ReportRequest.id)


def agent_reports(session: Session, case: InfractionCase) -> list[AgentReport]:
    return _of(session, AgentReport, case, AgentReport.given_at)


def proposals(session: Session, case: InfractionCase) -> list[Proposal]:
    return _of(session, Proposal, case, Proposal.id)


def resolutions(session: Session, case: InfractionCase) -> list[Resolution]:
    return _of(session, Resolution, case, Resolution.id)


def open_request(session: Session, case: InfractionCase) -> ReportRequest | None:
    """The agent's report that was asked for and has not come."""
    answered = {report.request_id for report in agent_reports(session, case)}
    waiting = [one for one in report_requests(session, case) if one.id not in answered]
    return waiting[-1] if waiting else None


def open_round(session: Session, case: InfractionCase) -> date | None:
    """The day on which the latest proposal with new facts was served; None without one."""
    shown = [one.shown_on for one in proposals(session, case) if one.shown_on is not None]
    return shown[-1] if shown else None


def unresolved_proposal(session: Session, case: InfractionCase) -> Proposal | None:
    """The latest proposal that no resolution has answered."""
    made = proposals(session, case)
    resolved = {one.proposal_id for one in resolutions(session, case)}
    return made[-1] if made and made[-1].id not in resolved else None


DECIDABLE: dict[Hold, frozenset[CaseState]] = {
    Hold.REPEAT: AWAITING_REVIEW | {CaseState.AGENT_VALIDATED, CaseState.HOLDER_FOUND},
    Hold.DISAGREEMENT: frozenset({CaseState.AGENT_VALIDATED, CaseState.HOLDER_FOUND}),
}
"""When a held case is the instructor's to decide: a repeat also before an agent has looked, for no
procedure may begin while the offender persists."""
TO_INSTRUCT = (CaseState.ALLEGATIONS, CaseState.RECONSIDERATION)


def in_instruction(session: Session, limit: int = 500) -> Sequence[InfractionCase]:
    """Cases with allegations or a reconsideration, the oldest service first."""
    query = select(InfractionCase).where(InfractionCase.state.in_(TO_INSTRUCT))
    return session.scalars(query.order_by(InfractionCase.served_on).limit(limit)).all()


def held(session: Session, limit: int = 200) -> Sequence[InfractionCase]:
    """Repeats and disagreements that wait for the instructor, the first to be barred on top."""
    query = select(InfractionCase).where(
        or_(
            *(
                and_(InfractionCase.hold == hold, InfractionCase.state.in_(states))
                for hold, states in DECIDABLE.items()
            )
        )
    )
    return session.scalars(query.order_by(InfractionCase.limitation_at).limit(limit)).all()


def is_decidable(case: InfractionCase) -> bool:
    """Whether `case` waits for the instructor to say if it goes on."""
    return case.hold in DECIDABLE and case.case_state in DECIDABLE[Hold(case.hold)]


def reports_asked_of(session: Session, agent: Any, limit: int = 100) -> list[ReportRequest]:
    """Reports that instructors wait for from `agent`, the first due on top."""
    given = select(AgentReport.request_id)
    query = (
        select(ReportRequest)
        .join(InfractionCase, InfractionCase.id == ReportRequest.case_id)
        .where(
            ReportRequest.id.not_in(given),
            or_(InfractionCase.validated_by == agent, InfractionCase.validated_by.is_(None)),
        )
        .order_by(ReportRequest.due_on)
        .limit(limit)
    )
    return list(session.scalars(query))
