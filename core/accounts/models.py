"""People who log in, and their login sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, uuid7
from core.identity import Actor, Role


class Account(Base):
    """One person's login. Names and logins are personal data of staff and citizens."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    login: Mapped[str] = mapped_column(unique=True)
    """Lower case; what is typed at the login."""
    display_name: Mapped[str]
    password_hash: Mapped[str]
    """Argon2id."""
    roles: Mapped[list[str]]
    agent_number: Mapped[str | None]
    """Professional number of a police agent (RDL 6/2015, article 87.2)."""
    holder_id: Mapped[UUID | None] = mapped_column(index=True)
    """The holder whose authorisations this citizen manages."""
    language: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    def to_actor(self) -> Actor:
        return Actor(
            id=self.id,
            name=self.display_name,
            roles=frozenset(Role(role) for role in self.roles),
            agent_number=self.agent_number,
            holder_id=self.holder_id,
        )


class LoginSession(Base):
    """One browser that is logged in; only the token's hash is kept."""

    __tablename__ = "login_session"
    __table_args__ = (CheckConstraint("kind IN ('staff', 'citizen')", name="known_kind"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str]
    """``staff`` or ``citizen``: neither opens the other's pages."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    account: Mapped[Account] = relationship()


class LoginAttempt(Base):
    """A failed login, kept for as long as it counts against the next ones."""

    __tablename__ = "login_attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    scope: Mapped[str] = mapped_column(index=True)
    """Keyed hash of the login or of the network address: the table names nobody."""
    at: Mapped[datetime] = mapped_column(index=True)
