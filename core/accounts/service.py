"""Accounts and logins. Login sessions run on real time, whatever the domain clock says."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from core import audit
from core.accounts import queries
from core.accounts.models import Account, LoginAttempt, LoginSession
from core.accounts.passwords import hash_password, password_matches
from core.clock import utc_now
from core.errors import Conflict, InvalidInput, TooManyRequests, Unauthenticated
from core.identity import SYSTEM, Actor, Role

SessionKind = Literal["staff", "citizen"]

CITIZEN_ROLES = frozenset({Role.CITIZEN, Role.PROXY})
_NOT_FOR_PEOPLE = frozenset({Role.DEVICE, Role.SYSTEM})

SESSION_LENGTH: dict[SessionKind, timedelta] = {
    "staff": timedelta(hours=12),
    "citizen": timedelta(days=30),
}
ATTEMPT_WINDOW = timedelta(minutes=15)
MAX_FAILURES_PER_LOGIN = 10
MAX_FAILURES_PER_ADDRESS = 40
"""A town hall's staff share one address."""


def create_account(
    session: Session,
    *,
    login: str,
    password: str,
    display_name: str,
    roles: Iterable[Role],
    agent_number: str | None = None,
    holder_id: UUID | None = None,
    by: Actor = SYSTEM,
) -> Account:
    """Add an account.

    Raises:
        InvalidInput: no login, a short password, or roles that no person has.
        Conflict: the login is taken.
    """
    name, wanted = _normal_login(login), frozenset(roles)
    if not wanted or wanted & _NOT_FOR_PEOPLE:
        raise InvalidInput("The account '%(login)s' needs a role, and one for people.", login=name)
    if queries.account_by_login(session, name) is not None:
        raise Conflict("The login '%(login)s' is taken; choose another.", login=name)
    account = Account(
        login=name,
        display_name=display_name.strip() or name,
        password_hash=hash_password(password),
        roles=sorted(wanted),
        agent_number=agent_number,
        holder_id=holder_id,
        created_at=utc_now(),
    )
    session.add(account)
    session.flush()
    audit.record(session, by, "core:account:created", f"account:{account.id}", roles=account.roles)
    return account


def log_in(
    session: Session, login: str, password: str, kind: SessionKind, *, address: str | None = None
) -> str:
    """Open a login session and return its token, which is shown to nobody but the browser.

    The caller commits even when this raises: failures have to be counted.

    Raises:
        Unauthenticated: wrong login or password, an inactive account, or one of the other kind;
            which of them it is stays unsaid.
        TooManyRequests: too many failures of this login or from this address lately.
    """
    name = login.strip().casefold()
    scopes = {_scope("login", name): MAX_FAILURES_PER_LOGIN}
    if address is not None:
        scopes[_scope("address", address)] = MAX_FAILURES_PER_ADDRESS
    _refuse_too_many(session, scopes)
    account = queries.account_by_login(session, name)
    matches = password_matches(password, account.password_hash if account else None)
    if account is None or not matches or not account.active or not _may_open(account, kind):
        _count_failure(session, scopes)
        raise Unauthenticated("The login or the password is wrong. Check both and try again.")
    return _open(session, account, kind)


def log_out(session: Session, token: str) -> None:
    """End the login session of `token`; nothing happens when it ended already."""
    login_session = session.get(LoginSession, _token_hash(token))
    if login_session is None:
        return
    actor = login_session.account.to_actor()
    audit.record(session, actor, "core:login:ended", f"account:{actor.id}")
    session.delete(login_session)


def actor_for_token(session: Session, token: str, kind: SessionKind) -> Actor | None:
    """Who holds the browser with `token`; None when logged out, expired or of the other kind."""
    # Every request begins here, so both rows come in one query.
    with_account = [joinedload(LoginSession.account)]
    login_session = session.get(LoginSession, _token_hash(token), options=with_account)
    if login_session is None or login_session.kind != kind:
        return None
    if login_session.expires_at <= utc_now() or not login_session.account.active:
        return None
    return login_session.account.to_actor()


def delete_expired(session: Session, now: datetime) -> int:
    """Drop login sessions and counted failures that no longer matter; returns how many rows."""
    expired = session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
    forgotten = session.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - ATTEMPT_WINDOW))
    return int(expired.rowcount) + int(forgotten.rowcount)  # type: ignore[attr-defined]


def _normal_login(login: str) -> str:
    name = login.strip().casefold()
    if not 2 <= len(name) <= 100 or any(character.isspace() for character in name):
        raise InvalidInput(
            "'%(login)s' is not a login: 2 to 100 characters, no spaces.", login=name[:40]
        )
    return name


def _may_open(account: Account, kind: SessionKind) -> bool:
    roles = frozenset(Role(role) for role in account.roles)
    return bool(roles & CITIZEN_ROLES) if kind == "citizen" else bool(roles - CITIZEN_ROLES)


def _open(session: Session, account: Account, kind: SessionKind) -> str:
    token, now = secrets.token_urlsafe(32), utc_now()
    session.add(
        LoginSession(
            token_hash=_token_hash(token),
            account_id=account.id,
            kind=kind,
            created_at=now,
            expires_at=now + SESSION_LENGTH[kind],
        )
    )
    audit.record(session, account.to_actor(), "core:login:started", f"account:{account.id}")
    return token


def _refuse_too_many(session: Session, scopes: dict[str, int]) -> None:
    since = utc_now() - ATTEMPT_WINDOW
    for scope, allowed in scopes.items():
        recent = select(func.count()).where(LoginAttempt.scope == scope, LoginAttempt.at > since)
        if (session.scalar(recent) or 0) >= allowed:
            minutes = int(ATTEMPT_WINDOW.total_seconds() // 60)
            raise TooManyRequests(
                "Too many failed logins. Wait %(minutes)s minutes, then try again.", minutes=minutes
            )


def _count_failure(session: Session, scopes: dict[str, int]) -> None:
    session.add_all(LoginAttempt(scope=scope, at=utc_now()) for scope in scopes)
    session.flush()


def _scope(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
