"""Imports of municipal registers: each run, its figures, and the lines it could not take."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, uuid7
from core.encryption import EncryptedText
from core.errors import InvalidTransition
from permits.imports.states import TRANSITIONS, RunState


class ImportRun(Base):
    """One attempt to bring a register up to date."""

    __tablename__ = "import_run"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(index=True)
    source: Mapped[str]
    """Where it came from, without passwords."""
    state: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    rows: Mapped[int | None]
    """Lines in the file, good and bad; None when none could be read."""
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    """A message id: why it was held or failed."""
    problem_values: Mapped[dict[str, Any] | None]
    store_key: Mapped[str | None]
    """What was fetched, in the evidence store: confirming applies this and nothing newer."""
    by_name: Mapped[str]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]

    letters: Mapped[list["DeadLetter"]] = relationship(
        order_by="DeadLetter.line", cascade="all, delete-orphan"
    )

    def become(self, new: RunState) -> None:
        """Apply a transition. Raises InvalidTransition."""
        if new not in TRANSITIONS[RunState(self.state)]:
            raise InvalidTransition(
                "This import is %(state)s already: start a new one instead.", state=self.state
            )
        self.state = new.value


class DeadLetter(Base):
    """A line that was not taken, and why; what it was about stays as it was."""

    __tablename__ = "import_dead_letter"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("import_run.id", ondelete="CASCADE"), index=True
    )
    line: Mapped[int]
    """In the file, the heading being line 1."""
    content: Mapped[str | None] = mapped_column(EncryptedText("import_dead_letter.content"))
    problem: Mapped[str]
    """A message id."""
    problem_values: Mapped[dict[str, Any]]
