"""Infraction cases and what happened to them."""

import json
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import protect
from core.database import Base, uuid7
from core.encryption import EncryptedText
from sanctions.states import AWAITING_REVIEW, CLOSED, OPEN, VALIDATED, CaseState

CLAIM_LENGTH = timedelta(minutes=30)
"""How long a case stays with the agent who took it; then anybody may."""


def _in(column: str, values: frozenset[CaseState]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in sorted(values))})"


_KNOWN_STATES = _in("state", frozenset(CaseState))


class InfractionCase(Base):
    """One possible infraction. The report it rests on never changes; only its state moves."""

    __tablename__ = "infraction_case"
    __table_args__ = (
        CheckConstraint(_KNOWN_STATES, name="known_state"),
        CheckConstraint(
            f"NOT ({_in('state', VALIDATED)}) OR agent_number IS NOT NULL",
            name="validated_by_a_numbered_agent",
        ),
        CheckConstraint(
            "(claimed_by IS NULL) = (claimed_at IS NULL)", name="claim_has_agent_and_time"
        ),
        CheckConstraint(
            f"({_in('state', CLOSED)}) = (closed_at IS NOT NULL)", name="closed_has_its_time"
        ),
        CheckConstraint(
            "validated_by IS NULL OR instructed_by IS NULL OR validated_by <> instructed_by",
            name="agent_is_not_instructor",
        ),
        CheckConstraint(
            "resolved_by IS NULL OR ((validated_by IS NULL OR validated_by <> resolved_by)"
            " AND (instructed_by IS NULL OR instructed_by <> resolved_by))",
            name="resolver_is_a_third_person",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    reference: Mapped[str] = mapped_column(unique=True)
    """What people call it: ``2026/000123``."""
    passage_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    offence: Mapped[str]
    plate: Mapped[str] = mapped_column(EncryptedText("infraction_case.plate"))
    plate_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    """Keyed hash: finds the earlier cases of a vehicle."""
    version: Mapped[int] = mapped_column(default=1)
    """Of the read and its decision; a correction makes the next one (`CaseVersion`)."""
    country: Mapped[str | None]
    zone: Mapped[str]
    control_point: Mapped[str]
    control_point_name: Mapped[str]
    camera: Mapped[str]
    direction: Mapped[str]
    seen_at: Mapped[datetime]
    confidence: Mapped[float]
    snapshot: Mapped[str] = mapped_column(EncryptedText("infraction_case.snapshot"))
    regularisation_deadline: Mapped[datetime]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    """Who recorded it; None for Sarbide itself. Whoever opens a case can't annul it."""
    limitation_at: Mapped[datetime]
    """End of the last safe day to prosecute; moves when the time-bar is interrupted."""
    barred_at: Mapped[datetime]
    """End of the last day on which prosecution can be argued; between the two it is doubtful."""
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When nobody had to act any more; retention counts from here."""
    is_warning: Mapped[bool] = mapped_column(default=False)
    """The zone was in its first weeks: ends in an information letter, never in a denuncia."""

    severity: Mapped[str | None]
    """``minor`` or ``serious``, from the catalogue of the day of the infraction."""
    legal_basis: Mapped[str | None]
    amount_cents: Mapped[int | None]
    reduced_cents: Mapped[int | None]
    paid_cents: Mapped[int | None]

    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="SET NULL")
    )
    """The case in which the driver of this one was named."""
    repeat_of: Mapped[UUID | None] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="SET NULL"), index=True
    )
    """The vehicle's first case of this kind, not notified when this one opened."""
    hold: Mapped[str | None]
    """A value of `reasons.Hold`: why nothing goes out, whatever the state."""
    legal_hold: Mapped[bool] = mapped_column(default=False)
    """Kept beyond its term, because a court or an authority asked."""
    second_look_by: Mapped[UUID | None]
    """The agent who asked for another pair of eyes; another one decides."""
    claimed_by: Mapped[UUID | None]
    claimed_by_name: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    agent_number: Mapped[str | None]
    """Professional number of the agent who validated (RDL 6/2015, article 87.2)."""
    validated_by: Mapped[UUID | None]
    validated_at: Mapped[datetime | None]
    """The procedure begins: its year counts from here (article 112.3)."""
    instructed_by: Mapped[UUID | None]
    instructed_by_name: Mapped[str | None]
    resolved_by: Mapped[UUID | None]
    resolved_by_name: Mapped[str | None]
    served_on: Mapped[date | None]
    """Municipal day on which the denuncia counts as served."""
    resolution_served_on: Mapped[date | None]
    appealed_on: Mapped[date | None]
    """When reconsideration was asked for; a month of silence dismisses it."""
    firm_on: Mapped[date | None]

    person: Mapped["LiablePerson | None"] = relationship(
        cascade="save-update, merge", passive_deletes=True
    )
    versions: Mapped[list["CaseVersion"]] = relationship(
        order_by="CaseVersion.number", cascade="save-update, merge", passive_deletes=True
    )
    events: Mapped[list["CaseEvent"]] = relationship(
        order_by="CaseEvent.number", cascade="save-update, merge", passive_deletes=True
    )
    pictures: Mapped[list["CasePicture"]] = relationship(
        order_by="CasePicture.kind", cascade="save-update, merge", passive_deletes=True
    )

    @property
    def case_state(self) -> CaseState:
        return CaseState(self.state)

    @property
    def is_serious(self) -> bool:
        return self.severity == "serious"

    @property
    def report(self) -> dict[str, Any]:
        """Votes, candidates, decision and clock offset of the report."""
        content: dict[str, Any] = json.loads(self.snapshot)
        return content

    def holder_of_claim(self, now: datetime) -> UUID | None:
        """The agent who has the case at `now`; None when nobody has, or for too long."""
        if self.claimed_at is None or now - self.claimed_at >= CLAIM_LENGTH:
            return None
        return self.claimed_by


Index(
    "uq_infraction_case_open_passage_id",
    InfractionCase.passage_id,
    unique=True,
    sqlite_where=InfractionCase.state.in_(sorted(OPEN)),
    postgresql_where=InfractionCase.state.in_(sorted(OPEN)),
)
Index(
    "ix_infraction_case_review_limitation_at",
    InfractionCase.limitation_at,
    InfractionCase.id,
    sqlite_where=InfractionCase.state.in_(sorted(AWAITING_REVIEW)),
    postgresql_where=InfractionCase.state.in_(sorted(AWAITING_REVIEW)),
)


class CaseEvent(Base):
    """Something that happened to a case: who, when, from, to, why. Never changed."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("infraction_case.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Counts up within the case."""
    at: Mapped[datetime]
    kind: Mapped[str]
    """A value of `transitions.EventKind`."""
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    agent_number: Mapped[str | None]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    reason: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(EncryptedText("case_event.note"))


protect(cast(Table, CaseEvent.__table__), owner=("infraction_case", "case_id"))


Index(
    "ix_case_event_skipped",
    CaseEvent.actor_id,
    CaseEvent.at,
    sqlite_where=CaseEvent.kind == "skipped",
    postgresql_where=CaseEvent.kind == "skipped",
)


class CasePicture(Base):
    """A picture of the evidence store that belongs to a case."""

    __tablename__ = "case_picture"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    evidence_key: Mapped[str]
    sha256: Mapped[str]
    altered_at: Mapped[datetime | None]
    """When the stored picture was found not to be the one that was taken in, or gone."""


class CaseVersion(Base):
    """What a read and its decision said at some time. Never changed: a correction adds another."""

    __tablename__ = "case_version"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("infraction_case.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]
    cause: Mapped[str]
    """``opened`` or ``corrected``."""
    plate: Mapped[str] = mapped_column(EncryptedText("case_version.plate"))
    country: Mapped[str | None]
    offence: Mapped[str]
    snapshot: Mapped[str] = mapped_column(EncryptedText("case_version.snapshot"))


protect(cast(Table, CaseVersion.__table__), owner=("infraction_case", "case_id"))


class LiablePerson(Base):
    """Who answers for the vehicle, as its register or a named driver's statement says."""

    __tablename__ = "liable_person"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("infraction_case.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str]
    """A value of `procedure.PersonRole`."""
    name: Mapped[str] = mapped_column(EncryptedText("liable_person.name"))
    identity_number: Mapped[str] = mapped_column(EncryptedText("liable_person.identity_number"))
    """DNI, NIE, NIF or a foreign document."""
    address: Mapped[str] = mapped_column(EncryptedText("liable_person.address"))
    """JSON list of address lines."""
    language: Mapped[str] = mapped_column(default="es")
    source: Mapped[str]
    """Which adapter or statement named the person."""
    found_at: Mapped[datetime]


class CaseCounter(Base):
    """The last number given to a case of each year."""

    __tablename__ = "case_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
