"""What people lodge and what the instructor and the resolver write in a case.

Written things are append-only: another word is another row.
"""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column

from core.append_only import protect
from core.database import Base, uuid7
from core.encryption import EncryptedText


def _case_id() -> Mapped[UUID]:
    return mapped_column(ForeignKey("infraction_case.id", ondelete="CASCADE"), index=True)


class Submission(Base):
    """Something that a person lodged: allegations, a reconsideration, a driver's name."""

    __tablename__ = "case_submission"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = _case_id()
    kind: Mapped[str]
    """A value of `kinds.SubmissionKind`."""
    channel: Mapped[str]
    """A value of `kinds.Channel`: app, registry or paper."""
    lodged_on: Mapped[date]
    """Municipal day that counts: of the app's receipt, the registry's entry or the postmark."""
    timeliness: Mapped[str]
    """A value of `deadlines.Zone` on that day."""
    registry_reference: Mapped[str | None]
    text: Mapped[str] = mapped_column(EncryptedText("case_submission.text"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None]
    recorded_by_name: Mapped[str]


class ReportRequest(Base):
    """The instructor asks the agent who validated for a report (RDL 6/2015, article 95.2)."""

    __tablename__ = "case_report_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = _case_id()
    question: Mapped[str] = mapped_column(EncryptedText("case_report_request.question"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None]
    asked_by_name: Mapped[str]
    due_on: Mapped[date]


class AgentReport(Base):
    """The agent's answer."""

    __tablename__ = "case_agent_report"

    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_report_request.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[UUID] = _case_id()
    text: Mapped[str] = mapped_column(EncryptedText("case_agent_report.text"))
    confirms: Mapped[bool]
    """Whether the agent stands by the facts."""
    given_at: Mapped[datetime]
    given_by: Mapped[UUID | None]
    given_by_name: Mapped[str]
    agent_number: Mapped[str | None]


class Proposal(Base):
    """The instructor's proposal of a resolution."""

    __tablename__ = "case_proposal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = _case_id()
    outcome: Mapped[str]
    """A value of `kinds.Outcome`: sanction or annul."""
    template: Mapped[str]
    text: Mapped[str] = mapped_column(EncryptedText("case_proposal.text"))
    language: Mapped[str]
    amount_cents: Mapped[int | None]
    has_new_facts: Mapped[bool]
    """Rests on facts or evidence other than the person's: a new round of allegations (95.3)."""
    shown_on: Mapped[date | None]
    """When the new round began: the day on which the proposal was served."""
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]


class Resolution(Base):
    """What the resolver decided, on allegations or on a reconsideration."""

    __tablename__ = "case_resolution"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = _case_id()
    proposal_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("case_proposal.id", ondelete="CASCADE")
    )
    kind: Mapped[str]
    """``allegations`` or ``reconsideration``."""
    outcome: Mapped[str]
    text: Mapped[str] = mapped_column(EncryptedText("case_resolution.text"))
    language: Mapped[str]
    amount_cents: Mapped[int | None]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]


for _model in (Submission, ReportRequest, AgentReport, Proposal, Resolution):
    protect(cast(Table, _model.__table__), owner=("infraction_case", "case_id"))


class Refund(Base):
    """Money to be given back: the case was annulled after it had been paid."""

    __tablename__ = "case_refund"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), primary_key=True
    )
    amount_cents: Mapped[int]
    payment: Mapped[str | None]
    """Reference of the payment that is given back."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    opened_by_name: Mapped[str]
    settled_at: Mapped[datetime | None]
    settlement: Mapped[str | None]
    """Reference of the transfer."""
