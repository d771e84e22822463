"""What the rules were, are and will be, when gates were out of order, and what was counted."""

import secrets
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, ForeignKey, Index, Table, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from core.append_only import protect
from core.database import Base, uuid7

RULES_TOKEN = "rules"  # noqa: S105
"""Name of the counter whose value is another one after every change of the rules."""


class RenewsRules:
    """Mixed into the tables that decisions take rules from: each write renews the token."""


@event.listens_for(RenewsRules, "after_insert", propagate=True)
@event.listens_for(RenewsRules, "after_update", propagate=True)
@event.listens_for(RenewsRules, "after_delete", propagate=True)
def _renew(_: Mapper[Any], connection: Connection, __: object) -> None:
    """A random value: one that was rolled back never comes again."""
    counter = Base.metadata.tables["permits_counter"]
    value = secrets.randbits(31)
    renewed = connection.execute(
        counter.update().where(counter.c.name == RULES_TOKEN).values(value=value)
    )
    if renewed.rowcount == 0:
        connection.execute(counter.insert().values(name=RULES_TOKEN, value=value))


class RuleVersion(RenewsRules, Base):
    """What holds for one zone, profile or control point from a moment on. Append-only.

    In force at a moment is the version that begins last before it; of several that begin together
    the one with the highest number. So a version is corrected by a newer one, never rewritten.
    """

    __tablename__ = "rule_version"
    __table_args__ = (UniqueConstraint("kind", "code", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    """A `permits.rules.contents.RuleKind` value."""
    code: Mapped[str]
    number: Mapped[int]
    """1 is what held when the first change was made."""
    valid_from: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    """As `permits.rules.contents` reads it."""
    made_at: Mapped[datetime]
    by_account: Mapped[UUID | None]
    by_name: Mapped[str]
    why: Mapped[str]


protect(cast(Table, RuleVersion.__table__))


class ControlPointFault(RenewsRules, Base):
    """A time in which a control point's word counted for nothing."""

    __tablename__ = "control_point_fault"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    control_point: Mapped[str] = mapped_column(ForeignKey("control_point.code"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """None while it lasts."""
    reason: Mapped[str]


class DutyStatement(Base):
    """From when on a vehicle is on or off duty, as its service says. The latest one counts."""

    __tablename__ = "duty_statement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    on_duty: Mapped[bool]


Index("ix_duty_statement_vehicle_id_at", DutyStatement.vehicle_id, DutyStatement.at)


class PassageCount(Base):
    """How many entries of a kind a gate saw in a quarter of an hour. Nobody's data; kept."""

    __tablename__ = "passage_count"

    quarter: Mapped[datetime] = mapped_column(primary_key=True)
    """Its first instant."""
    control_point: Mapped[str] = mapped_column(primary_key=True)
    profile: Mapped[str] = mapped_column(primary_key=True)
    """Of the grant that allowed it, or of the one that came closest; empty without any."""
    outcome: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    entries: Mapped[int]
